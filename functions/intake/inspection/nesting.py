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
    package = _package(archive, name)
    if package is not None:
        contents.hold(Reason.ATTACHMENTS)
        _descend(package, 1)


def _package(archive: Archive, name: str) -> bytes | None:
    """The whole member if it is a ZIP file; every member is read to its end."""
    pieces = archive.pieces(name)
    read = bytearray(next(pieces, b""))
    is_package = read.startswith(ZIP_MAGIC)
    for piece in pieces:
        if is_package:
            read += piece
            if len(read) > MAX_NESTED_BYTES:
                raise RefusedError(Reason.TOO_COMPLEX)
    return bytes(read) if is_package else None


def _descend(package: bytes, level: int) -> None:
    if level > MAX_NESTING:
        raise RefusedError(Reason.TOO_COMPLEX)
    try:
        with Archive(package) as archive:
            for name in archive.names:
                inner = _package(archive, name)
                if inner is not None:
                    _descend(inner, level + 1)
    except RefusedError as refused:
        if refused.finding.reason not in _OPAQUE:
            raise
