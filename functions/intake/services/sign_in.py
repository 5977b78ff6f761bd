"""Signing in to the desk: a code by mail, then a session. Nobody learns here whether an address is an editor's."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from intake.adapters.editors import Editors
from intake.adapters.mail import Mail
from intake.adapters.secrets import Secrets
from intake.adapters.sign_ins import SignIns
from intake.domain import session as rules
from intake.domain.call import Call
from intake.domain.editor import Editor
from intake.domain.known_browser import marked_at, new_mark
from intake.domain.session import CodeAnswer, Limit, PendingCode, Session
from intake.domain.token import key_id_of
from intake.errors import MailNotSentError
from intake.observability import Metric, count, logger
from intake.rendering.desk_messages import code_message

ANSWER_AFTER_SECONDS = 1.5
"""No request for a code is answered sooner: an editor's has a mail to send, and the difference would tell."""

MAIL_TAG = "sign-in"
"""What SES's events say of these mails, where others name their application."""


@dataclass(frozen=True)
class Door:
    """What signing in needs. `sender` is whom the codes come from."""

    editors: Editors
    sign_ins: SignIns
    secrets: Secrets
    mail: Mail
    sender: str


@dataclass(frozen=True)
class Entered:
    """What a code that was typed in led to: with RIGHT a session, the path that was wanted, and the browser's mark."""

    answer: CodeAnswer
    session_id: str = ""
    target: str = ""
    mark: str = ""


@contextmanager
def _unhurried() -> Iterator[None]:
    earliest = time.monotonic() + ANSWER_AFTER_SECONDS
    try:
        yield
    finally:
        time.sleep(max(0.0, earliest - time.monotonic()))


def _count_request(limit: Limit, door: Door, now: datetime) -> bool:
    """Whether one more code may be asked for; False also where another request was faster."""
    known = door.sign_ins.requests(limit.key)
    times = rules.with_request(known, now, limit.codes)
    return times is not None and door.sign_ins.record_requests(limit.key, known, times)


def ask_for_code(address: str, target: str, *, mark: str, call: Call, door: Door, now: datetime) -> str | None:
    """Mails a code if the address is an editor's; answers the secret that binds it to this browser.

    None where too many codes were asked for within the hour: with this address, or by this browser if its `mark` shows
    that it has signed in with it before. Known or not, an address takes the same steps: the code is drawn, kept and its
    mail written for nobody too; only SES is not asked.
    """
    with _unhurried():
        keys = door.secrets.token_keys(key_id_of(mark))
        limits = rules.limits(keys, address, marked_at(keys, mark, address, now))
        if not all(_count_request(limit, door, now) for limit in limits):
            logger.info("code_refused", editor=rules.editor_tag(keys, address))
            count(Metric.REQUEST_REFUSED, "too_many_codes")
            return None
        editor = door.editors.get(address)
        browser, code = rules.new_secret(), rules.new_code()
        pending = PendingCode(
            code_hash=rules.code_hash(browser, code),
            editor=editor.address if editor else None,
            target=target,
            expires_at=now + rules.CODE_LIFETIME,
        )
        door.sign_ins.keep_code(browser, pending)
        message = code_message(code, call, to=address, sender=door.sender)
        logger.info("code_asked", editor=rules.editor_tag(keys, address), is_editor=editor is not None)
        if editor:
            try:
                door.mail.send(message, {"application": MAIL_TAG})
            except MailNotSentError as error:
                # The answer stays the same: an error here would name an editor.
                logger.error("code_not_sent", code=error.code)
                count(Metric.MAIL_NOT_SENT, error.code)
    return browser


def enter_code(browser: str, code: str, *, door: Door, now: datetime) -> Entered:
    """Opens a session if this is the code that this browser asked for. The try is counted before it is judged.

    Nothing is read for a code that is not right: the time of one more read would tell an editor from a stranger.
    """
    keys = door.secrets.token_keys()
    pending = door.sign_ins.count_try(browser, now)
    answer = pending.answer(browser, rules.typed_code(code), now) if pending else CodeAnswer.OVER
    if pending is None or answer is not CodeAnswer.RIGHT:
        tag = rules.editor_tag(keys, pending.editor) if pending and pending.editor else None
        logger.warning("sign_in_failed", editor=tag, answer=answer.value)
        count(Metric.REQUEST_REFUSED, f"code_{answer}")
        return Entered(CodeAnswer.OVER if pending and pending.is_spent else answer)
    editor = door.editors.get(pending.editor) if pending.editor else None
    if editor is None or not door.sign_ins.use_code(browser):
        return Entered(CodeAnswer.OVER)  # no editor any more, or another request was first
    session_id = rules.new_secret()
    door.sign_ins.open_session(session_id, Session(editor.address, now + rules.SESSION_LIFETIME))
    logger.info("signed_in", editor=rules.editor_tag(keys, editor.address))
    return Entered(CodeAnswer.RIGHT, session_id, pending.target, new_mark(keys, editor.address, now))


def signed_in(session_id: str, *, door: Door, now: datetime) -> Editor | None:
    """Whose session this is: asked anew for each request, so a removed editor is out at once (ASVS 5.0 7.4.2)."""
    session = door.sign_ins.session(session_id, now)
    return door.editors.get(session.editor) if session else None


def sign_out(session_id: str, *, door: Door) -> None:
    """Ends the session on the server; a copy of its cookie is worth nothing from now on (ASVS 5.0 7.4.1)."""
    door.sign_ins.close_session(session_id)
    logger.info("signed_out")
