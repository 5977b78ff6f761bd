"""CVs as people send them, in six languages and four types, by the libraries that people make them with."""

import io
import random
from dataclasses import dataclass
from functools import cache

from docx import Document as Word
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from odfdo import Document as OpenDocument
from odfdo import Header, Paragraph, Table
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas
from reportlab.platypus import Flowable, SimpleDocTemplate, Spacer
from reportlab.platypus import Paragraph as Block
from reportlab.platypus import Table as Grid

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
"""The one that `infra/setup.sh browser` puts on a Debian machine; it has all six scripts."""

NOISE_BYTES = 12_000_000


@dataclass(frozen=True)
class Curriculum:
    """Headings of the four parts, and sentences that fill them."""

    title: str
    parts: tuple[str, str, str]
    sentences: tuple[str, ...]


CURRICULA = {
    "de": Curriculum(
        "Lebenslauf",
        ("Berufserfahrung", "Ausbildung", "Sprachen"),
        (
            "Als freie Journalistin berichte ich seit acht Jahren über Landwirtschaft und Dörfer in Swanetien.",
            "Für eine Wochenzeitung habe ich drei Reportagen über den Weinbau in Kachetien geschrieben.",
            "Ich leite eine kleine Redaktion und prüfe jede Zahl, bevor sie gedruckt wird.",
            "Meine Gespräche führe ich auf Georgisch, Russisch und Deutsch, und ich übersetze sie selbst.",
        ),
    ),
    "en": Curriculum(
        "Curriculum vitae",
        ("Work experience", "Education", "Languages"),
        (
            "I have reported on farming and village life in the high valleys of Svaneti for eight years.",
            "For a weekly newspaper I wrote three long features about wine growing in Kakheti.",
            "I run a small newsroom and check every figure before it is printed.",
            "My interviews are held in Georgian, Russian and English, and I translate them myself.",
        ),
    ),
    "ru": Curriculum(
        "Резюме",
        ("Опыт работы", "Образование", "Языки"),
        (
            "Восемь лет я пишу о сельском хозяйстве и жизни деревень в высокогорных долинах Кавказа.",
            "Для еженедельной газеты я подготовила три больших репортажа о виноделии и о мастерах.",
            "Я руковожу небольшой редакцией и проверяю каждую цифру перед публикацией.",
            "Интервью я беру на русском, грузинском и английском языках и сама перевожу их.",
        ),
    ),
    "ka": Curriculum(
        "ბიოგრაფია",
        ("სამუშაო გამოცდილება", "განათლება", "ენები"),
        (
            "რვა წელია ვწერ სოფლის მეურნეობასა და მთის სოფლების ცხოვრებაზე სვანეთში.",
            "ყოველკვირეული გაზეთისთვის დავწერე სამი დიდი რეპორტაჟი კახეთის მეღვინეობაზე.",
            "ვხელმძღვანელობ პატარა რედაქციას და ვამოწმებ ყველა რიცხვს დაბეჭდვამდე.",
            "ინტერვიუებს ვიღებ ქართულ, რუსულ და ინგლისურ ენებზე და თვითონ ვთარგმნი.",
        ),
    ),
    "hy": Curriculum(
        "Ինքնակենսագրություն",
        ("Աշխատանքային փորձ", "Կրթություն", "Լեզուներ"),
        (
            "Ութ տարի գրում եմ գյուղատնտեսության և լեռնային գյուղերի կյանքի մասին Հայաստանում։",
            "Շաբաթաթերթի համար գրել եմ երեք մեծ ռեպորտաժ գինեգործության մասին։",
            "Ղեկավարում եմ փոքր խմբագրություն և ստուգում եմ յուրաքանչյուր թիվ տպագրությունից առաջ։",
            "Հարցազրույցներս վարում եմ հայերեն, ռուսերեն և անգլերեն և ինքս եմ թարգմանում։",
        ),
    ),
    "az": Curriculum(
        "Tərcümeyi-hal",
        ("İş təcrübəsi", "Təhsil", "Dillər"),
        (
            "Səkkiz ildir ki, kənd təsərrüfatı və dağ kəndlərinin həyatı haqqında yazıram.",
            "Həftəlik qəzet üçün şərabçılıq haqqında üç böyük reportaj hazırlamışam.",
            "Kiçik bir redaksiyaya rəhbərlik edirəm və hər rəqəmi çapdan əvvəl yoxlayıram.",
            "Müsahibələri Azərbaycan, rus və ingilis dillərində aparıram və özüm tərcümə edirəm.",
        ),
    ),
}


def _years(curriculum: Curriculum) -> list[list[str]]:
    """A table of stations, as many CVs have one."""
    return [[f"{year}–{year + 1}", curriculum.sentences[year % 4][:40]] for year in range(2012, 2024)]


