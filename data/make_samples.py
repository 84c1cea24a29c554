"""Render the written partnership bank_it as the files that its people would have left behind.

    .venv/bin/python data/make_samples.py          # writes data/samples/bank_it/

The words are those of data/partnerships/bank_it, without the labels; the containers are laid out as
Zoom, Teams, Otter, Word, a PDF printer, a note-taker and mail programs write them, quirks included.
The same input gives the same bytes under the same versions of python-docx and reportlab.
"""

from __future__ import annotations

import csv
import io
import json
import re
import textwrap
import uuid
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import yaml

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "partnerships" / "bank_it"
TARGET = HERE / "samples" / "bank_it"

LAYOUT: Mapping[str, Any] = yaml.safe_load((SOURCE / "layout.yaml").read_text("utf-8"))
PARTIES = {name: party for name, _, party, _ in LAYOUT["people"]}
ROLES = {name: role for name, _, _, role in LAYOUT["people"]}
TEAMS_GUID = uuid.uuid5(uuid.NAMESPACE_OID, "bank_it m6")
_WORD_SECONDS = 0.38


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One piece as the partnership has it, without its labels; seconds are 0 in minutes."""

    start: float
    end: float
    speaker: str
    text: str


def load_rows(name: str) -> list[Row]:
    """Read the rows of a meeting; each ends when its words are said, or where the next begins."""
    raw = [json.loads(line) for line in (SOURCE / f"{name}.jsonl").read_text("utf-8").splitlines()]
    starts = [float(row["t"] or 0) for row in raw]
    rows = []
    for row, start, following in zip(raw, starts, [*starts[1:], starts[-1] + 60], strict=True):
        spoken = start + 0.6 + _WORD_SECONDS * len(row["text"].split())
        end = min(spoken, following - 0.1)
        rows.append(Row(start=start, end=end, speaker=row["speaker"], text=row["text"]))
    return rows


def cues(row: Row, words_at_most: int) -> Iterator[tuple[str, str, str]]:
    """Cut a row as captions are cut, at sentence ends where these come in time: start, end, text."""
    parts: list[list[str]] = [[]]
    for word in row.text.split():
        ended = parts[-1] and parts[-1][-1][-1] in ".?!" and len(parts[-1]) > words_at_most // 2
        if ended or len(parts[-1]) == words_at_most:
            parts.append([])
        parts[-1].append(word)
    total = sum(map(len, parts))
    start, said = row.start, 0
    for part in parts:
        said += len(part)
        end = row.start + (row.end - row.start) * said / total
        yield clock(start), clock(end), " ".join(part)
        start = end


def clock(seconds: float) -> str:
    """Write seconds as captions do: 00:12:07.350."""
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def zoom_captions(rows: Sequence[Row]) -> bytes:
    """Write WebVTT as Zoom's cloud recording does: CRLF, numbers, "Name: text" in every cue."""
    lines = ["WEBVTT", ""]
    number = 0
    for at, row in enumerate(rows):
        name = LAYOUT["zoom"]["display"].get(row.speaker, f"{row.speaker} ({PARTIES[row.speaker]})")
        for start, end, text in cues(row, 24):
            number += 1
            spoken = text if at == LAYOUT["zoom"]["nameless"] else f"{name}: {text}"
            lines += [str(number), f"{start} --> {end}", spoken, ""]
    return "\r\n".join(lines).encode()


def teams_captions(rows: Sequence[Row]) -> bytes:
    """Write WebVTT as Teams does: GUID identifiers, <v Name>, wrapped lines, talk that overlaps."""
    over = LAYOUT["teams"]["talked_over"]
    said = rows[over].end
    rows = [*rows[: over + 1], replace(rows[over + 1], start=said - 6, end=said - 4.5), *rows[over + 2 :]]
    blocks: list[str] = []
    held = ""  # the last cue of who is talked over, which ends after the interruption
    for at, row in enumerate(rows):
        guest = " (External)" if PARTIES[row.speaker] == "Kaverion" else ""
        cut = [
            f"{TEAMS_GUID}/{15 + 3 * at}-{part}\n{start} --> {end}\n"
            f"<v {row.speaker}{guest}>" + "\n".join(textwrap.wrap(text, 44)) + "</v>"
            for part, (start, end, text) in enumerate(cues(row, 14))
        ]
        blocks += cut[:-1] if at == over else cut
        blocks += [held] if held else []
        held = cut[-1] if at == over else ""
    return ("WEBVTT\n\n" + "\n\n".join(blocks) + "\n").encode()


