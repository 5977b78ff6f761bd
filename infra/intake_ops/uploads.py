"""Writes docs/uploads.md from the code: `python -m intake_ops.uploads`. A test says when it is stale."""

from pathlib import Path

from intake import runtime
from intake.domain.call import DocumentRule
from intake.domain.file_types import FILE_TYPES
from intake.domain.verdict import Reason
from intake.inspection import limits
from intake.rendering.reasons import LINES_FOR_EDITORS

PATH = Path(__file__).parents[2] / "docs" / "uploads.md"

_HEAD = """\
# Uploads
Written by `python -m intake_ops.uploads` from what the code itself uses: what may be uploaded, how large it may be,
also once it is unpacked, and what becomes of a file that breaks a rule (ASVS 5.0, 5.1.1).

A file is what its bytes say; its name has to agree. **Accept**: editors may open it, as an attachment. **Hold**: it
could not be judged; editors are warned and asked before they open it. **Reject**: nobody opens it; the applicant is
told why and may upload another file. The application reaches the editors either way.
"""


def page() -> str:
    """The whole page, as it is committed."""
    return "\n".join([_HEAD, *_types(), *_calls(), *_limits(), *_reasons()])


def _table(*rows: tuple[object, ...]) -> list[str]:
    head, *body = rows
    lines = [head, ("---",) * len(head), *body]
    return [*("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines), ""]


def _types() -> list[str]:
    rows = [(kind.name, kind.label, ", ".join(f".{end}" for end in kind.extensions)) for kind in FILE_TYPES.values()]
    return ["## Types", *_table(("type", "is", "file name ends with"), *rows)]


def _calls() -> list[str]:
    rows = [
        (call.id, rule.kind, ", ".join(rule.types), _bytes(rule.max_bytes), _words(rule))
        for call in runtime.calls().values()
        for rule in call.documents
    ]
    return ["## What a call takes", *_table(("call", "document", "types", "at most", "words"), *rows)]


def _limits() -> list[str]:
    rows = [
        ("pages of a PDF", limits.MAX_PAGES),
        ("members of a package (DOCX, ODT)", limits.MAX_MEMBERS),
        ("a package unpacked", _bytes(limits.MAX_EXPANDED_BYTES)),
        ("unpacked to packed", f"{limits.MAX_RATIO} to 1, from {_bytes(limits.RATIO_COUNTS_FROM_BYTES)}"),
        ("packages inside a package", f"{limits.MAX_NESTING} deep, {_bytes(limits.MAX_NESTED_BYTES)} each"),
        ("one XML part", f"{_bytes(limits.MAX_XML_BYTES)}, {limits.MAX_XML_DEPTH} levels"),
        ("groups of an RTF inside each other", limits.MAX_RTF_DEPTH),
        ("memory to read a file", _bytes(limits.LIMITS.memory_bytes)),
        ("processor time to read a file", f"{limits.LIMITS.cpu_seconds} s"),
    ]
    return ["## Limits of the inspection", *_table(("what", "at most"), *rows)]


def _reasons() -> list[str]:
    rows = [
        (f"`{reason}`", LINES_FOR_EDITORS[reason].replace("%(max)s", "…").replace("%(found)s", "…"))
        for reason in Reason
    ]
    return ["## Reasons", *_table(("reason", "what editors read"), *rows)]


def _words(rule: DocumentRule) -> str:
    return f"{rule.min_words} to {rule.max_words}" if rule.min_words and rule.max_words else "any number"


def _bytes(number: int) -> str:
    return f"{number / 1_000_000:,.0f} MB"


if __name__ == "__main__":
    PATH.write_text(page(), encoding="utf-8")
