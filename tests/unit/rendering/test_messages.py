import re
from datetime import timedelta
from typing import Any

import pytest
from applicants import FULL_CARD, a_checked_document, some_documents, submitted
from hypothesis import given
from hypothesis import strategies as st
from mailbox_reader import Mail, decode_words, page, parse, preheader, visible

from factories import APPLICATION_ID, NOW
from intake.domain.applicant import Applicant, Preferences
from intake.domain.application import Application
from intake.domain.call import Call
from intake.domain.document import Document, DocumentKind
from intake.domain.verdict import Finding, Note, Reason, Verdict
from intake.rendering.labels import note_line
from intake.rendering.messages import receipt_message, summary_message, update_message
from intake.rendering.outgoing import OutgoingMail

BASE = "https://apply.magazine.example"
TOKEN = f"{APPLICATION_ID}.k1.mac"
REFERENCE = "HAB8-SY8Q"


def summary(application: Application, call: Call) -> Mail:
    return parse(_sent(summary_message, application, call).raw)


def update(application: Application, call: Call) -> Mail:
    return parse(_sent(update_message, application, call).raw)


def _sent(message: Any, application: Application, call: Call) -> OutgoingMail:
    mail: OutgoingMail = message(
        application, call, to="editors@magazine.example", sender="intake@mail.example", public_base=BASE
    )
    return mail


def receipt(application: Application, call: Call) -> Mail:
    mail = receipt_message(application, call, sender="intake@mail.example", public_base=BASE, token=TOKEN)
    assert (mail.to, mail.sender) == (application.applicant.email, "intake@mail.example")
    return parse(mail.raw)


MESSAGES = {"summary": summary, "update": update, "receipt": receipt}
every_message = pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)


def _facts(text: str) -> list[str]:
    """Every word that is said, in its order, without what only draws a layout."""
    return re.sub(r"(?m)^(> ?|- |-+ ?$)", "", text).split()


def test_the_reference_is_the_one_these_tests_expect() -> None:
    assert submitted().reference == REFERENCE


@every_message
def test_html_and_text_say_the_same(message: Any, call: Call) -> None:
    mail = message(submitted(), call)
    assert _facts(visible(mail.html)) == _facts(mail.text)


@every_message
def test_html_and_text_say_the_same_of_little(message: Any, call: Call) -> None:
    bare = dict.fromkeys(("address_as", "byline", "availability", "fee", "note", "alternative_contact"))
    link = Document(kind=DocumentKind.WRITING_SAMPLE, link="https://news.example/text")
    typed = a_checked_document(DocumentKind.CV, None, is_typed=True)
    mail = message(submitted(typed, link, card={**bare, "links": ()}), call)
    assert _facts(visible(mail.html)) == _facts(mail.text)


@pytest.mark.parametrize("message", [summary, update])
def test_an_address_that_no_mail_reaches_is_said_instead_of_where_a_reply_goes(message: Any, call: Call) -> None:
    application = submitted()
    mail = message(application.model_copy(update={"unreachable": application.applicant.email}), call)
    said = _facts(visible(mail.html))
    assert said == _facts(mail.text)
    came_back = f"Unsere E-Mail an {application.applicant.email} kam zurück"
    assert (came_back in " ".join(said), "Ihre Antwort geht direkt" in " ".join(said)) == (True, False)


def test_the_summary_says_it_all(call: Call) -> None:
    said = visible(summary(submitted(), call).html)
    for field in ("name", "address_as", "byline", "availability", "fee", "email", "note", "alternative_contact"):
        assert FULL_CARD[field] in said
    for fact in (
        "Georgien, Dagestan",
        "Gesellschaft und Alltag, Kultur und Literatur",
        "Georgisch, Lesgisch, Aserbaidschanisch (Kyrillisch)",
        *FULL_CARD["links"],
        'რეზიუმე "გიორგი".pdf',
        "PDF · 2 Seiten · 1.780 Wörter · 412 kB · Georgisch",
        "Anschreiben: mit Vorsicht öffnen",
        "Die Datei enthält weitere Dateien, die nicht geprüft wurden.",
        "Enthält Kommentare.",
        "Länger als in der Ausschreibung gewünscht.",
        "Textprobe: gesperrt",
        "Əliyev Rəşad oğlu.pdf",
        "Die Datei ist mit einem Passwort geschützt; niemand konnte hineinsehen.",
        "1. Dezember 2026, 11:00 Uhr (Berlin)",
        f"{BASE}/desk/a/{APPLICATION_ID}",
    ):
        assert fact in said


