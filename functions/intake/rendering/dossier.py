"""An application in words, for editors and for the applicant: what both the HTML and the plain text of a mail say."""

from dataclasses import dataclass

from intake.domain.summary import DocumentSummary, Form, Summary
from intake.domain.verdict import FOR_THE_APPLICANT, Inspection, Note, Verdict
from intake.rendering import formats
from intake.rendering.catalogues import N_, say, say_count
from intake.rendering.labels import Tone, kind_label, note_line, type_label, verdict_label, your_kind
from intake.rendering.reasons import applicant_sentence, editors_line

_TONES = {None: Tone.QUIET, Verdict.ACCEPT: Tone.GOOD, Verdict.HOLD: Tone.CARE, Verdict.REJECT: Tone.BLOCKED}


@dataclass(frozen=True)
class Row:
    """One line of the expert card. `is_theirs`: words of the applicant, to be isolated, never linked."""

    label: str
    values: tuple[str, ...]
    is_theirs: bool = False


@dataclass(frozen=True)
class DocumentCard:
    """One document: `facts` are ours, `source` (a file name or a link) is the applicant's, `lines` explain."""

    title: str
    state: str
    tone: Tone
    facts: str = ""
    source: str = ""
    lines: tuple[str, ...] = ()


def expert_rows(summary: Summary, language: str) -> list[Row]:
    """The expert card without the name and the free texts, which stand alone; empty fields are left out."""
    applicant = summary.applicant
    writes_in = [formats.language_name(code, language) for code in applicant.languages]
    rows = [
        Row(say(language, N_("Regions")), (", ".join(summary.regions),)),
        Row(say(language, N_("Topics")), (", ".join(summary.topics),)),
        Row(say(language, N_("Writes in")), (", ".join(writes_in),)),
        _theirs(say(language, N_("Form of address")), applicant.address_as),
        _theirs(say(language, N_("Byline")), applicant.byline),
        _theirs(say(language, N_("Fee")), applicant.fee),
        Row(say(language, N_("E-mail")), (applicant.email,)),
        _theirs(say(language, N_("Other contact")), applicant.alternative_contact),
        Row(say(language, N_("Links")), tuple(applicant.links), is_theirs=True),
    ]
    return [row for row in rows if any(row.values)]


def _theirs(label: str, value: str | None) -> Row:
    return Row(label, (value or "",), is_theirs=True)


def desk_cards(summary: Summary, zone: str, language: str) -> list[DocumentCard]:
    """The documents as editors see them."""
    return [_desk_card(document, zone, language) for document in summary.documents]


def _desk_card(document: DocumentSummary, zone: str, language: str) -> DocumentCard:
    title = kind_label(document.rule.kind, language)
    if document.form is Form.MISSING:
        return DocumentCard(title, say(language, N_("not sent")), Tone.QUIET)
    if document.link is not None:
        link_note = say(language, N_("Nobody has opened or checked this link."))
        return DocumentCard(title, say(language, N_("a link")), Tone.QUIET, source=document.link, lines=(link_note,))
    verdict = document.finding.verdict if document.finding else None
    return DocumentCard(
        title,
        verdict_label(verdict, language),
        _TONES[verdict],
        facts=" · ".join(_facts(document, language)),
        source=document.filename or "",
        lines=tuple(_explanations(document, zone, language)),
    )


def _facts(document: DocumentSummary, language: str) -> list[str]:
    facts = [say(language, N_("typed into the form"))] if document.form is Form.TEXT else []
    inspection = document.inspection
    if inspection and inspection.type and document.form is Form.FILE:
        facts.append(type_label(inspection.type, language))
    if inspection and inspection.pages is not None:
        pages = formats.integer(inspection.pages, language)
        facts.append(say_count(language, "%(pages)s page", "%(pages)s pages", inspection.pages, pages=pages))
    if inspection and inspection.words is not None:
        words = formats.integer(inspection.words, language)
        facts.append(say_count(language, "%(words)s word", "%(words)s words", inspection.words, words=words))
    if document.size is not None:
        facts.append(formats.size(document.size, language))
    if inspection and inspection.language:
        facts.append(formats.language_name(inspection.language, language))
    return facts


