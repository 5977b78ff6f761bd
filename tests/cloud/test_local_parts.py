"""The parts of the cloud on this machine that say something without it."""

import inspect
import io
import socket
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.header import Header
from email.message import EmailMessage
from threading import Thread

import pytest

from intake_ops.local import differences, launcher
from intake_ops.local.mail_page import list_page, mail_page
from intake_ops.local.mail_view import as_json, decoded
from intake_ops.local.mailbox import RecordedMail
from intake_ops.local.malware import EICAR, scan
from intake_ops.local.paths import ROOT, TEMPLATE
from intake_ops.template import load_template

NOBODY = ("127.0.0.1", 1)
"""Where no clamd listens."""

LONG_NAMES = [
    "გიორგი კონსტანტინეს ძე მაჭავარიანი-ამირეჯიბი და მისი ძალიან გრძელი გვარი",
    "Հովհաննես Տեր-Գրիգորյան-Մկրտչյան Ալեքսանդրի Հարությունյան",
    "Константин Константинович Константинопольский-Вознесенский",
    "Əliağa Şıxəlizadə-Hüseynqulu oğlu Məmmədquluzadə-İsmayılov",
    "Jürgen Großmüller-Weißenböck, genannt „Der Überflüssige“ aus Köln",
]


@pytest.mark.parametrize("name", LONG_NAMES)
@pytest.mark.parametrize("line_length", [30, 76])
def test_folded_names_come_out_exactly(name: str, line_length: int) -> None:
    folded = Header(name, "utf-8", maxlinelen=line_length).encode(linesep="\r\n")
    assert "\r\n" in folded
    assert decoded(folded) == name
    assert decoded(f"{folded} <intake@magazine.example>") == f"{name} <intake@magazine.example>"


@pytest.mark.parametrize(
    ("header", "meant"),
    [
        ("[Application K7QM-2XDP] plain\r\n and folded", "[Application K7QM-2XDP] plain and folded"),
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?a?=\r\n =?utf-8?q?_b?=", "a b"),
        ("Re: =?utf-8?b?w7w=?= x", "Re: ü x"),
        ("", ""),
    ],
)
def test_what_stands_between_encoded_words_is_folding(header: str, meant: str) -> None:
    assert decoded(header) == meant


@pytest.fixture
def mail() -> RecordedMail:
    message = EmailMessage()
    message["From"] = "Magazine <intake@magazine.example>"
    message["Subject"] = f"[K7QM-2XDP] {LONG_NAMES[0]}"
    message.set_content("Read it at http://127.0.0.1:8000/x?a=1&b=2\n")
    message.add_alternative("<p>Hello <b>გიორგი</b></p>", subtype="html")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="ცვ.pdf")
    at = datetime(2026, 11, 24, 10, 0, 0, 120_000, UTC)
    return RecordedMail("id-1", at, ["editors@magazine.example"], {}, None, message.as_bytes())


def test_a_mail_as_json(mail: RecordedMail) -> None:
    shown = as_json(mail)
    assert {name: value for name, value in shown.items() if name != "headers"} == {
        "id": "id-1",
        "at": "2026-11-24T10:00:00.120Z",
        "from": "Magazine <intake@magazine.example>",
        "to": ["editors@magazine.example"],
        "subject": f"[K7QM-2XDP] {LONG_NAMES[0]}",
        "text": "Read it at http://127.0.0.1:8000/x?a=1&b=2\n",
        "html": "<p>Hello <b>გიორგი</b></p>\n",
        "attachments": [{"name": "ცვ.pdf", "type": "application/pdf", "size": 4}],
    }
    assert shown["headers"][:2] == [["From", shown["from"]], ["Subject", shown["subject"]]]


def test_the_mail_page_runs_nothing_of_a_mail(mail: RecordedMail) -> None:
    shown = as_json(mail) | {"subject": "<script>", "html": '<script src="//x.test"></script>"'}
    page = mail_page(shown)
    assert "<script" not in page
    assert 'srcdoc="&lt;base target=&quot;_blank&quot;&gt;&lt;script src=&quot;//x.test&quot;&gt;' in page
    assert '<a href="http://127.0.0.1:8000/x?a=1&amp;b=2">' in page
    assert '<a href="/dev/mail/0">&lt;script&gt;</a>' in list_page([shown])