def test_that_a_file_names_its_author_is_not_told_to_editors(call: Call) -> None:
    noted = a_checked_document(DocumentKind.CV, notes=(Note.AUTHOR_NAMES, Note.COMMENTS))
    said = summary(submitted(noted), call).text
    assert note_line(Note.COMMENTS, "de") in said
    assert note_line(Note.AUTHOR_NAMES, "de") not in said.replace("\n  ", " ")


def test_a_link_and_a_missing_document_are_named(call: Call) -> None:
    link = Document(kind=DocumentKind.WRITING_SAMPLE, link="https://news.example/text")
    text = summary(submitted(link), call).text
    assert "Lebenslauf: nicht geschickt\n" in text
    assert (
        "Textprobe: ein Link\n  https://news.example/text\n  Diesen Link hat niemand geöffnet oder geprüft.\n" in text
    )


def test_an_update_marks_what_is_new(call: Call) -> None:
    new = a_checked_document(DocumentKind.CV, uploaded_at=NOW + timedelta(days=1))
    text = update(submitted(new, *some_documents()[1:], notified_at=NOW + timedelta(hours=1)), call).text
    assert text.count("Neu seit der ersten E-Mail") == 1
    assert "Neu seit der ersten E-Mail: hochgeladen am 2. Dezember 2026," in text


def test_the_subject_stays(call: Call) -> None:
    subject = f"[Bewerbung {REFERENCE}] გიორგი მაჭავარიანი – Georgien +1"
    assert decode_words(summary(submitted(), call)["Subject"]) == subject
    assert decode_words(update(submitted(), call)["Subject"]) == f"Re: {subject}"


@pytest.mark.parametrize(
    "name",
    [
        "მარიამ ჯავახიშვილი-ორბელიანი და ნინო კაპანაძე",
        "Հովհաննես Տեր-Մկրտչյան",
        "Абдул-Муслим Магомедович Гаджимурадов",
        "Əliyev Rəşad oğlu",
        "Ӏаьржа Эльмурзаев",
        "<b>Nino</b> {{ 7 * 7 }} %(name)s",
    ],
)
@pytest.mark.parametrize("message", [summary, update])
def test_names_are_exact(message: Any, name: str, call: Call) -> None:
    mail = message(submitted(card={"name": name, "regions": ("georgia",)}), call)
    assert decode_words(mail["Subject"]).removeprefix("Re: ") == f"[Bewerbung {REFERENCE}] {name} – Georgien"
    assert mail.mailbox("Reply-To") == (name, "giorgi@kutaisi.example")
    assert f"\n{name}\n" in mail.text
    assert name in page(mail.html).isolated


@given(
    card=st.fixed_dictionaries(
        {
            field: st.text(min_size=1, max_size=60).filter(lambda text: text.strip() != "")
            for field in ("address_as", "byline", "fee", "availability", "note", "alternative_contact")
        }
    )
)
def test_nothing_that_an_applicant_writes_becomes_markup(card: dict[str, str], call: Call) -> None:
    plain = page(summary(submitted(), call).html)
    application = submitted(card=card)
    mail = summary(application, call)
    tags = [tag for tag, _ in page(mail.html).tags]
    assert set(tags) == {tag for tag, _ in plain.tags}
    assert {name for name, _ in mail.headers} == {name for name, _ in summary(submitted(), call).headers}
    for field in card:
        if value := getattr(application.applicant, field):
            assert value in page(mail.html).isolated


@every_message
def test_only_our_own_links_can_be_clicked(message: Any, call: Call) -> None:
    links = page(message(submitted(), call).html).links
    assert links
    assert [link for link in links if not link.startswith(f"{BASE}/")] == []


def test_no_line_of_the_applicants_passes_for_ours(call: Call) -> None:
    assert "> CV: checked\n" in summary(submitted(), call).text
    lure = f"100 EUR{' ' * 60}Verified:{' ' * 60}https://evil.example/desk/a/{'1' * 40}"
    card = FULL_CARD | {"fee": lure, "name": "Nino " * 30, "byline": "Nino " * 12 + "Verified: " * 12}
    deceived = submitted().model_copy(update={"applicant": Applicant(**card)})
    lines = summary(deceived, call).text.splitlines()
    assert [line for line in lines if line.startswith(("Verified", "https://evil", "Nino"))] == [
        ("Nino " * 14).rstrip()
    ]
    assert f"  https://evil.example/desk/a/{'1' * 40}" in lines


@every_message
def test_text_keeps_to_72_columns(message: Any, call: Call) -> None:
    long = [line for line in message(submitted(), call).text.split("\n") if len(line) > 72 and " " in line.strip()]
    assert long == []


