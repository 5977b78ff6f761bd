"""Where an application stands: for the service, for its applicant, and what is due next."""

from enum import StrEnum


class ApplicationStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    NOTIFIED = "notified"
    SHORTLISTED = "shortlisted"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    ERASED = "erased"


class ApplicantView(StrEnum):
    """What an applicant sees of the status."""

    DRAFT = "draft"
    RECEIVED = "received"
    NEEDS_ATTENTION = "needs_attention"
    WITH_EDITORS = "with_editors"
    DECIDED = "decided"
    CLOSED = "closed"


class Due(StrEnum):
    """What is due at `due_at`; an item is in the due index only while something is. `delivery` is of a send."""

    MAIL = "mail"
    RETENTION = "retention"
    ERASURE = "erasure"
    DELIVERY = "delivery"