def _explanations(document: DocumentSummary, zone: str, language: str) -> list[str]:
    finding, inspection = document.finding, document.inspection
    lines = []
    if document.is_news and document.uploaded_at:
        at = formats.moment(document.uploaded_at, zone, language)
        lines.append(say(language, N_("New since the first mail: uploaded on %(at)s."), at=at))
    if finding and finding.reason:
        lines.append(editors_line(finding.reason, rule=document.rule, inspection=inspection, language=language))
    notes = [note for note in inspection.notes if note not in FOR_THE_APPLICANT] if inspection else []
    lines += [note_line(note, language) for note in notes]
    if document.same_file_as:
        # Translators: %(kind)s is like "CV".
        same = N_("The same file was also sent as “%(kind)s”.")
        lines.append(say(language, same, kind=kind_label(document.same_file_as, language)))
    return lines


def detail_lines(inspection: Inspection, language: str) -> list[str]:
    """What the desk alone shows of a file. In a mail, programs would read excerpts as part of our words and make links
    of hosts; and a mail is forwarded further than what a file says of its making should go."""
    lines = [
        say(language, _ABOUT[note], excerpt=inspection.excerpts[note]) for note in _ABOUT if note in inspection.excerpts
    ]
    if inspection.hosts:
        hosts = formats.listing(list(inspection.hosts), language)
        # Translators: %(hosts)s is like "a.example and b.example": names of machines in the web, the first few of them.
        lines.append(say(language, N_("Links in it lead to %(hosts)s."), hosts=hosts))
    origin = inspection.origin
    if origin.software:
        # Translators: %(software)s is the name of a program, as the file has it.
        lines.append(say(language, N_("The file says that it was made with “%(software)s”."), software=origin.software))
    days = {
        name: formats.day(on, language) for name, on in (("created", origin.created), ("changed", origin.changed)) if on
    }
    if days:
        lines.append(say(language, _DAYS[tuple(days)], **days))
    return lines


_ABOUT = {
    # Translators: %(excerpt)s are the first words of it, as they stand in the file.
    Note.HIDDEN_TEXT: N_("The text that does not show begins: “%(excerpt)s”"),
    # Translators: %(excerpt)s are some words around it, like "CV[U+202E]fdp".
    Note.HIDDEN_CHARACTERS: N_("An invisible character stands here: “%(excerpt)s”"),
}
_DAYS = {
    ("created",): N_("The file says that it was created on %(created)s."),
    ("changed",): N_("The file says that it was last changed on %(changed)s."),
    ("created", "changed"): N_("The file says that it was created on %(created)s and last changed on %(changed)s."),
}


def headcount(summary: Summary, language: str) -> str:
    """The documents in one line, for the preview that a mailbox shows."""
    present = [document for document in summary.documents if document.form is not Form.MISSING]
    verdicts = [document.finding.verdict for document in present if document.finding]
    counted = [say_count(language, "%(n)d document", "%(n)d documents", len(present), n=len(present))]
    if held := verdicts.count(Verdict.HOLD):
        counted.append(say_count(language, "%(n)d to open with care", "%(n)d to open with care", held, n=held))
    if blocked := verdicts.count(Verdict.REJECT):
        counted.append(say_count(language, "%(n)d blocked", "%(n)d blocked", blocked, n=blocked))
    return ", ".join(counted)


def receipt_cards(summary: Summary, language: str) -> list[DocumentCard]:
    """The documents as the applicant's receipt names them: by kind, since it may reach a stranger."""
    return [_receipt_card(document, language) for document in summary.documents]


def _receipt_card(document: DocumentSummary, language: str) -> DocumentCard:
    title = kind_label(document.rule.kind, language)
    if document.form is Form.MISSING:
        return DocumentCard(title, say(language, N_("not sent")), Tone.QUIET)
    if document.form is Form.LINK:
        return DocumentCard(title, say(language, N_("link received")), Tone.GOOD)
    if document.finding is None:
        return DocumentCard(title, say(language, N_("received, being checked")), Tone.QUIET)
    if document.finding.reason is None:
        return DocumentCard(title, say(language, N_("received")), Tone.GOOD)
    sentence = applicant_sentence(
        document.finding.reason,
        your_kind(document.rule.kind, language),
        rule=document.rule,
        inspection=document.inspection,
        language=language,
    )
    is_rejected = document.finding.verdict is Verdict.REJECT
    state = N_("please replace") if is_rejected else N_("received")
    tone = Tone.BLOCKED if is_rejected else Tone.GOOD
    return DocumentCard(title, say(language, state), tone, lines=(sentence,))