def otter_text(rows: Sequence[Row]) -> bytes:
    """Write text as Otter exports it: the names somebody typed, two blanks around the time."""
    turns = []
    for at, row in enumerate(rows):
        name = "Unknown Speaker" if at == LAYOUT["otter"]["nameless"] else row.speaker.split()[0]
        turns.append(f"{name}  {int(row.start) // 60}:{int(row.start) % 60:02}  \n{row.text}\n")
    return ("\n".join(turns) + "\n\nTranscribed by https://otter.ai\n").encode()


def markdown_notes(rows: Sequence[Row]) -> bytes:
    """Write the notes of somebody who typed along: an attendee table, first names in bold."""
    headings = LAYOUT["notes"]["headings"]
    present = dict.fromkeys(row.speaker for row in rows)
    lines = [
        "# Joint SteerCo, July",
        "",
        "Date: Thursday, 3 July 2025, 13:00",
        "Place: room 6.02 and video",
        "Typed along by the Programme Office, not corrected",
        "",
        "| Name | Organisation | Role |",
        "|---|---|---|",
        *(f"| {name} | {PARTIES[name]} | {ROLES[name]} |" for name in sorted(present)),
        "",
    ]
    for at, row in enumerate(rows):
        lines += [f"## {headings[at]}", ""] if at in headings else []
        lines += [f"**{row.speaker.split()[0]}:** {row.text}", ""]
    return "\n".join(lines).encode()


def word_minutes(rows: Sequence[Row]) -> bytes:
    """Write minutes in Word: facts and people in tables, a heading an item, actions at the end."""
    from docx import Document

    layout = LAYOUT["word"]
    document = Document()
    properties = document.core_properties
    properties.author, properties.title = "Programme Office", "Joint SteerCo, May"
    properties.created = properties.modified = datetime(2025, 5, 26, 9, 12)
    document.add_heading("Joint SteerCo, May", level=0)
    document.add_paragraph("Hallsund Bank and Kaverion")
    _word_table(document, [*layout["facts"]])
    document.add_heading("Present", level=1)
    people = [[name, PARTIES[name], function, remark] for name, function, remark in layout["present"]]
    _word_table(document, [["Name", "Organisation", "Function", "Remark"], *people])
    for at, row in enumerate(rows):
        if at in layout["headings"]:
            document.add_heading(layout["headings"][at], level=1)
        if at > 1:  # the first two rows are the tables
            document.add_paragraph(row.text)
    document.add_heading("Actions", level=1)
    _word_table(document, [["Action", "Owner", "Due"], *layout["actions"]])
    packed = io.BytesIO()
    document.save(packed)
    return _dated(packed.getvalue())


