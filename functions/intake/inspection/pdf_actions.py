"""What a PDF does, plays or has inside (ISO 32000).

Every object of the file is walked as an object: names that are escaped or hidden in object streams look like any other.
"""

import re
from collections.abc import Iterator

import pikepdf

from intake.domain.verdict import Note, Reason
from intake.inspection.contents import Contents, RefusedError

# Actions (12.6.4) that run code, start programs, send data or open other files, whatever triggers them.
_ACTIVE_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/GoToR", "/GoToE", "/ImportData", "/SubmitForm", "/RichMediaExecute", "/Rendition"}
)
_MEDIA_ACTIONS = frozenset({"/Movie", "/Sound", "/GoTo3DView"})
# Links that run something when they are clicked, or tell a server of the sender's who clicked (row 9).
_BAD_LINK = re.compile(
    r"\s*((javascript|vbscript|data|jar|mhtml|search-ms|ms-[a-z-]+):|file://((?!/|localhost/)|(localhost)?/[/\\])|\\\\)",
    re.IGNORECASE,
)
# Annotations (12.5.6) that somebody who read the document left in it.
_REMARKS = frozenset({"/Text", "/Highlight", "/Underline", "/Squiggly", "/StrikeOut", "/Caret"})
_MEDIA = frozenset({"/RichMedia", "/3D", "/Screen", "/Movie", "/Sound"})
_MOST_CHAINED_ACTIONS = 100


def judge_objects(pdf: pikepdf.Pdf, contents: Contents) -> None:
    """Raises RefusedError: active_content, external_content, too_complex. Holds the file for media and attachments."""
    _refuse_automatic(pdf.Root.get("/OpenAction"))
    for indirect in pdf.objects:
        for item in _containers(indirect):
            _judge_dictionary(item, contents)


def _containers(indirect: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Every dictionary and stream directly inside one object. What is referred to has its own turn."""
    stack = [indirect]
    while stack:
        item = stack.pop()
        if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
            yield item
            values = item.values() if isinstance(item, pikepdf.Dictionary) else item.stream_dict.values()
        elif isinstance(item, pikepdf.Array):
            values = iter(item)
        else:
            continue
        stack.extend(v for v in values if isinstance(v, pikepdf.Dictionary | pikepdf.Array) and not v.is_indirect)


def _judge_dictionary(item: pikepdf.Object, contents: Contents) -> None:
    keys = item.keys()
    if "/JS" in keys:
        raise RefusedError(Reason.ACTIVE_CONTENT)
    if "/S" in keys:
        _judge_action(item, contents)
    for trigger in ("/AA", "/PA"):
        if trigger in keys and isinstance(actions := item.get(trigger), pikepdf.Dictionary):
            for action in (actions, *actions.values()):
                _refuse_automatic(action)
    if isinstance(item, pikepdf.Stream) and ("/F" in keys or "/Ref" in keys):
        raise RefusedError(Reason.EXTERNAL_CONTENT)  # 7.3.8.2 and 8.10.4: the data, or the drawing, are another file's
    if "/EF" in keys or _has_names(item.get("/EmbeddedFiles")):
        contents.hold(Reason.ATTACHMENTS)
    if "/Subtype" in keys:
        _judge_annotation(item, contents)


def _judge_action(item: pikepdf.Object, contents: Contents) -> None:
    kind = _name(item.get("/S"))
    if kind in _ACTIVE_ACTIONS or (kind == "/Thread" and "/F" in item):
        raise RefusedError(Reason.ACTIVE_CONTENT)
    if kind in _MEDIA_ACTIONS and "/K" not in item:  # an element of the text's structure would have kids
        contents.hold(Reason.MULTIMEDIA)
    address = item.get("/URI") if kind == "/URI" else None
    if isinstance(address, pikepdf.String):
        link = bytes(address).decode("latin-1")
        if _BAD_LINK.match(link):
            raise RefusedError(Reason.ACTIVE_CONTENT)
        contents.link_to(link)


def _judge_annotation(item: pikepdf.Object, contents: Contents) -> None:
    subtype = _name(item.get("/Subtype"))
    if subtype == "/FileAttachment":
        contents.hold(Reason.ATTACHMENTS)
    elif subtype in _MEDIA:
        contents.hold(Reason.MULTIMEDIA)
    elif subtype in _REMARKS and "/Rect" in item:
        contents.notes.add(Note.COMMENTS)


def _has_names(tree: object) -> bool:
    """Whether a name tree (7.9.6) may have an entry: programs that take the last one out leave the tree."""
    if not isinstance(tree, pikepdf.Dictionary):
        return False
    return any(isinstance(some, pikepdf.Array) and len(some) for some in (tree.get("/Names"), tree.get("/Kids")))


def _refuse_automatic(action: object) -> None:
    """Actions that nobody clicks (OpenAction, AA) may go to a page; a URI among them tells somebody who reads (row 8).

    LibreOffice writes a destination, an array, as /OpenAction: no action at all (row 4).
    """
    pending = [action]
    for _ in range(_MOST_CHAINED_ACTIONS):
        if not pending:
            return
        item = pending.pop()
        if isinstance(item, pikepdf.Dictionary):
            if _name(item.get("/S")) == "/URI":
                raise RefusedError(Reason.ACTIVE_CONTENT)
            pending.append(item.get("/Next"))
        elif isinstance(item, pikepdf.Array):
            pending.extend(v for v in item if isinstance(v, pikepdf.Dictionary) and "/S" in v)
    raise RefusedError(Reason.TOO_COMPLEX)


def _name(value: object) -> str | None:
    try:
        return str(value) if isinstance(value, pikepdf.Name) else None
    except UnicodeDecodeError:  # old producers write names in Latin-1; every name that matters here is ASCII
        return None
