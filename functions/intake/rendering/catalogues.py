"""Where translations come from: templates/locales, compiled. English is the source and needs no catalogue."""

import gettext
from functools import cache
from pathlib import Path

import intake

TEMPLATES = Path(intake.__file__).parent / "templates"
SOURCE_LANGUAGE = "en"
DOMAIN = "messages"


class CatalogueError(Exception):
    """A language was asked for that has no compiled catalogue."""


@cache
def translations(language: str) -> gettext.NullTranslations:
    """The translations into this language, read once. Raises CatalogueError where they were never compiled."""
    if language == SOURCE_LANGUAGE:
        return gettext.NullTranslations()
    path = TEMPLATES / "locales" / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
    try:
        with path.open("rb") as file:
            return gettext.GNUTranslations(file)
    except FileNotFoundError:
        raise CatalogueError(
            f"There is no compiled catalogue for {language!r}; run: python -m intake_ops.catalogues compile"
        ) from None


def N_(message: str) -> str:  # noqa: N802 - the name that gettext's tools know
    """Marks a text for extraction where it is not yet shown."""
    return message


def say(language: str, message: str, **values: object) -> str:
    """The text in this language with its `%(name)s` filled in; always formatted, as in templates, so a % is `%%`."""
    return translations(language).gettext(message) % values


def say_count(language: str, singular: str, plural: str, number: int, **values: object) -> str:
    """As `say`, in the plural form that the number asks for; the texts hold what to show of it."""
    return translations(language).ngettext(singular, plural, number) % values
