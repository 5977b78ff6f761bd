"""A part that is written anew says the same to whoever reads it."""

from hypothesis import given
from hypothesis import strategies as st

from intake.inspection.copies.xml_filter import Rules, rewrite
from intake.inspection.xml_safety import Attributes, parse

CHARACTERS = st.text(st.sampled_from("a&<>\"' \r\n\t]ჟ") | st.characters(exclude_categories=("Cs", "Cc", "Cn")))


@given(CHARACTERS, CHARACTERS)
def test_values_and_text_survive(value: str, text: str) -> None:
    start = {character: f"&#{ord(character)};" for character in {*value, *text}}
    part = f'<a b="{"".join(start[c] for c in value)}">{"".join(start[c] for c in text)}</a>'
    values: list[Attributes] = []
    pieces: list[str] = []
    parse([rewrite([part.encode()], Rules(frozenset()))], lambda _name, given: values.append(given), text=pieces.append)
    assert (values, "".join(pieces)) == ([{"b": value}], text)
