"""Copies, from the upload to the desk: made of the version that was judged, recorded, and read by nobody too early."""

import hashlib
import io
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from test_desk_documents import fetched

import documents
from desk import EDITOR, Browser, Held, download, received, rows
from house import House
from intake import runtime
from intake.domain.application import Application
from intake.domain.copies import Block, BlockKind, Copies, NoCopy, ReadingCopy
from intake.domain.document import DocumentKind
from intake.domain.editor import Editor
from intake.domain.verdict import Reason, Verdict
from intake.inspection.copies import copier
from mails import to
from people import ApiClient

CV = documents.changed_pdf(lambda pdf: pdf.docinfo.update({"/Author": "Zaza Secretadze"}))
FILES = {
    "cv": ("cv.pdf", CV),
    "cover_letter": ("letter.docx", documents.docx("Dear editors, I would like to write for your readers. " * 9)),
    "writing_sample": ("sample.odt", documents.odt("The river rose in the night. " * 9)),
}


def application_of(house: House, client: ApiClient) -> Application:
    return runtime.applications(house.physical["Table"]).get(client.application_id)


def copies_of(house: House, client: ApiClient, kind: DocumentKind = DocumentKind.CV) -> Copies | None:
    return application_of(house, client).document(kind).copies


def on_desk(house: House, client: ApiClient, kind: str = "cv", attempt: int = 1) -> dict[str, list[str]]:
    """The versions under a document's attempt, by name."""
    prefix = f"desk/{client.application_id}/{kind}/{attempt}/"
    found: dict[str, list[str]] = {}
    for version in house.s3.list_object_versions(Bucket=house.physical["DeskBucket"], Prefix=prefix).get(
        "Versions", []
    ):
        found.setdefault(version["Key"].removeprefix(prefix), []).append(version["VersionId"])
    return found


def path(client: ApiClient, kind: str = "cv") -> str:
    return f"/desk/a/{client.application_id}/{kind}"


def test_what_is_recorded_is_what_lies_there(house: House) -> None:
    nino = ApiClient(house)
    nino.apply(FILES)
    house.settle()
    for kind, names in (
        ("cv", ["page-1", "reading", "stripped"]),
        ("cover-letter", ["reading", "stripped"]),
        ("writing-sample", ["reading", "stripped"]),
    ):
        copies = copies_of(house, nino, DocumentKind(kind.replace("-", "_")))
        assert copies is not None
        recorded = {"reading": copies.reading, "stripped": copies.stripped}
        recorded |= {f"page-{number}": copy for number, copy in copies.pages.items()}
        assert sorted(recorded) == names
        assert on_desk(house, nino, kind) == {
            "original": [application_of(house, nino).document(DocumentKind(kind.replace("-", "_"))).desk_version],
            **{name: [copy.version_id] for name, copy in recorded.items() if copy},
        }
        for name, copy in recorded.items():
            assert copy is not None
            body = house.body("DeskBucket", f"desk/{nino.application_id}/{kind}/1/{name}", copy.version_id)
            assert (hashlib.sha256(body).hexdigest(), len(body)) == (copy.sha256, copy.size)


