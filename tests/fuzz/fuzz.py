"""`make fuzz`: changed documents, judged in the sandbox for FUZZ_MINUTES (10).

Every one must end with a verdict, within 20 seconds and the limits, and no parser may fall over. Files that break this
are kept in .cache/fuzz, to make tests of.
"""

import hashlib
import os
import sys
import time
from collections import Counter
from itertools import count
from pathlib import Path
from random import Random

from fuzz.mutations import SEEDS, mutate
from intake.domain.file_types import FILE_TYPES
from intake.domain.verdict import Reason
from intake.inspection.inspector import Request
from intake.inspection.limits import LIMITS
from intake.inspection.sandbox import Sandbox

_KEPT = Path(".cache/fuzz")
_MOST_SECONDS = 20.0


def main() -> int:
    ends = time.monotonic() + 60 * float(os.environ.get("FUZZ_MINUTES", "10"))
    seed = int(os.environ.get("FUZZ_SEED", time.time_ns() % 1_000_000))
    print(f"FUZZ_SEED={seed}")
    runs: Counter[str] = Counter()
    verdicts: Counter[str] = Counter()
    findings: list[str] = []
    _KEPT.mkdir(parents=True, exist_ok=True)
    path = _KEPT / "document"
    bodies = {extension: [build() for build in builds] for extension, builds in SEEDS.items()}
    with Sandbox() as sandbox:
        for number in count(seed):
            if time.monotonic() > ends:
                break
            random = Random(number)
            extension = random.choice(list(bodies))
            body = mutate(extension, random.choice(bodies[extension]), random)
            path.write_bytes(body)
            runs[extension] += 1
            outcome, fault = _judge(sandbox, path, extension, len(body))
            verdicts[outcome] += 1
            if fault:
                kept = _KEPT / f"{hashlib.sha256(body).hexdigest()[:12]}.{extension}"
                kept.write_bytes(body)
                findings.append(f"{fault}: {kept}")
    path.unlink(missing_ok=True)
    print(", ".join(f"{runs[extension]} {extension}" for extension in SEEDS))
    print(", ".join(f"{number} {outcome}" for outcome, number in verdicts.most_common()))
    print(*findings or ["nothing found"], sep="\n")
    return 1 if findings else 0


def _judge(sandbox: Sandbox, path: Path, extension: str, size: int) -> tuple[str, str | None]:
    """What came of it, and what is wrong with that."""
    request = Request(str(path.absolute()), f"cv.{extension}", tuple(FILE_TYPES), 10_000_000)
    start = time.perf_counter()
    judged = sandbox.judge(request, size=size, sha256="")
    seconds = time.perf_counter() - start
    found = judged.inspection
    outcome = found.verdict if found.reason is None else f"{found.verdict} {found.reason}"
    if found.reason is Reason.INSPECTION_FAILED:
        return outcome, "its reader fell over"
    if seconds > _MOST_SECONDS:
        return outcome, f"took {seconds:.0f} s"
    if judged.peak_bytes > LIMITS.memory_bytes:
        return outcome, f"took {judged.peak_bytes // 1_000_000} MB"
    return outcome, None


if __name__ == "__main__":
    sys.exit(main())
