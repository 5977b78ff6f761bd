"""Texts from before Unicode, whose letters are another script's until one old font draws them.

Georgian fonts like AcadNusx draw Latin letters as Georgian ones and have no capitals: what looks like a capital is one
more letter of the alphabet, so it stands anywhere in a word ("saqarTvelo"). Armenian ones follow ARMSCII-8, which
programs that do not know it take for Latin-1, and a Russian Windows for its own code page: capitals have even numbers
there and small letters odd ones ("Ð³Û³ëï³Ý", "РіЫілпіЭ"). Of the letters of Russian only half are odd.
"""

import re

_SAMPLE = 20_000  # characters
_LATIN_LETTERS = re.compile("[A-Za-z]+")
_LATIN_WORD = re.compile("[A-Za-z]{3,}")
# AcadNusx has th, zh, gh, sh, ch, dz and ch' as capitals; no other capital stands for a letter.
_LETTER_WITHIN = re.compile("[a-z]([CJRSTWZ])")
_CAPITAL_WITHIN = re.compile("[a-z][ABD-IK-QUVXY]")
_WORDS_WITH_ONE = 0.12  # in Georgian one word in three; in English names like McTavish and products, under 0.02
_FEWEST_WORDS = 12
_KINDS_OF_LETTER = 3
_ARMSCII_LETTER = re.compile("[\u00b2-\u00fd]")
_ARMSCII_SHARE = 0.3  # of all letters; French and Icelandic have 0.15 beyond ASCII
_ARMSCII_SMALL = 0.8
_ARMSCII_KINDS = 8
_FEWEST_LETTERS = 20


def has_old_font_encoding(text: str) -> bool:
    sample = text[:_SAMPLE]
    in_cyrillic = sample.encode("cp1251", "ignore").decode("latin-1")
    return _is_georgian(sample) or is_armscii(sample) or is_armscii(in_cyrillic)


def is_armscii(text: str) -> bool:
    """Whether this is Armenian in ARMSCII-8, read as Latin-1."""
    letters = _ARMSCII_LETTER.findall(text)
    if len(letters) < _FEWEST_LETTERS:
        return False
    ascii_letters = sum(map(len, _LATIN_LETTERS.findall(text)))
    if len(letters) < _ARMSCII_SHARE * (len(letters) + ascii_letters):
        return False
    small = [letter for letter in letters if ord(letter) % 2]
    return len(small) >= _ARMSCII_SMALL * len(letters) and len(set(small)) >= _ARMSCII_KINDS


def _is_georgian(text: str) -> bool:
    words = _LATIN_WORD.findall(text)
    found = [match for word in words if (match := _LETTER_WITHIN.search(word))]
    capitals = sum(_CAPITAL_WITHIN.search(word) is not None for word in words)
    return (
        len(words) >= _FEWEST_WORDS
        and len(found) >= _WORDS_WITH_ONE * len(words)
        and 10 * capitals <= len(found)
        and len({match[1] for match in found}) >= _KINDS_OF_LETTER
    )
