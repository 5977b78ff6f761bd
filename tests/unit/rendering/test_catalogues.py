from pathlib import Path

import pytest
from jinja2 import UndefinedError

from intake.domain.call import LANGUAGES
from intake.rendering import catalogues, templates
from intake.rendering.catalogues import CatalogueError, say, say_count, translations
from intake_ops import catalogues as ops


def test_catalogues_are_complete_and_up_to_date() -> None:
    """After a change of texts: python -m intake_ops.catalogues update, then translate."""
    assert ops.problems() == []


def test_every_language_but_the_source_has_a_catalogue() -> None:
    languages = {path.parts[-3] for path in ops.catalogue_paths()}
    assert languages == set(LANGUAGES) - {catalogues.SOURCE_LANGUAGE}


PO = """msgid ""
msgstr ""
"Language: de\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

#, python-format
msgid "Reference %(reference)s"
msgstr "{translation}"
"""


@pytest.mark.parametrize(
    ("translation", "problem"),
    [
        ("", "de: not translated: 'Reference %(reference)s'"),
        ("Referenz", "de: placeholders differ: 'Reference %(reference)s'"),
        ("Referenz %(referenz)s", "de: placeholders differ: 'Reference %(reference)s'"),
        ("Referenz %(reference)s: 100 %", "de: placeholders differ: 'Reference %(reference)s'"),
    ],
)
def test_a_wrong_translation_is_found(
    translation: str, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(tmp_path, PO.replace("{translation}", translation))
    monkeypatch.setattr(ops, "catalogue_paths", lambda: [tmp_path / "locales/de/LC_MESSAGES/messages.po"])
    found = ops.problems()
    assert problem in found
    assert "de: not extracted yet, run update: 'Documents'" in found


def test_a_fuzzy_and_an_unused_text_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    po = PO.replace("{translation}", "Referenz %(reference)s").replace("#, python", "#, fuzzy, python")
    _write(tmp_path, po + '\nmsgid "gone"\nmsgstr "weg"\n')
    monkeypatch.setattr(ops, "catalogue_paths", lambda: [tmp_path / "locales/de/LC_MESSAGES/messages.po"])
    assert {"de: fuzzy: 'Reference %(reference)s'", "de: no longer in use, run update: 'gone'"} <= set(ops.problems())


def test_compiling_again_changes_nothing(tmp_path: Path) -> None:
    _write(tmp_path, PO.replace("{translation}", "Referenz %(reference)s"))
    [compiled] = ops.compile_catalogues(tmp_path)
    before = compiled.stat().st_mtime_ns
    assert ops.compile_catalogues(tmp_path) == [compiled]
    assert compiled.stat().st_mtime_ns == before
    assert sorted(path.name for path in compiled.parent.iterdir()) == ["messages.mo", "messages.po"]


def _write(root: Path, po: str) -> None:
    path = root / "locales/de/LC_MESSAGES/messages.po"
    path.parent.mkdir(parents=True)
    path.write_text(po, encoding="utf-8")


def test_a_language_without_catalogue_is_a_clear_error() -> None:
    with pytest.raises(CatalogueError, match=r"for 'xx'; run: python -m intake_ops\.catalogues compile"):
        translations("xx")


def test_texts_are_formatted() -> None:
    assert say("de", "Reference %(reference)s", reference="100%") == "Referenz 100%"
    assert say("en", "Reference %(reference)s", reference="X") == "Reference X"


@pytest.mark.parametrize(("number", "said"), [(0, "0 Seiten"), (1, "1 Seite"), (2, "2 Seiten"), (101, "101 Seiten")])
def test_plurals(number: int, said: str) -> None:
    assert say_count("de", "%(pages)s page", "%(pages)s pages", number, pages=number) == said


def test_a_text_of_several_lines_is_found_as_it_was_extracted() -> None:
    """Where extraction and rendering trim in different ways, texts silently stay English."""
    jinja = templates.environment("de")
    text = """{% trans %}
      Whoever has this link can change your application.
      Please do not pass this mail on.
    {% endtrans %}"""
    assert jinja.from_string(text).render().strip() == (
        "Wer diesen Link hat, kann Ihre Bewerbung ändern. Bitte geben Sie diese E-Mail nicht weiter."
    )


def test_what_is_not_plain_text_is_escaped() -> None:
    jinja = templates.environment("en")
    assert jinja.from_string("{{ name }}").render(name="<b>") == "&lt;b&gt;"
    with pytest.raises(UndefinedError):
        jinja.from_string("{{ nmae }}").render(name="x")


def test_plain_text_is_folded() -> None:
    url = "https://apply.magazine.example/" + "x" * 80
    assert templates.folded(f"  {'word ' * 16}\n\n\n\n- {'item ' * 16}\n{url}\n-- \n") == (
        f"  {'word ' * 14}".rstrip()
        + "\n    word word\n\n"
        + f"- {'item ' * 14}".rstrip()
        + f"\n  item item\n{url}\n-- \n"
    )


def test_quoted_text_keeps_its_lines() -> None:
    assert templates.quoted("one\n\ntwo") == "> one\n> \n> two"
