"""Honest and hostile documents with something changed at random: bytes anywhere, members of packages, numbers and names
of PDF and RTF. The same seed makes the same file."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from random import Random

import pikepdf

import documents

SEEDS: dict[str, tuple[Callable[[], bytes], ...]] = {
    "pdf": (
        documents.pdf,
        documents.pdf_with_javascript,
        documents.pdf_with_attachment,
        documents.image_only_pdf,
        lambda: documents.encrypted_pdf(user=""),
        lambda: documents.changed_pdf(lambda _: None, object_stream_mode=pikepdf.ObjectStreamMode.generate),
    ),
    "docx": (
        documents.docx,
        documents.docx_with_macros,
        documents.docx_with_doctype,
        lambda: documents.docx_with_relationship("attachedTemplate", "file:///C:/Normal.dotm"),
        lambda: documents.docx_with_chart(documents.workbook()),
        lambda: documents.zip64(documents.docx()),
    ),
    "odt": (documents.odt, lambda: documents.odt_with_body('<text:section text:display="none"/>')),
    "rtf": (
        documents.rtf,
        lambda: documents.rtf(
            '{\\field{\\*\\fldinst HYPERLINK "https://a.example"}{\\fldrslt {\\v x}}}\\\'e4\\u1080 ?'
        ),
        lambda: documents.rtf("{\\*\\template C:\\\\a.dot}{\\pict\\bin4 }}}}}{\\info{\\author Nino}}{\\uc2\\u-3 xx}"),
    ),
    "txt": (documents.text, lambda: documents.text("Письмо редакции о горах. " * 30, "koi8-r")),
}
_TOKENS = (
    *(b"\0", b"\xff" * 8, b"-1", b"0", b"65536", b"4294967295", b"99999999999", b"<<", b">>", b"[", b"{", b"}", b"\\"),
    *(b"/JS", b"/S/JavaScript", b"1 0 R", b"obj", b"stream\n", b"endobj", b"%%EOF", b"<!DOCTYPE x>", b"</w:p>", b"&a;"),
    *(b"PK\3\4", b"PK\5\6", b"\\bin9 ", b"\\u99999 ", b"\\uc-1 ", b"\\'0", b"\xef\xbb\xbf", b"<w:r>" * 300),
)
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
    EOFError,
)
_WORD = re.compile(rb"[A-Za-z0-9.-]{1,20}")


def mutate(extension: str, body: bytes, random: Random) -> bytes:
    """The document with one to four changes."""
    for _ in range(random.randint(1, 4)):
        is_package = body.startswith(b"PK\3\4") and random.random() < 0.7
        body = _mutate_member(body, random) if is_package else _mutate_bytes(body, random)
    return body or b"\0"


def _mutate_member(package: bytes, random: Random) -> bytes:
    """A change inside a package that is put together anew, so that it gets past the container."""
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            members = {info.filename: old.read(info) for info in old.infolist()}
            chosen = random.choice(list(members))
            for name, content in members.items():
                new.writestr(name, _mutate_bytes(content, random) if name == chosen else content)
    except _BROKEN:
        return _mutate_bytes(package, random)  # an earlier change broke it
    return out.getvalue()


def _mutate_bytes(body: bytes, random: Random) -> bytes:
    at = random.randrange(len(body) + 1)
    length = min(random.choice((1, 2, 8, 64, 512)), len(body) - at)
    piece, rest = body[at : at + length], body[at + length :]
    change = random.choice((_flip, _drop, _double, _insert, _swap_word, _cut))
    return change(body, at, piece, rest, random)


def _flip(body: bytes, at: int, piece: bytes, rest: bytes, random: Random) -> bytes:
    return body[:at] + bytes(byte ^ 1 << random.randrange(8) for byte in piece) + rest


def _drop(body: bytes, at: int, _piece: bytes, rest: bytes, _random: Random) -> bytes:
    return body[:at] + rest


def _double(body: bytes, at: int, piece: bytes, rest: bytes, random: Random) -> bytes:
    return body[:at] + piece * random.choice((2, 3, 50)) + rest


def _insert(body: bytes, at: int, piece: bytes, rest: bytes, random: Random) -> bytes:
    return body[:at] + random.choice(_TOKENS) + piece + rest


def _swap_word(body: bytes, at: int, piece: bytes, rest: bytes, random: Random) -> bytes:
    """One word or number for another of the document's own, or for one that is hard to take."""
    match = _WORD.search(body, at)
    if not match:
        return _insert(body, at, piece, rest, random)
    other = _WORD.search(body, random.randrange(len(body)))
    new = other[0] if other and random.random() < 0.5 else random.choice(_TOKENS)
    return body[: match.start()] + new + body[match.end() :]


def _cut(body: bytes, at: int, _piece: bytes, _rest: bytes, _random: Random) -> bytes:
    return body[:at]