@every_message
def test_headers(message: Any, call: Call) -> None:
    mail = message(submitted(language="de"), call)
    thread = "applicant" if message is receipt else "desk"
    root = f"<{thread}.{APPLICATION_ID}@mail.example>"
    assert mail.mailbox("From") == ("Magazin Beispiel", "intake@mail.example")
    assert {name: value for name, value in mail.headers if name not in {"Subject", "From", "Reply-To"}} == {
        "To": "giorgi@kutaisi.example" if message is receipt else "editors@magazine.example",
        "References": root,
        "In-Reply-To": root,
        "Content-Language": "de",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "X-Intake-Application": REFERENCE,
        "X-Intake-Event": next(name for name in MESSAGES if MESSAGES[name] is message),
        "MIME-Version": "1.0",
        "Content-Type": 'multipart/alternative; boundary="=_contributor-intake"',
        **({} if message is receipt else {"List-Id": "<contributors.mail.example>"}),
    }


@every_message
def test_html_loads_nothing_and_names_its_language(message: Any, call: Call) -> None:
    html = message(submitted(language="de"), call).html
    tags = page(html).tags
    assert [attributes["lang"] for tag, attributes in tags if tag == "html"] == ["de"]
    assert {tag for tag, _ in tags} & {"img", "link", "script", "form", "iframe", "object"} == set()
    assert re.findall(r"(?:src|background)=|url\(|@import", re.sub(r"src=x", "", html)) == []
    assert len(preheader(html)) <= 110


def _receipt_text(application: Application, call: Call) -> str:
    mail = receipt(application, call)
    return "\n".join([*(f"{name}: {decode_words(value)}" for name, value in mail.headers), mail.text, mail.html])


def test_a_receipt_carries_nothing_that_the_applicant_wrote(call: Call) -> None:
    card = {field: f"spam{field}" for field in FULL_CARD if field not in {"email", "regions", "topics", "languages"}}
    documents = [
        a_checked_document(kind, Finding(verdict=Verdict.REJECT, reason=reason), filename="spamfile.pdf")
        for kind, reason in zip(DocumentKind, (Reason.PASSWORD, Reason.TYPE_MISMATCH, Reason.MALWARE), strict=True)
    ]
    said = _receipt_text(submitted(*documents, card={**card, "links": ("https://spam.example/x",)}), call)
    assert "spam" not in said
    link = Document(kind=DocumentKind.WRITING_SAMPLE, link="https://spam.example/x")
    assert "spam" not in _receipt_text(submitted(link), call)


def test_a_receipt_tells_each_document_and_the_way_out(call: Call) -> None:
    text = receipt(submitted(), call).text
    assert text.startswith(
        "Magazin Beispiel\n\nWe have received your application\n"
        "Looking for writers from Georgia, Armenia, Azerbaijan and the North\nCaucasus\n"
        f"Reference {REFERENCE}\nReceived on 1 December 2026, 11:00 (Berlin)\n\n"
        "Documents\n------\nCV: received\n\n"
        "Cover letter: received\n  Your cover letter has other files inside. Upload a copy without them.\n\n"
        "Writing sample: please replace\n"
        "  Your writing sample needs a password. Save a copy without a password\n    and upload it again.\n\n"
        "What happens next\n"
    )
    assert f"\n{BASE}/en/a/{TOKEN}\n" in text
    assert "by 29 December 2026, whatever" in text.replace("\n", " ")
    assert f"\n{BASE}/en/apply/contributors\n" in text
    assert "redaktion@magazine.example" in text


def test_a_receipt_shows_no_verdict_that_is_not_final(call: Call) -> None:
    pending = a_checked_document(DocumentKind.CV, None, verdict=Verdict.REJECT, reason=Reason.MACROS)
    text = receipt(submitted(pending), call).text
    assert "CV: received, being checked\n" in text
    assert "macros" not in text


def test_a_neutral_receipt_tells_nothing_before_it_is_opened(call: Call) -> None:
    mail = receipt(submitted(preferences=Preferences(neutral_mail=True)), call)
    assert mail["Subject"] == f"Your message {REFERENCE}"
    assert mail["From"] == "intake@mail.example"
    assert preheader(mail.html) == f"Reference {REFERENCE}"


@pytest.mark.parametrize(("language", "subject"), [("en", "We have received"), ("de", "Wir haben Ihre Bewerbung")])
def test_a_receipt_speaks_the_applicants_language(language: str, subject: str, call: Call) -> None:
    mail = receipt(submitted(language=language), call)
    assert decode_words(mail["Subject"]).startswith(subject)
    assert mail["Content-Language"] == language


def test_replies_go_to_the_call(call: Call) -> None:
    assert receipt(submitted(), call)["Reply-To"] == "redaktion@magazine.example"
