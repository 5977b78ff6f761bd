"""OpenDocument texts, rows 52 to 57 of the table of bad inputs."""

import zlib

import pytest

import documents
from intake.domain.verdict import Note

ACCEPTED = ("accept", None)
ODF = b"application/vnd.oasis.opendocument."


META = (
    b'<office:document-meta xmlns:office="urn:o" xmlns:meta="urn:m" xmlns:xlink="urn:x">'
    b'<meta:auto-reload xlink:href="%s"/></office:document-meta>'
)
OLD_DOCTYPE = b'<!DOCTYPE manifest:manifest PUBLIC "-//OpenOffice.org//DTD Manifest 1.0//EN" "Manifest.dtd">'


def image(target: str) -> str:
    return f'<text:p><draw:frame><draw:image xlink:href="{target}"/></draw:frame></text:p>'


@pytest.mark.parametrize(
    ("body", "members", "expected"),
    [
        ("", {"Basic/Standard/Module1.xml": b"<x/>"}, ("reject", "macros")),
        ("", {"Scripts/python/a.py": b"x"}, ("reject", "macros")),
        ("", {"Scripts/": b""}, ACCEPTED),
        ('<text:p><text:a xlink:href="vnd.sun.star.script:x">a</text:a></text:p>', {}, ("reject", "macros")),
        ('<script:event-listener xlink:href="x"/>', {}, ("reject", "macros")),
        ('<script:event-listener xlink:href="" script:event-name="dom:load"/>', {}, ACCEPTED),
        ('<script:event-listener script:macro-name="application:X.Main"/>', {}, ("reject", "macros")),
        ('<text:p><text:script script:language="JavaScript">x</text:script></text:p>', {}, ("reject", "macros")),
        ('<text:p><text:a xlink:href=".uno:Quit">a</text:a></text:p>', {}, ("reject", "macros")),
        ('<text:p><text:a xlink:href=" vnd.libreoffice.command:x">a</text:a></text:p>', {}, ("reject", "macros")),
        ("", {"Configurations2/menubar/menubar.xml": b"<m id='.uno:Save'/>"}, ACCEPTED),
        ("", {"Configurations2/accelerator/current.xml": b"<m id='vnd.sun.star.script:x'/>"}, ("reject", "macros")),
        ("", {"meta.xml": META % b"https://far.example/"}, ("hold", "external_content")),
        ("", {"meta.xml": META % b"../piece.odt"}, ACCEPTED),
        ("", {"META-INF/manifest.xml": OLD_DOCTYPE + b"<m/>"}, ACCEPTED),
        ("", {"META-INF/manifest.xml": OLD_DOCTYPE[:-1] + b" [<!ENTITY a 'b'>]><m/>"}, ("reject", "file_damaged")),
        (
            "",
            {"META-INF/manifest.xml": OLD_DOCTYPE.replace(b'"Man', b'"http://far.example/Man') + b"<m/>"},
            ("reject", "file_damaged"),
        ),
        (
            "",
            {"META-INF/manifest.xml": OLD_DOCTYPE.replace(b"OpenOffice", b"Far") + b"<m/>"},
            ("reject", "file_damaged"),
        ),
        ('<draw:applet xlink:href="x"/>', {}, ("reject", "active_content")),
        ('<text:p><text:a xlink:href="https://a.example/">a</text:a></text:p>', {}, ACCEPTED),
        (image("Pictures/a.png"), {"Pictures/a.png": b"x"}, ACCEPTED),
        (image("https://far.example/a.png"), {}, ("hold", "external_content")),
        (
            '<text:section><text:section-source xlink:href="//server/a.odt"/></text:section>',
            {},
            ("hold", "external_content"),
        ),
        ('<draw:object xlink:href="./Object 1"/>', {"Object 1/content.xml": b"<x/>"}, ("hold", "attachments")),
        ("", {"settings.xml": b"<!DOCTYPE x><x/>"}, ("reject", "file_damaged")),
        ("", {"META-INF/manifest.xml": b"<m><encryption-data/></m>"}, ("reject", "password")),
        ("", {"mimetype": ODF + b"text-template"}, ("reject", "type_mismatch")),
        ("", {"mimetype": ODF + b"spreadsheet"}, ("reject", "type_mismatch")),
    ],
)
def test_each_thing_has_its_verdict(outcome, body: str, members: dict[str, bytes | None], expected: object) -> None:
    assert outcome(documents.odt_with_body(body, members), "sample.odt") == expected


