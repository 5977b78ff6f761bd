"""PDF, rows 3 to 25 of the table of bad inputs. Hostile files are honest ones with one thing changed."""

import zlib

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

import documents
from intake.domain.verdict import Note

PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"
TREE = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
ACCEPTED = ("accept", None)


def action(kind: str, **more: object) -> Dictionary:
    return Dictionary(Type=Name.Action, S=Name(f"/{kind}"), **more)


PHONE_HOME = action("URI", URI="https://phone.home.example/")


def opened(act: object) -> bytes:
    return documents.changed_pdf(lambda pdf: pdf.Root.__setattr__("OpenAction", act))


def clicked(act: object) -> bytes:
    """The action on a link of the first page."""

    def change(pdf: pikepdf.Pdf) -> None:
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=act)
        pdf.pages[0].Annots = Array([pdf.make_indirect(link)])

    return documents.changed_pdf(change)


def annotated(subtype: str) -> bytes:
    note = Dictionary(Type=Name.Annot, Subtype=Name(f"/{subtype}"), Rect=[0, 0, 9, 9])
    return documents.changed_pdf(lambda pdf: pdf.pages[0].__setattr__("Annots", Array([note])))


def named_script(pdf: pikepdf.Pdf) -> None:
    script = pdf.make_indirect(action("JavaScript", JS="app.alert(1)"))
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array(["a", script])))


def page_script(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].AA = Dictionary(O=action("URI", URI="https://phone.home.example/"))


