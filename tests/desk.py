"""An editor at the desk, as a browser without JavaScript is: it keeps cookies and submits the forms it is shown."""

import base64
import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from html.parser import HTMLParser
from threading import get_ident
from typing import Any
from urllib.parse import urlencode

import pytest
from botocore.client import BaseClient

from factories import an_applicant, an_application, an_inspection
from house import ACCOUNT, BASE, SOURCE_ADDRESS, House
from intake import runtime
from intake.domain.application import Application
from intake.domain.copies import Copies, Copy, NoCopy, page_number
from intake.domain.document import Document, DocumentKey, DocumentKind, StoredVersion, Upload
from intake.domain.status import ApplicationStatus
from intake.domain.verdict import Finding, Note, Origin, Reason, Verdict

EDITOR = "editors@magazine.example"
FROM_OUR_PAGE = {"origin": BASE, "sec-fetch-site": "same-origin"}


@dataclass
class Page:
    status: int
    headers: dict[str, str]
    cookies: list[str]
    body: str
    is_base64: bool = False

    @property
    def content(self) -> bytes:
        """The bytes that a browser gets."""
        return base64.b64decode(self.body) if self.is_base64 else self.body.encode()

    @property
    def forms(self) -> dict[str, dict[str, str]]:
        """Every form's fields by its action."""
        parser = _Forms()
        parser.feed(self.body)
        return parser.forms

    @property
    def text(self) -> str:
        """What is read: without tags, one space between words."""
        without = re.sub(r"<(head|style)\b.*?</\1>", " ", self.body, flags=re.DOTALL)
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", without)).split())

    @property
    def heading(self) -> str:
        found = re.search(r"<h1>(.*?)</h1>", self.body, re.DOTALL)
        return unescape(re.sub(r"<[^>]+>", "", found[1])) if found else ""


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, str]] = {}
        self._fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._fields = self.forms.setdefault(given["action"], {})
        elif tag == "input" and "name" in given:
            self._fields[given["name"]] = given.get("value", "")


@dataclass
class Browser:
    """One browser. `passes_cookies_as` tells AWS, which hands them over as a list, from gateways that do not."""

    house: House
    cookies: dict[str, str] = field(default_factory=dict)
    passes_cookies_as: str = "list"

    def get(self, path: str, **headers: str) -> Page:
        return self._ask("GET", path, None, headers)

    def head(self, path: str) -> Page:
        return self._ask("HEAD", path, None, {})

    def post(self, path: str, fields: dict[str, str], headers: dict[str, str] | None = None) -> Page:
        return self._ask("POST", path, fields, FROM_OUR_PAGE if headers is None else headers)

    def follow(self, answer: Page) -> Page:
        assert answer.status == 303
        return self.get(answer.headers["location"])

    def submit(self, page: Page, action: str, **fields: str) -> Page:
        """Sends one of the page's forms, as it is but for these fields."""
        return self.post(action, page.forms[action] | fields)

    def ask_for_code(self, address: str = EDITOR, path: str = "/desk") -> Page:
        return self.submit(self.get(path), "/desk/sign-in", address=address)

    def sign_in(self, address: str = EDITOR, path: str = "/desk") -> Page:
        """The whole way; answers the page that was wanted."""
        form = self.follow(self.ask_for_code(address, path))
        return self.follow(self.submit(form, "/desk/code", code=newest_code(self.house)))

    def _ask(self, method: str, path: str, fields: dict[str, str] | None, headers: dict[str, str]) -> Page:
        raw, _, query = path.partition("?")
        cookies = [f"{name}={value}" for name, value in self.cookies.items()]
        event: dict[str, Any] = {
            "version": "2.0",
            "routeKey": "ANY /desk/{proxy+}",
            "rawPath": raw,
            "rawQueryString": query,
            "queryStringParameters": dict(part.split("=", 1) for part in query.split("&")) if query else None,
            "headers": {"content-type": "application/x-www-form-urlencoded", **headers},
            "requestContext": {
                "accountId": ACCOUNT,
                "apiId": "api",
                "domainName": "api.example",
                "http": {"method": method, "path": raw, "protocol": "HTTP/1.1", "sourceIp": SOURCE_ADDRESS,
                         "userAgent": "tests"},
                "requestId": "id",
                "routeKey": "ANY /desk/{proxy+}",
                "stage": "$default",
                "time": "01/Dec/2026:10:00:00 +0000",
                "timeEpoch": 0,
            },
            "body": base64.b64encode(urlencode(fields).encode()).decode() if fields is not None else None,
            "isBase64Encoded": fields is not None,
        }  # fmt: skip
        if cookies and self.passes_cookies_as == "list":
            event["cookies"] = cookies
        elif cookies:
            event["headers"]["cookie"] = "; ".join(cookies)
        answer = self.house.invoke("DeskFunction", event)
        page = Page(
            answer["statusCode"],
            {name.lower(): value for name, value in (answer.get("headers") or {}).items()},
            answer.get("cookies") or [],
            answer.get("body") or "",
            answer.get("isBase64Encoded", False),
        )
        self._keep(page.cookies)
        return page

    def _keep(self, cookies: list[str]) -> None:
        for cookie in cookies:
            pair, _, attributes = cookie.partition(";")
            name, _, value = pair.partition("=")
            if "Max-Age=0" in attributes:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value


