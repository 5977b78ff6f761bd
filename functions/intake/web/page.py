"""One page: a template in the frame of templates/web/page.html.j2."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.event_handler import Response

from intake.rendering import formats
from intake.rendering.templates import render
from intake.web.static_files import asset

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Mistake:
    """One line of the error summary; `href` leads to the field or page where it is mended."""

    sentence: str
    href: str | None = None


@dataclass(frozen=True)
class LanguageLink:
    """A language of the page, by its own name; `href` is None for the one that is shown."""

    code: str
    name: str
    href: str | None


def language_links(codes: Sequence[str], shown: str, path: str) -> list[LanguageLink]:
    """The languages of a page whose address is `/{language}{path}`."""
    return [
        LanguageLink(code, _capitalised(formats.language_name(code, code)), None if code == shown else f"/{code}{path}")
        for code in codes
    ]


def _capitalised(name: str) -> str:
    # Not upper(): Georgian has capitals that nobody writes.
    return name[:1].title() + name[1:]


def page(
    template: str,
    language: str,
    *,
    brand: str,
    home: str,
    theme: str | None = None,
    logo: str | None = None,
    languages: Sequence[LanguageLink] = (),
    mistakes: Sequence[Mistake] = (),
    status: int = 200,
    **values: Any,
) -> Response[str]:
    """`template` is the name in templates/web, without its endings; `mistakes` fill the error summary and the title."""
    html = render(
        f"web/{template}.html.j2",
        language,
        asset=asset,
        brand=brand,
        home=home,
        theme=theme,
        logo=logo,
        languages=languages,
        errors=mistakes,
        **values,
    )
    return Response(status, HTML, html)


def see_other(path: str) -> Response[str]:
    """The answer to every form that was taken: a reload then repeats nothing."""
    return Response(303, HTML, "", headers={"Location": path})
