"""The one Jinja2 environment, for each language. Its settings are also those of extraction (intake_ops.catalogues)."""

import re
import textwrap
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from intake.rendering import catalogues

# Whitespace is part of a text's identity: where extraction and rendering differ, strings silently stay untranslated.
WHITESPACE = {"trim_blocks": True, "lstrip_blocks": True, "trimmed": True}
EXTENSIONS = ("jinja2.ext.i18n",)

COLUMNS = 72
"""Width of plain-text mail: what is quoted once still fits 80."""
_HANGING = "  "
SIGNATURE = "-- "
"""What follows this line is left out of replies."""


@cache
def environment(language: str) -> Environment:
    """The environment that speaks this language. Raises CatalogueError."""
    jinja = Environment(
        loader=FileSystemLoader(catalogues.TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(disabled_extensions=("txt.j2",), default=True),
        extensions=EXTENSIONS,
        trim_blocks=WHITESPACE["trim_blocks"],
        lstrip_blocks=WHITESPACE["lstrip_blocks"],
    )
    jinja.policies["ext.i18n.trimmed"] = WHITESPACE["trimmed"]
    jinja.install_gettext_translations(catalogues.translations(language), newstyle=True)  # type: ignore[attr-defined]
    jinja.filters["quoted"] = quoted
    jinja.filters["hanging"] = hanging
    jinja.globals["language"] = language
    return jinja


def render(name: str, language: str, **values: Any) -> str:
    """The template rendered for this language. Everything it names must be given."""
    return environment(language).get_template(name).render(**values)


def quoted(text: str) -> str:
    """What somebody else wrote, as a plain-text mail quotes it: no line of it can pass for one of ours."""
    return "\n".join(f"> {line}" for line in _wrapped(text, COLUMNS - 2))


def hanging(line: str) -> str:
    """A line that ends in what somebody else wrote, folded so that its later lines cannot pass for ones of ours."""
    return "\n".join(_wrapped(line, COLUMNS, later=_HANGING))


def folded(text: str) -> str:
    """Plain text at 72 columns: later lines of a paragraph as its first, of a list hanging; a URL is never broken."""
    lines = [folded_line for line in text.splitlines() for folded_line in _fold(line)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n"


def _fold(line: str) -> list[str]:
    if line == SIGNATURE:
        return [line]
    if len(line) <= COLUMNS:
        return [line.rstrip()]
    indent = " " * (len(line) - len(line.lstrip(" ")))
    is_listed = indent or line.startswith("- ")
    return _wrapped(line.strip(), COLUMNS, indent, indent + _HANGING if is_listed else indent)


def _wrapped(text: str, width: int, first: str = "", later: str = "") -> list[str]:
    return [
        wrapped
        for line in text.split("\n")
        for wrapped in textwrap.wrap(
            line,
            width,
            initial_indent=first,
            subsequent_indent=later,
            break_long_words=False,
            break_on_hyphens=False,
        )
        or [""]
    ]