def codes(house: House) -> list[tuple[str, str]]:
    """(address, code) of every code that was mailed, in order."""
    found = []
    for mail in house.mails:
        if mail["X-Intake-Event"] == "code":
            text = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
            body = text.get_payload(decode=True).decode()
            digits = re.search(r"^ +(\d{3}) (\d{3})\r?$", body, re.MULTILINE)
            found.append((mail["To"], digits[1] + digits[2]))
    return found


def newest_code(house: House) -> str:
    return codes(house)[-1][1]


def other_code(code: str) -> str:
    """A wrong one."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


@dataclass(frozen=True)
class Held:
    """A document as it lies on the desk, and its copies by name. Without `body` nothing lies there."""

    body: bytes | None
    verdict: Verdict = Verdict.ACCEPT
    reason: Reason | None = None
    type: str | None = "pdf"
    filename: str = "cv.pdf"
    is_typed: bool = False
    hosts: tuple[str, ...] = ()
    excerpts: dict[Note, str] = field(default_factory=dict)
    origin: Origin = field(default_factory=Origin)
    copies: dict[str, bytes] = field(default_factory=dict)
    no_reading: NoCopy | None = None
    no_stripped: NoCopy | None = None


def received(
    house: House,
    documents: dict[DocumentKind, Held] | None = None,
    *,
    number: int = 0,
    call: str = "contributors",
    status: ApplicationStatus = ApplicationStatus.NOTIFIED,
    submitted_at: datetime | None = None,
    **card: Any,
) -> Application:
    """An application that was sent in, with its documents on the desk."""
    application_id = hashlib.sha256(str(number).encode()).hexdigest()[:40]
    on_desk = {kind: _document(house, application_id, kind, held) for kind, held in (documents or {}).items()}
    application = an_application(
        id=application_id,
        call=call,
        status=status,
        submitted_at=submitted_at or house.clock,
        notified_at=submitted_at or house.clock,
        documents={kind: Document(kind=kind) for kind in DocumentKind} | on_desk,
        applicant=an_applicant(**card),
        due_kind=None,
        due_at=None,
    )
    runtime.applications(house.physical["Table"]).create(application)
    return application


def _document(house: House, application_id: str, kind: DocumentKind, held: Held) -> Document:
    size = len(held.body or b"")
    return Document(
        kind=kind,
        attempt=1,
        issued=1,
        upload=Upload(filename=held.filename, size=size, is_typed=held.is_typed),
        stored=StoredVersion(version_id="incoming", etag="etag", size=size),
        uploaded_at=house.clock,
        inspection=an_inspection(
            type=held.type,
            verdict=held.verdict,
            reason=held.reason,
            size=size,
            hosts=held.hosts,
            excerpts=held.excerpts,
            origin=held.origin,
            notes=tuple(held.excerpts),
        ),
        finding=Finding(verdict=held.verdict, reason=held.reason),
        desk_version=None if held.body is None else on_desk(house, application_id, kind, held.body),
        copies=_copies(house, application_id, kind, held),
    )


def _copies(house: House, application_id: str, kind: DocumentKind, held: Held) -> Copies | None:
    if not held.copies and not held.no_reading and not held.no_stripped:
        return None
    stored = {
        name: Copy(
            version_id=on_desk(house, application_id, kind, body, name),
            sha256=hashlib.sha256(body).hexdigest(),
            size=len(body),
        )
        for name, body in held.copies.items()
    }
    return Copies(
        reading=stored.get("reading"),
        stripped=stored.get("stripped"),
        pages={number: copy for name, copy in stored.items() if (number := page_number(name))},
        no_reading=held.no_reading,
        no_stripped=held.no_stripped,
    )


def on_desk(house: House, application_id: str, kind: DocumentKind, body: bytes, name: str = "original") -> str:
    """Puts an original or a copy on the desk; answers its VersionId."""
    key = DocumentKey(application_id=application_id, kind=kind, attempt=1).copy_key(name)
    version: str = house.s3.put_object(Bucket=house.physical["DeskBucket"], Key=key, Body=body)["VersionId"]
    return version


def rows(house: House) -> list[dict[str, Any]]:
    """The whole table, in an order of its own."""
    found = house.dynamodb.scan(TableName=house.physical["Table"])["Items"]
    return sorted(found, key=lambda row: (row["pk"]["S"], row["sk"]["S"]))


def calls_to_aws(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every operation that the desk asks of AWS from now on, as it is asked; the harness's own Scan left out.

    A local cloud that an earlier test of this process started asks for its queue on a thread of its own: not counted.
    """
    asked: list[str] = []
    call = BaseClient._make_api_call
    here = get_ident()

    def recording(client: BaseClient, operation: str, parameters: dict[str, object]) -> object:
        if operation != "Scan" and get_ident() == here:
            asked.append(operation)
        return call(client, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", recording)
    return asked


def path_of(application: Application) -> str:
    return f"/desk/a/{application.id}"


def download(browser: Browser, application: Application, kind: str = "cv") -> Page:
    """Presses the button beside a document of this kind, from the application's page."""
    return browser.submit(browser.get(path_of(application)), f"{path_of(application)}/{kind}")
