"""A request's body, before anybody knows what it says."""

import base64
from collections.abc import Mapping
from typing import Any


def text_of(event: Mapping[str, Any]) -> str:
    """The body as text, "" where there is none. HTTP API hands over in base64 what it does not take for text.

    Raises ValueError for what is no base64 and for what is no UTF-8: anybody can send that.
    """
    body: str = event.get("body") or ""
    raw = base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode()
    return raw.decode()
