"""All copies of a file, by the sandbox: what is offered, what is not and why, and that no verdict hangs on it."""

import os
import re
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from test_sandbox import only_child

import documents
from intake.domain.copies import NoCopy, ReadingCopy
from intake.domain.verdict import Inspection, Verdict
from intake.inspection import sandbox as sandbox_module
from intake.inspection.copies import copier
from intake.inspection.copies.copier import Made, make_copies
from intake.inspection.inspector import Request, measure
from intake.inspection.limits import COPY_LIMITS, MAX_PAGE_IMAGES
from intake.inspection.sandbox import Sandbox

TYPES = ("pdf", "docx", "odt", "rtf", "txt", "md")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def copies_of(
    sandbox: Sandbox, folder: Path, body: bytes, name: str, *, is_typed: bool = False
) -> tuple[Inspection, Made]:
    path = folder / "document"
    path.write_bytes(body)
    found = measure(str(path))
    inspection = sandbox.inspect(Request(str(path), name, TYPES, 25_000_000), size=found.size, sha256=found.sha256)
    return inspection, make_copies(path, inspection, folder, sandbox=sandbox, is_typed=is_typed)


BODIES = {
    "cv.pdf": (documents.pdf(pages=2), ["page-1", "page-2", "reading", "stripped"]),
    "cv.docx": (documents.docx(), ["reading", "stripped"]),
    "cv.odt": (documents.odt(), ["reading", "stripped"]),
    "cv.rtf": (documents.rtf(), ["reading", "stripped"]),
    "cv.txt": (documents.text(), ["reading", "stripped"]),
    "cv.md": (documents.text(), ["reading", "stripped"]),
}


@pytest.mark.parametrize("name", BODIES)
def test_every_type_has_its_copies_and_they_are_what_was_measured(sandbox: Sandbox, tmp_path: Path, name: str) -> None:
    body, names = BODIES[name]
    _, made = copies_of(sandbox, tmp_path, body, name)
    assert (sorted(made.measured), made.missing) == (names, {})
    assert {copy: measure(str(made.path(copy))) for copy in names} == made.measured
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*names, "document"])


def test_what_was_typed_has_nothing_to_strip(sandbox: Sandbox, tmp_path: Path) -> None:
    _, made = copies_of(sandbox, tmp_path, documents.text(), "letter.txt", is_typed=True)
    assert (sorted(made.measured), made.missing) == (["reading"], {})


def test_a_scan_has_pictures_and_a_stripped_copy_but_nothing_to_read(sandbox: Sandbox, tmp_path: Path) -> None:
    _, made = copies_of(sandbox, tmp_path, documents.image_only_pdf(), "cv.pdf")
    assert (sorted(made.measured), made.missing) == (["page-1", "stripped"], {"reading": NoCopy.NO_TEXT})


def test_a_held_file_has_a_stripped_copy_that_would_be_accepted(sandbox: Sandbox, tmp_path: Path) -> None:
    inspection, made = copies_of(sandbox, tmp_path, documents.pdf_with_attachment(), "cv.pdf")
    assert inspection.verdict is Verdict.HOLD
    assert made.missing == {}
    stripped = made.path("stripped")
    again = sandbox.inspect(Request(str(stripped), "cv.pdf", TYPES, 25_000_000), size=1, sha256="")
    assert again.verdict is Verdict.ACCEPT


@pytest.mark.parametrize("body", [documents.pdf_with_javascript(), documents.exe(), b""])
def test_of_a_rejected_file_nothing_is_made(sandbox: Sandbox, tmp_path: Path, body: bytes) -> None:
    inspection, made = copies_of(sandbox, tmp_path, body, "cv.pdf")
    assert (inspection.verdict, made.measured, made.missing) == (Verdict.REJECT, {}, {})


def test_more_pages_than_are_drawn_are_left_out(sandbox: Sandbox, tmp_path: Path) -> None:
    _, made = copies_of(sandbox, tmp_path, documents.pdf(pages=MAX_PAGE_IMAGES + 1), "cv.pdf")
    assert sum(name.startswith("page-") for name in made.measured) == MAX_PAGE_IMAGES
    copy = ReadingCopy.model_validate_json(made.path("reading").read_bytes())
    assert copy.blocks[-2].text == str(MAX_PAGE_IMAGES + 1)


def slow_page_pdf() -> bytes:
    """A page that is painted over and over, in half-transparent paint: quickly read, slowly drawn."""
    paint = zlib.compress(b"/G gs " + b"0 0 99 99 re f " * 50_000)
    return documents.pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</ExtGState<</G<</ca .5>>>>>>>>",
        b"<</Filter/FlateDecode/Length %d>>stream\n" % len(paint) + paint + b"\nendstream",
    )


