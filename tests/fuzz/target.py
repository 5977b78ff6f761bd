"""One format under the fuzzer: `python -m fuzz.target FORMAT COUNTS [libFuzzer's options] CORPUS`.

Inputs are judged in this process, where coverage leads the search. COUNTS is written now and then: how many ended with
which verdict. What stops this process is judged again in the sandbox, by run.py.
"""

import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import atheris

from fuzz.mutations import mutate

with atheris.instrument_imports(include=["intake.inspection"]):
    from intake.inspection import docx, odt, pdf, rtf, text  # noqa: F401 - so that they are instrumented
    from intake.inspection.inspector import Request, inspect

MAX_BYTES = 25_000_000
COUNTED_EVERY = 500
OURS_OUT_OF_TEN = 7


def change(kind: str) -> Callable[[bytes, int, int], bytes]:
    """Mostly our own changes, which keep packages and objects whole to get at what is inside; else libFuzzer's."""

    def changed(data: bytes, max_size: int, seed: int) -> bytes:
        chance = random.Random(seed)
        if chance.randrange(10) < OURS_OUT_OF_TEN:
            return mutate(kind, data, chance)[:max_size]
        return bytes(atheris.Mutate(data, max_size))

    return changed


def main() -> None:
    """Runs until libFuzzer's own limit, or until an input stops this process."""
    kind, counts_path = sys.argv[1], Path(sys.argv[2])
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        path = Path(folder) / "document"
        request = Request(str(path), f"document.{kind}", (kind,), MAX_BYTES)

        def judge(data: bytes) -> None:
            path.write_bytes(data)
            found = inspect(request)
            counts[found.reason or found.verdict] += 1
            if counts.total() % COUNTED_EVERY == 0:
                counts_path.write_text(json.dumps(counts), encoding="utf-8")

        options = [sys.argv[0], *sys.argv[3:]]
        atheris.Setup(options, judge, custom_mutator=change(kind))
        atheris.Fuzz()


if __name__ == "__main__":
    main()
