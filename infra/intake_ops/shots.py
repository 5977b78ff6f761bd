"""Pictures of every page, state and mail, from the service running on this machine, phone and desktop, light and dark.

python -m intake_ops.shots FOLDER [NAME...]   NAME: only states that begin so; "mail" for the mails
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from playwright.sync_api import Browser, Page

from intake_ops.browser import DESKTOP, PHONE, NoBrowserError, chromium
from intake_ops.local.artefacts import BuildError
from intake_ops.local.cloud import LocalCloud
from intake_ops.local.emulator import EmulatorError
from intake_ops.local.stack import StackError
from intake_ops.state import State
from intake_ops.states import STATES
from intake_ops.visitor import Visitor

SIZES = {"phone": PHONE, "desktop": DESKTOP}
SCHEMES = ("light", "dark")


def take_shots(page: Page, folder: Path, name: str) -> None:
    """The page as it is, in every size and scheme."""
    for device, size in SIZES.items():
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.screenshot(path=folder / f"{name}-{device}-{scheme}.png", full_page=True, animations="disabled")


def shoot_states(browser: Browser, base_url: str, folder: Path, states: Iterable[State]) -> None:
    for state in states:
        context = browser.new_context(java_script_enabled=state.has_script)
        page = context.new_page()
        state.reach(Visitor(page, base_url, "de", has_script=state.has_script))
        take_shots(page, folder, state.name)
        context.close()
        print(state.name, flush=True)


def shoot_mails(browser: Browser, cloud: LocalCloud, folder: Path) -> None:
    """The newest mail of each kind, as a program that shows HTML would."""
    newest = {dict(map(tuple, mail["headers"])).get("X-Intake-Event", "other"): mail for mail in cloud.mails()}
    page = browser.new_page()
    for kind, mail in newest.items():
        page.set_content(mail["html"])
        take_shots(page, folder, f"mail-{kind}")
        print(f"mail-{kind}", flush=True)


def main(arguments: list[str]) -> int:
    if not arguments:
        print(__doc__)
        return 2
    folder, wanted = Path(arguments[0]), tuple(arguments[1:]) or ("",)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with LocalCloud(say=print) as cloud, chromium() as browser:
            shoot_states(browser, cloud.base_url, folder, [state for state in STATES if state.name.startswith(wanted)])
            if "mail".startswith(wanted):
                shoot_mails(browser, cloud, folder)
    except (BuildError, EmulatorError, NoBrowserError, StackError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