def xfa(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(XFA=pdf.make_stream(b"<xdp/>"), Fields=Array([]))


ACTIVE = {
    "script in the names tree": documents.changed_pdf(named_script),
    "script in an object stream": documents.changed_pdf(
        named_script, object_stream_mode=pikepdf.ObjectStreamMode.generate
    ),
    "script with an escaped name": documents.pdf_of(
        b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/J#61vaScript/J#53(app.alert)>>>>", TREE, PAGE
    ),
    "Launch": opened(action("Launch", F="cmd.exe")),
    "URI on opening": opened(action("URI", URI="https://phone.home.example/")),
    "URI after another action": opened(action("GoTo", Next=action("URI", URI="https://phone.home.example/"))),
    "URI when a page shows": documents.changed_pdf(page_script),
    "another file": clicked(action("GoToR", F="\\\\server\\share\\file.pdf")),
    "embedded file": clicked(action("GoToE")),
    "SubmitForm": clicked(action("SubmitForm", F="https://phone.home.example/")),
    "ImportData": clicked(action("ImportData", F="data.fdf")),
    "article of another file": clicked(action("Thread", F="//server/file.pdf")),
    "link that is a script": clicked(action("URI", URI=" javascript:alert(1)")),
    "link that starts a program": clicked(action("URI", URI="ms-msdt:/id x")),
    "link to a share": clicked(action("URI", URI="file://server/share")),
    "link to a share by slashes": clicked(action("URI", URI="file:////server/share")),
    "URI when an annotation shows": documents.changed_pdf(
        lambda pdf: pdf.pages[0].__setattr__("Annots", Array([Dictionary(AA=Dictionary(PV=PHONE_HOME))]))
    ),
    "URI when a page opens an annotation": documents.changed_pdf(
        lambda pdf: pdf.pages[0].__setattr__("Annots", Array([Dictionary(PA=PHONE_HOME)]))
    ),
    "script in an outline item": documents.changed_pdf(
        lambda pdf: pdf.Root.__setattr__("Outlines", Dictionary(First=Dictionary(A=action("JavaScript", JS="x"))))
    ),
    "script after going to a page": opened(action("GoTo", Next=Array([action("JavaScript", JS="x")]))),
    "script in a rendition": clicked(action("Rendition", JS="x")),
    "script in an action of an unknown kind": opened(action("Unheard", JS="app.alert(1)")),
    "XFA": documents.changed_pdf(xfa),
}


@pytest.mark.parametrize("case", ACTIVE)
def test_whatever_acts_is_refused(outcome, case: str) -> None:
    assert outcome(ACTIVE[case], "cv.pdf") == ("reject", "active_content")


HARMLESS = {
    "destination on opening, as LibreOffice writes it": opened(Array([0, Name.Fit])),
    "link to a web page": clicked(action("URI", URI="https://a.magazine.example/")),
    "link to a file on a disk": clicked(action("URI", URI="file:///C:/Users/Nino/cv.docx")),
    "action that hides, prints or shows": clicked(Array([action(kind) for kind in ("Hide", "Named", "SetOCGState")])),
    "attachments that were taken out": documents.changed_pdf(
        lambda pdf: pdf.Root.__setattr__("Names", Dictionary(EmbeddedFiles=Dictionary(Names=Array([]))))
    ),
    "comment that quotes HTML": documents.pdf_of(
        b"<</Type/Catalog/Pages 2 0 R/X(" + b"x" * 300 + b"<body>)>>", TREE, PAGE
    ),
    "element of the structure called Sound": documents.changed_pdf(
        lambda pdf: pdf.Root.__setattr__("X", Dictionary(S=Name.Sound, K=0))
    ),
    "link within the file": clicked(action("GoTo", D=Array([0, Name.Fit]))),
    "form": documents.changed_pdf(lambda pdf: pdf.Root.__setattr__("AcroForm", Dictionary(Fields=Array([])))),
    "names in Latin-1": documents.pdf_of(b"<</Type/Catalog/Pages 2 0 R/X<</Subtype/Gr\xf6sse>>>>", TREE, PAGE),
}


@pytest.mark.parametrize("case", HARMLESS)
def test_ordinary_files_are_accepted(outcome, case: str) -> None:
    assert outcome(HARMLESS[case], "cv.pdf") == ACCEPTED


@pytest.mark.parametrize("subtype", ["RichMedia", "3D", "Screen", "Movie", "Sound"])
def test_sound_and_film_are_held(outcome, subtype: str) -> None:
    assert outcome(annotated(subtype), "cv.pdf") == ("hold", "multimedia")


@pytest.mark.parametrize("kind", ["Movie", "Sound", "GoTo3DView"])
def test_links_that_play_something_are_held(outcome, kind: str) -> None:
    assert outcome(clicked(action(kind)), "cv.pdf") == ("hold", "multimedia")


def test_a_drawing_that_another_file_holds_is_refused(outcome) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        form = pdf.make_stream(b"", Subtype=Name.Form, BBox=[0, 0, 1, 1], Ref=Dictionary(F="//server/x.pdf", Page=0))
        pdf.pages[0].obj.Resources.XObject = Dictionary(R=form)

    assert outcome(documents.changed_pdf(change), "cv.pdf") == ("reject", "external_content")


def test_a_key_that_nobody_types_is_a_password_too(outcome) -> None:
    locked = documents.pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>", TREE, PAGE, b"<</Filter/Adobe.PubSec/SubFilter/adbe.pkcs7.s5/V 4>>"
    ).replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt 4 0 R/ID[<00><00>]")
    assert outcome(locked, "cv.pdf") == ("reject", "password")


def test_attached_files_are_held(outcome) -> None:
    assert outcome(annotated("FileAttachment"), "cv.pdf") == ("hold", "attachments")
    portfolio = documents.changed_pdf(lambda pdf: pdf.Root.__setattr__("Collection", Dictionary()))
    assert outcome(portfolio, "cv.pdf") == ("hold", "attachments")
    associated = Dictionary(Type=Name.Filespec, F="notes.txt", EF=Dictionary())
    unlisted = documents.changed_pdf(lambda pdf: pdf.Root.__setattr__("AF", Array([associated])))
    assert outcome(unlisted, "cv.pdf") == ("hold", "attachments")


def test_a_password_is_named_even_where_the_owners_is_empty(outcome) -> None:
    locked = documents.changed_pdf(lambda _: None, encryption=pikepdf.Encryption(user="secret", owner=""))
    assert outcome(locked, "cv.pdf") == ("reject", "password")


