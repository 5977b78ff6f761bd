"""keep's share of the comparison: a page of the quick look in every round, and once a day the whole, a page a round."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from intake.domain.reconciliation import Place, Progress
from intake.observability import Metric, count, gauge
from intake.services.reconcile import Found, Reconciler, compare_uploads, comparisons


def reconcile_by_pages(reconciler: Reconciler, now: datetime) -> None:
    """Goes on where the last round stopped. A round that dies is done again: what it repaired may be repaired twice."""
    progress = Progress.model_validate(reconciler.ledger.progress())
    quick = compare_uploads(progress.quick_after, reconciler=reconciler, now=now, is_quick=True)
    _count(quick.found)
    progress = progress.model_copy(update={"quick_after": quick.after})
    if progress.is_due(now):
        progress = progress.model_copy(update={"begun_at": now, "stage": 0, "after": "", "places": {}})
    if progress.stage is not None:
        # A page of the whole that outlasts the worker must not keep the quick look where it is.
        reconciler.ledger.save(progress.model_dump(mode="json"))
        progress = _whole(progress, progress.stage, reconciler, now)
    reconciler.ledger.save(progress.model_dump(mode="json"))


def _whole(progress: Progress, stage: int, reconciler: Reconciler, now: datetime) -> Progress:
    stages = list(comparisons(reconciler, now).values())
    page = stages[stage](progress.after)
    _count(page.found)
    places = dict(Counter(progress.places) + Counter(page.places))
    if page.after:
        return progress.model_copy(update={"after": page.after, "places": places})
    if stage + 1 < len(stages):
        return progress.model_copy(update={"stage": stage + 1, "after": "", "places": places})
    for place in Place:
        gauge(Metric.APPLICATIONS, places.get(place, 0), place)
    return progress.model_copy(update={"stage": None, "after": "", "places": places})


def _count(found: Iterable[Found]) -> None:
    for one in found:
        count(Metric.DISCREPANCY, one.discrepancy)
        if one.discrepancy.needs_person:
            count(Metric.DISCREPANCY_TOLD)
