"""`intake inspect --copies`: what the desk would show and offer of a file, in a folder to look at."""

import tempfile
from pathlib import Path

from intake.domain.copies import READING, STRIPPED
from intake.domain.file_types import FILE_TYPES
from intake.domain.verdict import Inspection
from intake.inspection.copies.copier import make_copies
from intake.inspection.sandbox import Sandbox


def write_copies(path: Path, inspection: Inspection, folder: Path, sandbox: Sandbox) -> None:
    """Writes reading.json, stripped.{extension} and page-{n}.png into a new `folder`, and missing.txt where some are.

    Of a file without copies there is no folder. Raises OSError.
    """
    with tempfile.TemporaryDirectory(prefix="copies-") as place:
        made = make_copies(path.absolute(), inspection, Path(place), sandbox=sandbox, is_typed=False)
        if not made.measured and not made.missing:
            return
        folder.mkdir(parents=True)
        for name in made.measured:
            (folder / _filename(name, inspection)).write_bytes(made.path(name).read_bytes())
    if made.missing:
        lines = [f"{name}: {reason}\n" for name, reason in made.missing.items()]
        (folder / "missing.txt").write_text("".join(lines), encoding="utf-8")


def _filename(name: str, inspection: Inspection) -> str:
    own = FILE_TYPES[inspection.type].extensions[0] if inspection.type else "bin"
    extensions = {READING: "json", STRIPPED: own}
    return f"{name}.{extensions.get(name, 'png')}"
