"""The parts of a Word document that hold text (ECMA-376 part 1, 17): what they say, and what they hide."""

from collections.abc import Callable
from dataclasses import dataclass

from intake.domain.verdict import Note, Reason
from intake.inspection.contents import Contents, TextBuffer
from intake.inspection.limits import MAX_EXCERPT
from intake.inspection.word_fields import Fields, judge_field
from intake.inspection.xml_safety import Attributes, attribute, local_name

_OFF = ("0", "false", "off")
_TINY = ("0", "1", "2")  # half points


@dataclass
class _Style:
    """What a style says itself of text that does not show, and the style that it is based on (17.7.4.3)."""

    based_on: str = ""
    is_hidden: bool | None = None
    is_white: bool | None = None
    is_shaded: bool = False


class Look:
    """Follows what runs and their styles do to text (17.3.2): hidden, of no size, or white on the page's white.

    White text is hidden only in a document where nothing dark could lie under it. Read styles before the text.
    """

    def __init__(self) -> None:
        self._styles: dict[str, _Style] = {}
        self._style = _Style()
        self._is_hidden = self._is_white = False
        self._paragraph = (False, False)
        self._hidden, self._white = "", ""
        self._is_filled = False
        self._before_change = 0
        self._boxes = 0

    @property
    def hidden_text(self) -> str:
        """The beginning of it; "" for none."""
        return self._hidden or ("" if self._is_filled else self._white)

    def read_style(self, name: str, attributes: Attributes) -> None:
        """An element of the part with the styles."""
        local = local_name(name)
        if local == "style":
            self._style = self._styles.setdefault(attribute(attributes, "styleId") or "", _Style())
        elif local == "basedOn":
            self._style.based_on = attribute(attributes, "val") or ""
        elif local == "vanish":
            self._style.is_hidden = _is_on(attributes)
        elif local == "sz" and _is_tiny(attributes):
            self._style.is_hidden = True
        elif local == "color":
            self._style.is_white = _is_white(attributes)
        elif local == "shd":
            self._style.is_shaded |= _is_dark(attributes)

    def start(self, local: str, attributes: Attributes) -> None:
        match local:
            case "p":
                self._paragraph = (False, False)
            case "pStyle":
                self._paragraph = self._styled(attributes, self._paragraph)
            case "r":
                self._is_hidden, self._is_white = self._paragraph
            case "rPrChange":
                self._before_change += 1
            case "txbxContent":
                self._boxes += 1
            case "rStyle" | "vanish" | "sz" | "color" if not self._before_change:
                self._judge(local, attributes)
            case "shd":
                self._is_filled |= _is_dark(attributes)
            case "highlight" | "background" | "pict" | "tblStyle":
                self._is_filled = True
            case "anchor":
                self._is_filled |= attribute(attributes, "behindDoc") in ("1", "true")

    def end(self, local: str) -> None:
        if local == "rPrChange":
            self._before_change -= 1
        elif local == "txbxContent":
            self._boxes -= 1

    def text(self, text: str) -> None:
        if text and not text.isspace():
            if self._is_hidden:
                self._hidden = (self._hidden + text)[:MAX_EXCERPT]
            if self._is_white and not self._boxes:
                self._white = (self._white + text)[:MAX_EXCERPT]

    def _judge(self, local: str, attributes: Attributes) -> None:
        if local == "color":
            self._is_white = _is_white(attributes)
        elif local == "rStyle":
            self._is_hidden, self._is_white = self._styled(attributes, (self._is_hidden, self._is_white))
        elif local == "vanish":
            self._is_hidden = _is_on(attributes)
        else:
            self._is_hidden |= _is_tiny(attributes)

    def _styled(self, attributes: Attributes, otherwise: tuple[bool, bool]) -> tuple[bool, bool]:
        """Whether text in this style is hidden, and white, as the nearest style says that says anything of it."""
        is_hidden = is_white = None
        is_shaded = False
        name, seen = attribute(attributes, "val") or "", set[str]()
        while (style := self._styles.get(name)) and name not in seen:
            seen.add(name)
            is_hidden = style.is_hidden if is_hidden is None else is_hidden
            is_white = style.is_white if is_white is None else is_white
            is_shaded |= style.is_shaded
            name = style.based_on
        return (
            otherwise[0] if is_hidden is None else is_hidden,
            otherwise[1] if is_white is None else is_white and not is_shaded,
        )


def _is_on(attributes: Attributes) -> bool:
    return attribute(attributes, "val") not in _OFF


def _is_tiny(attributes: Attributes) -> bool:
    return attribute(attributes, "val") in _TINY


def _is_white(attributes: Attributes) -> bool:
    return (attribute(attributes, "val") or "").lower() == "ffffff"


def _is_dark(attributes: Attributes) -> bool:
    fill = (attribute(attributes, "fill") or "auto").lower()
    return fill not in ("auto", "ffffff") or attribute(attributes, "themeFill") is not None


class Body:
    """One part with text: w:t outside of fallbacks, as people read it; deleted text is w:delText."""

    def __init__(self, buffer: TextBuffer, contents: Contents, look: Look) -> None:
        self._buffer, self._contents, self._look = buffer, contents, look
        self._fields = Fields(contents)
        self._take: Callable[[str], None] | None = None
        self._fallbacks = 0

    def start(self, name: str, attributes: Attributes) -> None:  # noqa: C901 - one branch for each kind of element
        local = local_name(name)
        self._look.start(local, attributes)
        match local:
            case "t" if not self._fallbacks:
                self._take = self._take_text
            case "instrText" | "delInstrText":
                self._take = self._fields.code
            case "fldChar":
                self._fields.char(attribute(attributes, "fldCharType"))
            case "fldSimple":
                judge_field(attribute(attributes, "instr") or "", self._contents)
            case "tab" | "br" | "cr":
                self._buffer.add("\n")
            case "AlternateContent":
                self._fields.enter_alternatives()
            case "Fallback":
                self._fallbacks += 1
            case "ins" | "del" | "moveFrom" | "moveTo":
                self._contents.notes.add(Note.TRACKED_CHANGES)
            case "comment":
                self._contents.notes.add(Note.COMMENTS)
            case "imagedata" | "fill" | "stroke" if attribute(attributes, "src"):
                self._contents.hold(Reason.EXTERNAL_CONTENT)  # VML's picture without a relationship (part 4, 19.1.2.11)

    def end(self, name: str) -> None:
        local = local_name(name)
        self._look.end(local)
        match local:
            case "t" | "instrText" | "delInstrText":
                self._take = None
            case "p":
                self._buffer.add("\n")
            case "AlternateContent":
                self._fields.leave_alternatives()
            case "Fallback":
                self._fallbacks -= 1
            case "document" | "hdr" | "ftr" | "footnotes" | "endnotes" | "comments" | "glossaryDocument":
                self._fields.finish()

    def text(self, text: str) -> None:
        if self._take:
            self._take(text)

    def _take_text(self, text: str) -> None:
        self._buffer.add(text)
        self._look.text(text)
        self._fields.result(text)
