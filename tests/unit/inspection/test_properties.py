"""What a file says of its own making: the program, and the days it was created and last changed on."""

from datetime import date

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

import documents
from intake.domain.verdict import Origin
from intake.inspection.limits import MAX_SOFTWARE
from intake.inspection.properties import day_of

CREATED, CHANGED = date(2024, 3, 1), date(2026, 10, 31)


def _pdf(**info: str) -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        del pdf.trailer.Info
        for name, value in info.items():
            pdf.docinfo[f"/{name}"] = value

    return documents.changed_pdf(change)


def _docx() -> bytes:
    core = b'<p xmlns:d="urn:d"><d:created>2024-03-01T10:00:00Z</d:created><d:modified>2026-10-31</d:modified></p>'
    app = b"<p><Application>Microsoft Office Word</Application><Pages>2</Pages></p>"
    return documents.changed_zip(documents.docx(), {"docProps/core.xml": core, "docProps/app.xml": app})


def _odt() -> bytes:
    meta = (
        b'<m xmlns:meta="urn:m" xmlns:d="urn:d"><meta:generator>LibreOffice/24.2</meta:generator>'
        b"<meta:creation-date>2024-03-01T10:00:00</meta:creation-date><d:date>2026-10-31T09:00:00</d:date></m>"
    )
    return documents.changed_zip(documents.odt(), {"meta.xml": meta})


RTF = (
    rb"{\rtf1\ansi{\*\generator Riched20 10.0.19041;}{\info{\creatim\yr2024\mo3\dy1\hr10}{\revtim\yr2026\mo10\dy31}}"
    rb"Dear editors, I would like to write for you.}"
)


@pytest.mark.parametrize(
    ("name", "body", "software"),
    [
        (
            "cv.pdf",
            _pdf(Creator="Writer", Producer="LibreOffice", CreationDate="D:20240301100000Z", ModDate="D:20261031"),
            "Writer, LibreOffice",
        ),
        ("cv.docx", _docx(), "Microsoft Office Word"),
        ("cv.odt", _odt(), "LibreOffice/24.2"),
        ("cv.rtf", RTF, "Riched20 10.0.19041"),
    ],
)
def test_each_format_says_where_it_comes_from(judge, name: str, body: bytes, software: str) -> None:
    assert judge(body, name).origin == Origin(software=software, created=CREATED, changed=CHANGED)


def test_a_file_that_says_nothing_has_no_origin(judge) -> None:
    assert judge(_pdf(), "cv.pdf").origin == Origin()
    assert judge(b"Dear editors, " * 20, "letter.txt").origin == Origin()


def test_what_it_says_is_one_short_clean_line(judge) -> None:
    found = judge(_pdf(Producer="A\u202e\n b" + "x" * 1000), "cv.pdf").origin.software
    assert found == "A b" + "x" * (MAX_SOFTWARE - 4)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_day_is_read_in_either_spelling(day: date) -> None:
    assert day_of(f"D:{day:%Y%m%d}103000+04'00'") == day_of(f" {day.isoformat()}T10:30:00Z ") == day


@pytest.mark.parametrize("moment", ["", "D:", "20241301", "2024-02-30", "0000-00-00", "٢٠٢٤٠١٠١", "yesterday"])
def test_what_is_no_day_is_left_out(moment: str) -> None:
    assert day_of(moment) is None


@given(st.text() | st.text(st.sampled_from("D:0123456789-T "), max_size=12))
def test_a_day_is_one_that_the_text_begins_with(moment: str) -> None:
    found = day_of(moment)
    begins = moment.strip().removeprefix("D:").replace("-", "")[:8]
    assert found is None or begins == f"{found.year:04}{found:%m%d}"
