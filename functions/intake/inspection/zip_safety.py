"""A strict reader of ZIP containers: what it accepts, every other ZIP reader understands in the same way.

Only what office programs write: one central directory right before the end record, members that neither overlap nor
contradict it, stored or deflated, no encryption (APPNOTE.TXT 6.3.10). Nothing is ever extracted to disk.
"""

import mmap
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from intake.domain.verdict import Reason
from intake.inspection.contents import RefusedError
from intake.inspection.limits import MAX_EXPANDED_BYTES, MAX_RATIO, RATIO_COUNTS_FROM_BYTES
from intake.inspection.zip_directory import (
    HAS_DESCRIPTOR,
    IS_UTF8,
    STORED,
    UNICODE_PATH_EXTRA,
    ZIP64_EXTRA,
    Data,
    Member,
    damaged,
    extra_fields,
    read_directory,
    resolve_zip64,
)

ZIP_MAGIC = b"PK\3\4"
_LOCAL = struct.Struct("<4s5H3L2H")  # local file header, 4.3.7
_PIECE = 64 * 1024


class Archive:
    """An open, checked ZIP file. Names are members' names as written; sizes are bytes.

    Raises RefusedError while opening and reading: file_damaged where readers could differ or the bytes do not match
    their checksum, archive_unsafe for bombs, unsafe names and methods, password for encrypted members.
    """

    def __init__(self, source: Path | bytes) -> None:
        self._bytes: Data
        if isinstance(source, bytes):
            self._bytes = source
        else:
            with source.open("rb") as file:
                self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        try:
            directory = read_directory(self._bytes)
            self._members, self._directory = directory.members, directory.start
            self._refuse_bomb()
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
        return first.name if first and first.method == STORED else None

    def is_empty(self, name: str) -> bool:
        return self._members[name].size == 0

    def read(self, name: str, at_most: int | None = None) -> bytes:
        """A whole member; too_complex beyond so many bytes, KeyError when it is not there."""
        whole = bytearray()
        for piece in self.pieces(name):
            whole += piece
            if at_most is not None and len(whole) > at_most:
                raise RefusedError(Reason.TOO_COMPLEX)
        return bytes(whole)

    def pieces(self, name: str) -> Iterator[bytes]:
        """A member in pieces, never trusting its declared size: one byte more or less is file_damaged."""
        member = self._members[name]
        size, crc = 0, 0
        for piece in self._inflate(member):
            size += len(piece)
            if size > member.size:
                raise damaged()
            crc = zlib.crc32(piece, crc)
            yield piece
        if (size, crc) != (member.size, member.crc):
            raise damaged()

    def _packed(self, member: Member) -> Iterator[bytes]:
        start = self._data_starts[member.name]
        for at in range(start, start + member.packed, _PIECE):
            yield self._bytes[at : min(at + _PIECE, start + member.packed)]

    def _inflate(self, member: Member) -> Iterator[bytes]:
        if member.method == STORED:
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
            raise damaged() from error
        if not inflater.eof or inflater.unused_data:
            raise damaged()

    def _refuse_bomb(self) -> None:
        expanded = sum(m.size for m in self._members.values())
        is_bomb = expanded > RATIO_COUNTS_FROM_BYTES and expanded > MAX_RATIO * len(self._bytes)
        if expanded > MAX_EXPANDED_BYTES or is_bomb:
            raise RefusedError(Reason.ARCHIVE_UNSAFE)

    def _check_local_headers(self) -> dict[str, int]:
        """Where each member's data begins; every byte before the directory belongs to one member only."""
        starts: dict[str, int] = {}
        at = 0
        for member in sorted(self._members.values(), key=lambda m: m.offset):
            self._check_gap(at, member.offset)
            if member.offset + _LOCAL.size > self._directory:
                raise damaged()
            signature, _, flags, method, _, _, crc, packed, size, name_length, extra_length = _LOCAL.unpack_from(
                self._bytes, member.offset
            )
            at = member.offset + _LOCAL.size
            extra = extra_fields(self._bytes[at + name_length : at + name_length + extra_length])
            raw_name = self._bytes[at : at + name_length]
            ignored = HAS_DESCRIPTOR  # some streamed writers forget it
            if raw_name.isascii():
                ignored |= IS_UTF8  # Word writes it in one of the headers only
            is_same = (flags & ~ignored, method, raw_name) == (member.flags & ~ignored, member.method, member.raw_name)
            if not flags & HAS_DESCRIPTOR:
                size, packed = resolve_zip64(extra.get(ZIP64_EXTRA), size, packed)
                is_same = is_same and (crc, packed, size) == (member.crc, member.packed, member.size)
            if signature != ZIP_MAGIC or not is_same or UNICODE_PATH_EXTRA in extra:
                raise damaged()
            at += name_length + extra_length
            starts[member.name] = at
            at += member.packed
        self._check_gap(at, self._directory)
        return starts

    def _check_gap(self, start: int, end: int) -> None:
        """Between members lie data descriptors and padding, never a member that the directory does not know."""
        if start > end or self._bytes.find(ZIP_MAGIC, start, end) >= 0 or (start == 0 and end != 0):
            raise damaged()
