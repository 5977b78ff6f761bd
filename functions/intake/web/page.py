"""One page: a template in the frame of templates/web/page.html.j2."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.event_handler import Response

from intake.domain.call import Call
from intake.rendering import formats
from intake.rendering.templates import render
from intake.web.headers import retry_after
from intake.web.static_files import asset, has_asset

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
        template=template,
        asset=asset,
        brand=brand,
        home=home,
        theme=theme,
        logo=logo,
        languages=languages,
        mistakes=mistakes,
        **values,
    )
    return Response(status, HTML, html, headers=retry_after(status), compress=True)


def call_page(template: str, call: Call, language: str, path: str, *, home: str = "", **values: Any) -> Response[str]:
    """A page of a call, in its looks, at `/{language}{path}`. Its name leads home, by default to the call's start."""
    return page(
        template,
        language,
        brand=call.magazine,
        home=home or f"/{language}/apply/{call.id}",
        theme=asset(f"{call.id}.css"),
        logo=asset(f"{call.id}.svg") if has_asset(f"{call.id}.svg") else None,
        languages=language_links(call.languages, language, path),
        call=call,
        **values,
    )


def see_other(path: str) -> Response[str]:
    """The answer to every form that was taken: a reload then repeats nothing."""
    return Response(303, HTML, "", headers={"Location": path})
