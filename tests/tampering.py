"""An upload ticket, changed in every way that could be worth trying."""

import base64
import json
from collections.abc import Iterator
from typing import Any

type Attempt = tuple[str, dict[str, str], bytes]
"""What it is, the fields, and the file."""


def attempts(ticket: dict[str, Any], other: dict[str, Any], body: bytes) -> Iterator[Attempt]:
    """Each of them S3 must refuse. `other` is a ticket of another application."""
    fields: dict[str, str] = ticket["fields"]
    key = fields["key"]
    wider = json.loads(base64.b64decode(fields["policy"]))
    wider["conditions"] = [["starts-with", "$key", ""], ["content-length-range", 0, 10**9]]
    changes = {
        "the key of another application": {"key": other["fields"]["key"]},
        "a longer key": {"key": key + "0"},
        "another kind": {"key": key.replace("/cv/", "/cover-letter/")},
        "a key above the folder": {"key": f"../{key}"},
        "the desk's folder": {"key": key.replace("incoming/", "desk/")},
        "the name of the file in the key": {"key": key + "${filename}"},
        "another policy": {"policy": base64.b64encode(json.dumps(wider).encode()).decode()},
        "another application's policy": {"policy": other["fields"]["policy"]},
        "another application's signature": {"x-amz-signature": other["fields"]["x-amz-signature"]},
        "a signature of noughts": {"x-amz-signature": "0" * 64},
        "another day": {"x-amz-date": "20200101T000000Z"},
        "another content type": {"Content-Type": "text/html"},
        "another status": {"success_action_status": "200"},
        "a redirect": {"success_action_redirect": "https://elsewhere.example/"},
        "an access list": {"acl": "public-read"},
        "a tag": {"tagging": "<Tagging><TagSet><Tag><Key>scan</Key><Value>N/A</Value></Tag></TagSet></Tagging>"},
        "metadata": {"x-amz-meta-name": "x"},
        "a storage class": {"x-amz-storage-class": "GLACIER"},
        "another encryption": {"x-amz-server-side-encryption": "AES256"},
    }
    for name, changed in changes.items():
        yield name, fields | changed, body
    for name in fields:
        yield f"no {name}", {kept: value for kept, value in fields.items() if kept != name}, body
    yield "an empty file", fields, b""
    yield "a file too large", fields, b"x" * (ticket["max_bytes"] + 1)
