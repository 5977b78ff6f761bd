"""Documents of an invented applicant, for pictures and tests of the desk. By libraries that only those need."""

import io

CV_NAME = "Lebenslauf Nino Beridze.docx"
ARTICLE_NAME = "Der Fluss bei Nacht.pdf"

_ARTICLE = (
    "The river rose in the night, and nobody had been told. At half past two the first families stood in the road with "
    "their blankets and their cattle, looking at the place where the lower bridge had been. By morning the water had "
    "taken four gardens, a mill that had not worked since the war, and the only telephone line of the valley.",
    "The dam's operator says that the gates were opened by the book. The book, as the district office admits, lies in "
    "the capital, in a language that none of the guards reads well. Between the two lies a chain of calls that begins "
    "at a desk and ends at a kitchen window, and that night it broke at its third link.",
    "Tamar Kiknadze, seventy-one, was that window. For thirty years she has been rung up when the water comes, and she "
    "has walked down the hill with a lamp. She was not paid for it and did not ask to be. In spring the number was "
    "given to a company, and the company has an answering machine.",
)


def a_word_cv() -> bytes:
    """A CV as Word files are: headings, a list, a table, a comment, and its author's name in the properties."""
    from docx import Document

    word = Document()
    word.core_properties.author = "Nino Beridze"
    word.add_heading("ნინო ბერიძე · Nino Beridze", level=1)
    word.add_paragraph(
        "Freie Reporterin in Kutaissi. Schreibt auf Georgisch, Englisch und Russisch über Flüsse, Strom und Dörfer."
    )
    word.add_heading("Stationen", level=2)
    table = word.add_table(rows=0, cols=2)
    for years, what in (
        ("seit 2019", "Freie Reporterin; Beiträge für Zeitungen in Tbilissi, Jerewan und Wien"),
        ("2014–2019", "Redakteurin, Lokalzeitung „Imeretis Moambe“"),
        ("2010–2014", "Studium der Journalistik, Staatliche Universität Kutaissi"),
    ):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = years, what
    word.add_heading("Themen", level=2)
    for topic in ("Wasserkraft und ihre Folgen", "Abwanderung aus den Bergdörfern", "Medien in kleinen Sprachen"):
        word.add_paragraph(topic, style="List Bullet")
    word.add_heading("Arbeitsweise", level=2)
    remark = word.add_paragraph(
        "Ich recherchiere vor Ort, mit eigener Kamera, und gehe zu Fuß, wo die Straße endet. Quellen, die geschützt "
        "werden müssen, spreche ich in ihrer Sprache. " * 3
    )
    word.add_comment(remark.runs, text="Kürzen?", author="Levan")
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def an_article_with_an_attachment() -> bytes:
    """What inspection holds: three pages that can be read, and a file inside that nobody looked into."""
    import pikepdf
    from reportlab.lib.styles import getSampleStyleSheet  # type: ignore[import-untyped]
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate  # type: ignore[import-untyped]

    out, styles = io.BytesIO(), getSampleStyleSheet()
    story = [Paragraph("The river at night", styles["Title"])]
    for page in range(3):
        story += [Paragraph(text, styles["BodyText"]) for text in _ARTICLE * 2]
        story += [PageBreak()] if page < 2 else []
    SimpleDocTemplate(out, invariant=1).build(story)
    held = io.BytesIO()
    with pikepdf.open(out) as pdf:
        pdf.attachments["notes.txt"] = pikepdf.AttachedFileSpec(pdf, b"not looked into")
        pdf.save(held)
    return held.getvalue()
