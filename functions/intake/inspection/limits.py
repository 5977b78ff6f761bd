"""Every limit of inspection in one place: what a child may use, and how large the inside of a document may be."""

import struct
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What one child may use for one file.

    `memory_bytes` is address space (RLIMIT_AS): the interpreter with its parsers maps about 65 MB, the worst honest
    file of 1226 needed 220 MB, and PDFium aborts on a bomb whatever the limit. `cpu_seconds` (RLIMIT_CPU): the
    slowest honest file took 2.7 s. `wall_seconds` ends a child that waits: no file takes longer than 20 s, and on the
    function's whole CPU the processor's limit comes first. The function's own time-out must be above `wall_seconds` +
    ANSWER_GRACE_SECONDS.
    `open_files` leaves room for the file, the answer and a late import; `answer_bytes` is more than any Inspection.
    """

    memory_bytes: int = 768 * 1024 * 1024
    cpu_seconds: int = 10
    wall_seconds: float = 19.0
    open_files: int = 16
    answer_bytes: int = 4096


LIMITS = Limits()

# A copy's child. Making one is less work than judging the file was; what takes longer is left out. One upload needs at
# most four such children and the pictures below besides its inspection, and the function ends after 120 s.
COPY_LIMITS = Limits(cpu_seconds=5, wall_seconds=8.0, answer_bytes=32 * 1024 * 1024)

# Reading copies. As much text as is inspected; a letter is up to 4 bytes of JSON.
MAX_READING_CHARACTERS = 400_000
MAX_READING_BLOCKS = 20_000
MAX_READING_BYTES = 4 * 1024 * 1024

# Stripped copies. What an upload may have, and what writing it anew may add to one.
MAX_STRIPPED_BYTES = 32 * 1024 * 1024

# Pictures of pages: a CV has 2 pages, a writing sample 6 to 20. 1000 pixels are as wide as a desk shows a page, on a
# sharp screen; a page drawn takes 50 ms and 20 to 400 kB, and a function may answer with 6 MB, Base64 included.
MAX_PAGE_IMAGES = 20
PAGE_IMAGE_WIDTH = 1000
MAX_PAGE_IMAGE_PIXELS = 2_000_000
MAX_PAGE_IMAGE_BYTES = 3 * 1024 * 1024
MAX_PAGE_IMAGES_BYTES = 16 * 1024 * 1024
PAGE_LIMITS = Limits(cpu_seconds=3, wall_seconds=5.0, answer_bytes=MAX_PAGE_IMAGE_BYTES)
MAX_PAGE_IMAGES_SECONDS = 15.0

# What the supervisor puts before a child's answer: the most memory that the child had resident, in bytes, and whether
# the kernel took its filter.
MEASURED = struct.Struct("<Q?")

# The parent waits this much longer than the child may take: the zygote imports its parsers in 0.5 s on a whole CPU.
ANSWER_GRACE_SECONDS = 15.0

# Text. 400 000 characters are about 60 000 words, a long book chapter is 10 000; a PDF of 3000 pages took PDFium 6 s.
MAX_TEXT_CHARACTERS = 400_000
MAX_TEXT_PAGES = 200
# Combining marks on one letter. Hebrew, Vietnamese and phonetic notation come to four; piled up they slow any viewer.
MAX_MARKS_ON_A_LETTER = 100

# PDF. Nobody reads more; a page may be 200 inches wide (PDF 1.7, Annex C.2), in points.
MAX_PAGES = 300
MAX_PAGE_SIDE_POINTS = 14_400.0
# The most that qpdf may inflate one stream to while it reads a file's structure; it inflates no page or picture.
MAX_STRUCTURE_BYTES = 64 * 1024 * 1024
# Where hidden text is looked for: a page of text has some hundreds of objects, a map 100 000, and each takes 4 us.
MAX_PAGES_SEARCHED = 20
MAX_PAGE_OBJECTS = 2000
# How often a PDF may have been changed by appending to it before that is worth a note: once is a form filled in.
MAX_UNREMARKABLE_UPDATES = 1
# Where a PDF's header may begin (Adobe's and PDFium's rule), and what may follow its last %%EOF.
MAX_JUNK_BEFORE_HEADER = 1024
MAX_JUNK_AFTER_END = 1024

# ZIP. Of 286 real DOCX and ODT files the largest had 90 members, 15 MB expanded and a ratio of 70 (one member: 130).
MAX_MEMBERS = 2000
MAX_EXPANDED_BYTES = 200 * 1024 * 1024
MAX_RATIO = 200
RATIO_COUNTS_FROM_BYTES = 10 * 1024 * 1024

# Packages inside a package: how deep, and how large one may be to be looked into; a whole upload has 25 MB.
MAX_NESTING = 2
MAX_NESTED_BYTES = 32 * 1024 * 1024

# XML. One part; nesting of real documents stays under 60.
MAX_XML_BYTES = 60 * 1024 * 1024
MAX_XML_DEPTH = 256

# RTF. Word itself stops reading at a few hundred levels.
MAX_RTF_DEPTH = 1000

# Links: how many hosts editors are told of.
MAX_HOSTS = 10

# Hidden text: how much of it editors are shown, in characters.
MAX_EXCERPT = 120
# And of the name of the program that wrote the file, which the file itself says.
MAX_SOFTWARE = 100

# Language: below this many letters any guess is noise.
MIN_LETTERS = 20
