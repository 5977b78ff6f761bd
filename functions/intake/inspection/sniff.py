"""What a file is, by its first and last bytes alone: nobody's declaration counts.

ZIP containers are told apart by what they declare inside (docx, odt); text
is what decodes as text. A file that is two things at once (a PDF with a ZIP behind it) is neither.
"""

import struct
from dataclasses import dataclass
from pathlib import Path

from intake.domain.verdict import Reason, Verdict
from intake.inspection.contents import RefusedError
from intake.inspection.limits import MAX_JUNK_AFTER_END, MAX_JUNK_BEFORE_HEADER

HEAD_BYTES = 4096
TAIL_BYTES = 22 + 0xFFFF  # a ZIP end record with the longest comment
_ISO_MAGIC_AT = 0x8001  # ECMA-119, 6.2 and 8.1: the first volume descriptor is sector 16
_WEB_PAGE = ("html", (b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<iframe"))
_GUESSED_FROM = 256  # bytes that old browsers look at to guess a type; a comment on a page may quote HTML later on
PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")

# Offset, bytes, name in FOREIGN_TYPES. Sources: the formats' own specifications; file(1)'s magic where there is none.
_FOREIGN_MAGIC = (
    (0, b"MZ", "exe"),
    (0, b"\x7fELF", "elf"),
    (0, b"\xcf\xfa\xed\xfe", "macho"),
    (0, b"\xce\xfa\xed\xfe", "macho"),
    (0, b"\xca\xfe\xba\xbe", "macho"),
    (0, b"L\0\0\0\x01\x14\x02\0", "lnk"),
    (0, b"Rar!\x1a\x07", "archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "archive"),
    (0, b"\x1f\x8b", "archive"),
    (0, b"BZh", "archive"),
    (0, b"\xfd7zXZ\0", "archive"),
    (0, b"\x28\xb5\x2f\xfd", "archive"),
    (0, b"MSCF", "archive"),
    (257, b"ustar", "archive"),
    (0, PNG_MAGIC, "image"),
    (0, b"\xff\xd8\xff", "image"),
    (0, b"GIF8", "image"),
    (0, b"II*\0", "image"),
    (0, b"MM\0*", "image"),
    (8, b"WEBP", "image"),
    (4, b"ftypheic", "image"),
    (4, b"ftypavif", "image"),
    (4, b"ftypmif1", "image"),
    (4, b"ftyp", "media"),
    (0, b"ID3", "media"),
    (0, b"OggS", "media"),
    (8, b"WAVE", "media"),
    (8, b"AVI ", "media"),
    (0, b"\x1aE\xdf\xa3", "media"),
    (0, b"AT&TFORM", "djvu"),
    (0, b"%!PS", "postscript"),
    (0, b"#!", "script"),
    (0, b"MIME-Version:", "mhtml"),
    (0, b"From: <Saved by", "mhtml"),
)

_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Stream names in the directory of an OLE file ([MS-CFB] 2.6.1), UTF-16: which program's file it is. First match wins.
_OLE_STREAMS = (
    ("Workbook", "xlsx"),
    ("Book", "xlsx"),
    ("PowerPoint Document", "pptx"),
    ("VisioDocument", "vsdx"),
    ("__properties_version1.0", "msg"),
    ("\u4840\u3f3f\u4577\u446c\u3b6a\u45e4\u4824", "msi"),
)


@dataclass(frozen=True)
class Sniffed:
    """`kind` is pdf, rtf, zip or text when the file is ours to read, else `foreign` has a name of FOREIGN_TYPES.

    `junk_before` is the number of bytes before a PDF's header.
    """

    kind: str | None = None
    foreign: str | None = None
    junk_before: int = 0


def sniff(path: Path, size: int) -> Sniffed:  # noqa: PLR0911 - one answer for each kind
    """Tell what a file of `size` bytes is. "text" means only that nothing else claims it.

    Raises RefusedError: password for an encrypted Office file, a hold for legacy_format (.doc), file_damaged for a PDF
    with foreign bytes behind its end.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        file.seek(max(0, size - TAIL_BYTES))
        tail = file.read(TAIL_BYTES)
        file.seek(_ISO_MAGIC_AT)
        is_iso = file.read(5) == b"CD001"
    header = head.find(b"%PDF-", 0, MAX_JUNK_BEFORE_HEADER + 5)
    if header >= 0:
        return _sniff_pdf(head, header, tail)
    if head.startswith(_OLE_MAGIC):
        return _sniff_ole(path)
    if head.startswith(b"PK\3\4") or head.startswith(b"PK\5\6"):
        return Sniffed(kind="zip")
    if is_iso:
        return Sniffed(foreign="disk")
    foreign = _foreign_by_magic(head) or _foreign_by_markup(head)
    if foreign:
        return Sniffed(foreign=foreign)
    if _has_zip_directory(tail):
        return Sniffed(foreign="zip")
    return Sniffed(kind="rtf" if _without_bom(head).startswith(b"{\\rt") else "text")


def _sniff_pdf(head: bytes, header: int, tail: bytes) -> Sniffed:
    before = head[:header]
    other = (before and (_foreign_by_magic(head) or _foreign_by_markup(head))) or None
    if other is None and any(tag in head[: header + _GUESSED_FROM].lower() for tag in _WEB_PAGE[1]):
        other = "html"  # a browser that is told to guess would run it
    if other is None and (before.startswith(b"PK") or _has_zip_directory(tail)):
        other = "zip"
    if other:
        return Sniffed(foreign=other)
    end = tail.rfind(b"%%EOF")
    if end >= 0 and len(tail[end + 5 :].strip(b"\0\r\n\t ")) > MAX_JUNK_AFTER_END:
        raise RefusedError(Reason.FILE_DAMAGED)
    return Sniffed(kind="pdf", junk_before=0 if before in _BOMS else header)


def _sniff_ole(path: Path) -> Sniffed:
    """Old Office files by the names of their streams, read from every sector: 128-byte entries, names at the front."""
    names = _ole_stream_names(path)
    if "EncryptedPackage" in names:  # [MS-OFFCRYPTO] 2.3.4.4
        raise RefusedError(Reason.PASSWORD)
    if "WordDocument" in names:  # [MS-DOC] 2.1.1; we cannot read it, an editor's Word can
        raise RefusedError(Reason.LEGACY_FORMAT, verdict=Verdict.HOLD, found="doc")
    return Sniffed(foreign=next((kind for stream, kind in _OLE_STREAMS if stream in names), "ole"))


def _ole_stream_names(path: Path) -> set[str]:
    """Names in the directory sectors of a compound file, found through its FAT ([MS-CFB] 2.2, 2.3); empty if broken."""
    data = path.read_bytes()
    if len(data) < 512:
        return set()
    sector_size = 1 << min(struct.unpack_from("<H", data, 30)[0], 12)
    fat_sectors = [s for s in struct.unpack_from("<109I", data, 76) if s < 0xFFFFFFFA]
    fat = b"".join(data[(s + 1) * sector_size : (s + 2) * sector_size] for s in fat_sectors)
    names: set[str] = set()
    sector: int = struct.unpack_from("<I", data, 48)[0]
    visited: set[int] = set()
    while sector < 0xFFFFFFFA and sector not in visited:
        visited.add(sector)
        entries = data[(sector + 1) * sector_size : (sector + 2) * sector_size]
        for at in range(0, len(entries) - 127, 128):
            length = struct.unpack_from("<H", entries, at + 64)[0]
            if 2 <= length <= 64:
                names.add(entries[at : at + length - 2].decode("utf-16-le", "replace"))
        if (sector + 1) * 4 > len(fat):
            break
        sector = struct.unpack_from("<I", fat, sector * 4)[0]
    return names


def _foreign_by_magic(head: bytes) -> str | None:
    return next((name for at, magic, name in _FOREIGN_MAGIC if head.startswith(magic, at)), None)


def _foreign_by_markup(head: bytes) -> str | None:
    """Web pages and XML by how they begin; Markdown may contain HTML, but does not begin as a page."""
    start = _without_bom(head).replace(b"\0", b"").lstrip().lower()
    while start.startswith(b"<!--") and b"-->" in start:
        start = start.partition(b"-->")[2].lstrip()
    if start.startswith(_WEB_PAGE[1]):
        return _WEB_PAGE[0]
    if start.startswith(b"<hta:"):
        return "script"
    is_xml = start.startswith(b"<?xml")
    if start.startswith((b"<svg", b"<!doctype svg")) or (is_xml and b"<svg" in start):
        return "svg"
    if is_xml and b"urn:oasis:names:tc:opendocument" in start:
        return "fodt"
    if is_xml and b"<html" in start:
        return _WEB_PAGE[0]
    return "xml" if is_xml or start.startswith(b"<!doctype") else None


def _without_bom(head: bytes) -> bytes:
    return next((head[len(bom) :] for bom in _BOMS if head.startswith(bom)), head)


def _has_zip_directory(tail: bytes) -> bool:
    """Whether a ZIP reader, which begins at the end, would find a directory: an end record that points to one."""
    end = tail.rfind(b"PK\5\6")
    if end < 0 or end + 22 > len(tail):
        return False
    directory_size = int.from_bytes(tail[end + 12 : end + 16], "little")
    return directory_size > end or tail.startswith(b"PK\1\2", end - directory_size)
