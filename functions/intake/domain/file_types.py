"""The one table of file types: what we read, and what we only name. Everything else is derived from it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FileType:
    """A file type that an applicant may send.

    `name` is what calls, the API and the table say; `label` is what people read; `extensions` are lower case without
    the dot, the usual one first.
    """

    name: str
    label: str
    extensions: tuple[str, ...]


PDF = FileType("pdf", "PDF", ("pdf",))
DOCX = FileType("docx", "Word (DOCX)", ("docx",))
ODT = FileType("odt", "OpenDocument (ODT)", ("odt",))
RTF = FileType("rtf", "RTF", ("rtf",))
TXT = FileType("txt", "plain text", ("txt", "text"))
MD = FileType("md", "Markdown", ("md", "markdown"))

FILE_TYPES = {t.name: t for t in (PDF, DOCX, ODT, RTF, TXT, MD)}
BY_EXTENSION = {extension: t for t in FILE_TYPES.values() for extension in t.extensions}


@dataclass(frozen=True)
class ForeignType:
    """A file type that nobody may send: known only so that we can say what the file is.

    `label` reads on after "this is", in English; `extensions` are lower case without the dot.
    """

    name: str
    label: str
    extensions: tuple[str, ...] = ()


FOREIGN_TYPES = {
    t.name: t
    for t in (
        ForeignType("docm", "a Word document with macros", ("docm",)),
        ForeignType("dotx", "a Word template", ("dotx", "dotm", "dot")),
        ForeignType("doc", "an old Word document (.doc)", ("doc",)),
        ForeignType("xlsx", "an Excel workbook", ("xlsx", "xlsm", "xlsb", "xltx", "xls")),
        ForeignType("pptx", "a PowerPoint presentation", ("pptx", "pptm", "ppsx", "potx", "ppt", "pps")),
        ForeignType("vsdx", "a Visio drawing", ("vsdx", "vsd")),
        ForeignType("xps", "an XPS document", ("xps", "oxps")),
        ForeignType("ott", "an OpenDocument template", ("ott",)),
        ForeignType("ods", "an OpenDocument spreadsheet", ("ods", "ots")),
        ForeignType("odp", "an OpenDocument presentation", ("odp", "otp")),
        ForeignType("odf", "another kind of OpenDocument file", ("odg", "odf", "odm", "odb", "odc", "sxw")),
        ForeignType("fodt", "a flat OpenDocument file (.fodt)", ("fodt",)),
        ForeignType("epub", "an e-book (EPUB)", ("epub", "mobi", "azw3", "fb2")),
        ForeignType("pages", "an Apple Pages document", ("pages", "numbers", "key")),
        ForeignType("jar", "a Java program", ("jar", "class")),
        ForeignType("apk", "an Android app", ("apk",)),
        ForeignType("zip", "a ZIP archive", ("zip",)),
        ForeignType(
            "archive", "an archive", ("rar", "7z", "gz", "tgz", "bz2", "xz", "zst", "tar", "cab", "arj", "lzh")
        ),
        ForeignType("disk", "a disk image", ("iso", "img", "vhd", "vhdx", "dmg")),
        ForeignType("exe", "a Windows program", ("exe", "dll", "scr", "com", "cpl", "sys", "pif")),
        ForeignType("msi", "a Windows installer", ("msi", "msp", "msix", "appx")),
        ForeignType("lnk", "a Windows shortcut", ("lnk", "url")),
        ForeignType("elf", "a Linux program", ("elf", "so", "appimage")),
        ForeignType("macho", "a macOS program", ("dylib", "app", "pkg")),
        ForeignType(
            "script", "a script", ("js", "jse", "vbs", "vbe", "wsf", "ps1", "bat", "cmd", "sh", "py", "reg", "hta")
        ),
        ForeignType("html", "a web page", ("html", "htm", "xhtml")),
        ForeignType("mhtml", "a saved web page or mail", ("mht", "mhtml", "eml")),
        ForeignType("svg", "an SVG drawing", ("svg", "svgz")),
        ForeignType("xml", "an XML file", ("xml",)),
        ForeignType("postscript", "a PostScript file", ("ps", "eps")),
        ForeignType("image", "a picture", ("jpg", "jpeg", "png", "gif", "webp", "heic", "tif", "tiff", "bmp", "avif")),
        ForeignType("media", "a sound or video file", ("mp3", "mp4", "m4a", "mov", "avi", "wav", "ogg", "mkv", "webm")),
        ForeignType("djvu", "a DjVu document", ("djvu", "djv")),
        ForeignType("msg", "an Outlook mail", ("msg",)),
        ForeignType("ole", "an old Office or Windows file", ("wps", "hwp", "mpp", "pub")),
        ForeignType("binary", "a file of a kind we do not know"),
    )
}
FOREIGN_EXTENSIONS = {extension: t for t in FOREIGN_TYPES.values() for extension in t.extensions}


def extension_of(filename: str) -> str:
    """The lower-case ASCII extension of a file name without its dot, or "" when there is none to trust."""
    stem, dot, extension = filename.rpartition(".")
    return extension.lower() if dot and stem and extension.isascii() and extension.isalnum() else ""
