"""How the desk shows what applicants wrote."""

import pytest

from factories import an_inspection
from intake.domain.document import DocumentKind
from intake.services.open_document import filename_of
from intake.web.dossier_view import Link, link_of


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("https://writers.example/nino?a=b#c", Link("https://", "writers.example", "/nino?a=b#c")),
        ("http://writers.example", Link("http://", "writers.example", "")),
        ("https://writers.example:8443/x", Link("https://", "writers.example:8443", "/x")),
        ("https://аррӏе.com/login", Link("https://", "xn--80ak6aa92e.com", "/login")),
        ("https://წერილი.example", Link("https://", "xn--podiah2a4e.example", "")),
        ("https://straße.example/x", Link("https://", "xn--strae-oqa.example", "/x")),
        ("https://a..b.example/x", Link("https://", "a..b.example", "/x")),
        ("https://[::1].example/x", Link("https://", "[::1].example", "/x")),
        ("https://elsewhere。example/x", Link("https://", "elsewhere.example", "/x")),
        ("https://ü..example/x", Link("https://", "\\xfc..example", "/x")),
    ],
)
def test_a_links_host_is_what_a_browser_would_go_to(link: str, shown: Link) -> None:
    assert link_of(link) == shown


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"type": "docx"}, "K7QM-2XDP-cover-letter.docx"),
        ({"type": None, "found": "doc"}, "K7QM-2XDP-cover-letter.doc"),
        ({"type": None, "found": "binary"}, "K7QM-2XDP-cover-letter.bin"),
        ({"type": None}, "K7QM-2XDP-cover-letter.bin"),
    ],
)
def test_an_original_is_named_by_reference_kind_and_what_it_is(changes: dict[str, str | None], name: str) -> None:
    assert filename_of("K7QM-2XDP", DocumentKind.COVER_LETTER, an_inspection(**changes)) == name


def test_an_original_that_nobody_inspected_has_no_type() -> None:
    assert filename_of("K7QM-2XDP", DocumentKind.CV, None) == "K7QM-2XDP-cv.bin"