def _word_table(document: Any, rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


def _dated(package: bytes) -> bytes:
    """Pack a zip again with a fixed time, so that equal content gives equal bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(packed, "w") as new:
        for member in old.infolist():
            entry = zipfile.ZipInfo(member.filename)  # which dates it 1980
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(member))
    return packed.getvalue()


def printed_record(rows: Sequence[Row]) -> bytes:
    """Write a verbatim record as a PDF printer does: running head, page numbers, wrapped lines."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

    headings = LAYOUT["record"]["headings"]
    styles = getSampleStyleSheet()
    title = "Joint SteerCo, September"
    present = dict.fromkeys(row.speaker for row in rows)
    people = [["Name", "Organisation", "Function"], *([name, PARTIES[name], ROLES[name]] for name in present)]
    story: list[Any] = [
        Paragraph(title, styles["Title"]),
        Paragraph("Verbatim record of the meeting of 11 September 2025, 13.00", styles["Normal"]),
        Spacer(1, 12),
        Table(people, hAlign="LEFT", style=[("GRID", (0, 0), (-1, -1), 0.5, "black")]),
        Spacer(1, 12),
    ]
    for at, row in enumerate(rows):
        if at in headings:
            story.append(Paragraph(headings[at], styles["Heading2"]))
        story.append(Paragraph(f"{row.speaker}: {escape(row.text)}", styles["BodyText"]))
    printed = io.BytesIO()
    document = SimpleDocTemplate(printed, pagesize=A4, title=title, author="Programme Office", invariant=True)
    document.build(story, onFirstPage=_running_lines, onLaterPages=_running_lines)
    return printed.getvalue()


def _running_lines(canvas: Any, document: Any) -> None:
    canvas.setFont("Helvetica", 8)
    canvas.drawString(72, 800, "Hallsund Bank / Kaverion - Joint SteerCo - confidential")
    canvas.drawRightString(523, 40, f"Page {document.page}")


def mails() -> dict[str, EmailMessage]:
    """Make the messages, by id, with the headers and transfer encodings that mail programs give them."""
    rows = [json.loads(line) for line in (SOURCE / "emails.jsonl").read_text("utf-8").splitlines()]
    made: dict[str, EmailMessage] = {}
    for row in rows:
        message = EmailMessage()
        message["From"] = row["from"]
        message["To"] = ", ".join(row["to"])
        if row["cc"]:
            message["Cc"] = ", ".join(row["cc"])
        message["Subject"] = row["subject"]
        message["Date"] = format_datetime(datetime.fromisoformat(row["date"]))
        message["Message-ID"] = f"<{row['id']}@{row['from'].split('@')[1]}"
        if before := made.get(row["in_reply_to"]):
            message["In-Reply-To"] = str(before["Message-ID"])
            message["References"] = f"{before.get('References', '')} {before['Message-ID']}".strip()
        # Kaverion's Outlook sends both bodies; the others send text, wrapped for the wire in two ways.
        if "kaverion" in row["from"]:
            message.set_content(row["body"], cte="quoted-printable")
            message.add_alternative(_as_html(row["body"]), subtype="html", cte="base64")
            message.set_boundary(f"_000_{row['id']}kaverion_")
        else:
            message.set_content(row["body"], cte="base64" if "Gerrit" in row["from"] else "8bit")
        made[row["id"]] = message
    return made


def _as_html(body: str) -> str:
    paragraphs = (escape(part).replace("\n", "<br>\n") for part in body.strip().split("\n\n"))
    return "<html><body>\n" + "".join(f"<p>{part}</p>\n" for part in paragraphs) + "</body></html>\n"


def forwarded_thread(messages: Sequence[EmailMessage]) -> bytes:
    """Write one .eml that forwards a thread as attachments, the way a secretary files it."""
    outer = EmailMessage()
    outer["From"] = "Rasmus Thune <rasmus.thune@hallsund.example>"
    outer["To"] = "Programme Office <programme.office@hallsund.example>"
    outer["Subject"] = f"FW: {messages[0]['Subject']}"
    outer["Date"] = "Fri, 21 Mar 2025 16:20:00 +0100"
    outer["Message-ID"] = "<fw1@hallsund.example>"
    outer.set_content("For the file.\n")
    for message in messages:
        outer.add_attachment(message)
    outer.set_boundary("_005_fw1hallsund_")
    return outer.as_bytes(policy=policy.SMTP)


def mailbox_of(messages: Iterable[EmailMessage]) -> bytes:
    """Write an mbox: a From line before each message, From in the text escaped."""
    parts = []
    for message in messages:
        mark = (
            f"From {message['From'].addresses[0].addr_spec} {message['Date'].datetime:%a %b %d %H:%M:%S %Y}\n"
        )
        text = message.as_bytes(policy=policy.default)
        parts.append(mark.encode() + re.sub(rb"(?m)^(>*From )", rb">\1", text) + b"\n")
    return b"".join(parts)


def roster() -> bytes:
    """Write people.csv, which says who speaks for whom."""
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["name", "aliases", "party", "role"])
    writer.writerows(LAYOUT["people"])
    return table.getvalue().encode()


def render() -> Mapping[str, bytes]:
    """Render every sample: file name to bytes."""
    messages = mails()
    forwarded = [messages.pop(key) for key in LAYOUT["mail"]["forwarded"]]
    return {
        "JSC March 2025-03-06.vtt": zoom_captions(load_rows("m1")),
        "JSC April 10 Apr 2025.txt": otter_text(load_rows("m2")),
        "Minutes JSC May v2.docx": word_minutes(load_rows("m3")),
        "notes-jsc-july.md": markdown_notes(load_rows("m4")),
        "JSC September verbatim record.pdf": printed_record(load_rows("m5")),
        "Joint SteerCo_2025-11-20.vtt": teams_captions(load_rows("m6")),
        "FW RCA INC-44871 v0.5 for review.eml": forwarded_thread(forwarded),
        "mail June to September.mbox": mailbox_of(messages.values()),
        "people.csv": roster(),
    }


if __name__ == "__main__":
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, content in render().items():
        (TARGET / name).write_bytes(content)
