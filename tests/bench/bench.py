"""`make bench`: what a cold start, an inspection and an application cost; writes docs/benchmarks.md.

Times are ratios against a baseline of the same run, medians of interleaved processes: this machine's seconds are not
Lambda's. Requests and bytes are counted, not timed.
"""

import hashlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import boto3
import pytest

import documents
from house import BASE, House
from intake.handlers import inspect
from intake.inspection.inspector import Request
from intake.inspection.sandbox import Sandbox
from intake_ops.catalogues import compile_catalogues
from people import ApiClient

ROOT = Path(__file__).parent.parent.parent
ROUNDS = 9

COLD_STARTS = {
    "boto3 with its s3 and dynamodb clients (the baseline)": """
import boto3
boto3.client("s3")
boto3.client("dynamodb")""",
    "apply, a call of the API": """
from intake.handlers.apply import handler
from house import LambdaContext
event = {"version": "2.0", "rawPath": "/api/calls/contributors", "rawQueryString": "", "headers": {},
         "requestContext": {"http": {"method": "GET", "path": "/api/calls/contributors"}, "stage": "$default"}}
assert handler(event, LambdaContext())["statusCode"] == 200""",
    "relay, import": "import intake.handlers.relay",
    "notify, import": "import intake.handlers.notify",
    "inspect, import": "import intake.handlers.inspect",
}
ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "eu-central-1",
    "POWERTOOLS_SERVICE_NAME": "apply",
    "POWERTOOLS_METRICS_NAMESPACE": "contributor-intake",
    "TABLE_NAME": "table",
    "INCOMING_BUCKET": "incoming",
    "PUBLIC_BASE": BASE,
    "TOKEN_SECRET_ARN": "secret",
    "UPLOAD_URL": "https://incoming.s3.eu-central-1.amazonaws.com",
    "EMBED_ORIGINS": "",
    "PYTHONPATH": f"{ROOT}/functions:{ROOT}/infra:{ROOT}/tests",
}

FILES = {
    "PDF, 2 pages": ("cv.pdf", documents.pdf("Curriculum vitae of a reporter. " * 60, pages=2)),
    "DOCX": ("cv.docx", documents.docx("Curriculum vitae of a reporter. " * 60)),
    "ODT": ("cv.odt", documents.odt("Curriculum vitae of a reporter. " * 60)),
    "RTF": ("cv.rtf", documents.rtf("Curriculum vitae of a reporter. " * 60)),
    "text": ("cv.txt", documents.text("Curriculum vitae of a reporter. " * 60)),
}


def cold_starts() -> list[tuple[str, str, str]]:
    times: dict[str, list[float]] = {name: [] for name in COLD_STARTS}
    for _ in range(ROUNDS):
        for name, code in COLD_STARTS.items():
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], env=ENVIRONMENT, check=True, stdout=subprocess.DEVNULL)
            times[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(found) for name, found in times.items()}
    baseline = next(iter(medians.values()))
    return [(name, f"{1000 * found:.0f}", f"{found / baseline:.2f}") for name, found in medians.items()]


def inspections() -> list[tuple[str, str, str]]:
    """Through the sandbox, warm. The baseline is the child that has nothing to read: fork, limits, pipe."""
    rows = []
    with Sandbox() as sandbox, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "document"

        def timed(filename: str, body: bytes) -> float:
            path.write_bytes(body)
            request = Request(str(path), filename, ("pdf", "docx", "odt", "rtf", "txt", "md"), 10_000_000)
            found = []
            for _ in range(ROUNDS):
                start = time.perf_counter()
                sandbox.inspect(request, size=len(body), sha256=hashlib.sha256(body).hexdigest())
                found.append(time.perf_counter() - start)
            return statistics.median(found)

        timed("empty.pdf", b"")
        baseline = timed("empty.pdf", b"")
        rows.append(("an empty file (the baseline)", f"{1000 * baseline:.1f}", "1.00"))
        for name, (filename, body) in FILES.items():
            found = timed(filename, body)
            rows.append((name, f"{1000 * found:.1f}", f"{found / baseline:.2f}"))
    return rows


def requests_of_one_application() -> list[tuple[str, str]]:
    """Every AWS request that our functions make for one application with three files, until its mails are out."""
    asked: Counter[str] = Counter()

    def record(model: Any, **_: Any) -> None:
        asked[f"{model.service_model.service_name} {model.name}"] += 1

    files = {
        "cv": ("cv.pdf", documents.pdf()),
        "cover_letter": ("letter.docx", documents.docx()),
        "writing_sample": ("sample.odt", documents.odt()),
    }
    with pytest.MonkeyPatch.context() as monkeypatch, House.built(monkeypatch) as house:
        boto3.setup_default_session()
        assert boto3.DEFAULT_SESSION is not None
        boto3.DEFAULT_SESSION.events.register("before-call", record)
        ApiClient(house).apply(files)
        house.settle()
    boto3.DEFAULT_SESSION = None
    inspect.sandbox().close()
    return [(name, str(number)) for name, number in sorted(asked.items())]


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main() -> None:
    compile_catalogues(ROOT / "templates")
    print("cold starts …", file=sys.stderr)
    cold = table(("a new process", "ms here", "ratio"), cold_starts())
    print("inspections …", file=sys.stderr)
    inspected = table(("one file", "ms here", "ratio"), inspections())
    print("requests …", file=sys.stderr)
    asked = requests_of_one_application()
    total = str(sum(int(number) for _, number in asked))
    requests = table(("AWS request", "number"), [*asked, ("all", total)])
    text = f"""# Benchmarks
Written by `make bench`. Read the ratios: they are medians of {ROUNDS} interleaved runs on one shared machine, whose
milliseconds are not Lambda's.

## Cold start
{cold}

## Inspection, warm, through the sandbox
{inspected}

## Requests for one application with three files, until its two mails are out
{requests}

Uploads are POSTs of the browser, one a file; Lambda's own polling of queues and stream is not counted.
"""
    (ROOT / "docs" / "benchmarks.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
