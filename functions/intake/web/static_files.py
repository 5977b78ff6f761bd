"""Stylesheets, scripts and logos: small text files, each at an address that changes with its content."""

import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from intake import runtime
from intake.domain.call import Theme
from intake.errors import NotFoundError
from intake.rendering.catalogues import TEMPLATES

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]

_FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class StaticFile:
    content_type: str
    body: str

    @property
    def version(self) -> str:
        return hashlib.sha256(self.body.encode()).hexdigest()[:12]


@cache
def _files() -> dict[str, StaticFile]:
    """templates/static, and what belongs to a call: its logo and its colours."""
    paths = [*(TEMPLATES / "static").iterdir(), *(TEMPLATES / "calls").glob("*.svg")]
    files = {path.name: StaticFile(_content_type(path.name), path.read_text(encoding="utf-8")) for path in paths}
    for call in runtime.calls().values():
        files[f"{call.id}.css"] = StaticFile(_content_type("a.css"), _sheet(call.theme))
    return files


def _content_type(name: str) -> str:
    guessed, _ = mimetypes.guess_type(name)
    return f"{guessed}; charset=utf-8"


def _sheet(theme: Theme) -> str:
    return (
        f":root {{ --accent: {theme.accent} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ --accent: {theme.accent_dark} }} }}\n"
        "@media print { :root { --accent: #000 } }\n"
    )


def asset(name: str) -> str:
    """The address of a file. Raises KeyError."""
    return f"/static/{_files()[name].version}/{name}"


def has_asset(name: str) -> bool:
    return name in _files()


@router.get("/static/<version>/<name>", compress=True)
def get_static(version: str, name: str) -> Response[str]:
    """Yesterday's page may ask for a file that is newer now: it gets that, but not for ever."""
    if name not in _files():
        raise NotFoundError("There is no such file.")
    file = _files()[name]
    caching = {"Cache-Control": _FOREVER} if version == file.version else {}
    return Response(200, file.content_type, file.body, headers={"Vary": "Accept-Encoding", **caching})
