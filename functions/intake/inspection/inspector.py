"""Inspection of one file: bytes in, Inspection out. Pure, without AWS; in production it runs in the sandbox's child."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from intake.domain.file_types import BY_EXTENSION, FILE_TYPES, FOREIGN_EXTENSIONS, MD, TXT, extension_of
from intake.domain.verdict import Inspection, Note, Reason, Verdict
from intake.inspection.contents import Contents, RefusedError

_LONGEST_EXTENSION = 5
_DIGEST_PIECE = 64 * 1024


@dataclass(frozen=True)
class Request:
    """One file to inspect.

    `path` is where its bytes lie, `filename` what the applicant called it (None: unknown), `types` names of FILE_TYPES
    that the call allows, `max_bytes` the most it may have. `min_words` and `max_words` give notes only. `sha256` is the
    hex digest that the applicant's browser declared, if it did.
    """

    path: str
    filename: str | None
    types: tuple[str, ...]
    max_bytes: int
    min_words: int | None = None
    max_words: int | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class Measured:
    """What whoever downloaded the file knows of its bytes: their number and their SHA-256 as hex digits."""

    size: int
    sha256: str


def measure(path: str) -> Measured:
    """Size and digest of a file, read in pieces."""
    digest, size = hashlib.sha256(), 0
    with Path(path).open("rb") as file:
        while piece := file.read(_DIGEST_PIECE):
            digest.update(piece)
            size += len(piece)
    return Measured(size=size, sha256=digest.hexdigest())


def inspect(request: Request, measured: Measured | None = None) -> Inspection:
    """Judge one file. `measured` spares reading it twice.

    Every fault of the file is a verdict. What is raised is ours: OSError where the path cannot be read, MemoryError,
    or a parser's own error, which the sandbox turns into a hold.
    """
    measured = measured or measure(request.path)
    judged = _Judged()
    try:
        contents = _read(request, measured, judged)
        _refuse_text(contents)
    except RefusedError as refused:
        return Inspection(
            verdict=refused.finding.verdict,
            reason=refused.finding.reason,
            type=judged.type,
            found=refused.found,
            size=measured.size,
            sha256=measured.sha256,
        )
    return _conclude(request, measured, judged, contents)


@dataclass
class _Judged:
    """The type, once it is certain: a refusal that comes later still names it."""

    type: str | None = None
    junk_before: int = 0


def _read(request: Request, measured: Measured, judged: _Judged) -> Contents:
    if measured.size == 0:
        raise RefusedError(Reason.FILE_EMPTY)
    if measured.size > request.max_bytes:
        raise RefusedError(Reason.FILE_TOO_LARGE)
    if request.sha256 is not None and request.sha256.lower() != measured.sha256:
        raise RefusedError(Reason.UPLOAD_DAMAGED)
    # Readers are imported where they are needed: the sandbox's parent imports this module and must stay small.
    from intake.inspection.sniff import sniff

    path = Path(request.path)
    claim = _claimed_extension(request.filename)
    sniffed = sniff(path, measured.size)
    judged.junk_before = sniffed.junk_before
    if sniffed.kind is None:
        raise _refuse_foreign(claim, sniffed.foreign or "binary")
    if sniffed.kind == "zip":
        return _read_package(request, path, claim, judged)
    if sniffed.kind == "text":
        return _read_plain(request, path, claim, judged)
    judged.type = sniffed.kind
    _check_claim(request, claim, judged.type)
    if sniffed.kind == "pdf":
        from intake.inspection import pdf

        return pdf.read(path)
    from intake.inspection import rtf

    return rtf.read(path)


def _read_package(request: Request, path: Path, claim: str, judged: _Judged) -> Contents:
    from intake.inspection import docx, odt
    from intake.inspection.opc import CONTENT_TYPES
    from intake.inspection.zip_safety import Archive

    with Archive(path) as archive:
        is_ooxml = CONTENT_TYPES in archive.names
        kind = docx.package_kind(archive) if is_ooxml else odt.declared_kind(archive) or _other_zip(archive.names)
        if kind not in FILE_TYPES:
            raise _refuse_foreign(claim, kind)
        judged.type = kind
        _check_claim(request, claim, kind)
        return docx.read(archive) if is_ooxml else odt.read(archive)


def _other_zip(names: tuple[str, ...]) -> str:
    if "AndroidManifest.xml" in names:
        return "apk"
    if "META-INF/MANIFEST.MF" in names:
        return "jar"
    return "pages" if any(name.startswith("Index/") or name == "Index.zip" for name in names) else "zip"


def _read_plain(request: Request, path: Path, claim: str, judged: _Judged) -> Contents:
    """Text has no mark of its own: between plain text and Markdown only the name can decide, and neither is certain."""
    from intake.inspection import text

    try:
        contents = text.read(path)
    except RefusedError as refused:
        raise (_refuse_foreign(claim, refused.found) if refused.found else refused) from refused
    judged.type = MD.name if BY_EXTENSION.get(claim) is MD else TXT.name
    _check_claim(request, claim, judged.type)
    return contents


def _claimed_extension(filename: str | None) -> str:
    """The extension that a file name claims, or "" for none.

    What follows a dot is an extension only if it is short and not a number ("CV 12.05.2026", "Dr. Smirnova"). A mix of
    scripts ("cv.рdf" with a Cyrillic р) is a disguise (row 71): it is kept, as something that is no type of ours.
    """
    if not filename:
        return ""
    last = filename.rpartition(".")[2]
    is_disguised = last != filename and last.isalnum() and not last.isascii() and any(c.isascii() for c in last)
    extension = last if is_disguised else extension_of(filename)
    return "" if len(extension) > _LONGEST_EXTENSION or extension.isdigit() else extension


def _check_claim(request: Request, claim: str, kind: str) -> None:
    """The name is only a claim, but a wrong one would open the file in the wrong program (rows 59, 71 and 73)."""
    claimed = BY_EXTENSION.get(claim)
    if claimed and claimed.name != kind and not {claimed, FILE_TYPES[kind]} <= {TXT, MD}:
        raise RefusedError(Reason.TYPE_MISMATCH)
    if claim and not claimed:
        raise RefusedError(Reason.TYPE_MISMATCH if claim in FOREIGN_EXTENSIONS else Reason.TYPE_NOT_ALLOWED)
    if kind not in request.types:
        raise RefusedError(Reason.TYPE_NOT_ALLOWED)


def _refuse_foreign(claim: str, kind: str) -> RefusedError:
    """Foreign content is a mismatch where the name promised a type of ours, else simply not allowed."""
    return RefusedError(Reason.TYPE_MISMATCH if claim in BY_EXTENSION else Reason.TYPE_NOT_ALLOWED, found=kind)


def _refuse_text(contents: Contents) -> None:
    from intake.inspection.text import refuse_piled_marks

    refuse_piled_marks(contents.text)


def _conclude(request: Request, measured: Measured, judged: _Judged, contents: Contents) -> Inspection:
    from intake.inspection.language import detect_language
    from intake.inspection.old_fonts import has_old_font_encoding
    from intake.inspection.text import count_words, hidden_characters

    notes = set(contents.notes)
    words = count_words(contents.text) or None  # no text layer: unknown, not none (row 23)
    if words is None:
        notes.add(Note.NO_TEXT)
    elif request.max_words is not None and words > request.max_words:
        notes.add(Note.WORDS_ABOVE_RANGE)
    elif request.min_words is not None and words < request.min_words and Note.TEXT_CUT not in notes:
        notes.add(Note.WORDS_BELOW_RANGE)
    excerpts = {Note.HIDDEN_TEXT: contents.hidden} if contents.hidden else {}
    if around := hidden_characters(contents.text):
        notes.add(Note.HIDDEN_CHARACTERS)
        excerpts[Note.HIDDEN_CHARACTERS] = around
    is_old = has_old_font_encoding(contents.text)
    if is_old:
        notes.add(Note.OLD_FONT_ENCODING)
    if judged.junk_before:
        notes.add(Note.JUNK_BEFORE_HEADER)
    return Inspection(
        verdict=Verdict.HOLD if contents.held_for else Verdict.ACCEPT,
        reason=contents.held_for,
        type=judged.type,
        pages=contents.pages,
        words=words,
        language=None if is_old else detect_language(contents.text),
        notes=tuple(sorted(notes)),
        hosts=tuple(contents.hosts),
        excerpts=excerpts,
        origin=contents.origin,
        size=measured.size,
        sha256=measured.sha256,
    )
