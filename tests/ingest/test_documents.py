import io
import zipfile
import zlib
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.errors import DamagedFile, Encrypted, NoSpeech, ReadError, TooLarge, UnknownFormat
from analyzer.ingest import documents
from analyzer.ingest.documents import (
    read_docx,
    read_html,
    read_odt,
    read_pdf,
    read_rtf,
    sniff_docx,
    sniff_html,
    sniff_odt,
    sniff_pdf,
    sniff_rtf,
)
from analyzer.ingest.limits import Limits
from analyzer.ingest.sources import Document

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STYLES = "".join(
    f'<w:style w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
    for key, name in (("H1", "heading 1"), ("H2", "heading 2"), ("T", "Title"), ("L", "List Paragraph"))
)


def paragraph(text, style="", bold=False):
    """A paragraph; a line end in the text is a break within it."""
    mark = "<w:rPr><w:b/></w:rPr>" if bold else ""
    runs = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in text.split("\n"))
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r>{mark}{runs}</w:r></w:p>"


def table(*rows):
    cells = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def docx(*parts, namespace=W, raw=None, comments=0):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        body = raw or f'<w:document xmlns:w="{namespace}"><w:body>{"".join(parts)}</w:body></w:document>'
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", body)
        if comments:
            package.writestr("word/comments.xml", f"<c>{'<comment>No.</comment>' * comments}</c>")
        package.writestr("word/styles.xml", f'<w:styles xmlns:w="{namespace}">{STYLES}</w:styles>')
    return buffer.getvalue()


