"""An applicant at the JSON API, as a client would be written."""

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any, Protocol

CARD: dict[str, Any] = {
    "name": "Nino Beridze",
    "email": "nino@writers.example",
    "regions": ["georgia"],
    "topics": ["politics"],
    "languages": ["ka", "en"],
}


class Answer(Protocol):
    status: int

    def json(self) -> Any: ...


class Service(Protocol):
    """Where requests and uploads go: the service in one process, or the local cloud."""

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> Any: ...
    def upload(self, ticket: dict[str, Any], body: bytes) -> Any: ...


def described(kind: str, filename: str, body: bytes) -> dict[str, Any]:
    return {"kind": kind, "filename": filename, "size": len(body)}


@dataclass
class ApiClient:
    """`files` maps each kind to (file name, bytes)."""

    service: Service
    call: str = "contributors"
    language: str = "en"
    key: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    application_id: str = ""
    token: str = ""
    tickets: dict[str, dict[str, Any]] = field(default_factory=dict)

    def body(self, files: dict[str, tuple[str, bytes]], **changes: Any) -> dict[str, Any]:
        notice = self.service.request("GET", f"/api/calls/{self.call}").json()["privacy_notice"]["version"]
        return {
            "call": self.call,
            "language": self.language,
            "privacy_notice": notice,
            "applicant": CARD,
            "documents": [described(kind, *file) for kind, file in files.items()],
        } | changes

    def open(self, files: dict[str, tuple[str, bytes]], **changes: Any) -> Any:
        answer = self.service.request(
            "POST", "/api/applications", self.body(files, **changes), idempotency_key=self.key
        )
        if answer.status == 201:
            opened = answer.json()
            self.application_id, self.token = opened["application_id"], opened["token"]
            self.tickets = {d["kind"]: d["upload"] for d in opened["documents"] if d.get("upload")}
        return answer

    def ask(self, method: str, path: str = "", body: Any = None) -> Any:
        return self.service.request(
            method,
            f"/api/applications/{self.application_id}{path}",
            body,
            authorization=f"Bearer {self.token}",
        )

    def renew(self, kind: str, filename: str, body: bytes, *, is_hashed: bool = True) -> Any:
        """A fresh ticket, to try again or to replace."""
        file: dict[str, Any] = {"filename": filename, "size": len(body)}
        if is_hashed:
            file["sha256"] = hashlib.sha256(body).hexdigest()
        answer = self.ask("POST", f"/documents/{kind}/upload", file)
        self.tickets[kind] = answer.json().get("upload")
        return answer

    def send_files(self, files: dict[str, tuple[str, bytes]]) -> None:
        for kind, (_, body) in files.items():
            self.service.upload(self.tickets[kind], body)

    def submit(self) -> Any:
        return self.ask("POST", "/submission")

    def status(self) -> Any:
        return self.ask("GET").json()

    def document(self, kind: str) -> dict[str, Any]:
        return next(document for document in self.status()["documents"] if document["kind"] == kind)

    def apply(self, files: dict[str, tuple[str, bytes]], **changes: Any) -> str:
        """The whole way; answers the reference."""
        assert self.open(files, **changes).status == 201
        self.send_files(files)
        answer = self.submit()
        assert answer.status == 202
        reference: str = answer.json()["reference"]
        return reference