def test_what_is_not_whole_is_damaged(outcome) -> None:
    empty = documents.changed_zip(documents.odt(), {"content.xml": None})
    assert outcome(empty, "sample.odt") == ("reject", "file_damaged")
    picture = b"a picture that is stored as it is" * 3
    whole = documents.changed_zip(documents.odt(), {"Pictures/a.png": picture})
    assert outcome(whole, "sample.odt") == ACCEPTED
    checksum = zlib.crc32(picture).to_bytes(4, "little")
    assert outcome(whole.replace(checksum, b"\0\0\0\0"), "sample.odt") == ("reject", "file_damaged")


def test_a_chart_can_only_be_drawn(outcome) -> None:
    manifest = documents.member(documents.odt(), "META-INF/manifest.xml").replace(
        b"</manifest:manifest>",
        b'<manifest:file-entry manifest:full-path="Object 1/" manifest:media-type="'
        + ODF
        + b'chart"/></manifest:manifest>',
    )
    members: dict[str, bytes | None] = {"META-INF/manifest.xml": manifest, "Object 1/content.xml": b"<x/>"}
    body = documents.odt_with_body('<draw:object xlink:href="./Object 1"/>', members)
    assert outcome(body, "sample.odt") == ACCEPTED


def test_words_are_what_people_read(judge) -> None:
    words = documents.odt("Two words")
    body = (
        "<text:p>and<text:s/>three<text:tab/>more</text:p>"
        "<text:tracked-changes><text:p>gone</text:p></text:tracked-changes>"
        "<text:p><office:annotation><text:p>a comment</text:p></office:annotation></text:p>"
    )
    content = documents.member(words, "content.xml").replace(b"</office:text>", body.encode() + b"</office:text>")
    found = judge(documents.changed_zip(words, {"content.xml": content}), "sample.odt")
    assert (found.words, found.notes) == (5, (Note.COMMENTS, Note.TRACKED_CHANGES))


def test_a_package_without_its_mark_is_still_known(judge) -> None:
    found = judge(documents.changed_zip(documents.odt(), {"mimetype": None}), "sample.odt")
    assert (found.verdict.value, found.type, found.notes) == ("accept", "odt", (Note.REPAIRED,))


HIDING = (
    '<style:style style:name="H"><style:text-properties text:display="none"/></style:style>'
    '<style:style style:name="T"><style:text-properties fo:font-size="1pt"/></style:style>'
    '<style:style style:name="S"><style:text-properties fo:font-size="11pt"/></style:style>'
)


@pytest.mark.parametrize(
    ("body", "is_hidden"),
    [
        ('<text:p><text:span text:style-name="H">hidden</text:span></text:p>', True),
        ('<text:p text:style-name="T">tiny</text:p>', True),
        ('<text:p text:style-name="S">shown</text:p>', False),
        ('<text:p><text:span text:style-name="H"> </text:span>shown</text:p>', False),
        ('<text:section text:display="none"><text:p>hidden</text:p></text:section><text:p>shown</text:p>', True),
        ("<text:p><text:hidden-text>hidden</text:hidden-text></text:p>", True),
    ],
)
def test_text_that_does_not_show_is_noted(judge, body: str, is_hidden: bool) -> None:
    content = documents.member(documents.odt_with_body(body), "content.xml")
    namespace = b' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    head, tag, rest = content.partition(b"<office:body>")
    styles = b"<office:automatic-styles%s>%s</office:automatic-styles>" % (namespace, HIDING.encode())
    found = judge(documents.changed_zip(documents.odt(), {"content.xml": head + styles + tag + rest}), "sample.odt")
    assert (found.verdict.value, Note.HIDDEN_TEXT in found.notes) == ("accept", is_hidden)


def test_names_in_the_properties_are_noted(judge) -> None:
    meta = b'<m xmlns:d="urn:d" xmlns:meta="urn:m"><meta:initial-creator>Nino Example</meta:initial-creator></m>'
    found = judge(documents.changed_zip(documents.odt(), {"meta.xml": meta}), "sample.odt")
    assert found.notes == (Note.AUTHOR_NAMES,)


def test_a_version_kept_inside_is_a_document_like_the_one_around_it(judge) -> None:
    def with_version(version: bytes) -> bytes:
        return documents.changed_zip(documents.odt("Two words"), {"Versions/Version1": version})

    found = judge(with_version(documents.odt()), "sample.odt")
    assert (found.verdict.value, found.words, Note.INCREMENTAL_UPDATES in found.notes) == ("accept", 2, True)
    for version, expected in (
        (documents.odt_with_body("", {"Basic/Standard/Module1.xml": b"<x/>"}), ("reject", "macros")),
        (documents.odt_with_body(image("https://far.example/a.png")), ("hold", "external_content")),
        (with_version(documents.odt()), ("hold", "attachments")),
        (documents.docx(), ("hold", "attachments")),
    ):
        found = judge(with_version(version), "sample.odt")
        assert (found.verdict.value, found.reason.value) == expected
