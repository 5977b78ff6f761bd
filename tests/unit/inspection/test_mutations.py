"""Documents that were changed at random (rows 22 and 47 of the table of bad inputs): any verdict, and no reader falls
over. `make fuzz` does the same for longer."""

from pathlib import Path
from random import Random

import pytest

from fuzz.mutations import SEEDS, mutate
from intake.domain.file_types import FILE_TYPES
from intake.domain.verdict import Reason
from intake.inspection.inspector import Request
from intake.inspection.sandbox import Sandbox


@pytest.mark.parametrize("extension", SEEDS)
def test_a_changed_document_has_a_verdict(extension: str, tmp_path: Path) -> None:
    path = tmp_path / "document"
    with Sandbox() as sandbox:
        for number in range(60):
            random = Random(number)
            body = mutate(extension, random.choice(SEEDS[extension])(), random)
            path.write_bytes(body)
            request = Request(str(path), f"cv.{extension}", tuple(FILE_TYPES), 10_000_000)
            assert sandbox.inspect(request, size=len(body), sha256="").reason is not Reason.INSPECTION_FAILED