def test_copies_that_run_out_of_time_are_missing_and_say_so(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = documents.pdf(pages=3)
    monkeypatch.setattr(copier, "PAGE_LIMITS", replace(copier.PAGE_LIMITS, wall_seconds=0.0))
    inspection, made = copies_of(sandbox, tmp_path, body, "cv.pdf")
    assert inspection.verdict is Verdict.ACCEPT
    assert made.missing == {f"page-{number}": NoCopy.TOO_COMPLEX for number in (1, 2, 3)}
    assert sorted(made.measured) == ["reading", "stripped"]


def test_pages_past_the_time_or_the_room_for_all_are_left_out(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copier, "MAX_PAGE_IMAGES_SECONDS", -1.0)
    _, late = copies_of(sandbox, tmp_path, documents.pdf(), "cv.pdf")
    assert late.missing == {"page-1": NoCopy.TOO_COMPLEX}
    monkeypatch.undo()
    monkeypatch.setattr(copier, "MAX_PAGE_IMAGES_BYTES", 10)
    _, large = copies_of(sandbox, tmp_path, documents.pdf(), "cv.pdf")
    assert large.missing == {"page-1": NoCopy.TOO_LARGE}


@pytest.mark.parametrize(
    ("limits", "fault"),
    [
        (replace(COPY_LIMITS, wall_seconds=0.0), NoCopy.TOO_COMPLEX),
        (replace(COPY_LIMITS, answer_bytes=80), NoCopy.TOO_LARGE),
        (replace(COPY_LIMITS, open_files=3), NoCopy.FAILED),
    ],
)
def test_a_child_that_dies_is_a_missing_copy_and_the_next_one_is_made(
    sandbox: Sandbox, tmp_path: Path, limits: object, fault: NoCopy
) -> None:
    path, into = tmp_path / "d", tmp_path / "copy"
    path.write_bytes(documents.docx())
    assert sandbox.copy("reading", str(path), "docx", str(into), limits) == fault  # type: ignore[arg-type]
    assert not into.exists()
    assert sandbox.copy("reading", str(path), "docx", str(into)) is None
    assert into.exists()


def test_a_child_that_makes_a_copy_can_write_no_file_itself(sandbox: Sandbox, tmp_path: Path) -> None:
    assert sandbox_module.COPY_LIMITS.memory_bytes == sandbox_module.LIMITS.memory_bytes
    fault = sandbox.copy("reading", str(tmp_path / "absent"), "txt", str(tmp_path / "copy"))
    assert (fault, list(tmp_path.iterdir())) == (NoCopy.FAILED, [])
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(sandbox.copy, "reading", str(fifo), "txt", str(tmp_path / "copy"))
        with fifo.open("wb") as words:  # waits until the child has it open
            assert sandbox._zygote is not None
            proc = Path(f"/proc/{only_child(only_child(sandbox._zygote.pid))}")
            assert re.search(r"Max file size +0 +0 ", (proc / "limits").read_text())
            assert "Seccomp:\t2" in (proc / "status").read_text().splitlines()
            words.write(documents.text())
        assert answer.result() is None


class Lying(Sandbox):
    """Children that were taken over: what they write instead, by the copy's name."""

    def __init__(self, instead: dict[str, bytes]) -> None:
        super().__init__()
        self._instead = instead

    def copy(self, name: str, path: str, kind: str, into: str, limits: object = COPY_LIMITS) -> NoCopy | None:
        fault = super().copy(name, path, kind, into, limits)  # type: ignore[arg-type]
        if name in self._instead and fault is None:
            Path(into).write_bytes(self._instead[name])
        return fault


@pytest.mark.parametrize(
    ("name", "instead", "fault"),
    [
        ("reading", b"{", NoCopy.FAILED),
        ("reading", b'{"blocks":[{"kind":"script","text":"x"}]}', NoCopy.FAILED),
        ("reading", b'{"blocks":[]}' + b" " * 5_000_000, NoCopy.TOO_LARGE),
        ("page-1", b"<svg onload='x'/>" + bytes(100), NoCopy.FAILED),
        ("page-1", b"\x89PNG\r\n\x1a\n", NoCopy.FAILED),
        ("page-1", b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR" + b"\x7f\xff\xff\xff" * 2 + bytes(9), NoCopy.FAILED),
        ("stripped", documents.exe(), NoCopy.NOT_ACCEPTED),
        ("stripped", documents.pdf_with_javascript(), NoCopy.NOT_ACCEPTED),
        ("stripped", documents.pdf_with_attachment(), NoCopy.NOT_ACCEPTED),
        ("stripped", documents.pdf("Other words. " * 9), NoCopy.SAYS_OTHERWISE),
    ],
)
def test_what_is_not_what_it_should_be_is_not_offered(tmp_path: Path, name: str, instead: bytes, fault: NoCopy) -> None:
    with Lying({name: instead}) as lying:
        _, made = copies_of(lying, tmp_path, documents.pdf(), "cv.pdf")
    assert made.missing[name] == fault
    assert not made.path(name).exists()


def huge_picture_pdf() -> bytes:
    """A page with a picture of 20 000 by 20 000 pixels, a gigabyte as it is drawn."""
    squeezer = zlib.compressobj(9)
    packed = b"".join(squeezer.compress(bytes(1_000_000)) for _ in range(400)) + squeezer.flush()
    return documents.pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>",
        b"<</Length 21>>stream\n99 0 0 99 0 0 cm/X Do\nendstream",
        b"<</Type/XObject/Subtype/Image/Width 20000/Height 20000/BitsPerComponent 8/ColorSpace/DeviceRGB"
        b"/Filter/FlateDecode/Length %d>>stream\n" % len(packed) + packed + b"\nendstream",
    )


def test_a_hostile_page_costs_its_picture_and_never_the_verdict(tmp_path: Path) -> None:
    with Sandbox() as fresh:
        inspection, made = copies_of(fresh, tmp_path, slow_page_pdf(), "cv.pdf")
        assert inspection.verdict is Verdict.ACCEPT
        assert sorted(made.measured) == ["stripped"]
        assert made.missing == {"reading": NoCopy.NO_TEXT, "page-1": NoCopy.TOO_COMPLEX}
        assert copies_of(fresh, tmp_path, documents.pdf(), "cv.pdf")[1].missing == {}


def test_a_huge_picture_is_drawn_small(sandbox: Sandbox, tmp_path: Path) -> None:
    inspection, made = copies_of(sandbox, tmp_path, huge_picture_pdf(), "cv.pdf")
    assert (inspection.verdict, sorted(made.measured)) == (Verdict.ACCEPT, ["page-1", "stripped"])