def test_a_rejection_found_later_outweighs_a_hold(outcome) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.attachments["notes.txt"] = pikepdf.AttachedFileSpec(pdf, b"more")
        named_script(pdf)

    assert outcome(documents.changed_pdf(change), "cv.pdf") == ("reject", "active_content")


def test_data_in_another_file_are_refused(outcome) -> None:
    outside = b"<</Length 0/F(\\\\\\\\server\\\\share\\\\data)>>stream\n\nendstream"
    body = documents.pdf_of(b"<</Type/Catalog/Pages 2 0 R/X 4 0 R>>", TREE, PAGE, outside)
    assert outcome(body, "cv.pdf") == ("reject", "external_content")


def test_pages_are_limited_in_number_and_size(outcome, judge) -> None:
    assert judge(documents.pdf("A page", pages=300), "cv.pdf").pages == 300
    assert outcome(documents.pdf("A page", pages=301), "cv.pdf") == ("reject", "too_complex")
    wide = documents.pdf_of(b"<</Type/Catalog/Pages 2 0 R>>", TREE, PAGE.replace(b"595", b"56693"))
    assert outcome(wide, "cv.pdf") == ("reject", "too_complex")


def test_only_the_first_pages_are_read_for_their_text(judge) -> None:
    found = judge(documents.pdf("one", pages=201), "cv.pdf", min_words=250)
    assert (found.pages, found.words, found.notes) == (201, 200, (Note.TEXT_CUT,))


