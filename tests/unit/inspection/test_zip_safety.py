"""ZIP containers, rows 43 to 46 of the table of bad inputs: whatever two readers could read differently is refused."""

import io
import random
import stat
import struct
import warnings
import zipfile
import zlib
from pathlib import Path

import pytest

import documents
from intake.inspection.contents import RefusedError
from intake.inspection.nesting import package
from intake.inspection.zip_safety import Archive

ACCEPTED = ("accept", None)
DAMAGED = ("reject", "file_damaged")
UNSAFE = ("reject", "archive_unsafe")


def with_member(info: zipfile.ZipInfo, content: bytes = b"x") -> bytes:
    out = io.BytesIO(documents.docx())
    with zipfile.ZipFile(out, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr(info, content)
    return out.getvalue()


def named(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("placeholder")
    info.filename = name
    return info


class Unseekable(io.RawIOBase):
    """What a program writes to that streams its document: sizes come after the data."""

    def __init__(self) -> None:
        self.written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, piece: bytes) -> int:  # type: ignore[override]
        self.written += piece
        return len(piece)


def streamed() -> bytes:
    out = Unseekable()
    with zipfile.ZipFile(io.BytesIO(documents.docx())) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, old.read(info))
    return bytes(out.written)


def patched(offset_in_entry: int, value: bytes, *, in_local: int | None = None) -> bytes:
    """The last member's directory entry, and its local header where an offset is given, with these bytes."""
    body = bytearray(with_member(named("word/last.bin"), b"x" * 100))
    entry = body.rindex(b"PK\1\2")
    local = struct.unpack_from("<I", body, entry + 42)[0]
    body[entry + offset_in_entry : entry + offset_in_entry + len(value)] = value
    if in_local is not None:
        body[local + in_local : local + in_local + len(value)] = value
    return bytes(body)


def local_name_changed() -> bytes:
    return with_member(named("word/last.bin")).replace(b"word/last.bin", b"word/lost.bin", 1)


def second_end() -> bytes:
    """A comment that is itself an end record: one reader takes the first, another the last."""
    body = documents.docx()
    end = body.rindex(b"PK\5\6")
    return body[:end] + body[end : end + 20] + struct.pack("<H", 22) + body[end : end + 20] + b"\0\0"


def unlisted_member() -> bytes:
    """A member that only readers who go through the file from its beginning would find."""
    whole = with_member(named("word/last.bin"))
    end = bytearray(whole[whole.rindex(b"PK\5\6") :])
    entry = whole.rindex(b"PK\1\2")
    here, size = struct.unpack_from("<H", end, 8)[0] - 1, struct.unpack_from("<I", end, 12)[0]
    struct.pack_into("<HHI", end, 8, here, here, size - (len(whole) - len(end) - entry))
    return whole[:entry] + bytes(end)


def header(name: str, content: bytes, packed: bytes) -> bytes:
    """Version to name length, as both kinds of header have it, for a member of this content."""
    method = 0 if packed == content else 8
    sizes = zlib.crc32(content), len(packed), len(content), len(name)
    return struct.pack("<5H3LH", 20, 0, method, 0, 0, *sizes)


def local(name: str, content: bytes, packed: bytes) -> bytes:
    return b"PK\3\4" + header(name, content, packed) + b"\0\0" + name.encode() + packed


def appended(data: bytes, *entries: tuple[str, bytes, bytes, int]) -> bytes:
    """An honest document with `data` after its members, and directory entries that point into it."""
    body = documents.docx()
    end = bytearray(body[body.rindex(b"PK\5\6") :])
    size, start = struct.unpack_from("<2L", end, 12)
    directory = body[start : start + size]
    for name, content, packed, at in entries:
        tail = struct.pack("<4H2L", 0, 0, 0, 0, 0, start + at)
        directory += b"PK\1\2\x14\0" + header(name, content, packed) + tail + name.encode()
    count = struct.unpack_from("<H", end, 8)[0] + len(entries)
    struct.pack_into("<2H2L", end, 8, count, count, len(directory), start + len(data))
    return body[:start] + data + directory + bytes(end)


def one_member(content: bytes, packed: bytes) -> bytes:
    name = "word/last.bin"
    return appended(local(name, content, packed), (name, content, packed, 0))


def overlapping() -> bytes:
    """A member whose data are a second member, the trick of small bombs."""
    inner = local("word/inner.bin", b"x", b"x")
    outer = local("word/outer.bin", inner, inner)
    at = len(outer) - len(inner)
    return appended(outer, ("word/outer.bin", inner, inner, 0), ("word/inner.bin", b"x", b"x", at))


def deflated(content: bytes) -> bytes:
    return zlib.compress(content, wbits=-15)


def in_wide_extra(size: int | None) -> bytes:
    """A member of 100 bytes whose size stands in a zip64 field of its directory entry only, or nowhere."""
    info = named("word/last.bin")
    info.extra = b"" if size is None else struct.pack("<HHQ", 1, 8, size)
    body = bytearray(with_member(info, b"x" * 100))
    struct.pack_into("<L", body, body.rindex(b"PK\1\2") + 24, 0xFFFFFFFF)
    return bytes(body)


