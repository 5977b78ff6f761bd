"""Code and layers as zips for this machine, built only when what they are made of has changed."""

import hashlib
import platform
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from intake_ops.local.paths import CACHE, ROOT

# What goes into each artefact of intake_ops.build; the build itself is part of every one.
INPUTS = {
    "code": ("functions", "templates"),
    "service": ("infra/layers/service",),
    "inspection": ("infra/layers/inspection",),
}
RECIPE = ("infra/intake_ops/build.py",)
LEAST_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


class BuildError(Exception):
    """An artefact could not be built."""


def architecture() -> str:
    """This machine's processor as Lambda calls it."""
    return "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"


def artefact(name: str, say: Callable[[str], None] = lambda _: None) -> Path:
    """The zip of this artefact for this machine, from the cache where nothing has changed."""
    target = CACHE / f"{name}-{architecture()}-{_fingerprint(name)}.zip"
    if not target.exists():
        say(f"building: {name} …")
        CACHE.mkdir(exist_ok=True)
        _build(name, target)
        for older in CACHE.glob(f"{name}-{architecture()}-*.zip"):
            if older != target:
                older.unlink(missing_ok=True)
    return target


def _build(name: str, target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        command = [sys.executable, "-m", "intake_ops.build", name, "--arch", architecture(), folder]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise BuildError(f"{name} could not be built:\n{done.stderr.strip() or done.stdout.strip()}")
        # A name of its own until it is whole: another start may build the same.
        unfinished = Path(folder).with_suffix(".zip")
        _zip(Path(folder), unfinished)
        unfinished.replace(target)


def _zip(folder: Path, target: Path) -> None:
    """Not compressed: it only travels over loopback, and every worker unpacks it."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path in _files(folder):
            info = zipfile.ZipInfo(path.relative_to(folder).as_posix(), LEAST_ZIP_TIME)
            info.external_attr = (path.stat().st_mode & 0xFFFF) << 16
            archive.writestr(info, path.read_bytes())


def _fingerprint(name: str) -> str:
    digest = hashlib.sha256()
    for part in (*INPUTS[name], *RECIPE):
        for path in _files(ROOT / part):
            content = path.read_bytes()
            digest.update(f"{path.relative_to(ROOT)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


def _files(root: Path) -> Iterator[Path]:
    if root.is_file():
        yield root
        return
    for path in sorted(root.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path