def _zipped(content: bytes) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("word/document.xml", content)
    return archive.getvalue()


@pytest.mark.parametrize(
    ("content", "result"),
    [
        (b"An honest letter.", "NO_THREATS_FOUND"),
        (EICAR, "THREATS_FOUND"),
        (b"%PDF-1.7 " + EICAR, "THREATS_FOUND"),
        (_zipped(EICAR), "THREATS_FOUND"),
        (_zipped(b"An honest letter."), "NO_THREATS_FOUND"),
        (_zipped(EICAR)[:60], "NO_THREATS_FOUND"),
    ],
)
def test_scanning_without_clamd(content: bytes, result: str) -> None:
    assert scan(content, NOBODY) == result


@pytest.fixture
def clamd() -> Iterator[Callable[[bytes], tuple[tuple[str, int], list[bytes]]]]:
    """Listens as clamd does, answers what it is told to, and keeps what it was sent."""
    threads: list[Thread] = []

    def start(answer: bytes) -> tuple[tuple[str, int], list[bytes]]:
        listener = socket.create_server(("127.0.0.1", 0))
        received: list[bytes] = []

        def serve() -> None:
            with listener, listener.accept()[0] as connection:
                received.append(connection.recv(65536))
                connection.sendall(answer)

        threads.append(Thread(target=serve))
        threads[-1].start()
        return listener.getsockname(), received

    yield start
    for thread in threads:
        thread.join()


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (b"stream: OK\0", "NO_THREATS_FOUND"),
        (b"stream: Eicar-Test-Signature FOUND\0", "THREATS_FOUND"),
        (b"INSTREAM size limit exceeded. ERROR\0", "FAILED"),
        (b"", "FAILED"),
    ],
)
def test_scanning_with_clamd(
    clamd: Callable[[bytes], tuple[tuple[str, int], list[bytes]]], answer: bytes, result: str
) -> None:
    address, received = clamd(answer)
    assert scan(b"letter", address) == result
    assert received == [b"zINSTREAM\0\0\0\0\x06letter\0\0\0\0"]


def test_every_difference_is_one() -> None:
    """A parameter or a dropped property that template.yaml no longer has must leave the list."""
    template = load_template(TEMPLATE)
    given = differences.parameters("http://127.0.0.1:8000")
    assert given.keys() <= template["Parameters"].keys()
    for dropped in (*differences.DROPPED, *differences.LOST):
        assert any(
            dropped.name in resource["Properties"]
            for resource in template["Resources"].values()
            if resource["Type"] == dropped.resource_type
        ), dropped.name


def test_every_correction_is_made() -> None:
    source = inspect.getsource(launcher.main)
    assert all(f"{name}()" in source for name in differences.CORRECTIONS)


def test_a_lifecycle_rule_that_is_not_understood_is_refused() -> None:
    (lifecycle,) = (dropped for dropped in differences.DROPPED if dropped.name == "LifecycleConfiguration")
    rule = {"Id": "x", "Status": "Enabled", "TagFilters": []}
    with pytest.raises(ValueError, match="lifecycle rule x: TagFilters is not put back locally"):
        lifecycle.as_api({"Rules": [rule]})


def test_the_launcher_stops_where_the_emulator_has_changed() -> None:
    with pytest.raises(SystemExit, match=r"has no json\.dump\(version_id\) any more"):
        launcher.private("json", "dump", "version_id")
    with pytest.raises(SystemExit, match=r"has no json\.gone\(\) any more"):
        launcher.private("json", "gone")


def test_the_launcher_wants_the_version_that_is_installed() -> None:
    locked = (ROOT / "infra" / "tools" / "ministack.txt").read_text()
    assert f"\nministack=={launcher.PINNED} " in locked
