"""Translations: from the texts in code and templates to templates/locales/{language}/LC_MESSAGES/messages.{po,mo}.

python -m intake_ops.catalogues extract   the texts as a .pot file, on standard output, to begin a language with
python -m intake_ops.catalogues update    new and changed texts into every .po file; then translate what is empty
python -m intake_ops.catalogues compile   .po to .mo, which is what runs
python -m intake_ops.catalogues check     what is missing, doubtful, out of date or broken
"""

import os
import re
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from intake.domain.file_types import FILE_TYPES, FOREIGN_TYPES
from intake.rendering.catalogues import DOMAIN
from intake.rendering.templates import EXTENSIONS, WHITESPACE

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
SOURCES = {"templates": "jinja2", "functions/intake/rendering": "python", "functions/intake/web": "python"}
_PATTERNS = {"jinja2": "**.j2", "python": "**.py"}
_PLACEHOLDER = re.compile(r"%(\(\w+\)[sd]|%|)")
_KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "say_count": (2, 3),
}


def extract() -> Catalog:
    """Every text that is shown to people, in English."""
    catalog = Catalog(project="contributor-intake", fuzzy=False)
    options = {name: str(value).lower() for name, value in WHITESPACE.items()}
    # Not silent: a template that does not parse must stop us, not lose its texts.
    options |= {"silent": "false", "extensions": ",".join(EXTENSIONS)}
    for source, method in SOURCES.items():
        for filename, _, message, comments, context in extract_from_dir(
            ROOT / source,
            method_map=[(_PATTERNS[method], method)],
            options_map={_PATTERNS[method]: options if method == "jinja2" else {}},
            keywords=_KEYWORDS,
            comment_tags=["Translators:"],
            strip_comment_tags=True,
        ):
            # Without line numbers: a catalogue changes when a text does, not when one moves.
            catalog.add(message, locations=[(f"{source}/{filename}", 0)], auto_comments=comments, context=context)
    labels = [ours.label for ours in FILE_TYPES.values()] + [foreign.label for foreign in FOREIGN_TYPES.values()]
    for label in labels:
        catalog.add(label, locations=[("functions/intake/domain/file_types.py", 0)])
    return catalog


def catalogue_paths(templates: Path = TEMPLATES) -> list[Path]:
    return sorted(templates.glob(f"locales/*/LC_MESSAGES/{DOMAIN}.po"))


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3], abort_invalid=True)


def update() -> None:
    """Brings every .po up to date; near misses are not guessed at, so nothing becomes fuzzy."""
    template = extract()
    for path in catalogue_paths():
        catalog = read(path)
        catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
        catalog.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, catalog, width=110, sort_output=True, include_lineno=False)


def compile_catalogues(templates: Path = TEMPLATES) -> list[Path]:
    """Compiles every .po beside itself; a .mo that is up to date is left alone. Answers with all .mo files."""
    compiled = []
    for source in catalogue_paths(templates):
        target = source.with_suffix(".mo")
        with tempfile.NamedTemporaryFile(dir=target.parent, suffix=".tmp", delete=False) as file:
            write_mo(file, read(source))
        new = Path(file.name)
        if target.exists() and target.read_bytes() == new.read_bytes():
            new.unlink()
        else:
            new.chmod(0o644)
            os.replace(new, target)  # noqa: PTH105 - atomic: others read or write the same catalogue
        compiled.append(target)
    return compiled


type _Key = tuple[str | tuple[str, ...] | list[str], str | None]


def problems() -> list[str]:
    """What is wrong with the catalogues, a line each."""
    expected = {(message.id, message.context) for message in extract() if message.id}
    return [problem for path in catalogue_paths() for problem in _problems_of(path, expected)]


def _problems_of(path: Path, expected: set[_Key]) -> list[str]:
    catalog, language = read(path), path.parts[-3]
    present = {(message.id, message.context): message for message in catalog if message.id}
    found = [f"{language}: not extracted yet, run update: {key[0]!r}" for key in expected - present.keys()]
    found += [f"{language}: no longer in use, run update: {key[0]!r}" for key in present.keys() - expected]
    for message in present.values():
        if message.fuzzy:
            found.append(f"{language}: fuzzy: {message.id!r}")
        elif not all(_texts(message.string)):
            found.append(f"{language}: not translated: {message.id!r}")
        elif len({_placeholders(text) for text in (*_texts(message.id), *_texts(message.string))}) > 1:
            found.append(f"{language}: placeholders differ: {message.id!r}")
    return sorted(found)


def _texts(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, tuple | list) else (text or "",)


def _placeholders(text: str) -> frozenset[str]:
    """What is filled in, and as "" any % that stands alone, which would fail. Babel's check lets some be left out."""
    return frozenset(_PLACEHOLDER.findall(text)) - {"%"}


def main(arguments: list[str]) -> int:
    match arguments:
        case ["extract"]:
            write_po(sys.stdout.buffer, extract(), width=110, sort_output=True, include_lineno=False)
        case ["update"]:
            update()
        case ["compile"]:
            compile_catalogues()
        case ["check"]:
            found = problems()
            print("\n".join(found) or "The catalogues are complete.")
            return 1 if found else 0
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
