"""Calls come with the code: templates/calls/{id}.toml, read once and checked before anybody sees them."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from pydantic import ValidationError

from intake.domain.call import Call


class CallError(Exception):
    """A file does not describe a call; one line that names the file, the field and the problem."""


def load_calls(directory: Path) -> Mapping[str, Call]:
    """All calls by id. Raises CallError for the first one that is wrong, or where there is none."""
    return _load(directory.resolve())


@cache
def _load(directory: Path) -> Mapping[str, Call]:
    calls = {path.stem: _read(path) for path in sorted(directory.glob("*.toml"))}
    if not calls:
        raise CallError(f"{directory}: holds no calls")
    return MappingProxyType(calls)


def _read(path: Path) -> Call:
    try:
        call = Call.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CallError(f"{path.name}: not TOML: {error}") from error
    except ValidationError as error:
        raise CallError(f"{path.name}: {_first_problem(error)}") from error
    if call.id != path.stem:
        raise CallError(f"{path.name}: id: is {call.id!r}, but the file is called {path.stem!r}")
    return call


def _first_problem(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    problem = first["msg"].removeprefix("Value error, ")
    field = ".".join(str(part) for part in first["loc"])
    return f"{field}: {problem}" if field else problem