def pdf(*pages, password=None, compress=1):
    """A PDF of pages, each a list of (x, y from the top, font, size, text)."""
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 800), encrypt=password, pageCompression=compress, invariant=1)
    for page in pages:
        for x, y, font, size, text in page:
            canvas.setFont(font, size)
            canvas.drawString(x, 800 - y, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


ODF = "urn:oasis:names:tc:opendocument:xmlns:"
ODT_TYPE = "application/vnd.oasis.opendocument.text"


def flat_odt(body, styles=""):
    spaces = " ".join(f'xmlns:{name}="{ODF}{name}:1.0"' for name in ("office", "text", "table", "style"))
    return (
        f'<?xml version="1.0"?><office:document {spaces} xmlns:fo="{ODF}xsl-fo-compatible:1.0" '
        f'office:mimetype="{ODT_TYPE}"><office:automatic-styles>{styles}</office:automatic-styles>'
        f"<office:body><office:text>{body}</office:text></office:body></office:document>"
    ).encode()


def odt(body, styles="", manifest="<manifest/>"):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("mimetype", ODT_TYPE)
        package.writestr("content.xml", flat_odt(body, styles))
        package.writestr("META-INF/manifest.xml", manifest)
    return buffer.getvalue()


def lines(*texts, x=60, y=120, step=14, font="Helvetica", size=11):
    return [(x, y + step * number, font, size, text) for number, text in enumerate(texts)]


def read(reader, content, name="minutes", **limits):
    (meeting,) = reader(Document(name=name, content=content, limits=Limits(**limits)))
    return meeting


def said(meeting):
    return [(u.kind, u.speaker, u.topic, u.text) for u in meeting.utterances]


def reasons(meeting):
    return {notice.reason: notice.count for notice in meeting.notices}


MINUTES = (
    paragraph("Steering group", "T"),
    paragraph("Date: 6 March 2025"),
    table(("Name", "Role", "Organisation"), ("Ann Lee", "Chair", "Acme"), ("Bo Ray", "Engineer", "Bolt")),
    paragraph("Money", "H1"),
    paragraph("Ms Lee reported that the budget is spent. Ray asked for more. It rained."),
    paragraph("Decision: The budget is raised."),
    table(("Action", "Owner", "Due"), ("Send the sheet", "Bo Ray", "May")),
    paragraph("Travel", bold=True),
    paragraph("Nothing was said."),
)


@pytest.mark.parametrize("namespace", [W, "http://purl.oclc.org/ooxml/wordprocessingml/main"])
def test_minutes_of_word_in_both_dialects(namespace):
    meeting = read(read_docx, docx(*MINUTES, namespace=namespace))

    assert (meeting.kind, meeting.title, meeting.date) == ("minutes", "Steering group", date(2025, 3, 6))
    assert [(p.name, p.party, p.role) for p in meeting.people] == [
        ("Ann Lee", "Acme", "Chair"),
        ("Bo Ray", "Bolt", "Engineer"),
    ]
    assert said(meeting) == [
        ("statement", "ann-lee", "Money", "Ms Lee reported that the budget is spent."),
        ("statement", "bo-ray", "Money", "Ray asked for more. It rained."),
        ("decision", None, "Money", "The budget is raised."),
        ("action", None, "Money", "Send the sheet (owner: Bo Ray; due: May)"),
        ("statement", None, "Money / Travel", "Nothing was said."),
    ]


def test_words_of_tables_within_tables_are_read_once():
    inner = table(("one", "two"), ("three", "four"))
    cells = f"<w:tc>{paragraph('Before.')}{inner}</w:tc><w:tc>{paragraph('After.')}</w:tc>"
    outer = f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"

    meeting = read(read_docx, docx(paragraph("Notes", "T"), outer))

    assert [text for *_, text in said(meeting)] == ["Before.", "one – two", "three – four", "After."]


def test_deleted_words_are_gone_and_inserted_ones_stay():
    put_in = "<w:ins><w:r><w:t>Yes.</w:t></w:r></w:ins>"
    taken_out = "<w:del><w:r><w:delText>No.</w:delText></w:r></w:del>"

    meeting = read(read_docx, docx(f"<w:p>{put_in}{taken_out}</w:p>"))

    assert [text for *_, text in said(meeting)] == ["Yes."]


def test_a_teams_transcript_holds_a_turn_in_one_paragraph():
    meeting = read(
        read_docx,
        docx(
            paragraph("Weekly call-20250306_100000-Meeting Recording", bold=True),
            paragraph("March 6, 2025, 9:00AM"),
            paragraph("12m 40s"),
            paragraph("Ann Lee started transcription"),
            paragraph("Ann Lee   0:04\nShall we start?\nAt 10:00 sharp."),
            paragraph("Ray, Bo (Bolt)   1:02:05\nYes."),
            paragraph("Ann Lee stopped transcription"),
        ),
    )

    assert (meeting.kind, meeting.date) == ("transcript", date(2025, 3, 6))
    assert [(u.speaker, u.start, u.text) for u in meeting.utterances] == [
        ("ann-lee", 4.0, "Shall we start?\nAt 10:00 sharp."),
        ("bo-ray", 3725.0, "Yes."),
    ]
    assert meeting.people[1].party == "Bolt"
    assert reasons(meeting)["lines of the recorder, no speech"] == 2


def test_a_form_names_people_and_says_nothing():
    meeting = read(
        read_docx,
        docx(
            paragraph("Board", "T"),
            table(("Date", "6 March 2025"), ("Place", "Room 2"), ("Present", "Ann Lee\nBo Ray (Bolt)")),
            paragraph("Money", "H1"),
            paragraph("It is spent."),
        ),
    )

    assert meeting.date == date(2025, 3, 6)
    assert [(p.name, p.party) for p in meeting.people] == [("Ann Lee", None), ("Bo Ray", "Bolt")]
    assert said(meeting) == [("statement", None, "Money", "It is spent.")]


def test_a_table_of_topics_discussion_and_actions_is_read_row_by_row():
    meeting = read(
        read_docx,
        docx(
            paragraph("Present: Ann Lee, Bo Ray"),
            table(
                ("No.", "Item", "Discussion", "Action"),
                ("1", "Money", "Lee reported a loss.\nRay objected.", "Lee to cut"),
                ("2", "Travel", "Nobody goes.", ""),
            ),
        ),
    )

    assert said(meeting) == [
        ("statement", "ann-lee", "Money", "Lee reported a loss."),
        ("statement", "bo-ray", "Money", "Ray objected."),
        ("action", None, "Money", "Lee to cut"),
        ("statement", None, "Travel", "Nobody goes."),
    ]


def test_a_table_of_anything_keeps_its_cells_apart_and_its_place():
    meeting = read(read_docx, docx(paragraph("Before."), table(("a", "b"), ("c", "")), paragraph("After.")))

    assert [text for *_, text in said(meeting)] == ["Before.", "a – b", "c", "After."]
    assert [u.at.number for u in meeting.utterances] == [1, 2, 3, 4]


def test_a_label_and_its_value_may_be_two_paragraphs():
    meeting = read(
        read_docx,
        docx(
            paragraph("Governance committee"),
            paragraph("Date", bold=True),
            paragraph("6 March 2025"),
            paragraph("Location:"),
            paragraph("Room 2"),
            paragraph("Attendees", bold=True),
            paragraph("Ann Lee"),
            paragraph("Bo Ray"),
            paragraph("Items", bold=True),
            paragraph("first point\nsecond point"),
        ),
    )

    assert (meeting.title, meeting.date) == ("Governance committee", date(2025, 3, 6))
    assert [p.name for p in meeting.people] == ["Ann Lee", "Bo Ray"]
    assert said(meeting) == [
        ("statement", None, "Items", "first point"),
        ("statement", None, "Items", "second point"),
    ]


ASSISTANT = (
    paragraph("Notes by Gemini", bold=True),
    paragraph("Summary", "H1"),
    paragraph("Ann Lee and Bo Ray talked about money."),
    paragraph("You should review Gemini's notes to make sure they're accurate."),
)


def test_what_an_assistant_wrote_before_a_transcript_is_no_speech():
    meeting = read(
        read_docx,
        docx(
            *ASSISTANT,
            paragraph("Transcript", "H1"),
            paragraph("6 March 2025"),
            paragraph("00:00:00", "H2"),
            paragraph("Ann Lee: We begin.\nBo Ray: Fine."),
            paragraph("Transcription ended after 00:34:12"),
        ),
    )

    assert [(u.speaker, u.text) for u in meeting.utterances] == [
        ("ann-lee", "We begin."),
        ("bo-ray", "Fine."),
    ]
    assert sum(reasons(meeting).values()) == 7


def test_what_an_assistant_wrote_alone_is_refused():
    with pytest.raises(NoSpeech, match="assistant"):
        read(read_docx, docx(*ASSISTANT))


CAPTIONS = {
    "teams": ("0:0:6.5 --> 0:0:10.2", "Lee, Ann", "We begin.", "0:1:6.0 --> 0:1:7.0", "Ray, Bo", "Fine."),
    "webvtt": (
        "1",
        "00:00:06.500 --> 00:00:10.2",
        "Ann Lee: We begin.",
        "2",
        "1:06.0 --> 1:07.0",
        "Bo Ray: Fine.",
    ),
}


@pytest.mark.parametrize("layout", CAPTIONS)
def test_captions_in_a_document_have_names_and_times(layout):
    meeting = read(read_docx, docx(paragraph("Call", "T"), *map(paragraph, CAPTIONS[layout])))

    assert [(u.speaker, u.text, u.start, u.end) for u in meeting.utterances] == [
        ("ann-lee", "We begin.", 6.5, 10.2),
        ("bo-ray", "Fine.", 66.0, 67.0),
    ]


def test_an_agenda_with_times_is_no_transcript():
    meeting = read(
        read_docx,
        docx(
            *(
                paragraph(f"{item}   {time}")
                for item, time in (("Welcome", "9:00"), ("Money", "9:10"), ("End", "9:20"))
            ),
            paragraph("It rained."),
        ),
    )

    assert meeting.kind == "minutes"
    assert not any(utterance.speaker for utterance in meeting.utterances)


def test_text_boxes_are_read_once_and_comments_are_counted():
    box = "<w:txbxContent><w:p><w:r><w:t>In the box.</w:t></w:r></w:p></w:txbxContent>"
    both = f"<w:p><w:r><w:t>Outside.</w:t><a><Choice>{box}</Choice><Fallback>{box}</Fallback></a></w:r></w:p>"

    meeting = read(read_docx, docx(both, comments=3))

    assert [text for *_, text in said(meeting)] == ["Outside.", "In the box."]
    assert reasons(meeting) == {"comments of reviewers, no part of the text": 3}


def test_ruled_tables_of_a_pdf_have_rows():
    from reportlab.lib import colors
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

    buffer = io.BytesIO()
    rows = [("Name", "Organisation"), ("Ann Lee", "Acme"), ("Bo Ray", "Bolt")]
    style = getSampleStyleSheet()
    SimpleDocTemplate(buffer, invariant=1).build(
        [
            Paragraph("Board", style["Title"]),
            Table(rows, style=[("GRID", (0, 0), (-1, -1), 1, colors.black)]),
            Paragraph("Lee reported a loss.", style["Normal"]),
        ]
    )

    meeting = read(read_pdf, buffer.getvalue())

    assert [(p.name, p.party) for p in meeting.people] == [("Ann Lee", "Acme"), ("Bo Ray", "Bolt")]
    assert said(meeting) == [("statement", "ann-lee", None, "Lee reported a loss.")]


def test_words_parted_at_the_end_of_a_line_are_joined_and_hyphens_of_words_stay():
    parted = [
        "The commit-",
        "tee met and it dis-",
        "cussed the long-",
        "term plan of the part-",
        "nership, a long-term",
    ]
    page = lines(*(f"{text:>60}" for text in parted), "one.", font="Courier")

    meeting = read(read_pdf, pdf(page))

    text = "The committee met and it discussed the long-term plan of the partnership, a long-term one."
    assert [text for *_, text in said(meeting)] == [text]


def test_the_contents_of_a_long_document_are_no_words():
    meeting = read(
        read_pdf, pdf(lines("Money . . . . . . . . 2", "Travel ........ 3", "It rained.", step=40))
    )

    assert [text for *_, text in said(meeting)] == ["It rained."]
    assert reasons(meeting) == {"lines of the table of contents, no speech": 2}


def test_minutes_of_a_pdf_have_pages_paragraphs_and_headings():
    long = "Ann Lee said that the line is long enough to reach the right edge of the page,"
    pages = [
        [
            *lines("Steering group, draft", y=40, size=8),
            *lines("Budget", y=100, font="Helvetica-Bold", size=16),
            *lines("Present: Ann Lee (Acme), Bo Ray (Bolt)", long, "and that it goes on below.", "It ends."),
            *lines("Page 1 of 2", y=780, size=8),
        ],
        [
            *lines("Steering group, draft", y=40, size=8),
            *lines("Decision: to stop."),
            *lines("Page 2 of 2", y=780, size=8),
        ],
    ]

    meeting = read(read_pdf, pdf(*pages))

    assert meeting.title == "Budget"
    assert [(p.name, p.party) for p in meeting.people] == [("Ann Lee", "Acme"), ("Bo Ray", "Bolt")]
    assert [(u.kind, u.speaker, u.text, str(u.at)) for u in meeting.utterances] == [
        ("statement", "ann-lee", f"{long} and that it goes on below.", "page 1"),
        ("statement", None, "It ends.", "page 1"),
        ("decision", None, "to stop.", "page 2"),
    ]
    assert reasons(meeting)["running heads, feet and page numbers, no speech"] == 4


def test_full_lines_in_a_row_are_turns_of_their_own_where_a_gap_parts_them():
    turns = [
        f"{name} Lee: A turn that fills its only line up to its right edge." for name in ("Ann", "Bob")
    ] * 5
    long = "Ann Lee: A turn that goes on in the next line, in the middle of it,"
    page = [part for at, turn in enumerate(turns) for part in lines(turn, y=100 + 18 * at)]
    page += lines(long, y=280) + lines("as this one does, twice over and up to the same right edge,", y=292)
    page += lines("and ends.", y=304)

    meeting = read(read_pdf, pdf(page))

    assert [text for *_, text in said(meeting)][-2:] == [
        "A turn that fills its only line up to its right edge.",
        "A turn that goes on in the next line, in the middle of it, "
        "as this one does, twice over and up to the same right edge, and ends.",
    ]
    assert len(meeting.utterances) == 11


def test_a_name_begins_a_turn_of_a_pdf_however_full_the_line_before():
    spoken = (
        "Ann Lee: one two three four",
        "Bo Ray: five six seven eight",
        "Ann Lee: nine",
        "Bo Ray: ten",
    ) * 3

    meeting = read(read_pdf, pdf(lines(*spoken, size=22)))

    assert [u.text for u in meeting.utterances[:3]] == ["one two three four", "five six seven eight", "nine"]


def test_two_columns_of_a_pdf_are_read_one_after_the_other():
    left = [f"left line {number} has some words" for number in range(8)]
    right = [f"right line {number} has words too" for number in range(8)]

    meeting = read(read_pdf, pdf([*lines("Title", y=80, size=20), *lines(*left), *lines(*right, x=330)]))

    text = " ".join(utterance.text for utterance in meeting.utterances)
    assert text.index("left line 7") < text.index("right line 0")


def test_words_placed_far_apart_stay_in_one_line():
    spread = [
        (60 + 130 * place, 120, "Helvetica", 11, word) for place, word in enumerate(("The", "board", "met."))
    ]

    meeting = read(read_pdf, pdf([*spread, *lines("It adjourned.", y=160)]))

    assert [text for *_, text in said(meeting)] == ["The board met.", "It adjourned."]


def test_line_numbers_of_court_records_are_no_words():
    spoken = ["MR. LEE: We begin.", "MS. RAY: Fine.", "MR. LEE: Good.", "MS. RAY: Yes."] * 3

    meeting = read(
        read_pdf, pdf(lines(*(f"{number}  {text}" for number, text in enumerate(spoken, start=1))))
    )

    assert meeting.utterances[0].text == "We begin."
    assert {utterance.speaker for utterance in meeting.utterances} == {"mr-lee", "ms-ray"}


def test_numbered_lines_of_a_pdf_are_headings_with_text_below():
    texts = (
        "1. Apologies",
        "None were received today.",
        "2. Money",
        "The treasurer spoke at length.",
        "3. End",
        "Noon.",
    )

    meeting = read(read_pdf, pdf(lines(*texts, step=30)))

    assert [(u.topic, u.text) for u in meeting.utterances] == [
        ("1. Apologies", "None were received today."),
        ("2. Money", "The treasurer spoke at length."),
        ("3. End", "Noon."),
    ]


def test_japanese_assemblies_ring_their_speakers():
    from reportlab.pdfbase import cidfonts, pdfmetrics

    pdfmetrics.registerFont(cidfonts.UnicodeCIDFont("HeiseiMin-W3"))
    texts = (
        "\u25cb\u5c71\u7530\u59d4\u54e1\u9577\u3000\u4f1a\u8b70\u3092\u958b\u304d\u307e\u3059\u3002",
        "\u25cb\u9234\u6728\u59d4\u54e1\u3000\u4e88\u7b97\u306f\u8db3\u308a\u307e\u3059\u304b\u3002",
    )

    meeting = read(read_pdf, pdf(lines(*texts * 2, font="HeiseiMin-W3", step=40)))

    assert [(u.speaker, u.text) for u in meeting.utterances[:2]] == [
        ("\u5c71\u7530\u59d4\u54e1\u9577", "\u4f1a\u8b70\u3092\u958b\u304d\u307e\u3059\u3002"),
        ("\u9234\u6728\u59d4\u54e1", "\u4e88\u7b97\u306f\u8db3\u308a\u307e\u3059\u304b\u3002"),
    ]


def test_a_scan_is_refused_with_its_remedy():
    from PIL import Image
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.drawImage(ImageReader(Image.new("L", (20, 20))), 0, 0)
    canvas.save()

    with pytest.raises(NoSpeech, match="OCR"):
        read(read_pdf, buffer.getvalue())


def test_a_protected_pdf_is_refused():
    with pytest.raises(Encrypted, match="password"):
        read(read_pdf, pdf(lines("Secret."), password="mum"))


def raw_pdf(content):
    """A PDF of one page whose content stream is given packed; written by hand, so nothing checks it."""
    return (
        b"%%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
        b"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
        b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<<>>>>\nendobj\n"
        b"4 0 obj\n<</Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream\nendobj\n"
        b"trailer\n<</Root 1 0 R>>\n%%%%EOF" % (len(content), content)
    )


def test_a_pdf_that_inflates_without_end_costs_little():
    with pytest.raises(TooLarge, match="1000 seconds or 100 MB"):
        read(read_pdf, raw_pdf(zlib.compress(b" " * 150_000_000)), memory_mb=100, seconds=1000)


def test_a_pdf_that_draws_without_end_costs_little():
    with pytest.raises(ReadError):
        read(read_pdf, raw_pdf(zlib.compress(b"q Q " * 5_000_000)), seconds=1)


RTF_PIECES = rb"""{ } \par \pard \cell \row \intbl \u55357 \u-8704? \uc3 \bin5 \'e4 \* \f1 \b \v0 \s1
    \ansicpg932 \ansicpg99999 {\fonttbl{\f1\fcharset128 {\stylesheet{\s1 heading } {\pict \ \~ word
    \outlinelevel99 \ilvl-3 \listtext""".split()
ODT_MINUTES = """
<text:p text:style-name="Title">Steering group</text:p><text:p>Date:<text:s text:c="2"/>6 March 2025</text:p>
<text:h text:outline-level="1">Money</text:h>
<table:table><table:table-row><table:table-cell><text:p>Name</text:p></table:table-cell>
<table:table-cell><text:p>Company</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell><text:p>Ann Lee</text:p></table:table-cell>
<table:table-cell><text:p>Acme</text:p></table:table-cell></table:table-row></table:table>
<text:list><text:list-item><text:p>Lee said <text:span>yes</text:span>.<text:note>1</text:note></text:p>
</text:list-item></text:list><text:p text:style-name="P1">Travel</text:p><text:p>It rained.</text:p>
"""
BOLD = '<style:style style:name="P1"><style:text-properties fo:font-weight="bold"/></style:style>'


@pytest.mark.parametrize("make", [odt, flat_odt])
def test_open_documents_packed_and_flat(make):
    meeting = read(read_odt, make(ODT_MINUTES, BOLD))

    assert (meeting.title, meeting.date) == ("Steering group", date(2025, 3, 6))
    assert [(p.name, p.party) for p in meeting.people] == [("Ann Lee", "Acme")]
    assert said(meeting) == [
        ("statement", "ann-lee", "Money", "Lee said yes."),
        ("statement", None, "Money / Travel", "It rained."),
    ]


def test_a_protected_open_document_is_refused():
    with pytest.raises(Encrypted):
        read(read_odt, odt(ODT_MINUTES, manifest="<m><encryption-data/></m>"))


def test_rich_text_has_headings_items_tables_and_charsets():
    meeting = read(
        read_rtf,
        rb"""{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}{\f1\fcharset238 Arial CE;}}
{\stylesheet{\s1 heading 1;}}{\*\generator Word;}{\info{\title Not this}}
\pard\s1\b Money\b0\par\pard Ann said \f1 p\'f8\'ed\f0  caf\'e9 \u8364? \u-10179?\u-8704? {\v not this}.\par
{\pard\b Travel\par}
\pard{\listtext\tab 1.}\ls1 Go \{home\}\par
\trowd\intbl Name\cell Company\cell\row\trowd\intbl Ann Lee\cell Acme\cell\row\pard It rained.\par}""",
    )

    assert meeting.title == "Money"
    assert [(p.name, p.party) for p in meeting.people] == [("Ann Lee", "Acme")]
    assert [(kind, topic, text) for kind, _, topic, text in said(meeting)] == [
        ("statement", None, "Ann said př\xed caf\xe9 € \U0001f600 ."),
        ("statement", "Travel", "Go {home}"),
        ("statement", "Travel", "It rained."),
    ]


def test_rich_text_with_lies_about_lengths_and_lone_halves_of_signs():
    meeting = read(read_rtf, rb"{\rtf1 Ann: one \u-10240? two {\pict\bin999999 x} three}")

    assert said(meeting)[0][-1] == "one \ufffd two"
    assert "the file is cut off: what follows is missing" in reasons(meeting)


def test_scribe_output_of_the_w3c():
    meeting = read(
        read_html,
        b"""<html><head><title>Group</title></head><body><h1>Group call</h1><h2>6 March 2025</h2>
        <dl><dt>Present</dt><dd>Ann, Bo</dd><dt>Chair</dt><dd>Ann</dd></dl><script>var x = "said";</script>
        <h3>Topic one</h3>
        <p class=phone><cite>Ann:</cite> we
        begin</p><p class=phone>\xe2\x80\xa6 and go on</p>
        <p class=irc>&lt;<cite>bo</cite>&gt; fine</p><p class=phone><cite>Bo:</cite> no</p></body></html>""",
    )

    assert (meeting.title, meeting.date, meeting.kind) == ("Group call", date(2025, 3, 6), "transcript")
    assert said(meeting) == [
        ("speech", "ann", "Topic one", "we begin\nand go on"),
        ("speech", "bo", "Topic one", "fine\nno"),
    ]
    assert [(p.name, p.role) for p in meeting.people] == [("Ann", "chair"), ("Bo", None)]


def test_a_podcast_page_has_names_and_times():
    meeting = read(
        read_html,
        b"<!-- saved --><html><body><cite>Ann:</cite> <time>0:00</time><p>One.</p>"
        b"<cite>Bo:</cite><time>0:30</time><p>Two.</p></body></html>",
    )

    assert [(u.speaker, u.start, u.text) for u in meeting.utterances] == [
        ("ann", 0, "One."),
        ("bo", 30, "Two."),
    ]
    assert meeting.title is None


def test_menus_are_no_words_of_the_minutes():
    meeting = read(
        read_html,
        b"<html><head><title>Town</title></head><body><div><a href=/>Home</a></div><ul><li><a href=/a>New</a>"
        b"</ul><main><h1>Board</h1><p><b>Money</b></p><p>Ann: It is <a href=/b>spent</a>.</p><p>Bo: No.</p>"
        b"<ul><li><a href=/c>The paper</a></li></ul></main><footer>Imprint</footer></body></html>",
    )

    assert meeting.title == "Board"
    assert said(meeting) == [("speech", "ann", "Money", "It is spent."), ("speech", "bo", "Money", "No.")]
    assert reasons(meeting) == {
        "lines with links only": 1,
        "the parts of the page around its main text (menus, footers), left out": 1,
    }


def test_tables_of_pages_keep_the_lines_of_their_cells():
    meeting = read(
        read_html,
        b"<html><body><p>Present: Ann Lee, Bo Ray</p><table><tr><th>Topic</th><th>Discussion</th></tr>"
        b"<tr><td>Money<script>x()</script></td><td><p>Lee objected.</p>Ray<br>agreed.</td></tr></table>",
    )

    assert said(meeting) == [
        ("statement", "ann-lee", "Money", "Lee objected."),
        ("statement", None, "Money", "Ray"),
        ("statement", None, "Money", "agreed."),
    ]


def test_pages_in_odd_charsets():
    page = "<html><head></head><body><p>Zoë said yes.</p></body></html>"

    assert said(read(read_html, page.encode("utf-16"))) == said(read(read_html, page.encode("cp1252")))


@pytest.mark.parametrize(
    ("reader", "content", "error"),
    [
        (read_docx, b"PK\x03\x04 no zip", DamagedFile),
        (read_docx, docx(raw="<w:document"), DamagedFile),
        (
            read_docx,
            docx(raw='<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>'),
            DamagedFile,
        ),
        (read_docx, docx(raw="<d>" + "<p a='1'/>" * 10**6 + "</d>"), TooLarge),
        (read_docx, b"\xd0\xcf\x11\xe0" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"), Encrypted),
        (read_docx, b"\xd0\xcf\x11\xe0" + b"\x00" * 600 + "WordDocument".encode("utf-16-le"), UnknownFormat),
        (read_pdf, b"%PDF-1.7\n1 0 obj\n<</Type", DamagedFile),
        (read_html, b"<html>" + b"<b>" * 4_000_000, TooLarge),
        (read_odt, b"<?xml version='1.0'?><office:document", DamagedFile),
        (read_rtf, b"{\\rtf1" + b"{" * 100_000, DamagedFile),
    ],
)
def test_broken_and_hostile_files_cost_one_sentence(reader, content, error):
    with pytest.raises(error) as caught:
        read(reader, content)

    assert str(caught.value).count("\n") == 0


def test_what_the_parser_of_pages_leaves_out_is_told():
    page = b"<html><body><p>Before.</p><p>" + b"word " * 2_500_000 + b"</p></body></html>"

    assert "parts nested too deeply or too long for the parser, left out" in reasons(read(read_html, page))


def test_a_document_longer_than_any_meeting_is_refused_early():
    with pytest.raises(TooLarge, match="more than 3 paragraphs"):
        read(read_docx, docx(*map(paragraph, "abcde")), paragraphs=3)
    with pytest.raises(TooLarge, match="more than 50 marks"):
        read(read_rtf, b"{\\rtf1 " + b"\\par a" * 50 + b"}", tokens=50)


def test_deep_nesting_ends():
    read(read_html, b"<html><body>" + b"<div>" * 50_000 + b"<p>Deep.</p>")
    with pytest.raises(ReadError):
        read(read_docx, docx(raw="<w:d>" * 5_000 + "</w:d>" * 5_000))


def test_first_bytes_tell_the_format():
    assert sniff_docx(docx(*MINUTES)) > 0.9
    assert sniff_odt(odt("")) == sniff_odt(flat_odt("")) == 0.95
    assert sniff_rtf(b"{\\rtf1\\ansi") == 0.95
    assert sniff_pdf(b"%PDF-1.4\n") > 0.9
    assert sniff_html(b"\n<!-- saved -->\n<HTML lang=en>") == 0.9
    assert sniff_html("\ufeff<!DOCTYPE html>".encode("utf-16")) == 0.9
    assert sniff_html(b"Ann: <p> is a tag.\nBob: <p>, <p> and <p>.\n") == 0.0


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"<html>", b""]))
def test_any_bytes_are_read_or_refused(tail, mark):
    for reader in (read_docx, read_odt, read_rtf, read_html):
        try:
            read(reader, mark + tail + b"x")
        except ReadError:
            continue


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(RTF_PIECES), max_size=40))
def test_any_rich_text_is_read_or_refused(pieces):
    try:
        meeting = read(read_rtf, b"{\\rtf1 " + b"".join(pieces))
    except ReadError:
        return
    assert all(utterance.text.encode() for utterance in meeting.utterances)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_damage_to_a_word_file_is_read_or_refused(data):
    whole = bytearray(docx(*MINUTES))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        read(read_docx, bytes(whole))
    except ReadError:
        return