def test_the_summary_waits_for_verdicts_and_never_for_copies(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(copier, "make_copies", fail)
    nino = ApiClient(house)
    nino.apply(FILES)
    house.settle(rounds=3)
    assert nino.document("cv")["verdict"] == "accept"
    assert len(to(house.mails, EDITOR)) == 1
    assert copies_of(house, nino) is None
    monkeypatch.undo()
    house.settle()
    assert copies_of(house, nino) is not None
    assert len(to(house.mails, EDITOR)) == 1, "copies are no news"


def test_the_stripped_copy_is_downloaded_unless_the_original_is_asked_for(browser: Browser, house: House) -> None:
    nino = ApiClient(house)
    reference = nino.apply(FILES)
    house.settle()
    application, page = application_of(house, nino), browser.get(f"/desk/a/{nino.application_id}")
    stripped = browser.submit(page, path(nino)).headers["location"]
    assert f"{reference}-cv.pdf" in stripped
    with pikepdf.open(io.BytesIO(fetched(house, stripped))) as pdf:
        assert "/Info" not in pdf.trailer
    original = browser.submit(page, f"{path(nino)}/original").headers["location"]
    assert fetched(house, original) == CV
    history = browser.get(f"/desk/a/{nino.application_id}").text
    assert f"{EDITOR} hat die bereinigte Fassung geöffnet: Lebenslauf" in history
    assert f"{EDITOR} hat geöffnet: Lebenslauf" in history
    copies = copies_of(house, nino)
    assert copies is not None
    assert copies.stripped is not None
    versions = {row["version"]["S"] for row in rows(house) if row["sk"]["S"].startswith("event#")}
    assert versions == {copies.stripped.version_id, application.document(DocumentKind.CV).desk_version}


def test_documents_are_read_on_the_applications_page(browser: Browser, house: House) -> None:
    nino = ApiClient(house)
    nino.apply(FILES)
    house.settle()
    before = rows(house)
    page = browser.get(f"/desk/a/{nino.application_id}")
    for words in (
        "Curriculum vitae. Curriculum",
        "Dear editors, I would like to write",
        "The river rose in the night.",
    ):
        assert words in page.text
    reading = browser.get(f"{path(nino)}/read")
    assert (reading.status, reading.heading) == (200, "Lebenslauf")
    assert f'src="{path(nino)}/pages/1"' in reading.body
    picture = browser.get(f"{path(nino)}/pages/1")
    assert (picture.status, picture.headers["content-type"], picture.headers["cache-control"]) == (
        200, "image/png", "no-store",
    )  # fmt: skip
    assert picture.headers["x-content-type-options"] == "nosniff"
    copies = copies_of(house, nino)
    assert copies is not None
    assert hashlib.sha256(picture.content).hexdigest() == copies.pages[1].sha256
    assert [row for row in rows(house) if row["pk"]["S"].startswith("application#")] == [
        row for row in before if row["pk"]["S"].startswith("application#")
    ], "reading changes nothing"


@pytest.mark.parametrize("place", ["read", "pages/1"])
def test_copies_are_for_signed_in_editors_of_the_call(browser: Browser, house: House, place: str) -> None:
    nino = ApiClient(house)
    nino.apply(FILES)
    house.settle()
    assert browser.get(f"{path(nino)}/{place}").status == 200
    assert "/desk/sign-in" in Browser(house).get(f"{path(nino)}/{place}").forms
    anna, editors = Browser(house), runtime.editors(house.physical["Table"], EDITOR)
    editors.put(Editor(address="anna@magazine.example", routes=("contributors",)))
    anna.sign_in("anna@magazine.example")
    assert anna.get(f"{path(nino)}/{place}").status == 200
    editors.put(Editor(address="anna@magazine.example", routes=("another-call",)))
    assert anna.get(f"{path(nino)}/{place}").status == 404
    for wrong in ("pages/0", "pages/2", "pages/x", "pages/01", "pages/99999"):
        assert browser.get(f"{path(nino)}/{wrong}").status == 404


def test_before_the_verdict_is_final_nothing_can_be_read(browser: Browser, house: House) -> None:
    house.scan_result = None
    nino = ApiClient(house)
    nino.apply(FILES)
    house.settle()
    assert sorted(on_desk(house, nino)) == ["page-1", "reading", "stripped"]
    page = browser.get(f"/desk/a/{nino.application_id}")
    assert page.status == 200
    assert "Curriculum" not in page.text
    assert browser.get(f"{path(nino)}/read").status == 404
    assert browser.get(f"{path(nino)}/pages/1").status == 404
    house.scan_result = "NO_THREATS_FOUND"
    house.rescan(nino.tickets["cv"]["fields"]["key"])
    house.settle()
    assert browser.get(f"{path(nino)}/read").status == 200


def test_what_the_scan_rejects_cannot_be_read_whenever_it_says_so(browser: Browser, house: House) -> None:
    nino = ApiClient(house)
    nino.apply(FILES)
    house.settle()
    page = browser.get(f"/desk/a/{nino.application_id}")
    house.scan_result = "THREATS_FOUND"
    house.rescan(nino.tickets["cv"]["fields"]["key"])
    house.settle()
    assert nino.document("cv")["reason"] == "malware"
    assert "Curriculum" not in browser.get(f"/desk/a/{nino.application_id}").text
    assert browser.get(f"{path(nino)}/read").status == 404
    assert browser.get(f"{path(nino)}/pages/1").status == 404
    assert browser.submit(page, path(nino)).status == 404
    assert browser.submit(page, f"{path(nino)}/original").status == 404


def test_of_what_the_scan_rejects_first_no_copy_is_made(house: House) -> None:
    house.scan_result = "THREATS_FOUND"
    nino = ApiClient(house)
    nino.open(FILES)
    nino.send_files(FILES)
    while house.deliver("ScanQueue"):
        pass
    house.settle()
    assert nino.document("cv")["reason"] == "malware"
    assert on_desk(house, nino) == {}


def test_copies_of_a_replaced_document_cannot_be_read(browser: Browser, house: House) -> None:
    nino = ApiClient(house)
    nino.apply(FILES)
    house.settle()
    better = documents.docx("Better words, and no page that could be drawn. " * 5)
    nino.renew("cv", "better.docx", better)
    nino.send_files({"cv": ("better.docx", better)})
    house.settle()
    assert sorted(on_desk(house, nino, attempt=2)) == ["original", "reading", "stripped"]
    page = browser.get(f"/desk/a/{nino.application_id}")
    assert "Better words" in page.text
    assert "Curriculum" not in page.text
    assert browser.get(f"{path(nino)}/pages/1").status == 404


def test_after_a_withdrawal_copies_are_unreachable_at_once_and_gone_soon(browser: Browser, house: House) -> None:
    nino = ApiClient(house)
    nino.apply(FILES)
    house.settle()
    assert nino.ask("DELETE").status == 202
    for place in ("read", "pages/1"):
        assert browser.get(f"{path(nino)}/{place}").status == 404
    house.keep()
    house.settle()
    house.keep(after=timedelta(hours=1))
    house.settle()
    assert house.keys("DeskBucket", "desk/") == []
    assert house.keys("IncomingBucket", "incoming/") == []


def test_a_copy_that_an_earlier_try_left_is_taken_and_another_is_not(house: House) -> None:
    nino = ApiClient(house)
    nino.apply(FILES)
    house.settle()
    made = copies_of(house, nino)
    assert made is not None
    assert made.reading is not None
    levan = ApiClient(house)
    levan.open(FILES)
    same = house.body("DeskBucket", f"desk/{nino.application_id}/cv/1/reading", made.reading.version_id)
    bucket, prefix = house.physical["DeskBucket"], f"desk/{levan.application_id}/cv/1"
    left = house.s3.put_object(Bucket=bucket, Key=f"{prefix}/reading", Body=same)["VersionId"]
    house.s3.put_object(Bucket=bucket, Key=f"{prefix}/stripped", Body=b"something else")
    levan.send_files(FILES)
    levan.submit()
    house.settle()
    found = copies_of(house, levan)
    assert found is not None
    assert found.reading is not None
    assert (found.reading.version_id, found.stripped, found.no_stripped) == (left, None, NoCopy.KEY_TAKEN)
    assert {name: len(versions) for name, versions in on_desk(house, levan).items()} == {
        "original": 1, "page-1": 1, "reading": 1, "stripped": 1,
    }  # fmt: skip


def test_a_repeated_event_makes_nothing_anew(house: House) -> None:
    nino = ApiClient(house)
    nino.apply(FILES)
    house.settle()
    before = (rows(house), on_desk(house, nino))
    asked: list[str] = []
    house.session.events.register("before-call.s3", lambda model, **_: asked.append(model.name))
    runtime.forget()  # clients that are there hear of no new hook
    house.reannounce(nino.tickets["cv"]["fields"]["key"])
    house.settle()
    assert [name for name in asked if name in {"GetObject", "PutObject", "CopyObject"}] == []
    assert (rows(house), on_desk(house, nino)) == before


def test_a_version_that_came_later_under_the_same_ticket_is_not_copied(house: House) -> None:
    nino = ApiClient(house)
    nino.apply(FILES)
    house.settle()
    before = on_desk(house, nino)
    assert house.upload(nino.tickets["cv"], documents.pdf("Other words. " * 9)).status == 201
    house.settle()
    assert on_desk(house, nino) == before


# ------------------------------------------------------------------ what the desk shows


def reading(*blocks: tuple[BlockKind, str], is_cut: bool = False) -> bytes:
    copy = ReadingCopy(blocks=tuple(Block(kind=kind, text=text) for kind, text in blocks), is_cut=is_cut)
    return copy.model_dump_json().encode()


def test_a_reading_copy_is_text_and_nothing_else(browser: Browser, house: House) -> None:
    said = reading(
        (BlockKind.HEADING, "<script>alert(1)</script>"),
        (BlockKind.ITEM, "one"),
        (BlockKind.ITEM, "two"),
        (BlockKind.ROW, "2009\tRadio & print"),
        (BlockKind.PARAGRAPH, "https://elsewhere.example {{ seat.token }}"),
    )
    application = received(house, {DocumentKind.CV: Held(CV, copies={"reading": said, "stripped": CV})})
    body = browser.get(f"/desk/a/{application.id}").body
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body
    assert "<script" not in body
    assert 'href="https://elsewhere' not in body
    assert "{{ seat.token }}" in body
    assert [cell in body for cell in ('<td dir="auto">2009</td>', '<td dir="auto">Radio &amp; print</td>')] == [
        True
    ] * 2
    assert body.count('<li dir="auto">') == 2


def test_a_long_text_is_cut_on_the_applications_page_and_whole_on_its_own(browser: Browser, house: House) -> None:
    paragraphs = [(BlockKind.PARAGRAPH, f"{n:03} " + "წყალი " * 60) for n in range(150)]
    said = reading(*paragraphs, is_cut=True)
    application = received(house, {DocumentKind.CV: Held(CV, copies={"reading": said, "stripped": CV})})
    page = browser.get(f"/desk/a/{application.id}")
    assert "000 წყალი" in page.text
    assert "149 წყალი" not in page.text
    whole = browser.get(f"/desk/a/{application.id}/cv/read")
    assert f'href="/desk/a/{application.id}/cv/read"' in page.body
    assert all(f"{n:03} წყალი" in whole.text for n in range(150))
    assert "Hier steht nur der Anfang" in whole.text


@pytest.mark.parametrize("reason", NoCopy)
def test_the_desk_says_why_there_is_no_copy_and_offers_the_original(
    browser: Browser, house: House, reason: NoCopy
) -> None:
    held = Held(CV, no_reading=reason, no_stripped=reason)
    application = received(house, {DocumentKind.CV: held})
    page = browser.get(f"/desk/a/{application.id}")
    assert "Keine bereinigte Fassung: " in page.text
    assert f"/desk/a/{application.id}/cv/original" not in page.forms
    assert fetched(house, download(browser, application).headers["location"]) == CV


def test_a_held_document_is_read_at_once_and_opened_after_its_reference(browser: Browser, house: House) -> None:
    said = reading((BlockKind.PARAGRAPH, "What the sample says."))
    copies = {"reading": said, "stripped": b"%PDF stripped", "page-1": b"\x89PNG"}
    held = Held(CV, Verdict.HOLD, Reason.ATTACHMENTS, copies=copies)
    application = received(house, {DocumentKind.CV: held})
    page = browser.get(f"/desk/a/{application.id}")
    assert "What the sample says." in page.text
    cv = f"/desk/a/{application.id}/cv"
    assert cv not in page.forms
    whole = browser.get(f"{cv}/read")
    assert "Die Datei enthält weitere Dateien, die nicht geprüft wurden." in whole.text
    confirmation = browser.get(cv)
    for action in (cv, f"{cv}/original"):
        assert browser.post(action, confirmation.forms[cv] | {"confirmation": "no"}).status == 422
    confirmed = confirmation.forms[cv] | {"confirmation": application.reference}
    assert fetched(house, browser.post(cv, confirmed).headers["location"]) == b"%PDF stripped"
    assert fetched(house, browser.post(f"{cv}/original", confirmed).headers["location"]) == CV
    assert browser.get(f"/desk/a/{application.id}").text.count("hat trotz des Vorbehalts geöffnet") == 2


def test_pages_without_a_picture_are_named(browser: Browser, house: House) -> None:
    application = received(house, {DocumentKind.CV: Held(CV, copies={"page-1": b"\x89PNG"})})
    page = browser.get(f"/desk/a/{application.id}/cv/read")
    assert "Seiten ohne Bild: 2." in page.text
    assert browser.get(f"/desk/a/{application.id}/cv/pages/1").content == b"\x89PNG"
    assert "pages/2" not in page.body
