"""Where links lead, row 36 of the table of bad inputs: told to editors, never a reason to hold a file."""

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

import documents
from intake.inspection.addresses import host_of, is_host
from intake.inspection.limits import MAX_HOSTS


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://a.magazine.example/path?q=https://b.example", "a.magazine.example"),
        (" HTTP://Nino:secret@A.Example:8080", "a.example"),
        ("https://magazinе.example/", "xn--magazin-ehg.example"),
        ("https://straße.example/", "xn--strae-oqa.example"),
        ("ftp://a.example.", "a.example"),
        ("https://trusted.example\\@far.example/", "trusted.example"),
        ("https://[::1]/", None),
        ("https:///path", None),
        ("https://a..example/", None),
        ("https://a b.example/", "a"),
        ("https://" + "a" * 300, None),
        ("mailto:nino@people.example", None),
        ("file://server/share", None),
        ("#chapter", None),
    ],
)
def test_a_host_is_what_dns_knows(address: str, host: str | None) -> None:
    assert host_of(address) == host
    assert host is None or is_host(host)


def linking(addresses: list[str]) -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        links = [
            Dictionary(Subtype=Name.Link, Rect=[0, 0, 9, 9], A=Dictionary(S=Name.URI, URI=address))
            for address in addresses
        ]
        pdf.pages[0].Annots = Array(links)

    return documents.changed_pdf(change)


CODE = ' HYPERLINK "https://b.example/" '
FIELD = (
    '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{}</w:instrText></w:r>'
    "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r><w:fldSimple w:instr='{}'/></w:p>"
)
LINKED = {
    "a.pdf": linking(["https://b.example/1", "https://a.example/", "https://b.example/2"]),
    "b.docx": documents.docx_with_relationship("hyperlink", "https://b.example/"),
    "ab.docx": documents.docx_with_body(FIELD.format(CODE, CODE.replace("//b", "//a"))),
    "b.odt": documents.odt_with_body('<text:p><text:a xlink:href="https://b.example/"/></text:p>'),
    "b.rtf": documents.rtf('{\\field{\\*\\fldinst HYPERLINK "https://b.example/"}{\\fldrslt x}}'),
}


@pytest.mark.parametrize("filename", LINKED)
def test_every_type_tells_where_its_links_lead(judge, filename: str) -> None:
    found = judge(LINKED[filename], filename)
    expected = ["b.example"] if filename.startswith("b") else ["a.example", "b.example"]
    assert (found.verdict.value, sorted(found.hosts)) == ("accept", expected)


def test_only_so_many_are_told(judge) -> None:
    found = judge(linking([f"https://{n}.example/" for n in range(MAX_HOSTS + 9)]), "cv.pdf")
    assert len(set(found.hosts)) == MAX_HOSTS
