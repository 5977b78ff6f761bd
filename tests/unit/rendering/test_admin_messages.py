"""The admin's notice that mail did not arrive: the reference, what to do, and nobody's name."""

import pytest
from mailbox_reader import decode_words, page, parse, visible

from factories import an_application
from intake.domain.call import Call
from intake.rendering.admin_messages import undelivered_message

ADMIN = "admin@magazine.example"
BASE = "https://apply.magazine.example"


@pytest.mark.parametrize(
    ("kind", "headline"),
    [
        ("summary", "Die Zusammenfassung der Bewerbung {} hat nicht die ganze Redaktion erreicht"),
        ("update-2", "Eine Nachricht über Änderungen an der Bewerbung {} hat nicht die ganze Redaktion erreicht"),
    ],
)
def test_html_and_text_say_what_happened_and_what_to_do(call: Call, kind: str, headline: str) -> None:
    application = an_application()
    message = undelivered_message(
        application, call, kind=kind, to=ADMIN, sender="intake@magazine.example", public_base=BASE
    )
    mail = parse(message.raw)
    link = f"{BASE}/desk/a/{application.id}"
    assert decode_words(mail["Subject"]) == f"[{application.reference}] Mail an die Redaktion nicht angekommen"
    assert mail["X-Intake-Application"] == application.reference
    assert page(mail.html).links == [link]
    assert link in mail.text
    for sentence in (
        headline.format(application.reference),
        "Bitte sorgen Sie dafür, dass jemand diese Bewerbung liest.",
    ):
        assert sentence in " ".join(visible(mail.html).split())
        assert sentence in " ".join(mail.text.split())


def test_no_person_is_named(call: Call) -> None:
    application = an_application()
    message = undelivered_message(
        application, call, kind="summary", to=ADMIN, sender="intake@magazine.example", public_base=BASE
    )
    mail = parse(message.raw)
    for personal in ("Nino", "Beridze", application.applicant.email):
        assert personal not in mail.text + mail.html + str(mail.headers)
