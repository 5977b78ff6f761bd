"""What a Word document fetches, embeds or runs, by its relationships."""

import re

from intake.domain.verdict import Reason
from intake.inspection.contents import Contents, RefusedError
from intake.inspection.opc import ContentTypes, Relationship

_EMBEDDED = frozenset({"oleObject", "package", "aFChunk", "subDocument"})
_CONTROLS = frozenset({"control", "activeXControlBinary"})
_MACROS = frozenset({"vbaProject", "wordVbaData"})
_HELD = frozenset({"image", "video", "audio", "media", "mailMergeSource", "mailMergeHeaderSource"})
_TEMPLATE, _HYPERLINK, _IMAGE = "attachedTemplate", "hyperlink", "image"
_DRIVE = r"(file:/{3,}|file://localhost/)?[a-z](:|%3a|\|)(%5c|[/\\])"
# On the disk of whoever opens it: a drive, a path of that machine, or a name without any scheme or server.
_ON_THIS_DISK = re.compile(
    rf"({_DRIVE}|file:///(?![/\\]|%5c|%2f)|file://localhost/(?![/\\]|%5c|%2f)|(?![a-z][a-z0-9+.-]+:|[/\\]{{2}}))",
    re.IGNORECASE,
)
_ABSOLUTE_ON_THIS_DISK = re.compile(rf"({_DRIVE}|file://(localhost)?/(?![/\\]|%5c|%2f))", re.IGNORECASE)
_HAS_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:|[/\\]{2}", re.IGNORECASE)
_RUNS_PROGRAMS = re.compile(r"(ms-[a-z-]+|mhtml|javascript|vbscript|search-ms|jar):", re.IGNORECASE)
_CHARTS = (
    "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
    "application/vnd.ms-office.chartex+xml",
)


def is_on_this_disk(address: str) -> bool:
    return _ON_THIS_DISK.match(address) is not None


class Links:
    """Judges every relationship, and remembers what the judge of a part must know.

    `leads_to` are keys of parts that something leads to; `chart_data` those of workbooks that belong to a chart.
    """

    def __init__(self, types: ContentTypes, contents: Contents) -> None:
        self._types, self._contents = types, contents
        self.leads_to: set[str] = set()
        self.chart_data: set[str] = set()

    def judge(self, link: Relationship) -> None:
        """Raises RefusedError: active_content, macros, external_content."""
        if link.kind in _CONTROLS:
            raise RefusedError(Reason.ACTIVE_CONTENT)
        if link.kind in _MACROS:
            raise RefusedError(Reason.MACROS)
        is_chart = self._types.of(link.source) in _CHARTS
        if link.is_external or _HAS_SCHEME.match(link.target):
            self._judge_external(link, is_chart=is_chart)
            return
        self.leads_to.add(link.target_part)
        if is_chart and link.kind == "package":
            self.chart_data.add(link.target_part)
        elif link.kind in _EMBEDDED:
            self._contents.hold(Reason.ATTACHMENTS)

    def _judge_external(self, link: Relationship, *, is_chart: bool) -> None:
        """By kind and address: 445 of 453 external relationships in real files are plain hyperlinks, and a template or
        the workbook that a chart was made from lies on the disk of whoever wrote the document."""
        if _RUNS_PROGRAMS.match(link.target):
            raise RefusedError(Reason.EXTERNAL_CONTENT)
        if link.kind == _HYPERLINK:
            self._contents.link_to(link.target)
        is_chart_source = is_chart and link.kind in ("oleObject", "package")
        if link.kind == _HYPERLINK or ((link.kind == _TEMPLATE or is_chart_source) and is_on_this_disk(link.target)):
            return
        if link.kind == _IMAGE and _ABSOLUTE_ON_THIS_DISK.match(link.target):
            return
        if link.kind not in _HELD and not is_chart_source:
            raise RefusedError(Reason.EXTERNAL_CONTENT)
        self._contents.hold(Reason.EXTERNAL_CONTENT)