def test_all_readers_of_the_table_are_here():
    from analyzer.ingest.formats import FORMATS

    for known in FORMATS:
        module, *names = known.home.split(":")
        if module == documents.__name__:
            assert all(callable(getattr(documents, name)) for name in names)


def test_a_table_of_who_and_what_is_a_transcript():
    rows = table(("Time", "Speaker", "Text"), ("0:01", "Ann", "We begin."), ("0:05", "", "Now: go."))
    rows += table(("Speaker", "Organisation", "Comment"), ("Bo", "Bolt", "Fine."))

    meeting = read(documents.read_docx, docx(rows))

    assert [(u.speaker, u.text, u.start) for u in meeting.utterances] == [
        ("ann", "We begin.\nNow: go.", 1.0),
        ("bo", "Fine.", None),
    ]
    assert [(person.name, person.party) for person in meeting.people] == [("Ann", None), ("Bo", "Bolt")]


def test_a_page_that_cites_speakers_names_each_of_them():
    page = (
        "<h1>Steering</h1><p><cite>Ann:</cite> low</p><p>… very low</p><p><cite>&lt;Bo&gt;</cite> +1</p>"
        "<p><cite>Cy_Fox:</cite> high</p><p><cite>The Report</cite> says so.</p>"
        "<address>Made by a program</address>"
    )

    meeting = read(documents.read_html, page.encode())

    assert [(u.speaker, u.text) for u in meeting.utterances] == [
        ("ann", "low\nvery low"),
        ("bo", "+1"),
        ("cy-fox", "high\nThe Report says so."),
    ]


