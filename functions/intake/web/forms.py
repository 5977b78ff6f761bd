"""A form as browsers send it: its fields, before anybody judges what stands in them."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from intake.web.body import text_of

type Fields = Mapping[str, Sequence[str]]

_MAX_FIELDS = 200
"""More than any form of ours has, every choice of the longest call ticked."""


def read_form(event: Mapping[str, Any]) -> Fields:
    """The fields of a submitted form. Raises ValueError for what no form of ours sends."""
    return parse_qs(text_of(event), keep_blank_values=True, max_num_fields=_MAX_FIELDS)


def fields_of(event: Mapping[str, Any]) -> Fields:
    """The fields of a submitted form; none for what no form of ours sends, and the page says what is missing."""
    try:
        return read_form(event)
    except ValueError:
        return {}


def one(fields: Fields, name: str) -> str:
    return fields[name][0] if fields.get(name) else ""
