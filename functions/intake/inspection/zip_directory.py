"""The central directory of a ZIP file, read strictly (APPNOTE.TXT 6.3.10; numbers in comments are its sections)."""

import mmap
import stat
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from intake.domain.verdict import Reason
from intake.inspection.contents import RefusedError
from intake.inspection.limits import MAX_MEMBERS

type Data = mmap.mmap | bytes

_END = struct.Struct("<4s4H2LH")  # end of central directory, 4.3.16
_END64 = struct.Struct("<4sQ2H2L4Q")  # zip64 end of central directory, 4.3.14
_LOCATOR = struct.Struct("<4sLQL")  # its locator, 4.3.15
_ENTRY = struct.Struct("<4s6H3L5H2L")  # central directory header, 4.3.12
_LONGEST_COMMENT = 0xFFFF
_END64_REST = 12  # of its signature and size, which its size does not count
IS_ENCRYPTED, HAS_DESCRIPTOR, IS_UTF8 = 0x1, 0x8, 0x800
STORED, DEFLATED = 0, 8
ZIP64_EXTRA, UNICODE_PATH_EXTRA = 0x0001, 0x7075
IN_EXTRA, _SHORT = 0xFFFFFFFF, 0xFFFF


@dataclass(frozen=True)
class Member:
    name: str
    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int


@dataclass(frozen=True)
class Directory:
    """Where the directory lies, and the members it lists by name, in its order."""

    start: int
    members: dict[str, Member]


def damaged() -> RefusedError:
    return RefusedError(Reason.FILE_DAMAGED)


def read_directory(data: Data) -> Directory:
    """Raises RefusedError: file_damaged where two readers could differ, archive_unsafe for names, methods and counts
    that no document has, password for encrypted members."""
    count, start, end = _locate(data)
    if count > MAX_MEMBERS:
        raise RefusedError(Reason.ARCHIVE_UNSAFE)
    members: dict[str, Member] = {}
    seen: set[str] = set()
    at = start
    for _ in range(count):
        if at + _ENTRY.size > end or data[at : at + 4] != b"PK\1\2":
            raise damaged()
        member, at = _read_entry(data, at)
        if at > end or member.name.casefold() in seen:  # OPC compares names without case
            raise damaged()
        seen.add(member.name.casefold())
        members[member.name] = member
    if at != end:
        raise damaged()
    return Directory(start, members)


def _locate(data: Data) -> tuple[int, int, int]:
    """Number of members, and where the directory starts and ends: right before the end record, or records."""
    record = _find_end(data)
    _, disk, first_disk, here, count, size, start, _ = _END.unpack_from(data, record)
    end = record
    locator = record - _LOCATOR.size
    if locator >= 0 and data[locator : locator + 4] == b"PK\6\7":
        end = _check_end64(data, locator)
        values = _END64.unpack_from(data, end)[4:]
        said = zip((disk, first_disk, here, count, size, start), values, (_SHORT,) * 4 + (IN_EXTRA,) * 2, strict=True)
        if any(short not in (value, unsaid) for short, value, unsaid in said):
            raise damaged()
        disk, first_disk, here, count, size, start = values
    if disk or first_disk or here != count or start + size != end:
        raise damaged()
    return count, start, end


def _check_end64(data: Data, locator: int) -> int:
    """Where the zip64 end record lies: right before its locator, which must say so too."""
    _, disk, at, disks = _LOCATOR.unpack_from(data, locator)
    if disk or disks != 1 or at + _END64.size > locator or data[at : at + 4] != b"PK\6\6":
        raise damaged()
    size: int = _END64.unpack_from(data, at)[1]
    if at + _END64_REST + size != locator:
        raise damaged()
    return int(at)


def _find_end(data: Data) -> int:
    """The end record, whose comment ends with the file. Some readers take the last signature, some the first whose
    comment fits: both must find the same. A whole archive inside a stored member has a record of its own, which fits
    nothing."""
    tail = max(0, len(data) - _END.size - _LONGEST_COMMENT)
    ends = [at for at in _signatures(data, tail) if _fits_as_end(data, at)]
    if len(ends) != 1 or data.rfind(b"PK\5\6", tail) != ends[0]:
        raise damaged()
    return ends[0]


def _signatures(data: Data, start: int) -> Iterator[int]:
    at = data.find(b"PK\5\6", start)
    while at >= 0:
        yield at
        at = data.find(b"PK\5\6", at + 1)


def _fits_as_end(data: Data, at: int) -> bool:
    if at + _END.size > len(data):
        return False
    comment_length: int = _END.unpack_from(data, at)[7]
    return at + _END.size + comment_length == len(data)


def _read_entry(data: Data, at: int) -> tuple[Member, int]:
    _, _, _, flags, method, _, _, crc, packed, size, *rest = _ENTRY.unpack_from(data, at)
    name_length, extra_length, comment_length, disk, _, mode, offset = rest
    at += _ENTRY.size
    raw_name = data[at : at + name_length]
    extra = extra_fields(data[at + name_length : at + name_length + extra_length])
    if disk or UNICODE_PATH_EXTRA in extra:
        raise damaged()
    size, packed, offset = resolve_zip64(extra.get(ZIP64_EXTRA), size, packed, offset)
    if flags & IS_ENCRYPTED:
        raise RefusedError(Reason.PASSWORD)
    try:
        name = raw_name.decode("utf-8" if flags & IS_UTF8 else "cp437")
    except UnicodeDecodeError as error:
        raise damaged() from error
    if method not in (STORED, DEFLATED) or not _is_safe_name(name) or stat.S_ISLNK(mode >> 16):
        raise RefusedError(Reason.ARCHIVE_UNSAFE)
    member = Member(name, raw_name, flags, method, crc, packed, size, offset)
    return member, at + name_length + extra_length + comment_length


def resolve_zip64(extra: bytes | None, *values: int) -> tuple[int, ...]:
    """The values of a header, in this order, with those that its zip64 field holds instead (4.5.3).

    Where the header knows every value already, the field must say the same, as some readers would believe it, or
    nothing: some writers leave room for it.
    """
    wide = () if extra is None else struct.unpack(f"<{len(extra) // 8}Q", extra[: len(extra) // 8 * 8])
    missing = [value for value in values if value == IN_EXTRA]
    if not missing:
        if any(said not in (0, value) for said, value in zip(wide, values, strict=False)):
            raise damaged()
        return values
    if len(wide) < len(missing):
        raise damaged()
    rest = iter(wide)
    return tuple(next(rest) if value == IN_EXTRA else value for value in values)


def extra_fields(extra: bytes) -> dict[int, bytes]:
    """Extra fields by their numbers (4.5.1); one that is there twice means two things."""
    fields: dict[int, bytes] = {}
    while extra:
        if len(extra) < 4:
            raise damaged()
        kind, length = struct.unpack_from("<2H", extra)
        if len(extra) < 4 + length or (kind in (ZIP64_EXTRA, UNICODE_PATH_EXTRA) and kind in fields):
            raise damaged()
        fields[kind] = extra[4 : 4 + length]
        extra = extra[4 + length :]
    return fields


def _is_safe_name(name: str) -> bool:
    is_relative = not name.startswith("/") and not any(c in name for c in "\\:\0")
    return bool(name) and is_relative and ".." not in name.split("/")
