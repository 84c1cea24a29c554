"""How fast documents and notes are read: one written partnership as minutes in seven formats.

    nice -n 5 .venv/bin/python benchmarks/documents.py

Processor time, that of the process which reads a PDF included; two sizes, one ten times the other, so that
linear work takes ten times as long. Beside the PDF: pdfplumber taking the text out of the same pages.
"""

from __future__ import annotations

import io
import json
import resource
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from analyzer.ingest import documents, scribed
from analyzer.ingest.sources import Document

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "documents.json"
WRITTEN = HERE.parents[1] / "shared" / "labels" / "partnerships" / "bank_it"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OPEN = "urn:oasis:names:tc:opendocument:xmlns:"

Turns = Sequence[tuple[str, str]]  # speaker and words


def made_docx(turns: Turns) -> bytes:
    """Make a Word package of one paragraph a turn."""
    body = "".join(f"<w:p><w:r><w:t>{escape(f'{who}: {words}')}</w:t></w:r></w:p>" for who, words in turns)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr(
            "word/document.xml", f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
        )
    return out.getvalue()


def made_odt(turns: Turns) -> bytes:
    """Make a flat OpenDocument text."""
    body = "".join(f"<text:p>{escape(f'{who}: {words}')}</text:p>" for who, words in turns)
    spaces = " ".join(f'xmlns:{name}="{OPEN}{name}:1.0"' for name in ("office", "text"))
    return (
        f'<?xml version="1.0"?><office:document {spaces}><office:body><office:text>{body}'
        "</office:text></office:body></office:document>"
    ).encode()


def made_rtf(turns: Turns) -> bytes:
    """Make a document in Rich Text Format."""
    lines = "".join(f"\\pard {who}: {words}\\par\n" for who, words in turns)
    return ("{\\rtf1\\ansi\\ansicpg1252 " + lines + "}").encode("cp1252", "replace")


def made_html(turns: Turns) -> bytes:
    """Make a page as scribes publish it."""
    lines = "".join(f"<p><cite>{escape(who)}:</cite> {escape(words)}</p>\n" for who, words in turns)
    return f"<html><body>{lines}</body></html>".encode()


def made_text(turns: Turns) -> bytes:
    """Make notes in plain text."""
    return "\n\n".join(f"{who}: {words}" for who, words in turns).encode()


def made_pdf(turns: Turns) -> bytes:
    """Make a printed record of some 40 turns a page."""
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    out = io.BytesIO()
    style = getSampleStyleSheet()["Normal"]
    SimpleDocTemplate(out, invariant=1).build(
        [Paragraph(escape(f"{who}: {words}"), style) for who, words in turns]
    )
    return out.getvalue()


def reading(reader: Callable[[Document], Any]) -> Callable[[bytes], int]:
    """Give what reads a file with one of our readers and counts the words."""

    def read(data: bytes) -> int:
        said = (u for meeting in reader(Document(name="made", content=data)) for u in meeting.utterances)
        return sum(len(utterance.text.split()) for utterance in said)

    return read


def plumbed(data: bytes) -> int:
    """Take the text out with pdfplumber alone and count the words."""
    import pdfplumber

    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return sum(len((page.extract_text() or "").split()) for page in pdf.pages)


def spent() -> float:
    """Give the processor seconds of this process and of those it started."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def speed(
    work: Callable[[bytes], int], make: Callable[[Turns], bytes], turns: Turns, copies: int
) -> dict[str, float]:
    """Time one size, then ten times as much."""
    seconds = []
    for size in (copies, 10 * copies):
        data = make([*turns] * size)
        began = spent()
        words = work(data)
        seconds.append(spent() - began)
    return {
        "mb": round(len(data) / 1e6, 2),
        "words_read": words,
        "mb_per_second": round(len(data) / 1e6 / seconds[1], 2),
        "turns_per_second": round(10 * copies * len(turns) / seconds[1]),
        "times_as_long_for_ten_times": round(seconds[1] / seconds[0], 1),
    }


def main() -> None:
    """Measure and write `results/documents.json`."""
    rows = [json.loads(line) for path in sorted(WRITTEN.glob("m?.jsonl")) for line in path.open("rb")]
    turns = [(row["speaker"], row["text"]) for row in rows]
    results: dict[str, Any] = {
        "turns": len(turns),
        "docx": speed(reading(documents.read_docx), made_docx, turns, 3),
        "odt": speed(reading(documents.read_odt), made_odt, turns, 3),
        "rtf": speed(reading(documents.read_rtf), made_rtf, turns, 3),
        "html": speed(reading(documents.read_html), made_html, turns, 3),
        "markdown": speed(reading(scribed.read_markdown), made_text, turns, 3),
        "text": speed(reading(scribed.read_text), made_text, turns, 3),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3),
        "pdf": speed(reading(documents.read_pdf), made_pdf, turns, 1),
        "peak_mb_of_the_process_that_reads_pdf": round(
            resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3
        ),
        "pdf_pdfplumber_alone": speed(plumbed, made_pdf, turns, 1),
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