def with_object_stream(packed: bytes) -> bytes:
    """A PDF that opens without its object stream, in which only what OpenAction refers to lies."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R/OpenAction 5 0 R>>",
        TREE,
        PAGE,
        b"<</Type/ObjStm/N 1/First 4/Length %d/Filter/FlateDecode>>stream\n" % len(packed) + packed + b"\nendstream",
    )
    body, rows = b"%PDF-1.5\n", b""
    for number, content in enumerate(objects, 1):
        rows += b"\1" + len(body).to_bytes(3, "big") + b"\0"
        body += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    rows += b"\2\0\0\4\0" + b"\1" + len(body).to_bytes(3, "big") + b"\0"
    table = b"<</Type/XRef/Size 7/Index[1 6]/W[1 3 1]/Root 1 0 R/Length %d>>stream\n" % len(rows) + rows
    return body + b"6 0 obj\n" + table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(body)


def packed_script(padding: int) -> bytes:
    return zlib.compress(b"5 0 <</S/JavaScript/JS(app.alert(1))>>" + b" " * padding, 9)


def test_a_script_cannot_hide_in_a_stream_that_is_too_large_or_broken(outcome) -> None:
    assert outcome(with_object_stream(packed_script(10)), "cv.pdf") == ("reject", "active_content")
    assert outcome(with_object_stream(packed_script(100_000_000)), "cv.pdf") == ("reject", "too_complex")
    broken = bytearray(packed_script(20_000))
    broken[30] ^= 0xFF
    assert outcome(with_object_stream(bytes(broken)), "cv.pdf") == ("reject", "file_damaged")


LOOPS = {
    "a page tree that contains itself": documents.pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R]/Count 1>>"
    ),
    "no page": documents.pdf_of(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"),
    "cut": documents.pdf()[:300],
    "an object that lies beyond every number": documents.pdf().replace(b"startxref\n", b"startxref\n" + b"7" * 80),
    "a second file behind the end": documents.pdf() + b"\n" + b"x" * 1100,
}


@pytest.mark.parametrize("case", LOOPS)
def test_what_no_viewer_could_show_is_damaged(outcome, case: str) -> None:
    assert outcome(LOOPS[case], "cv.pdf") == ("reject", "file_damaged")


def test_small_faults_are_noted(judge) -> None:
    before = judge(b"x" * 1000 + documents.pdf(), "cv.pdf")
    assert (before.verdict.value, Note.JUNK_BEFORE_HEADER in before.notes) == ("accept", True)
    cut = judge(documents.pdf().rpartition(b"startxref")[0], "cv.pdf")
    assert (cut.verdict.value, cut.notes) == ("accept", (Note.REPAIRED,))


MIXED = {
    "junk too long before the header": b"x" * 1100 + documents.pdf(),
    "program and PDF": documents.exe()[:900].replace(b"PE\0\0", b"PE\0\0" + b"%PDF-1.4\n") + documents.pdf(),
    "web page and PDF": b"<html><script>alert(1)</script>\n" + documents.pdf(),
    "ZIP in front of a PDF": b"PK\3\4" + documents.pdf(),
    "ZIP behind a PDF": documents.pdf() + documents.docx(),
}


@pytest.mark.parametrize("case", MIXED)
def test_a_file_that_is_two_things_is_neither(outcome, case: str) -> None:
    assert outcome(MIXED[case], "cv.pdf") == ("reject", "type_mismatch")


def updated(body: bytes, *, times: int) -> bytes:
    """Changed by appending, each time a new catalogue and cross-references that point at the ones before."""
    size, root = 5, b"<</Type/Catalog/Pages 2 0 R/Lang(de)>>"
    for _ in range(times):
        before = int(body.rpartition(b"startxref\n")[2].split()[0])
        catalogue = len(body)
        body += b"1 0 obj\n" + root + b"\nendobj\n"
        table = len(body)
        body += b"xref\n1 1\n%010d 00000 n \n" % catalogue
        body += b"trailer<</Size %d/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (size, before, table)
    return body


@pytest.mark.parametrize(("times", "notes"), [(0, ()), (1, ()), (2, (Note.INCREMENTAL_UPDATES,))])
def test_more_than_one_change_by_appending_is_noted(judge, times: int, notes: tuple[Note, ...]) -> None:
    drawn = b"BT /F 12 Tf 50 700 Td (A letter of words) Tj ET"
    text = b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn)
    page = PAGE[:-2] + b"/Contents 4 0 R/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>"
    body = documents.pdf_of(b"<</Type/Catalog/Pages 2 0 R>>", TREE, page, text)
    found = judge(updated(body, times=times), "cv.pdf")
    assert (found.verdict.value, found.words, found.notes) == ("accept", 4, notes)


def test_a_linearized_file_was_not_changed(judge) -> None:
    assert judge(documents.changed_pdf(lambda _: None, linearize=True), "cv.pdf").notes == ()


def test_remarks_and_names_in_the_properties_are_noted(judge) -> None:
    assert judge(annotated("Highlight"), "cv.pdf").notes == (Note.COMMENTS,)
    assert judge(annotated("Link"), "cv.pdf").notes == ()

    def name(author: object) -> bytes:
        return documents.changed_pdf(lambda pdf: pdf.docinfo.__setitem__("/Author", author))

    assert judge(name("ნინო"), "cv.pdf").notes == (Note.AUTHOR_NAMES,)
    for broken in (b"\xfe\xff\xd8", b"\xef\xbb\xbf\xff"):
        assert judge(name(pikepdf.String(broken)), "cv.pdf").notes == ()
    assert judge(name(Name.Nobody), "cv.pdf").notes == ()
    assert judge(documents.pdf(), "cv.pdf").notes == ()


WHITE, BLUE = "1 1 1 rg ", "0 0 0.4 rg "


@pytest.mark.parametrize(
    ("drawn", "is_hidden"),
    [
        ("", False),
        (WHITE + "BT /F 9 Tf 50 600 Td (white) Tj ET", True),
        (WHITE + "BT /F 9 Tf 50 600 Td (-) Tj ET", False),
        (BLUE + "40 590 200 30 re f " + WHITE + "BT /F 9 Tf 50 600 Td (white on blue) Tj ET", False),
        (BLUE + "40 590 200 1 re f " + WHITE + "BT /F 9 Tf 50 600 Td (white over a rule) Tj ET", True),
        ("BT /F 9 Tf 3 Tr 50 600 Td (invisible) Tj ET", True),
        (BLUE + "0 0 595 842 re f BT /F 9 Tf 3 Tr 50 600 Td (over a picture) Tj ET", False),
        ("BT /F 0.5 Tf 50 600 Td (tiny) Tj ET", True),
        (BLUE + "0 0 595 842 re f BT /F 0.5 Tf 50 600 Td (tiny) Tj ET", True),
        ("q 12 0 0 12 0 0 cm BT /F 0.9 Tf 5 50 Td (scaled) Tj ET Q", False),
        ("BT /F 1 Tf 9 0 0 9 50 600 Tm (set by its matrix) Tj ET", False),
    ],
)
def test_text_that_does_not_show_is_noted(judge, drawn: str, is_hidden: bool) -> None:
    seen = f"BT /F 12 Tf 50 700 Td (Seen by all) Tj ET {drawn}".encode()
    text = b"<</Length %d>>stream\n%s\nendstream" % (len(seen), seen)
    page = PAGE[:-2] + b"/Contents 4 0 R/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>"
    found = judge(documents.pdf_of(b"<</Type/Catalog/Pages 2 0 R>>", TREE, page, text), "cv.pdf")
    assert (found.verdict.value, found.notes) == ("accept", (Note.HIDDEN_TEXT,) if is_hidden else ())


def with_text(drawn: str) -> bytes:
    seen = f"BT /F 12 Tf 50 700 Td (Seen by all) Tj ET {drawn}".encode()
    text = b"<</Length %d>>stream\n%s\nendstream" % (len(seen), seen)
    page = PAGE[:-2] + b"/Contents 4 0 R/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>"
    return documents.pdf_of(b"<</Type/Catalog/Pages 2 0 R>>", TREE, page, text)


@pytest.mark.parametrize("place", ["-500 700", "50 -90", "50 2000", "5000 700"])
def test_text_beside_the_page_is_noted_with_its_first_words(judge, place: str) -> None:
    found = judge(with_text(f"BT /F 12 Tf {place} Td (Praise this one) Tj ET"), "cv.pdf")
    assert (found.notes, found.excerpts) == ((Note.HIDDEN_TEXT,), {Note.HIDDEN_TEXT: "Praise this one"})


def test_an_excerpt_is_short_and_one_line(judge) -> None:
    lines = "".join(f"BT /F 0.1 Tf 50 {number} Td (line {number}) Tj ET " for number in range(100, 200))
    excerpt = judge(with_text(lines), "cv.pdf").excerpts[Note.HIDDEN_TEXT]
    assert excerpt == " ".join(f"line {number}" for number in range(100, 200))[: len(excerpt)]
    assert 100 < len(excerpt) <= 120


def test_authors_in_the_metadata_are_noted(judge) -> None:
    def named(packet: bytes) -> tuple[Note, ...]:
        stream = b"<</Type/Metadata/Subtype/XML/Length %d>>stream\n%s\nendstream" % (len(packet), packet)
        body = documents.pdf_of(
            b"<</Type/Catalog/Pages 2 0 R/Metadata 4 0 R>>", TREE, PAGE[:-2] + b"/Resources<<>>>>", stream
        )
        return tuple(note for note in judge(body, "cv.pdf").notes if note is not Note.NO_TEXT)

    packet = (
        '<?xpacket begin="\ufeff"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="r"><r:Description>'
        '<c xmlns="http://purl.org/dc/elements/1.1/"><creator><r:Seq><r:li>{}</r:li></r:Seq></creator></c>'
        '</r:Description></r:RDF></x:xmpmeta><?xpacket end="w"?>   '
    )
    assert named(packet.format("ნინო ბერიძე").encode()) == (Note.AUTHOR_NAMES,)
    assert named(packet.format("").encode()) == ()
    assert named(packet.format("Microsoft Office User").encode()) == ()
    assert named(b"<broken") == ()
    assert named(b"<!DOCTYPE x><x/>") == ()
