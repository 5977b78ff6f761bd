"""A strict reader of ZIP containers: what it accepts, every other ZIP reader understands in the same way.

Only what office programs write: one central directory right before the end record, members that neither overlap nor
contradict it, stored or deflated, no encryption, no ZIP64 directory. Rows 30 and 43 to 46 of table A; APPNOTE.TXT
6.3.10. Nothing is ever extracted to disk.
"""

import mmap
import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from intake.domain.verdict import Reason
from intake.inspection.contents import RefusedError
from intake.inspection.limits import MAX_EXPANDED_BYTES, MAX_MEMBERS, MAX_RATIO, RATIO_COUNTS_FROM_BYTES

_END = struct.Struct("<4s4H2LH")  # end of central directory, 4.3.16
_ENTRY = struct.Struct("<4s6H3L5H2L")  # central directory header, 4.3.12
_LOCAL = struct.Struct("<4s5H3L2H")  # local file header, 4.3.7
_LONGEST_COMMENT = 0xFFFF
_PIECE = 64 * 1024
_IS_ENCRYPTED, _HAS_DESCRIPTOR, _IS_UTF8 = 0x1, 0x8, 0x800
_STORED, _DEFLATED = 0, 8
_ZIP64_EXTRA, _UNICODE_PATH_EXTRA = 0x0001, 0x7075
_IN_ZIP64_EXTRA = 0xFFFFFFFF


@dataclass(frozen=True)
class _Member:
    name: str
    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    mode: int


def _damaged() -> RefusedError:
    return RefusedError(Reason.FILE_DAMAGED)


