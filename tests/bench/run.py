"""`make bench`: what a cold start, an inspection and an application cost; writes docs/benchmarks.md and its chart.

Times are ratios against a baseline of the same run, medians of interleaved runs: this machine's seconds are not
Lambda's. Requests and bytes are counted, not timed. BENCH_FILES names a folder of more honest files to inspect.
"""

import sys
from pathlib import Path

from bench.chart import TARGETS_HEAD, chart, table
from bench.cold_starts import cold_starts
from bench.inspection import HEAD, inspections
from bench.requests import requests_of_one_application
from intake_ops.catalogues import compile_catalogues
from load.report import section_of

ROOT = Path(__file__).parent.parent.parent
ROUNDS = 9


def main() -> None:
    compile_catalogues(ROOT / "templates")
    print("cold starts …", file=sys.stderr)
    cold = table(("a new process", "ms here", "ratio"), cold_starts(ROUNDS))
    print("inspections …", file=sys.stderr)
    rows, ratios, targets = inspections(ROUNDS)
    print("requests …", file=sys.stderr)
    asked = requests_of_one_application()
    total = str(sum(int(number) for _, number in asked))
    requests = table(("AWS request", "number"), [*asked, ("all", total)])
    page = ROOT / "docs/benchmarks.md"
    title = "CPU of the popular stack for one CV, as a multiple of ours"
    text = f"""# Benchmarks
Written by `make bench`, and by `make load` between its marks. Read the ratios: they are medians of {ROUNDS} interleaved
runs on one machine that others used at the same time, whose milliseconds are not Lambda's.

## Cold start
{cold}

## Inspection
CPU (user and system) and peak resident memory of the child that reads a file, forked from a process that has imported
everything. Ours is the sandbox's own way, limits included. `parser` only parses: pikepdf's walk of every object and
pypdfium2's text, zipfile and expat, striprtf. `popular` finds type, pages, words, language and the plainest active
content with puremagic, pypdf, python-docx, odfdo, striprtf and langdetect; it has no limits, and looks for neither
hidden text nor field codes nor links. `its peak MB` is that stack's. The CVs are two pages, four types, six languages.

{table(HEAD, rows)}

![{title}](benchmarks.svg)

{table(TARGETS_HEAD, [target.row() for target in targets])}

## Requests for one application with three files, until its two mails are out
{requests}

Uploads are POSTs of the browser, one a file; Lambda's own polling of queues and stream is not counted.

{section_of(page.read_text(encoding="utf-8"))}"""
    (ROOT / "docs/benchmarks.svg").write_text(chart(title, ratios, targets[0].levels), encoding="utf-8")
    page.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
