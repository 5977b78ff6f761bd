"""What an inspection is measured against. Each contender is a process of its own that has imported everything, and
forks a child for each file, as production does: `python -m bench.contenders NAME` answers lines of JSON.

ours: the zygote's own way, with its limits and its pipe. parser: what only parses, the least that any inspection costs.
popular: the stack that most people would take to find out the same: type, pages, words, language, active content.
"""

import gc
import json
import os
import resource
import socket
import sys
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any
from xml.parsers import expat

Asked = dict[str, str]
Facts = dict[str, Any]

ALLOWED = ("pdf", "docx", "odt", "rtf", "txt", "md")
MAX_BYTES = 25_000_000
MOST_CPU_SECONDS = 30
"""After which a contender's child is ended: what it has not read by then it has not read."""


def parser() -> Callable[[Asked], Facts]:
    import pikepdf
    import pypdfium2
    from striprtf.striprtf import rtf_to_text

    def pdf(path: str) -> int:
        with pikepdf.open(path) as document:
            for one in document.objects:
                if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
                    list(one.keys())
        document = pypdfium2.PdfDocument(path)
        return sum(len(page.get_textpage().get_text_range().split()) for page in document)

    def package(path: str) -> int:
        words = 0

        def count(text: str) -> None:
            nonlocal words
            words += len(text.split())

        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.endswith((".xml", ".rels")) and (part := archive.read(name)):
                    reader = expat.ParserCreate()
                    reader.CharacterDataHandler = count
                    reader.Parse(part, True)
        return words

    def rtf(path: str) -> int:
        return len(rtf_to_text(Path(path).read_bytes().decode("latin-1")).split())

    def text(path: str) -> int:
        return len(Path(path).read_bytes().decode("utf-8", "replace").split())

    by_type = {"pdf": pdf, "docx": package, "odt": package, "rtf": rtf}
    return lambda asked: {"words": by_type.get(asked["type"], text)(asked["path"])}


def popular() -> Callable[[Asked], Facts]:
    import docx
    import langdetect
    import odfdo
    import puremagic
    import pypdf
    from striprtf.striprtf import rtf_to_text

    langdetect.DetectorFactory.seed = 0
    langdetect.detect("its profiles are read once, here")

    def pdf(path: str) -> tuple[str, Facts]:
        reader = pypdf.PdfReader(path)
        root = reader.trailer["/Root"]
        active = {key for key in ("/OpenAction", "/AA", "/AcroForm") if key in root}
        active |= {key for page in reader.pages for key in ("/AA", "/Annots") if key in page}
        facts = {"pages": len(reader.pages), "active": sorted(active), "attached": len(reader.attachments)}
        return "\n".join(page.extract_text() for page in reader.pages), facts

    def word(path: str) -> tuple[str, Facts]:
        document = docx.Document(path)
        cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
        active = [part.partname for part in document.part.package.iter_parts() if "vba" in part.content_type.lower()]
        external = sum(relation.is_external for relation in document.part.rels.values())
        text = "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
        return text, {"active": active, "external": external}

    def open_document(path: str) -> tuple[str, Facts]:
        document = odfdo.Document(path)
        names = document.get_parts()
        return document.get_formatted_text(), {"active": [name for name in names if name.startswith("Basic/")]}

    def rtf(path: str) -> tuple[str, Facts]:
        raw = Path(path).read_bytes().decode("latin-1")
        return rtf_to_text(raw), {"active": [word for word in ("\\objdata", "\\object", "DDE") if word in raw]}

    def plain(path: str) -> tuple[str, Facts]:
        return Path(path).read_bytes().decode("utf-8", "replace"), {}

    by_type = {"pdf": pdf, "docx": word, "odt": open_document, "rtf": rtf}

    def inspect(asked: Asked) -> Facts:
        found = puremagic.from_file(asked["path"])
        text, facts = by_type.get(asked["type"], plain)(asked["path"])
        try:
            language = langdetect.detect(text)
        except langdetect.LangDetectException:
            language = None  # it knows neither Georgian nor Armenian letters
        return facts | {"type": found, "words": len(text.split()), "language": language}

    return inspect


def _forked(work: Callable[[Asked], Facts], asked: Asked) -> tuple[bool, int]:
    """Has a child do the work; answers whether it found words, and its peak memory in bytes."""
    if (child := os.fork()) == 0:
        code = 1
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_SECONDS, MOST_CPU_SECONDS))
            code = 0 if work(asked)["words"] else 1
        finally:
            os._exit(code)
    _, status, usage = os.wait4(child, 0)
    return os.waitstatus_to_exitcode(status) == 0, usage.ru_maxrss * 1024


def _ours() -> Callable[[Asked], tuple[bool, int]]:
    import importlib

    from intake.domain.verdict import Inspection, Verdict
    from intake.inspection import zygote
    from intake.inspection.inspector import Request
    from intake.inspection.language import detect_language
    from intake.inspection.limits import LIMITS, MEASURED

    for name in zygote._PARSERS:
        importlib.import_module(f"intake.inspection.{name}")
    detect_language("the model is read once, here")
    channel, _other = socket.socketpair()

    def inspect(asked: Asked) -> tuple[bool, int]:
        request = Request(asked["path"], Path(asked["path"]).name, ALLOWED, MAX_BYTES)
        size = Path(asked["path"]).stat().st_size
        answer = zygote._judge(
            {"request": asdict(request), "size": size, "sha256": "0" * 64, "limits": asdict(LIMITS)}, channel
        )
        said = Inspection.model_validate_json(answer[MEASURED.size :])
        return said.verdict is Verdict.ACCEPT and bool(said.words), MEASURED.unpack_from(answer)[0]

    return inspect


def _contender(name: str) -> Callable[[Asked], tuple[bool, int]]:
    if name == "ours":
        return _ours()
    work = {"parser": parser, "popular": popular}[name]()
    return lambda asked: _forked(work, asked)


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    inspect = _contender(sys.argv[1])
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        before = _children_seconds()
        is_read, peak = inspect(json.loads(line))
        answer = {"cpu": _children_seconds() - before, "peak": peak, "is_read": is_read}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
