"""What is deployed: the layers' requirements, and code and layers as they are built."""

import os
import re
import subprocess
import sys
import zipfile
from importlib.metadata import metadata
from pathlib import Path

import pytest

from intake_ops.build import ARCHITECTURES, LAYERS, exported, requirements_path
from intake_ops.local.artefacts import architecture

ROOT = Path(__file__).parents[2]

HERE = architecture()
MEBIBYTE = 2**20
AL2023_GLIBC = (2, 34)
pytestmark = pytest.mark.xdist_group("artefacts")


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def zipped_size(folder: Path, target: Path) -> int:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in folder.rglob("*"):
            archive.write(path, path.relative_to(folder))
    return target.stat().st_size


@pytest.mark.parametrize("layer", LAYERS)
def test_requirements_are_those_of_the_lock(layer):
    stale = "run: python -m intake_ops.build export"
    assert requirements_path(layer).read_text(encoding="utf-8") == exported(layer), stale


PERMISSIVE = re.compile(r"MIT|MIT-0|BSD|Apache|MPL-2\.0|PSF-2\.0|Unlicense|Python Software Foundation")
COPYLEFT = re.compile(r"\b[AL]?GPL")


def licence_of(package: str) -> str:
    """What a package's own metadata say: an SPDX expression, or what came before that."""
    said = metadata(package)
    words = [said.get("License-Expression"), said.get("License"), *(said.get_all("Classifier") or [])]
    return " | ".join(word for word in words if word and (word.startswith("License ::") or word in words[:2]))


@pytest.mark.parametrize("layer", LAYERS)
def test_what_ships_may_be_used_by_everybody(layer):
    packages = re.findall(r"^([a-z0-9._-]+)==", requirements_path(layer).read_text(encoding="utf-8"), re.MULTILINE)
    licences = {package: licence_of(package) for package in packages}
    assert {p: said for p, said in licences.items() if not PERMISSIVE.search(said) or COPYLEFT.search(said)} == {}


@pytest.mark.parametrize("layer", LAYERS)
def test_every_requirement_is_pinned_and_hashed(layer):
    blocks = re.split(r"\n(?=\S)", requirements_path(layer).read_text(encoding="utf-8").partition("\n")[2].strip())
    assert len(blocks) > 3
    assert [block for block in blocks if not re.match(r"[a-z0-9-]+==\S+ .*\n? *--hash=sha256:", block)] == []


def test_no_layer_brings_what_never_runs(artefacts):
    for machine in ARCHITECTURES:
        python = artefacts["inspection", machine] / "python"
        assert [name for name in ("PIL", "lxml", "requests", "robust_downloader") if (python / name).exists()] == []
        service = artefacts["service", machine] / "python"
        assert {path.name for path in (service / "botocore" / "data").iterdir() if path.is_dir()} == {
            "dynamodb", "guardduty", "s3", "secretsmanager", "sesv2", "sqs", "sts"
        }  # fmt: skip
        assert {path.stem for path in (service / "babel" / "locale-data").glob("*.dat")} == {
            "az", "az_Latn", "de", "en", "en_001", "en_150", "en_GB", "hy", "ka", "root", "ru"
        }  # fmt: skip


@pytest.mark.parametrize(
    ("artefact", "unpacked", "zipped"), [("code", 3, 1), ("service", 31, 11), ("inspection", 25, 10)]
)
def test_size(artefacts, tmp_path, artefact, unpacked, zipped):
    """In MiB, a little above what was measured: what grows does so on purpose. Lambda's limit is 250 for all three."""
    for machine in ARCHITECTURES:
        folder = artefacts[artefact, machine]
        assert size(folder) < unpacked * MEBIBYTE
        assert zipped_size(folder, tmp_path / f"{machine}.zip") < zipped * MEBIBYTE


@pytest.mark.parametrize(("machine", "elf"), [("arm64", 183), ("x86_64", 62)])
def test_libraries_are_for_the_machine_and_for_its_glibc(artefacts, machine, elf):
    libraries = [path for layer in LAYERS for path in artefacts[layer, machine].rglob("*.so*")]
    assert len(libraries) > 5
    for path in libraries:
        content = path.read_bytes()
        assert content[:4] == b"\x7fELF", path.name
        assert int.from_bytes(content[18:20], "little") == elf, path.name
        needed = {tuple(map(int, found.split(b"."))) for found in re.findall(rb"GLIBC_(2\.\d+)", content)}
        assert max(needed, default=(2, 0)) <= AL2023_GLIBC, path.name


