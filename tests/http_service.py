"""The running service over HTTP, for `people.ApiClient`: requests to the front door, uploads to S3."""

import json
import secrets
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any


@dataclass
class HttpAnswer:
    status: int
    headers: dict[str, str]
    body: str

    def json(self) -> Any:
        return json.loads(self.body)


def _send(request: urllib.request.Request, context: ssl.SSLContext | None = None) -> HttpAnswer:
    try:
        with urllib.request.urlopen(request, timeout=120, context=context) as answer:
            return HttpAnswer(answer.status, dict(answer.headers.items()), answer.read().decode())
    except urllib.error.HTTPError as refused:
        with refused:
            return HttpAnswer(refused.code, dict(refused.headers.items()), refused.read().decode())


@dataclass
class HttpService:
    base_url: str
    storage_trust: ssl.SSLContext | None = None
    """What to trust where uploads go by TLS."""

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> HttpAnswer:
        data = None if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return _send(
            urllib.request.Request(
                self.base_url + path, data, {"Content-Type": "application/json", **named}, method=method
            )
        )

    def upload(self, ticket: dict[str, Any], body: bytes) -> HttpAnswer:
        """Fields first, the file last, as a browser sends a form."""
        edge = secrets.token_hex(16)
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in ticket["fields"].items()
        ]
        parts.append(f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n\r\n'.encode())
        data = b"".join(parts) + body + f"\r\n--{edge}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={edge}"}
        return _send(urllib.request.Request(ticket["url"], data, headers), self.storage_trust)
