"""Packages inside packages: a workbook in a document is held, one that holds others in turn is refused (row 37)."""

from intake.domain.verdict import Reason
from intake.inspection.contents import Contents, RefusedError
from intake.inspection.limits import MAX_NESTED_BYTES, MAX_NESTING
from intake.inspection.zip_safety import ZIP_MAGIC, Archive

_OPAQUE = frozenset({Reason.FILE_DAMAGED, Reason.PASSWORD})
"""What a file inside may be: nobody can look into it, and the document is held for it anyway."""


def verify(archive: Archive, name: str, contents: Contents) -> None:
    """Read a member that is not XML to know that it is whole. Holds the document where it is a package, whatever its
    name; raises RefusedError as well: too_complex where packages are nested too deep, archive_unsafe for bombs."""
    found = package(archive, name)
    if found is not None:
        contents.hold(Reason.ATTACHMENTS)
        _descend(found, 1)


def package(archive: Archive, name: str) -> bytes | None:
    """The whole member if it is a ZIP file; every member is read to its end. Raises RefusedError for a large one."""
    head = b""
    for piece in archive.pieces(name):
        if len(head) < len(ZIP_MAGIC):  # a piece may be shorter, or empty
            head += piece
        if head.startswith(ZIP_MAGIC):
            return archive.read(name, MAX_NESTED_BYTES)
    return None


def _descend(outer: bytes, level: int) -> None:
    if level > MAX_NESTING:
        raise RefusedError(Reason.TOO_COMPLEX)
    try:
        with Archive(outer) as archive:
            for name in archive.names:
                inner = package(archive, name)
                if inner is not None:
                    _descend(inner, level + 1)
    except RefusedError as refused:
        if refused.finding.reason not in _OPAQUE:
            raise