def _paragraphs(curriculum: Curriculum) -> list[str]:
    return [" ".join(curriculum.sentences[n:] + curriculum.sentences[:n]) for n in range(4)]


def pdf(curriculum: Curriculum) -> bytes:
    """By reportlab, two pages, with an embedded subset of a TrueType font."""
    pdfmetrics.registerFont(TTFont("DejaVu", FONT))
    heading = ParagraphStyle("heading", fontName="DejaVu", fontSize=15, leading=22)
    body = ParagraphStyle("body", fontName="DejaVu", fontSize=10, leading=14, spaceAfter=6)
    parts: list[Flowable] = [Block(curriculum.title, heading)]
    for name in curriculum.parts:
        parts += [Block(name, heading), *(Block(text, body) for text in _paragraphs(curriculum)), Spacer(1, 12)]
    parts.append(Grid(_years(curriculum), style=[("FONTNAME", (0, 0), (-1, -1), "DejaVu")]))
    out = io.BytesIO()
    SimpleDocTemplate(out, pagesize=A4, invariant=True).build(parts)
    return out.getvalue()


def docx(curriculum: Curriculum) -> bytes:
    """By python-docx, with headings, lists and a table. Its template has 800 KB of table styles in two copies; half of
    3 700 Word files of other makers have under 57 KB of XML in all, so only the styles that Word itself adds stay."""
    document = Word()
    _drop_table_styles(document)
    document.add_heading(curriculum.title, 0)
    for name in curriculum.parts:
        document.add_heading(name, 1)
        for text in _paragraphs(curriculum):
            document.add_paragraph(text, style="List Bullet")
    years = _years(curriculum)
    table = document.add_table(rows=len(years), cols=2)
    for row, cells in zip(table.rows, years, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _drop_table_styles(document: WordDocument) -> None:
    for style in list(document.styles):
        if style.type is WD_STYLE_TYPE.TABLE and style.name not in ("Normal Table", "Table Grid"):
            style.delete()
    main = document.part
    for key in [key for key, link in main.rels.items() if link.reltype.endswith("/stylesWithEffects")]:
        main.drop_rel(key)


def odt(curriculum: Curriculum) -> bytes:
    """By odfdo, with headings and a table."""
    document = OpenDocument("text")
    document.body.clear()
    for name in curriculum.parts:
        document.body.append(Header(1, name))
        for text in _paragraphs(curriculum):
            document.body.append(Paragraph(text))
    years = _years(curriculum)
    table = Table("stations", width=2, height=len(years))
    table.set_values(years)
    document.body.append(table)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def rtf(curriculum: Curriculum) -> bytes:
    """As WordPad writes it: every letter outside ASCII as \\u and its number (RTF 1.9.1, Unicode)."""
    lines = [curriculum.title]
    for name in curriculum.parts:
        lines += [name, *_paragraphs(curriculum)]
    text = "\\par\n".join("".join(c if c.isascii() else f"\\u{ord(c)}?" for c in line) for line in lines)
    return b"{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Arial;}}\\f0 " + text.encode("ascii") + b"\\par}"


def curricula() -> dict[str, bytes]:
    """Every CV by its file name."""
    makers = {"pdf": pdf, "docx": docx, "odt": odt, "rtf": rtf}
    return {
        f"cv-{language}.{kind}": make(curriculum)
        for kind, make in makers.items()
        for language, curriculum in CURRICULA.items()
    }


@cache
def _photograph() -> Image.Image:
    """A picture that does not compress, always the same."""
    return Image.frombytes("RGB", (2000, 2000), random.Random(1).randbytes(NOISE_BYTES))


def large() -> dict[str, bytes]:
    """What 10 to 20 MB are in practice: a few pages of text with a photograph nobody made smaller; and a long text."""
    curriculum = CURRICULA["en"]
    out = io.BytesIO()
    sheet = canvas.Canvas(out, pagesize=A4, invariant=True)
    for n, text in enumerate(_paragraphs(curriculum)):
        sheet.drawString(50, 800 - 12 * n, text[:90])
    sheet.drawInlineImage(_photograph(), 50, 100, 400, 400)
    sheet.save()

    photograph = io.BytesIO()
    _photograph().save(photograph, "PNG")
    word = Word(io.BytesIO(docx(curriculum)))
    word.add_picture(photograph)
    with_picture = io.BytesIO()
    word.save(with_picture)

    long = io.BytesIO()
    lines = canvas.Canvas(long, pagesize=A4, invariant=True)
    for page in range(200):
        for n in range(50):
            lines.drawString(50, 800 - 14 * n, f"{page}.{n} {curriculum.sentences[n % 4]}")
        lines.showPage()
    lines.save()
    return {"photograph.pdf": out.getvalue(), "photograph.docx": with_picture.getvalue(), "long.pdf": long.getvalue()}
