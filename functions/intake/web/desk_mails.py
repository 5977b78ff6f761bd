"""Whom an application's mails reached, as its page at the desk says it."""

from collections.abc import Iterable

from intake.domain.application import Application
from intake.domain.call import Call
from intake.domain.delivery import RECEIPT, SUMMARY, Delivery, Send, update_kind
from intake.rendering.catalogues import N_, say


def mail_lines(application: Application, call: Call, sends: Iterable[Send]) -> tuple[str, ...]:
    """In the desk's language: the summary, the latest update, whom they did not reach, and the receipt."""
    language = call.desk_language
    by_kind: dict[str, list[Send]] = {}
    for send in sends:
        by_kind.setdefault(send.kind, []).append(send)
    summaries, updates = by_kind.get(SUMMARY, []), by_kind.get(update_kind(application.changes), [])
    lines = [
        *_reached(language, N_("Summary: delivered to %(delivered)d of %(all)d"), summaries),
        *_reached(language, N_("Latest update: delivered to %(delivered)d of %(all)d"), updates),
    ]
    lines += [
        say(language, sentence, who=who)
        for sentence, is_meant in (
            # Translators: %(who)s are addresses of editors.
            (N_("Did not arrive: %(who)s"), lambda send: send.is_lost),
            (N_("Nothing heard yet, late: %(who)s"), lambda send: send.delivery is Delivery.LATE),
        )
        if (who := ", ".join(sorted({send.recipient for send in (*summaries, *updates) if is_meant(send)})))
    ]
    receipts = [send for send in by_kind.get(RECEIPT, []) if send.recipient == application.applicant.email]
    return (*lines, *(say(language, _receipt(send)) for send in receipts))


def _reached(language: str, sentence: str, sends: list[Send]) -> list[str]:
    delivered = sum(send.delivery is Delivery.DELIVERED for send in sends)
    return [say(language, sentence, delivered=delivered, all=len(sends))] if sends else []


def _receipt(send: Send) -> str:
    if send.is_lost:
        return N_(
            "Receipt: it did not reach the applicant's address, which gets no more mail. Please find another way."
        )
    if send.delivery is Delivery.DELIVERED:
        return N_("Receipt: delivered")
    return N_("Receipt: on its way")