def test_all_bytecode_is_there_and_never_checked(artefacts):
    for folder in artefacts.values():
        sources = list(folder.rglob("*.py"))
        assert sources
        for source in sources:
            bytecode = source.parent / "__pycache__" / f"{source.stem}.cpython-313.pyc"
            # PEP 552: bit 0 says hash, bit 1 says checked.
            assert bytecode.read_bytes()[4:8] == b"\x01\x00\x00\x00", source


def test_bytecode_names_paths_of_lambda(artefacts):
    code, service = artefacts["code", HERE], artefacts["service", HERE]
    handler = code / "intake" / "handlers" / "__pycache__" / "apply.cpython-313.pyc"
    assert b"/var/task/intake/handlers/apply.py" in handler.read_bytes()
    assert (
        b"/opt/python/boto3/session.py"
        in (service / "python" / "boto3" / "__pycache__" / "session.cpython-313.pyc").read_bytes()
    )


def test_code_has_templates_and_catalogues_as_files(artefacts):
    package = artefacts["code", HERE] / "intake"
    assert [path for path in package.rglob("*") if path.is_symlink()] == []
    assert (package / "templates" / "calls" / "contributors.toml").is_file()
    catalogues = {path.parts[-3] for path in package.rglob("messages.mo")}
    assert "de" in catalogues
    assert list(package.rglob("*.po*")) == []


def run_alone(artefacts, with_inspection: bool, program: str, **variables: str) -> str:
    """Runs a program with the artefact and the standard library alone, as on Lambda: no site-packages."""
    layers = LAYERS if with_inspection else ("service",)
    paths = [str(artefacts["code", HERE]), *(str(artefacts[layer, HERE] / "python") for layer in layers)]
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:0] = {paths!r}\n{program}"],
        env={"PATH": os.environ["PATH"], "AWS_DEFAULT_REGION": "eu-west-1", **variables},
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_every_handler_imports_from_its_artefact_alone(artefacts, template):
    for function in template.functions.values():
        environment = {
            name: value for name, value in function["Environment"]["Variables"].items() if isinstance(value, str)
        }
        module = function["Handler"].rpartition(".")[0]
        program = f"import {module} as m; print(callable(m.handler))"
        with_inspection = {"Ref": "InspectionLayer"} in function["Layers"]
        assert run_alone(artefacts, with_inspection, program, **environment) == "True"


def test_a_pdf_is_inspected_by_the_artefact_alone(artefacts, tmp_path):
    """What is left out of the layer is found out here: parsers import late."""
    from reportlab.pdfgen.canvas import Canvas

    path = tmp_path / "cv.pdf"
    canvas = Canvas(str(path))
    canvas.drawString(72, 720, "I write about rivers, borders and the people who live along both of them.")
    canvas.save()
    program = (
        "from intake.inspection.inspector import Request, inspect\n"
        f"found = inspect(Request(path={str(path)!r}, filename='cv.pdf', types=('pdf',), max_bytes=10**6))\n"
        "print(found.verdict.value, found.pages, found.language)"
    )
    assert run_alone(artefacts, True, program) == "accept 1 en"


def test_every_client_can_be_built_from_the_artefact_alone(artefacts):
    """What the layer has no model of raises UnknownServiceError on Lambda alone: everywhere else botocore is whole."""
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "functions" / "intake").rglob("*.py"))
    services = sorted(set(re.findall(r"""client\(\s*["'](\w+)["']""", source)))
    assert "guardduty" in services
    program = f"import boto3; print(*(boto3.client(s).meta.service_model.service_name for s in {services}))"
    assert run_alone(artefacts, False, program) == " ".join(services)


@pytest.mark.parametrize(
    ("language", "date"),
    [
        ("de", "01.12.2026"),
        ("en", "Dec 1, 2026"),
        ("ru", "1 дек. 2026\u202fг."),
        ("ka", "1 დეკ. 2026"),
        ("hy", "01 դեկ, 2026 թ."),
        ("az", "1 dek 2026"),
    ],
)
def test_dates_in_every_language_from_the_artefact_alone(artefacts, language, date):
    program = (
        "from babel.dates import format_date; from datetime import date\n"
        f"sys.stdout.reconfigure(encoding='utf-8'); print(format_date(date(2026, 12, 1), locale={language!r}))"
    )
    assert run_alone(artefacts, False, program, TZ="UTC") == date


def test_time_zones_come_with_the_layer(artefacts):
    """Not from the system: what the next image holds is not ours to say, and the rules of zones change."""
    program = (
        "import zoneinfo; zoneinfo.reset_tzpath(()); from datetime import datetime\n"
        "print(datetime(2026, 12, 1, tzinfo=zoneinfo.ZoneInfo('Asia/Tbilisi')).utcoffset())"
    )
    assert run_alone(artefacts, False, program, TZ="UTC") == "4:00:00"
