"""The Excel workbook that Word keeps inside a document for each chart: judged like a document itself (row 37)."""

from posixpath import basename

from intake.domain.verdict import Note, Reason
from intake.inspection.contents import Contents, RefusedError
from intake.inspection.limits import MAX_NESTED_BYTES
from intake.inspection.opc import ContentTypes, Relationship, is_relationships, read_relationships
from intake.inspection.word_links import is_on_this_disk
from intake.inspection.xml_safety import Attributes, local_name, parse
from intake.inspection.zip_safety import ZIP_MAGIC, Archive

_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
# Words in the types of parts that run, fetch or embed something, whatever else the type says.
_NOT_DATA = (
    "macro",
    "vba",
    "activex",
    "oleobject",
    "connections+",
    "querytable",
    "officedocument.package",
    "controlproperties",
)
_NOT_LINKED = frozenset({"oleObject", "package", "control", "activeXControlBinary", "vbaProject", "connections"})
_FETCHING = frozenset({"ddeLink", "oleLink"})


def verify(archive: Archive, name: str, contents: Contents) -> None:
    """Read a chart's workbook. It is noted if it is data and nothing else; holds the document otherwise. Raises
    RefusedError for bombs."""
    if _is_data(archive, name):
        contents.notes.add(Note.CHART_DATA)
    else:
        contents.hold(Reason.ATTACHMENTS)


def _is_data(archive: Archive, name: str) -> bool:
    body = archive.read(name, MAX_NESTED_BYTES)
    try:
        with Archive(body) as workbook:
            return _holds_only_data(workbook)
    except RefusedError as refused:
        if refused.finding.reason in (Reason.ARCHIVE_UNSAFE, Reason.TOO_COMPLEX):
            raise
        return False
    except KeyError:  # no [Content_Types].xml
        return False


def _holds_only_data(workbook: Archive) -> bool:
    types = ContentTypes(workbook).declared()
    if _MAIN not in types or any(word in declared for declared in types for word in _NOT_DATA):
        return False
    is_data = True

    def judge(link: Relationship) -> None:
        nonlocal is_data
        is_elsewhere = link.is_external and link.kind != "hyperlink" and not is_on_this_disk(link.target)
        is_data = is_data and not is_elsewhere and link.kind not in _NOT_LINKED

    def start(name: str, _attributes: Attributes) -> None:
        nonlocal is_data
        is_data = is_data and local_name(name) not in _FETCHING

    read_relationships(workbook, judge)
    for name in workbook.names:
        if name.lower().endswith(".xml"):
            parse(workbook.pieces(name), start)
        elif not is_relationships(name):
            pieces = workbook.pieces(name)
            is_data = is_data and not next(pieces, b"").startswith(ZIP_MAGIC) and basename(name) != "vbaProject.bin"
            for _ in pieces:
                pass
    return is_data
