"""The mail with an editor's code: enough to sign in, nothing worth stealing with it."""

from mailbox_reader import decode_words, page, parse, preheader, visible

from intake.domain.call import Call
from intake.rendering.desk_messages import code_message

EDITOR = "anna@magazine.example"


def test_the_code_is_in_the_text_and_in_no_header(call: Call) -> None:
    mail = parse(code_message("012345", call, to=EDITOR, sender="intake@magazine.example").raw)
    assert "\n    012 345\n" in mail.text
    assert "012 345" in visible(mail.html)
    assert "012" not in str(mail.headers)
    assert "012" not in preheader(mail.html)
    assert decode_words(mail["Subject"]) == "Ihr Code für die Redaktion"


def test_there_is_nothing_to_click(call: Call) -> None:
    mail = parse(code_message("012345", call, to=EDITOR, sender="intake@magazine.example").raw)
    assert page(mail.html).links == []
    assert "http" not in mail.text


def test_it_goes_from_the_magazine_to_the_editor_and_no_machine_answers(call: Call) -> None:
    message = code_message("012345", call, to=EDITOR, sender="intake@magazine.example")
    mail = parse(message.raw)
    assert (message.to, message.sender) == (EDITOR, "intake@magazine.example")
    assert mail.mailbox("From") == ("Magazin Beispiel", "intake@magazine.example")
    assert mail.mailbox("To") == ("", EDITOR)
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert (mail["Content-Language"], mail["X-Intake-Event"]) == ("de", "code")


def test_html_and_text_say_the_same(call: Call) -> None:
    mail = parse(code_message("012345", call, to=EDITOR, sender="intake@magazine.example").raw)
    for sentence in (
        "Er gilt 10 Minuten und nur in diesem Browser.",
        "Von uns wird Sie nie jemand nach diesem Code fragen, weder per Mail noch am Telefon.",
        "Sie haben ihn nicht angefordert?",
        call.contact,
    ):
        assert sentence in " ".join(visible(mail.html).split())
        assert sentence in " ".join(mail.text.split())
