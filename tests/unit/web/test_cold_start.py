"""Half of a cold start is imports: pages and API load each only what it needs."""

import subprocess
import sys

import pytest

PARAMS = "aws_lambda_powertools.event_handler.openapi.params"


def loaded_by(app: str) -> set[str]:
    """The modules that a fresh process has once it can answer."""
    script = f"import sys\nfrom intake.handlers import apply\napply.{app}()\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("app", "own", "foreign"),
    [
        ("_pages", "intake.web.call_pages", {"intake.web.api", "intake.web.problems", "intake.web.answers", PARAMS}),
        ("_api", "intake.web.api", {"intake.web.page", "intake.web.call_pages", "jinja2", "babel"}),
    ],
)
def test_pages_and_api_load_only_what_they_need(app: str, own: str, foreign: set[str]) -> None:
    loaded = loaded_by(app)
    assert own in loaded
    assert loaded & foreign == set()
