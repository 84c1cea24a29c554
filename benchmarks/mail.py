"""How well and how fast mail and tables are read, beside what others do.

    nice -n 5 .venv/bin/python benchmarks/mail.py

New text: the written partnerships' mails, whose paragraphs people cut by hand, against the latest reply of
mail-parser-reply with all its languages. Speed: processor time for made files of two sizes, one ten times the
other, so that linear work takes ten times as long; beside the standard library's splitting and parsing alone.
"""

from __future__ import annotations

import csv
import io
import json
import mailbox
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from analyzer.ingest.mail import read_mbox
from analyzer.ingest.quotes import new_text
from analyzer.ingest.sources import Document
from analyzer.ingest.tabular import read_csv

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "mail.json"
WRITTEN = HERE.parents[1] / "shared" / "labels" / "partnerships"


def exact(mails: list[dict[str, Any]], read: Callable[[dict[str, Any]], str]) -> int:
    """Count the mails whose new text is what people labelled, greetings aside."""
    found = 0
    for mail in mails:
        wanted = _flat(" ".join(paragraph["text"] for paragraph in mail["paragraphs"]))
        said = _flat(read(mail))
        found += said[max(0, said.find(wanted[:30])) :] == wanted
    return found


def _flat(text: str) -> str:
    return " ".join(text.split())


def ours(mail: dict[str, Any]) -> str:
    """Give the new text as this product finds it."""
    return " ".join(new_text(mail["body"], author=mail["from"].partition("<")[0]).paragraphs)


def theirs(mail: dict[str, Any]) -> str:
    """Give the latest reply as mail-parser-reply finds it."""
    from mailparser_reply import EmailReplyParser

    languages = ["en", "de", "fr", "it", "es", "nl", "sv", "da", "pl", "cs", "ja", "zh", "ko"]
    replies = EmailReplyParser(languages=languages).read(mail["body"]).replies
    return replies[0].body if replies else ""


def made_mbox(mails: list[dict[str, Any]], copies: int) -> bytes:
    """Make an mbox of the written mails, again and again with ids of their own."""
    out = io.BytesIO()
    for copy in range(copies):
        for number, mail in enumerate(mails):
            head = (
                f"From x@y.example Mon Mar  3 09:00:00 2025\nFrom: {mail['from']}\nDate: {mail['date']}\n"
                f"Subject: {mail['subject']}\nMessage-ID: <{copy}.{number}@y.example>\n"
                "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n"
            )
            out.write((head + mail["body"].replace("\nFrom ", "\n>From ") + f"\n{copy}\n\n").encode())
    return out.getvalue()


def made_csv(mails: list[dict[str, Any]], copies: int) -> bytes:
    """Make a table of the written mails' paragraphs."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["speaker", "text"])
    for _ in range(copies):
        rows.writerows([mail["from"], part["text"]] for mail in mails for part in mail["paragraphs"])
    return out.getvalue().encode()


def standard(data: bytes) -> int:
    """Split and parse an mbox with the standard library alone."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        return sum(bool(message.get_payload()) for message in mailbox.mbox(file.name))


def utterances(reader: Callable[[Document], Any], data: bytes) -> int:
    """Read a file and count what is said in it."""
    return sum(len(meeting.utterances) for meeting in reader(Document(name="made", content=data)))


def speed(work: Callable[[bytes], int], make: Callable[[int], bytes], copies: int) -> dict[str, float]:
    """Time one size, then ten times as much."""
    seconds = []
    for size in (copies, 10 * copies):
        data = make(size)
        began = time.process_time()
        found = work(data)
        seconds.append(time.process_time() - began)
    return {
        "mb": round(len(data) / 1e6, 1),
        "mb_per_second": round(len(data) / 1e6 / seconds[1], 2),
        "units_per_second": round(found / seconds[1]),
        "times_as_long_for_ten_times": round(seconds[1] / seconds[0], 1),
    }


def main() -> None:
    """Measure and write `results/mail.json`."""
    paths = sorted(WRITTEN.glob("*/emails.jsonl"))
    mails = [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]
    results = {
        "mails": len(mails),
        "exact_new_text": exact(mails, ours),
        "exact_new_text_mail_parser_reply": exact(mails, theirs),
        "mbox": speed(lambda data: utterances(read_mbox, data), lambda n: made_mbox(mails, n), 10),
        "mbox_standard_library_alone": speed(standard, lambda n: made_mbox(mails, n), 10),
        "csv": speed(lambda data: utterances(read_csv, data), lambda n: made_csv(mails, n), 10),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3),
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