def test_a_sentence_below_a_label_is_not_its_value():
    meeting = read(
        documents.read_docx,
        docx(
            paragraph("Links"),
            paragraph("Ann Lee reported that the links were broken again."),
            paragraph("Yes."),
        ),
    )

    assert "broken again" in meeting.utterances[-2].text + meeting.utterances[-1].text


def test_headings_that_are_names_and_come_back_are_speakers():
    parts = [paragraph("Town hall", "T")]
    for name, words in (
        ("Ann Lee", "Welcome."),
        ("Bo Ray", "Thanks."),
        ("Ann Lee", "Go on."),
        ("Bo Ray", "When?"),
    ):
        parts += [paragraph(name, bold=True), paragraph(words)]

    meeting = read(read_docx, docx(*parts))

    assert (meeting.kind, meeting.title) == ("transcript", "Town hall")
    assert said(meeting) == [
        ("speech", "ann-lee", None, "Welcome."),
        ("speech", "bo-ray", None, "Thanks."),
        ("speech", "ann-lee", None, "Go on."),
        ("speech", "bo-ray", None, "When?"),
    ]


def test_headings_that_stand_once_stay_topics():
    parts = [paragraph("Town hall", "T")] + [
        part
        for topic in ("Summer Fair", "Winter Fair", "New Hall")
        for part in (paragraph(topic, bold=True), paragraph("It was talked about."))
    ]

    assert {u.topic for u in read(read_docx, docx(*parts)).utterances} == {
        "Summer Fair",
        "Winter Fair",
        "New Hall",
    }


