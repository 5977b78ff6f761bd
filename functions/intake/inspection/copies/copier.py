"""Has every copy of one file made, and offers none that is not what it should be. Runs outside of the sandbox: it looks
at copies, never into the file."""

import contextlib
import struct
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from intake.domain.copies import READING, STRIPPED, NoCopy, ReadingCopy, page_name
from intake.domain.file_types import FILE_TYPES, PDF
from intake.domain.verdict import Inspection, Verdict
from intake.inspection.inspector import Measured, Request, measure
from intake.inspection.limits import (
    MAX_PAGE_IMAGE_PIXELS,
    MAX_PAGE_IMAGES,
    MAX_PAGE_IMAGES_BYTES,
    MAX_PAGE_IMAGES_SECONDS,
    MAX_READING_BYTES,
    MAX_STRIPPED_BYTES,
    PAGE_LIMITS,
)
from intake.inspection.sniff import PNG_MAGIC

if TYPE_CHECKING:
    from intake.inspection.sandbox import Sandbox

_PNG_HEADER = struct.Struct(">8s4x4s2I")


@dataclass
class Made:
    """The copies in a folder, each in a file of its name, and why those that were meant to be are not there."""

    folder: Path
    measured: dict[str, Measured] = field(default_factory=dict)
    missing: dict[str, NoCopy] = field(default_factory=dict)

    def path(self, name: str) -> Path:
        return self.folder / name

    def settle(self, name: str, fault: NoCopy | None) -> None:
        if fault is None:
            self.measured[name] = measure(str(self.path(name)))
        else:
            self.missing[name] = fault
            self.path(name).unlink(missing_ok=True)


def make_copies(path: Path, inspection: Inspection, folder: Path, *, sandbox: "Sandbox", is_typed: bool) -> Made:
    """Every copy of an accepted or held file; none where inspection does not know its type.

    A file that was typed into the form has nothing to strip. Raises SandboxError.
    """
    made = Made(folder)
    kind = inspection.type
    if kind is None or inspection.verdict is Verdict.REJECT:
        return made
    fault = sandbox.copy(READING, str(path), kind, str(made.path(READING)))
    said = made.path(READING).read_bytes() if fault is None else None
    made.settle(READING, fault or _judge_reading(said or b""))
    if not is_typed:
        made.settle(STRIPPED, fault or _strip(path, kind, said or b"", made, sandbox))
    if kind == PDF.name:
        _draw(path, min(inspection.pages or 0, MAX_PAGE_IMAGES), made, sandbox)
    return made


def _judge_reading(said: bytes) -> NoCopy | None:
    if len(said) > MAX_READING_BYTES:
        return NoCopy.TOO_LARGE
    try:
        return None if ReadingCopy.model_validate_json(said).has_text else NoCopy.NO_TEXT
    except ValidationError:
        return NoCopy.FAILED


def _strip(path: Path, kind: str, said: bytes, made: Made, sandbox: "Sandbox") -> NoCopy | None:
    """A stripped copy is offered if inspection accepts it like an upload, and if it says what the file says."""
    stripped = made.path(STRIPPED)
    fault = sandbox.copy(STRIPPED, str(path), kind, str(stripped))
    if fault:
        return fault
    found = measure(str(stripped))
    request = Request(str(stripped), f"copy.{FILE_TYPES[kind].extensions[0]}", (kind,), MAX_STRIPPED_BYTES)
    if sandbox.inspect(request, size=found.size, sha256=found.sha256).verdict is not Verdict.ACCEPT:
        return NoCopy.NOT_ACCEPTED
    again = made.path("again")
    fault = sandbox.copy(READING, str(stripped), kind, str(again))
    is_same = fault is None and again.read_bytes() == said
    again.unlink(missing_ok=True)
    return None if is_same else fault or NoCopy.SAYS_OTHERWISE


def _draw(path: Path, pages: int, made: Made, sandbox: "Sandbox") -> None:
    """Pictures of the first pages, as long as time and room last; a page that cannot be drawn is left out."""
    deadline, room = time.monotonic() + MAX_PAGE_IMAGES_SECONDS, MAX_PAGE_IMAGES_BYTES
    for number in range(1, pages + 1):
        name = page_name(number)
        picture = made.path(name)
        if time.monotonic() > deadline:
            made.settle(name, NoCopy.TOO_COMPLEX)
            continue
        fault = sandbox.copy(name, str(path), PDF.name, str(picture), PAGE_LIMITS)
        if fault is None and not _is_picture(picture):
            fault = NoCopy.FAILED
        if fault is None and (room := room - picture.stat().st_size) < 0:
            fault = NoCopy.TOO_LARGE
        made.settle(name, fault)


def _is_picture(picture: Path) -> bool:
    """Whether it begins as a PNG of ours does: a browser will draw it."""
    with picture.open("rb") as file, contextlib.suppress(struct.error):
        signature, chunk, width, height = _PNG_HEADER.unpack(file.read(_PNG_HEADER.size))
        # Width and height are rounded up to whole pixels.
        is_small = 0 < (width - 1) * (height - 1) <= MAX_PAGE_IMAGE_PIXELS or min(width, height) == 1
        return bool(signature == PNG_MAGIC and chunk == b"IHDR" and is_small)
    return False
