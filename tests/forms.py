"""A browser without JavaScript, as far as forms go: what a page offers, filled in and sent."""

import os
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urlsplit

import post_policy
from house import Answer, House

FILLING_IN = timedelta(seconds=20)
"""How long a person is at a form that asks who they are."""

_VOID = {"input", "meta", "link", "br", "img"}


@dataclass
class Form:
    action: str
    enctype: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    """Names with what stands in them, in order; boxes that are not ticked are left out."""
    names: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """`title`, `text`, `links` and `forms` of a page; `problems` are the lines of its error summary."""

    def __init__(self, answer: Answer, path: str) -> None:
        super().__init__()
        self.status, self.path, self.html = answer.status, path, answer.body
        self.forms: list[Form] = []
        self.links: dict[str, str] = {}
        self.problems: list[str] = []
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self._words: list[str] = []
        self._link: list[str] = []
        self.title = ""
        self.feed(answer.body)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self._words).split())

    def form(self, action: str) -> Form:
        """The form whose address ends so."""
        return next(form for form in self.forms if form.action.endswith(action))

    @property
    def upload(self) -> Form:
        return next(form for form in self.forms if form.enctype == "multipart/form-data")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag not in _VOID:
            self._open.append((tag, attributes))
        if tag == "form":
            self.forms.append(Form(attributes["action"] or "", attributes.get("enctype") or ""))
        if tag in {"input", "textarea", "button"} and self.forms and attributes.get("name"):
            name = attributes["name"] or ""
            self.forms[-1].names.append(name)
            is_off = attributes.get("type") == "checkbox" and "checked" not in attributes
            if tag == "input" and not is_off and attributes.get("type") != "file":
                self.forms[-1].fields.append((name, attributes.get("value") or ""))
        if tag == "a":
            self._link = []

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            opened, attributes = self._open.pop()
            if opened == tag:
                break
        if tag == "a":
            words = " ".join(" ".join(self._link).split())
            self.links[words] = attributes["href"] or ""
            if any(a.get("role") == "alert" for _, a in self._open):
                self.problems.append(words)

    def handle_data(self, data: str) -> None:
        inside = [tag for tag, _ in self._open]
        if "script" in inside:
            return
        if "title" in inside:
            self.title += data
            return
        if inside and inside[-1] == "textarea" and self.forms:
            self.forms[-1].fields.append((self._open[-1][1]["name"] or "", data.removeprefix("\n")))
        if "a" in inside:
            self._link.append(data)
        self._words.append(data)


@dataclass
class PlainBrowser:
    """`page` is what it shows. Redirects are followed, those of S3 too."""

    house: House
    page: Page = field(init=False)

    def open(self, path: str, method: str = "GET", body: str | None = None) -> Page:
        for _ in range(5):
            answer = self.house.request(method, path, body, content_type="application/x-www-form-urlencoded")
            if answer.status not in {302, 303}:
                break
            path, method, body = answer.headers["location"], "GET", None
        self.page = Page(answer, path)
        return self.page

    def follow(self, link: str) -> Page:
        return self.open(self.page.links[link])

    def send(self, action: str, **values: Any) -> Page:
        """Sends the form with this address; a list ticks several boxes."""
        form = self.page.form(action)
        if "stamp" in form.names:
            self.house.clock += FILLING_IN
        assert set(values) <= set(form.names)
        kept = [(name, value) for name, value in form.fields if name not in values]
        filled = [(n, v) for n, vs in values.items() for v in (vs if isinstance(vs, list) else [vs])]
        return self.open(form.action, "POST", urlencode(kept + filled))

    def upload(self, name: str, body: bytes) -> Page:
        """Sends a file with the form that goes straight to S3, and comes back as S3 says."""
        form = self.page.upload
        back = self.put(form, name, body)
        parts = urlsplit(back)
        return self.open(f"{parts.path}?bucket=b&key=elsewhere&etag=%22forged%22")

    def put(self, form: Form, name: str, body: bytes) -> str:
        """S3's part: stores the file if the policy allows it; answers where the browser is sent."""
        fields = dict(form.fields)
        access_key = os.environ["AWS_ACCESS_KEY_ID"]
        decision = post_policy.evaluate(
            form.action,
            fields,
            body=body,
            keys={access_key: os.environ["AWS_SECRET_ACCESS_KEY"]},
            tokens={access_key: os.environ["AWS_SESSION_TOKEN"]},
            now=self.house.clock,
            filename=name,
        )
        assert (decision.status, decision.reason) == (303, "")
        # As S3 gives back what is not ASCII: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
        said = name if name.isascii() else f"=?UTF-8?B?{b64encode(name.encode()).decode()}?="
        self.house.s3.put_object(
            Bucket=self.house.physical["IncomingBucket"], Key=fields["key"], Body=body, Metadata={"filename": said}
        )
        self.house._announce_uploads()
        return fields["success_action_redirect"]