def test_those_present_may_stand_in_the_paragraph_below_their_label():
    parts = map(
        paragraph,
        ("Committee", "Minutes", "Attendees", "Ann Lee, Bo Ray", "It began.", "Action", "Bo to go."),
    )

    meeting = read(read_docx, docx(*parts))

    assert [person.name for person in meeting.people] == ["Ann Lee", "Bo Ray"]
    assert [(kind, text) for kind, _, _, text in said(meeting)][-1] == ("action", "Bo to go.")


def test_how_a_sign_is_read_is_not_said_twice():
    ruby = (
        "<w:p><w:r><w:ruby><w:rt><w:r><w:t>たなか</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>田中</w:t></w:r>"
        "</w:rubyBase></w:ruby></w:r><w:r><w:t>さんが話した。</w:t></w:r></w:p>"
    )

    assert read(read_docx, docx(ruby)).utterances[0].text == "田中さんが話した。"


def test_a_table_of_german_minutes_has_points_and_who_sees_to_them():
    rows = (("TOP", "Thema / Ergebnis", "Verantwortlich"), ("1", "Die Kasse stimmt.", "Vogt"))

    assert [text for *_, text in said(read(read_docx, docx(table(*rows))))] == [
        "Die Kasse stimmt.",
        "verantwortlich: Vogt",
    ]


def test_a_page_of_google_docs_has_its_title_and_a_footer_says_nothing():
    page = (
        b"<html><body><p class='c1 title'>Weekly</p><h2>Attendees</h2><ul><li><a href='x'>Ann Lee</a></li>"
        b"<li><a href='y'>Bo Ray</a></li></ul><h2>Money</h2><p>It is spent.</p>"
        b"<footer>Powered</footer></body></html>"
    )

    meeting = read(read_html, page)

    assert meeting.title == "Weekly"
    assert [person.name for person in meeting.people] == ["Ann Lee", "Bo Ray"]
    assert [u.text for u in meeting.utterances] == ["It is spent."]


def test_notes_and_comments_of_an_rtf_are_counted():
    text = rb"{\rtf1 It is spent.{\footnote so it is} We go on.{\*\annotation really?}\par}"

    meeting = read(read_rtf, text)

    assert [u.text for u in meeting.utterances] == ["It is spent. We go on."]
    assert reasons(meeting) == {
        "comments of reviewers, no part of the text": 1,
        "footnotes, left out": 1,
    }
