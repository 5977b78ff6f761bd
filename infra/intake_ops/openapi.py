"""Writes infra/openapi.json from the code: `python -m intake_ops.openapi`. A test says when it is stale."""

import json
from pathlib import Path

from intake.web import api

PATH = Path(__file__).parent.parent / "openapi.json"


def description() -> str:
    """The JSON API's OpenAPI description, as it is committed."""
    return json.dumps(json.loads(api.openapi()), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    PATH.write_text(description(), encoding="utf-8")