UNICODE_PATH = zipfile.ZipInfo("word/last.bin")
UNICODE_PATH.extra = struct.pack("<HHBI", 0x7075, 8, 1, 0) + b"abc"
WIDE, WIDE_AND_WRONG, ROOM_FOR_WIDE = (zipfile.ZipInfo("word/last.bin") for _ in range(3))
WIDE.extra = struct.pack("<HHQQ", 1, 16, 1, 1)
WIDE_AND_WRONG.extra = struct.pack("<HHQQ", 1, 16, 2, 2)
ROOM_FOR_WIDE.extra = struct.pack("<HHQQ", 1, 16, 0, 0)
LINK = zipfile.ZipInfo("word/link")
LINK.external_attr = (stat.S_IFLNK | 0o777) << 16


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (streamed(), ACCEPTED),
        (patched(8, b"\0\0"), ACCEPTED),
        (patched(8, b"\0\x08"), ACCEPTED),
        (documents.zip64(documents.docx()), ACCEPTED),
        (documents.zip64(documents.docx(), is_count_wrong=True), DAMAGED),
        (documents.zip64(documents.docx(), short_count=0xFFFF), ACCEPTED),
        (documents.zip64(documents.docx(), short_count=1), DAMAGED),
        (documents.zip64(documents.docx()).replace(b"PK\6\6", b"PK\6\5"), DAMAGED),
        (documents.zip64(documents.docx()).replace(b"PK\6\7", b"morePK\6\7"), DAMAGED),
        (with_member(WIDE), ACCEPTED),
        (with_member(WIDE_AND_WRONG), DAMAGED),
        (with_member(ROOM_FOR_WIDE), ACCEPTED),
        (in_wide_extra(100), ACCEPTED),
        (in_wide_extra(101), DAMAGED),
        (in_wide_extra(None), DAMAGED),
        (documents.docx() + b"more", DAMAGED),
        (second_end(), DAMAGED),
        (local_name_changed(), DAMAGED),
        (unlisted_member(), DAMAGED),
        (overlapping(), DAMAGED),
        (one_member(b"x" * 99, deflated(b"x" * 99)), ACCEPTED),
        (one_member(b"x" * 99, deflated(b"x" * 99) + b"hidden"), DAMAGED),
        (with_member(named("docprops/Thumbnail.jpeg")), DAMAGED),
        (with_member(UNICODE_PATH), DAMAGED),
        (patched(16, b"\0\0\0\0", in_local=14), DAMAGED),
        (patched(24, b"\x63\0\0\0", in_local=22), DAMAGED),
        (patched(24, b"\x65\0\0\0", in_local=22), DAMAGED),
        (patched(8, b"\1\0", in_local=6), ("reject", "password")),
        (patched(10, b"\x0e\0", in_local=8), UNSAFE),
        (with_member(named("../../up.txt")), UNSAFE),
        (with_member(named("/etc/passwd")), UNSAFE),
        (with_member(named("C:/x")), UNSAFE),
        (with_member(named("..\\x")), UNSAFE),
        (with_member(LINK), UNSAFE),
    ],
)
def test_a_container_means_one_thing_or_is_refused(outcome, body: bytes, expected: object) -> None:
    assert outcome(body, "cv.docx") == expected


def test_members_are_counted_before_any_is_read(outcome) -> None:
    out = io.BytesIO(documents.docx())
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(2000):
            archive.writestr(f"word/{number}", b"")
    assert outcome(out.getvalue(), "cv.docx") == UNSAFE


def test_what_is_inside_may_be_large_but_not_absurd(outcome) -> None:
    honest = documents.changed_zip(documents.docx(), {"word/media/a.bin": b"\0" * 9_000_000})
    assert outcome(honest, "cv.docx") == ACCEPTED
    assert outcome(documents.docx_bomb(), "cv.docx") == UNSAFE
    ballast: dict[str, bytes | None] = {"word/media/a.bin": random.Random(0).randbytes(1_500_000)}
    heavy = documents.changed_zip(documents.docx(), ballast | {"word/media/b.bin": b"\0" * 201 * 2**20})
    assert outcome(heavy, "cv.docx") == UNSAFE


def test_a_member_that_lies_about_its_size_is_left_at_once(tmp_path: Path) -> None:
    path = tmp_path / "cv.docx"
    path.write_bytes(one_member(b"\0" * 100, deflated(b"\0" * 50_000_000)))
    with Archive(path) as archive, pytest.raises(RefusedError):
        next(archive.pieces("word/last.bin"))


@pytest.mark.parametrize(
    ("names", "kind"), [(("a.txt",), "zip"), (("META-INF/MANIFEST.MF",), "jar"), (("AndroidManifest.xml",), "apk")]
)
def test_other_archives_are_named(judge, names: tuple[str, ...], kind: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    found = judge(out.getvalue(), "cv.docx")
    assert (found.verdict.value, found.reason.value, found.found) == ("reject", "type_mismatch", kind)


class Padded:
    """Deflate with so many empty blocks in front that reading begins with an empty piece."""

    def compress(self, data: bytes) -> bytes:
        raw = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        return b"\0\0\0\xff\xff" * 20_000 + raw.compress(data) + raw.flush()

    def flush(self) -> bytes:
        return b""


def test_a_package_behind_empty_blocks_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    monkeypatch.setattr(zipfile, "_get_compressor", lambda *_: Padded())
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as outer:
        outer.writestr("inner", documents.docx())
    with Archive(out.getvalue()) as archive:
        assert next(archive.pieces("inner")) == b""
        assert package(archive, "inner") == documents.docx()
