"""The README's walk-through, run as it stands there."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from intake_ops.local.cloud import LocalCloud

pytestmark = pytest.mark.xdist_group("cloud")

README = Path(__file__).parent.parent.parent / "README.md"


def test_the_walk_through_ends_with_the_summary_in_the_mailbox(cloud: LocalCloud, tmp_path: Path) -> None:
    found = re.search(r"^```sh walk-through\n(.*?)^```", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert found
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", found[1]],
        cwd=tmp_path,
        env={**os.environ, "BASE": cloud.base_url},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert [f"{kind}: 201" in done.stdout for kind in ("cv", "cover_letter", "writing_sample")] == [True] * 3
    assert "ნინო ბერიძე – Georgien" in done.stdout
    summary = next(mail for mail in cloud.mails() if "ნინო ბერიძე" in mail["subject"])
    assert summary["to"] == ["editors@magazine.example"]
    for kind in ("Lebenslauf", "Anschreiben", "Textprobe"):
        assert f"{kind}: geprüft, nichts gefunden" in summary["text"]
        assert kind in summary["html"]
