"""Writes a ZIP package that tells nothing of when, where or by what it was written."""

import io
import zipfile
from collections.abc import Mapping

from intake.inspection.limits import MAX_STRIPPED_BYTES

_NO_TIME = (1980, 1, 1, 0, 0, 0)


class TooLargeError(Exception):
    """The copy would be larger than a copy may be."""


def write(members: Mapping[str, bytes], *, stored: frozenset[str] = frozenset()) -> bytes:
    """The package with these members in this order, always the same bytes; `stored` ones are not compressed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, _NO_TIME)
            info.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
            if out.tell() > MAX_STRIPPED_BYTES:
                raise TooLargeError
    return out.getvalue()
