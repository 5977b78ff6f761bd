"""Scripts that between them make every function do all that it does. Each answers what is broken at its end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import documents
from desk import EDITOR, Browser, Held, newest_code, received
from faults.invariants import Applicant, broken_delivery, left_after_erasure, left_in_queues
from faults.stage import Stage
from intake import runtime
from intake.domain.document import DocumentKind
from intake.domain.editor import EVERY_CALL, Editor
from people import CARD, ApiClient, described

SECOND_EDITOR = "second@magazine.example"
THIRD_EDITOR = "third@magazine.example"
ADMIN = "admin@magazine.example"
EDITORS = (EDITOR, SECOND_EDITOR)
CV = documents.pdf("Curriculum vitae of Nino Beridze, reporter in Kutaisi. " * 12)
BETTER_CV = documents.pdf("Curriculum vitae of Nino Beridze, editor in Tbilisi. " * 12)
LETTER = "Dear editors, I would like to write for you about rivers. " * 12
KEPT = timedelta(days=270)
"""As long as the call says that it keeps what nobody decided."""
ORIGINAL = b"%PDF-1.7 the curriculum of a life"

type Script = Callable[[Stage, Callable[[], None]], list[str]]


@dataclass(frozen=True)
class Scenario:
    """`script` calls what it is given when the part begins in which workers are killed; `functions` work in it."""

    name: str
    script: Script
    functions: frozenset[str]


def prepare(stage: Stage) -> None:
    runtime.editors("Table", EDITOR).put(Editor(address=SECOND_EDITOR, routes=(EVERY_CALL,)))


def applicant(stage: Stage, name: str = "nino") -> Applicant:
    """Opens a draft: a CV to be uploaded, a typed letter, a link."""
    email = f"{name}@writers.example"
    client = ApiClient(stage, key=f"{name}-0123456789-abcdefgh")
    handed_in = [
        described("cv", f"{name}-cv.pdf", CV),
        {"kind": "cover_letter", "text": LETTER},
        {"kind": "writing_sample", "link": f"https://archive.example/{name}"},
    ]
    answer = client.open({}, documents=handed_in, applicant=CARD | {"name": f"{name.title()} Beridze", "email": email})
    assert answer.status == 201, answer.body
    personal = (email, f"{name.title()} Beridze", f"{name}-cv.pdf", "about rivers", f"archive.example/{name}")
    return Applicant(client, email, personal)


def apply(stage: Stage, name: str = "nino") -> Applicant:
    person = applicant(stage, name)
    person.client.send_files({"cv": ("", CV)})
    person.submit()
    return person


def arrival(stage: Stage, begin: Callable[[], None]) -> list[str]:
    """An application from its opening to the mails."""
    begin()
    nino = apply(stage)
    stage.calm_down()
    nino.submit()
    return broken_delivery(stage, nino, EDITORS) + left_in_queues(stage)


def change(stage: Stage, begin: Callable[[], None]) -> list[str]:
    """After the summary a document is replaced, the card mended, and then a threat found in what was sent: updates."""
    nino = apply(stage)
    stage.calm_down()
    begin()
    assert nino.client.renew("cv", "better.pdf", BETTER_CV).status == 200
    nino.client.send_files({"cv": ("", BETTER_CV)})
    stage.settle()
    assert nino.client.ask("PATCH", body={"applicant": {"byline": "N. B."}}).status == 200
    stage.settle()
    stage.scan_result = "THREATS_FOUND"
    stage.rescan(nino.client.tickets["cv"]["fields"]["key"])
    stage.calm_down()
    nino.submit()
    broken = broken_delivery(stage, nino, EDITORS) + left_in_queues(stage)
    cv = nino.client.document("cv")
    if (cv["verdict"], cv["reason"]) != ("reject", "malware"):
        broken.append("I5: a threat was found, and the verdict is another")
    return broken


def lateness(stage: Stage, begin: Callable[[], None]) -> list[str]:
    """All that keep looks after: a mail that the stream missed, a verdict that never came, a draft, an erasure."""
    stage.is_streaming = False
    stage.scan_result = None
    tamar = applicant(stage, "tamar")
    stage.clock += timedelta(days=31)
    nino, levan = apply(stage), apply(stage, "levan")
    stage.settle()
    assert levan.client.ask("DELETE").status == 202
    stage.clock += timedelta(minutes=31)
    begin()
    stage.calm_down()
    broken = broken_delivery(stage, nino, EDITORS) + left_in_queues(stage)
    if nino.client.document("cv")["reason"] != "scan_late":
        broken.append("I5: the scan is late, and the verdict is another")
    if tamar.client.ask("GET").status != 404:
        broken.append("a draft did not expire")
    return broken + left_after_erasure(stage, levan)


def retention(stage: Stage, begin: Callable[[], None]) -> list[str]:
    """Nobody decided: the time is over for one application that the editors have, and for one whose mail is owed."""
    nino = apply(stage)
    stage.calm_down()
    stage.is_streaming = False
    levan = apply(stage, "levan")
    stage.settle()
    stage.clock += KEPT
    begin()
    for _ in range(2):
        stage.keep(after=timedelta(hours=1))
        stage.settle()
    return left_after_erasure(stage, nino) + left_after_erasure(stage, levan) + left_in_queues(stage)


def erasure(stage: Stage, begin: Callable[[], None]) -> list[str]:
    """An application that was delivered is taken back. An upload with an old ticket comes after that."""
    nino = apply(stage)
    stage.calm_down()
    begin()
    assert nino.client.ask("DELETE").status in {202, 404}  # 404: it was done, and only the answer was lost
    stage.keep()
    stage.settle()
    stage.store(nino.client.tickets["cv"]["fields"]["key"], b"late")
    stage.keep(after=timedelta(hours=1))
    stage.settle()
    stage.calm_down()
    return left_after_erasure(stage, nino) + left_in_queues(stage)


def delivery(stage: Stage, begin: Callable[[], None]) -> list[str]:
    """A summary comes back and nothing is heard of another: the editor who lacks it gets it, the admin a notice. So
    does the receipt, of which the editors get an update; nothing is heard of that."""
    nino = apply(stage)
    stage.calm_down()
    runtime.editors("Table", EDITOR).put(Editor(address=THIRD_EDITOR, routes=(EVERY_CALL,)))
    begin()
    for event_type in ("Delivery", "Bounce"):
        stage.ses_says(event_type, SECOND_EDITOR)
    stage.ses_says("Bounce", nino.email)
    stage.calm_down()
    stage.keep(after=timedelta(days=1))
    stage.calm_down()
    broken = broken_delivery(stage, nino, (*EDITORS, THIRD_EDITOR)) + left_in_queues(stage)
    fates = {row["sk"]["S"]: row.get("delivery", {}).get("S") for row in stage.rows() if "send_id" in row}
    wanted = {
        f"send#summary#{EDITOR}": "late",
        f"send#summary#{SECOND_EDITOR}": "bounced",
        f"send#summary#{THIRD_EDITOR}": "late",
        f"send#receipt#{nino.email}": "bounced",
        **{f"send#update-4#{editor}": "late" for editor in (EDITOR, SECOND_EDITOR, THIRD_EDITOR)},
        **{f"send#undelivered-{kind}#{ADMIN}": None for kind in ("summary", "update-4")},
    }
    if fates != wanted:
        broken.append(f"I2: the mails are {fates}")
    return broken


def comparison(stage: Stage, begin: Callable[[], None]) -> list[str]:
    """Both events of a replacement are lost, and a document was left after an erasure: keep finds both."""
    nino, levan = apply(stage), apply(stage, "levan")
    stage.calm_down()
    assert levan.client.ask("DELETE").status == 202
    for _ in range(2):
        stage.keep(after=timedelta(hours=1))
        stage.settle()
    stage.store(levan.client.tickets["cv"]["fields"]["key"], b"late")
    assert nino.client.renew("cv", "better.pdf", BETTER_CV).status == 200
    nino.client.send_files({"cv": ("", BETTER_CV)})
    for queue in ("InspectQueue", "ScanQueue"):
        stage.drop(queue)
    begin()
    stage.keep(after=timedelta(minutes=11))
    stage.settle()
    stage.rescan(nino.client.tickets["cv"]["fields"]["key"])
    stage.calm_down()
    broken = broken_delivery(stage, nino, EDITORS) + left_after_erasure(stage, levan) + left_in_queues(stage)
    if nino.client.document("cv")["verdict"] != "accept":
        broken.append("I5: the replacement was never inspected")
    return broken


def sign_in(browser: Browser) -> None:
    """A code that was used up before the answer was lost opens nothing more; one asks for another."""
    for _ in range(2):
        form = browser.follow(browser.ask_for_code())
        if browser.submit(form, "/desk/code", code=newest_code(browser.house)).status == 303:
            return


def reading(stage: Stage, begin: Callable[[], None]) -> list[str]:
    """An editor signs in, reads, opens an original and signs out; a code that was used up is asked for once more."""
    application = received(stage, {DocumentKind.CV: Held(ORIGINAL)})
    browser = Browser(stage)
    begin()
    sign_in(browser)
    broken = []
    page = browser.get(f"/desk/a/{application.id}")
    opened = browser.submit(page, f"/desk/a/{application.id}/cv")
    if opened.status != 303 or f"/desk/{application.id}/cv/" not in opened.headers["location"]:
        broken.append("the original cannot be opened")
    lines = [row for row in stage.rows() if row["sk"]["S"].startswith("event#")]
    if not lines:
        broken.append("an original was opened, and nothing was written down")
    page = browser.get("/desk")
    copied = Browser(stage, dict(browser.cookies))
    browser.submit(page, "/desk/sign-out")
    if "/desk/sign-in" not in copied.get("/desk").forms:
        broken.append("the session outlives the sign-out")
    return broken


SCENARIOS = (
    Scenario("arrival", arrival, frozenset({"apply", "inspect", "scan", "relay", "notify", "keep"})),
    Scenario("change", change, frozenset({"apply", "inspect", "scan", "relay", "notify"})),
    Scenario("lateness", lateness, frozenset({"scan", "notify", "keep", "erase"})),
    Scenario("retention", retention, frozenset({"keep", "erase"})),
    Scenario("erasure", erasure, frozenset({"apply", "keep", "erase"})),
    Scenario("delivery", delivery, frozenset({"delivery", "notify", "keep", "relay"})),
    Scenario("comparison", comparison, frozenset({"keep", "inspect", "scan", "erase", "notify", "relay"})),
    Scenario("reading", reading, frozenset({"desk"})),
)
