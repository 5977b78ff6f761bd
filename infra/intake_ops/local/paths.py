"""Where things lie in a checkout."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
TEMPLATE = ROOT / "template.yaml"
TOOLS = ROOT / ".tools"
CACHE = ROOT / ".cache"
LOGS = ROOT / ".intake"
LAUNCHER = Path(__file__).with_name("launcher.py")
