"""What is deployed: the code, and the two layers it imports from. `sam build` and the cloud on this machine use this.

python -m intake_ops.build {code|service|inspection} --arch {arm64|x86_64} OUT   build one artefact into the folder OUT
python -m intake_ops.build export                       infra/layers/*/requirements.txt, from uv.lock

Run it with the project's own interpreter. It needs no other: wheels are chosen for Lambda's platform, not for this one.
"""

import argparse
import compileall
import py_compile
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ("service", "inspection")
ARCHITECTURES = {"arm64": "aarch64", "x86_64": "x86_64"}
PYTHON_VERSION = (3, 13)

# Required by what we use, never imported by what we do with it; lxml and Pillow are more than half of the layer.
_UNUSED = {"service": ("dnspython",), "inspection": ("lxml", "pillow", "robust-downloader")}
_AWS_SERVICES = {"dynamodb", "guardduty", "s3", "secretsmanager", "sesv2", "sqs", "sts"}
_LOCALES = ("root", "de", "en", "en_001", "en_150", "en_GB", "ru", "ka", "hy", "az", "az_Latn")
_STRIPPED = ("bin", "*.dist-info", "boto3/data", "pypdfium2_cli", "**/tests", "**/*.pyi", "**/__pycache__")


class BuildError(Exception):
    """Something the build needs is missing or failed."""


def exported(layer: str) -> str:
    """What requirements.txt of a layer must be: its dependency group in uv.lock, with hashes."""
    command = [_uv_or_fail(), "export", "--quiet", "--frozen", "--only-group", layer, "--no-emit-project"]
    command += ["--no-header", "--no-annotate", "--format", "requirements-txt"]
    for package in _UNUSED[layer]:
        command += ["--prune", package]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return f"# From uv.lock, by: python -m intake_ops.build export\n{done.stdout}"


def requirements_path(layer: str) -> Path:
    return ROOT / "infra" / "layers" / layer / "requirements.txt"


def build_layer(layer: str, architecture: str, out: Path) -> None:
    """Installs a layer's packages into OUT/python and leaves away what never runs."""
    python = out / "python"
    subprocess.run(_install_command(requirements_path(layer), ARCHITECTURES[architecture], python), check=True)
    for pattern in _STRIPPED:
        for path in list(python.glob(pattern)):
            _remove(path)
    _keep_only(python / "botocore" / "data", _AWS_SERVICES)
    _keep_only(python / "babel" / "locale-data", {f"{name}.dat" for name in _LOCALES})
    _compile(python, "/opt/python")


def build_code(out: Path) -> None:
    """Copies the package `intake`, its templates (a link in the repository) as files, catalogues compiled."""
    from intake_ops.catalogues import compile_catalogues  # imports what a layer can be built without

    unwanted = shutil.ignore_patterns("__pycache__", "*.mo")
    package = out / "intake"
    shutil.copytree(ROOT / "functions" / "intake", package, ignore=unwanted, dirs_exist_ok=True)
    compile_catalogues(package / "templates")
    for catalogue in package.glob("templates/locales/**/*.po*"):
        catalogue.unlink()
    _compile(package, "/var/task/intake")


def _uv() -> str | None:
    own = ROOT / ".tools" / "uv" / "bin" / "uv"
    return shutil.which("uv") or (str(own) if own.exists() else None)


def _uv_or_fail() -> str:
    if uv := _uv():
        return uv
    raise BuildError("uv is needed to read uv.lock; see https://docs.astral.sh/uv/")


def _install_command(requirements: Path, machine: str, target: Path) -> list[str]:
    version = ".".join(map(str, PYTHON_VERSION))
    options = ["--target", str(target), "--require-hashes", "--no-deps", "--only-binary", ":all:", "--quiet"]
    options += ["--python-version", version, "--requirement", str(requirements)]
    if uv := _uv():
        # Amazon Linux 2023 has glibc 2.34; 2.28 is the newest that wheels are commonly built for below it.
        platform = ["--python", sys.executable, "--python-platform", f"{machine}-manylinux_2_28"]
        return [uv, "pip", "install", *platform, *options]
    platforms = [f"--platform={name}_{machine}" for name in ("manylinux_2_28", "manylinux2014", "manylinux_2_17")]
    return [sys.executable, "-m", "pip", "install", "--implementation", "cp", *platforms, *options]


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _keep_only(folder: Path, names: set[str]) -> None:
    """Removes the other folders and .dat files; what lies beside them is shared by all."""
    if not folder.exists():
        return
    for path in folder.iterdir():
        if (path.is_dir() or path.suffix == ".dat") and path.name not in names:
            _remove(path)


def _compile(folder: Path, deployed: str) -> None:
    """Bytecode that is never checked against its source: it survives whatever zips do to modification times. Without
    valid bytecode a cold start takes twice as long. Tracebacks name the path on Lambda, not the one of this build."""
    if sys.version_info[:2] != PYTHON_VERSION:
        raise BuildError(f"bytecode for Lambda needs Python {'.'.join(map(str, PYTHON_VERSION))} to compile it")
    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
    if not compileall.compile_dir(
        folder, quiet=2, stripdir=folder, prependdir=deployed, invalidation_mode=unchecked, workers=1
    ):
        raise BuildError(f"not everything in {folder} compiles")


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="intake_ops.build", description=__doc__.partition("\n")[0])
    verbs = parser.add_subparsers(dest="artefact", required=True)
    for artefact in ("code", *LAYERS):
        verb = verbs.add_parser(artefact)
        verb.add_argument("--arch", choices=ARCHITECTURES, required=True)
        verb.add_argument("out", type=Path)
    verbs.add_parser("export")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    options = _arguments(arguments)
    try:
        if options.artefact == "export":
            for layer in LAYERS:
                requirements_path(layer).write_text(exported(layer), encoding="utf-8")
        elif options.artefact == "code":
            build_code(options.out)
        else:
            build_layer(options.artefact, options.arch, options.out)
    except (BuildError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
