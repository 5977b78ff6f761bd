"""A PDF written anew: its pages as they look, and of everything else only what drawing them needs.

Dictionaries keep the entries listed here, so that an entry nobody thought of is left out (ISO 32000-2, 7.7 and 12.5).
"""

import io
from pathlib import Path

import pikepdf

from intake.inspection.copies.pictures import strip_picture

_ROOT = frozenset({"/Type", "/Pages", "/Lang", "/PageLabels", "/OCProperties", "/OutputIntents"})
_NODE = frozenset({"/Type", "/Parent", "/Kids", "/Count", "/Resources", "/MediaBox", "/CropBox", "/Rotate"})
_PAGE = _NODE | {"/Contents", "/Annots", "/UserUnit", "/Group", "/BleedBox", "/TrimBox", "/ArtBox"}
# Annotations that are part of what a page says: links, filled-in fields, typed text, signatures that were drawn.
_SEEN = frozenset(
    {"/Link", "/Widget", "/FreeText", "/Stamp", "/Ink", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine"}
)
_ANNOTATION = frozenset(
    {"/Type", "/Subtype", "/Rect", "/F", "/AP", "/AS", "/Border", "/BS", "/BE", "/C", "/IC", "/CA", "/H", "/DA",
     "/DS", "/Q", "/RD", "/L", "/LE", "/Vertices", "/InkList", "/QuadPoints", "/Dest", "/A"}
)  # fmt: skip
_LAYER = frozenset({"/Type", "/Name"})
# What may hang on any object (14.3 to 14.5, 14.13), and what makes one do something or shows it smaller.
_ANYWHERE = frozenset(
    {"/Metadata", "/PieceInfo", "/LastModified", "/AF", "/AA", "/JS", "/OpenAction", "/Thumb", "/OPI", "/StructParent",
     "/StructParents", "/Alternates", "/Measure", "/PtData"}
)  # fmt: skip


def strip(path: Path) -> bytes:
    with pikepdf.open(path) as pdf:
        pdf.generate_appearance_streams()  # a field that was filled in is to look so without its form
        for page in pdf.pages:
            _strip_page(page.obj)
        _keep(pdf.Root, _ROOT)
        _strip_nodes(pdf.Root.Pages)
        for item in pdf.objects:
            _strip_object(item)
        if "/Info" in pdf.trailer:
            del pdf.trailer["/Info"]
        out = io.BytesIO()
        # A fixed ID instead of one that is made of the time; what nothing refers to is not written.
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate, encryption=False)
        return out.getvalue()


def _keep(item: pikepdf.Object, names: frozenset[str]) -> None:
    for name in [str(name) for name in item.keys()]:  # noqa: SIM118 - a pikepdf object iterates over its values
        if name not in names:
            del item[name]


def _strip_nodes(root: pikepdf.Object) -> None:
    """The page tree; pages stand in it as they were stripped, and qpdf has seen that it is a tree."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if "/Kids" in node:
            _keep(node, _NODE)
            waiting += [kid for kid in node.Kids if isinstance(kid, pikepdf.Dictionary)]


def _strip_page(page: pikepdf.Object) -> None:
    _keep(page, _PAGE)
    found = page.get("/Annots")
    if found is None:
        return
    seen = [item for item in found if _is_seen(item)] if isinstance(found, pikepdf.Array) else []
    if not seen:
        del page["/Annots"]
        return
    for annotation in seen:
        _strip_annotation(annotation)
    page.Annots = pikepdf.Array(seen)


def _is_seen(item: pikepdf.Object) -> bool:
    return isinstance(item, pikepdf.Dictionary) and str(item.get("/Subtype", "")) in _SEEN


def _strip_annotation(annotation: pikepdf.Object) -> None:
    _keep(annotation, _ANNOTATION)
    action = annotation.get("/A")
    if action is not None:
        is_followed = isinstance(action, pikepdf.Dictionary) and str(action.get("/S", "")) in ("/URI", "/GoTo")
        if is_followed:
            _keep(action, frozenset({"/S", "/URI", "/D"}))
        else:
            del annotation["/A"]
    if annotation.Subtype == pikepdf.Name.Widget:
        annotation.Subtype = pikepdf.Name.Stamp  # the form is gone, and viewers leave out a field without one


def _strip_object(item: pikepdf.Object) -> None:
    if not isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        return
    for name in _ANYWHERE:
        if name in item:
            del item[name]
    if item.get("/Type") == pikepdf.Name.OCG:
        _keep(item, _LAYER)
        item.Name = pikepdf.String("layer")
    if isinstance(item, pikepdf.Stream) and item.get("/Filter") == pikepdf.Name.DCTDecode:
        item.write(strip_picture(item.read_raw_bytes()), filter=pikepdf.Name.DCTDecode)
