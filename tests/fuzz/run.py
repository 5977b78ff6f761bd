"""`make fuzz`: every format under a coverage-guided fuzzer, for FUZZ_MINUTES (10) in all.

What stops the fuzzer's process is judged once more as in production, in the sandbox. A verdict is what it should be;
`inspection_failed`, a child over its time or memory, or a sandbox that does not answer is a finding: it is kept in
.cache/fuzz, fails the run, and belongs in a test.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from fuzz.mutations import SEEDS
from intake.domain.verdict import Reason
from intake.inspection.inspector import Request
from intake.inspection.limits import LIMITS
from intake.inspection.sandbox import Sandbox, SandboxError

ROOT = Path(__file__).parents[2]
KEPT = ROOT / ".cache/fuzz"
MAX_BYTES = 25_000_000
MAX_SECONDS = 20.0
WORDS = {
    "pdf": ("/JS", "/JavaScript", "/OpenAction", "/AA", "/ObjStm", "/XRef", "/EmbeddedFiles", "/Encrypt", "endobj"),
    "rtf": ("\\objdata", "\\bin", "\\*\\template", "\\field", "\\u", "\\'", "\\pict", "{\\*\\"),
}
_RUNS = re.compile(r"Done (\d+) runs|^#(\d+)", re.MULTILINE)


@dataclass
class Outcome:
    """Of one format: inputs tried, how many ended with which verdict, and those that did not."""

    runs: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    contained: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)


def judged_in_the_sandbox(path: Path, kind: str) -> tuple[str, bool]:
    """How production ends with this file, and whether that is as it should be."""
    body = path.read_bytes()
    began = time.monotonic()
    try:
        with Sandbox() as sandbox:
            request = Request(str(path), f"document.{kind}", (kind,), MAX_BYTES)
            judged = sandbox.judge(request, size=len(body), sha256=hashlib.sha256(body).hexdigest())
    except SandboxError as error:
        return str(error), False
    seconds = time.monotonic() - began
    found = judged.inspection
    is_sound = (
        found.reason is not Reason.INSPECTION_FAILED
        and seconds < MAX_SECONDS
        and judged.peak_bytes < LIMITS.memory_bytes
    )
    return f"{found.reason or found.verdict}, {seconds:.1f} s, {judged.peak_bytes / 1e6:.0f} MB", is_sound


def fuzz(kind: str, seconds: float, scratch: Path) -> Outcome:
    """One format for so long; whatever stops the fuzzer is judged, and it goes on."""
    outcome = Outcome()
    corpus, stops = scratch / "corpus", scratch / "stops"
    for folder in (corpus, stops):
        folder.mkdir(parents=True)
    for number, build in enumerate(SEEDS[kind]):
        (corpus / f"seed-{number}").write_bytes(build())
    words = scratch / "words"
    words.write_text("".join(json.dumps(word) + "\n" for word in WORDS.get(kind, ("<",))))
    deadline = time.monotonic() + seconds
    while (left := int(deadline - time.monotonic())) > 0:
        counts = scratch / "counts.json"
        ran = subprocess.run(
            [sys.executable, "-m", "fuzz.target", kind, str(counts), f"-max_total_time={left}",
             "-timeout=20", "-rss_limit_mb=2048", "-max_len=200000", f"-dict={words}", f"-artifact_prefix={stops}/",
             str(corpus)],
            cwd=ROOT, capture_output=True, text=True, errors="replace", check=False,
        )  # fmt: skip
        outcome.runs += max((int(one or other) for one, other in _RUNS.findall(ran.stderr)), default=0)
        if counts.exists():
            outcome.verdicts += Counter(json.loads(counts.read_text(encoding="utf-8")))
            counts.unlink()
        stopped = sorted(stops.iterdir())
        for path in stopped:
            said, is_sound = judged_in_the_sandbox(path, kind)
            if is_sound:
                outcome.contained[said.partition(",")[0]] += 1
            else:
                KEPT.mkdir(parents=True, exist_ok=True)
                kept = KEPT / f"{kind}-{path.name}"
                shutil.copy(path, kept)
                outcome.findings.append(f"{kept.relative_to(ROOT)}: {said}")
            path.unlink()
        if ran.returncode and not stopped:
            outcome.findings.append(f"{kind}: the fuzzer did not run: {ran.stderr.strip().splitlines()[-1:]}")
            break
    return outcome


def main() -> int:
    """Prints a table; 1 where there are findings."""
    minutes = float(os.environ.get("FUZZ_MINUTES", "10"))
    workers = min(len(SEEDS), os.cpu_count() or 1)
    each = minutes * 60 * workers / len(SEEDS)
    print(f"{len(SEEDS)} formats, {each:.0f} s each", flush=True)
    findings: list[str] = []
    with tempfile.TemporaryDirectory(prefix="fuzz-") as scratch, ThreadPoolExecutor(workers) as pool:
        outcomes = pool.map(lambda kind: (kind, fuzz(kind, each, Path(scratch) / kind)), SEEDS)
        for kind, outcome in outcomes:
            listed = ", ".join(f"{reason} {times}" for reason, times in outcome.verdicts.most_common(6))
            print(f"{kind:<5}{outcome.runs:>9} inputs: {listed}", flush=True)
            for reason, times in outcome.contained.most_common():
                print(f"{times:>14} stopped the fuzzer, and end in the sandbox as {reason}", flush=True)
            findings += outcome.findings
    for finding in findings:
        print(f"FINDING {finding}")
    print(f"{len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