class Archive:
    """An open, checked ZIP file. Names are members' names as written; sizes are bytes.

    Raises RefusedError while opening and reading: file_damaged where readers could differ or the bytes do not match
    their checksum, archive_unsafe for bombs, unsafe names and methods, password for encrypted members.
    """

    def __init__(self, source: Path | bytes) -> None:
        self._bytes: mmap.mmap | bytes
        if isinstance(source, bytes):
            self._bytes = source
        else:
            with source.open("rb") as file:
                self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        try:
            self._members = self._read_directory()
            self._data_starts = self._check_local_headers()
        except BaseException:
            self._close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._close()

    def _close(self) -> None:
        if isinstance(self._bytes, mmap.mmap):
            self._bytes.close()

    @property
    def names(self) -> tuple[str, ...]:
        """Names in the order of the central directory."""
        return tuple(self._members)

    @property
    def first_stored(self) -> str | None:
        """The member that begins the file, if it is stored: where OpenDocument and EPUB put `mimetype`."""
        first = min(self._members.values(), key=lambda m: m.offset, default=None)
        return first.name if first and first.method == _STORED else None

    def is_empty(self, name: str) -> bool:
        return self._members[name].size == 0

    def read(self, name: str) -> bytes:
        """A whole small member; KeyError when it is not there."""
        return b"".join(self.pieces(name))

    def pieces(self, name: str) -> Iterator[bytes]:
        """A member in pieces, never trusting its declared size: one byte more or less is file_damaged."""
        member = self._members[name]
        size, crc = 0, 0
        for piece in self._inflate(member):
            size += len(piece)
            if size > member.size:
                raise _damaged()
            crc = zlib.crc32(piece, crc)
            yield piece
        if (size, crc) != (member.size, member.crc):
            raise _damaged()

    def verify(self, name: str) -> None:
        """Read a member only to know that it is whole and no larger than it says."""
        for _ in self.pieces(name):
            pass

    def _packed(self, member: _Member) -> Iterator[bytes]:
        start = self._data_starts[member.name]
        for at in range(start, start + member.packed, _PIECE):
            yield self._bytes[at : min(at + _PIECE, start + member.packed)]

    def _inflate(self, member: _Member) -> Iterator[bytes]:
        if member.method == _STORED:
            yield from self._packed(member)
            return
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for packed in self._packed(member):
                rest = packed
                while rest and not inflater.eof:
                    yield inflater.decompress(rest, _PIECE)
                    rest = inflater.unconsumed_tail
            yield inflater.flush()
        except zlib.error as error:
            raise _damaged() from error
        if not inflater.eof or inflater.unused_data:
            raise _damaged()

    def _read_directory(self) -> dict[str, _Member]:
        end = self._find_end()
        _, disk, first_disk, here, count, directory_size, directory, _ = _END.unpack_from(self._bytes, end)
        if disk or first_disk or here != count or directory + directory_size != end:
            raise _damaged()
        if count > MAX_MEMBERS:
            raise RefusedError(Reason.ARCHIVE_UNSAFE)
        members: dict[str, _Member] = {}
        seen: set[str] = set()
        at = directory
        for _ in range(count):
            if at + _ENTRY.size > end or self._bytes[at : at + 4] != b"PK\1\2":
                raise _damaged()
            member, at = self._read_entry(at)
            if at > end or member.name.casefold() in seen:  # OPC compares names without case
                raise _damaged()
            seen.add(member.name.casefold())
            members[member.name] = member
        if at != end:
            raise _damaged()
        expanded = sum(m.size for m in members.values())
        is_bomb = expanded > RATIO_COUNTS_FROM_BYTES and expanded > MAX_RATIO * len(self._bytes)
        if expanded > MAX_EXPANDED_BYTES or is_bomb:
            raise RefusedError(Reason.ARCHIVE_UNSAFE)
        self._directory = directory
        return members

    def _find_end(self) -> int:
        """The end record, whose comment ends with the file. Some readers take the last signature, some the first whose
        comment fits: both must find the same. A whole archive inside a stored member has a record of its own, which
        fits nothing."""
        tail = max(0, len(self._bytes) - _END.size - _LONGEST_COMMENT)
        ends = [at for at in self._signatures(b"PK\5\6", tail) if self._fits_as_end(at)]
        if len(ends) != 1 or self._bytes.rfind(b"PK\5\6", tail) != ends[0]:
            raise _damaged()
        return ends[0]

    def _signatures(self, signature: bytes, start: int) -> Iterator[int]:
        at = self._bytes.find(signature, start)
        while at >= 0:
            yield at
            at = self._bytes.find(signature, at + 1)

    def _fits_as_end(self, at: int) -> bool:
        if at + _END.size > len(self._bytes):
            return False
        comment_length: int = _END.unpack_from(self._bytes, at)[7]
        return at + _END.size + comment_length == len(self._bytes)

    def _read_entry(self, at: int) -> tuple[_Member, int]:
        (
            _,
            _,
            _,
            flags,
            method,
            _,
            _,
            crc,
            packed,
            size,
            name_length,
            extra_length,
            comment_length,
            disk,
            _,
            mode,
            offset,
        ) = _ENTRY.unpack_from(self._bytes, at)
        at += _ENTRY.size
        raw_name = self._bytes[at : at + name_length]
        extra = _extra_fields(self._bytes[at + name_length : at + name_length + extra_length])
        if disk or _UNICODE_PATH_EXTRA in extra or _IN_ZIP64_EXTRA in (packed, size, offset):
            raise _damaged()
        if flags & _IS_ENCRYPTED:
            raise RefusedError(Reason.PASSWORD)
        try:
            name = raw_name.decode("utf-8" if flags & _IS_UTF8 else "cp437")
        except UnicodeDecodeError as error:
            raise _damaged() from error
        member = _Member(name, raw_name, flags, method, crc, packed, size, offset, mode >> 16)
        if method not in (_STORED, _DEFLATED) or not _is_safe_name(name) or stat.S_ISLNK(member.mode):
            raise RefusedError(Reason.ARCHIVE_UNSAFE)
        return member, at + name_length + extra_length + comment_length

    def _check_local_headers(self) -> dict[str, int]:
        """Where each member's data begins; every byte before the directory belongs to one member only."""
        starts: dict[str, int] = {}
        at = 0
        for member in sorted(self._members.values(), key=lambda m: m.offset):
            self._check_gap(at, member.offset)
            if member.offset + _LOCAL.size > self._directory:
                raise _damaged()
            signature, _, flags, method, _, _, crc, packed, size, name_length, extra_length = _LOCAL.unpack_from(
                self._bytes, member.offset
            )
            at = member.offset + _LOCAL.size
            extra = _extra_fields(self._bytes[at + name_length : at + name_length + extra_length])
            if packed == size == _IN_ZIP64_EXTRA and len(extra.get(_ZIP64_EXTRA, b"")) == 16:
                size, packed = struct.unpack("<2Q", extra[_ZIP64_EXTRA])  # writers that did not know the size yet
            known = (member.flags & ~_HAS_DESCRIPTOR, member.method, member.raw_name)  # some streamed writers forget it
            is_same = (flags & ~_HAS_DESCRIPTOR, method, self._bytes[at : at + name_length]) == known
            if not flags & _HAS_DESCRIPTOR:
                is_same = is_same and (crc, packed, size) == (member.crc, member.packed, member.size)
            if signature != b"PK\3\4" or not is_same or _UNICODE_PATH_EXTRA in extra:
                raise _damaged()
            at += name_length + extra_length
            starts[member.name] = at
            at += member.packed
        self._check_gap(at, self._directory)
        return starts

    def _check_gap(self, start: int, end: int) -> None:
        """Between members lie data descriptors and padding, never a member that the directory does not know."""
        if start > end or self._bytes.find(b"PK\3\4", start, end) >= 0 or (start == 0 and end != 0):
            raise _damaged()


def _extra_fields(extra: bytes) -> dict[int, bytes]:
    fields: dict[int, bytes] = {}
    while extra:
        if len(extra) < 4:
            raise _damaged()
        kind, length = struct.unpack_from("<2H", extra)
        if len(extra) < 4 + length:
            raise _damaged()
        fields[kind] = extra[4 : 4 + length]
        extra = extra[4 + length :]
    return fields


def _is_safe_name(name: str) -> bool:
    is_relative = not name.startswith("/") and not any(c in name for c in "\\:\0")
    return bool(name) and is_relative and ".." not in name.split("/")
