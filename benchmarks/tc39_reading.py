"""What becomes of every heading and every named speaker in a real archive of notes.

    nice -n 15 .venv/bin/python benchmarks/tc39_reading.py ../shared/archives/tc39

Headings and speakers are counted in the source by patterns of this file, not by the readers', then looked for
in what was read. A heading is kept where talk stands under it as its topic; the others have a reason. Prints
what is not accounted for, with its place, and writes figures (no text) to results/tc39_reading.json.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from analyzer.errors import ReadError
from analyzer.ingest.formats import read
from analyzer.ingest.sources import Document, find_documents
from analyzer.ingest.wording import SUMMARY, kind_of_section, names_topic
from analyzer.records.meeting import Meeting

RESULTS = Path(__file__).parent / "results" / "tc39_reading.json"
_HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$")
_FENCE = re.compile(r"^\s*(?:```|~~~)")
# "ABC: words", "**ABC**: words", "- ABC (on queue): words", "Ann Lee: words"
_SPEAKER = re.compile(
    r"^\s*(?:[-*+]\s+)?\*{0,2}([A-Z]{2,4}\d?|[A-Z][a-zé]+(?: [A-Z][\w'’.-]+){1,2})\*{0,2}"
    r"\s*(?:\([^()]{0,40}\))?\s*:\*{0,2}\s+\S"
)
# "(skipped)", "Presenter: Ann Lee", "Ann Lee (AL)", "Ann Lee, AL", "AL:", "slides"
_BESIDE = re.compile(
    r"^(?:\(.*\)|presenter\b.*|[^\W\d_][\w'’. -]{0,40}(?: \([A-Z]{2,4}\)|, [A-Z]{2,4})|[A-Z]{2,4}:|"
    r"(?:keynote|slides|pdf|proposal|repo|issue|pr)s?)$",
    re.I,
)
_KEPT = "topic of what was said"


def main() -> None:
    """Read the archive, print what is missing, write the table."""
    files: dict[str, dict[str, object]] = {}
    headings: Counter[str] = Counter()
    notices: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    lost_at: list[str] = []
    for document in find_documents([Path(sys.argv[1])]):
        source = document.data.decode("utf-8", "replace")
        try:
            (meeting,) = read(document)
        except ReadError as error:
            files[document.name] = {"refused": error.what}
            totals["refused"] += 1
            continue
        reasons = Counter(reason for _, reason in _headings(document, source, meeting))
        named = _named(source)
        lost = _lost(named, meeting)
        for label, number in lost:
            print(f"{document.name}:{number}: speaker {label!r} is not among those who speak")
            lost_at.append(f"{document.name}:{number}")
        notes = Counter({notice.reason: notice.count for notice in meeting.notices})
        words = Counter[str]()
        for utterance in meeting.utterances:
            is_known = utterance.speaker is not None or utterance.kind != "speech"
            words["named" if is_known else "unnamed"] += len(utterance.text.split())
        files[document.name] = {
            "turns": len(meeting.utterances),
            "words": words.total(),
            "unattributed_share": round(words["unnamed"] / max(1, words.total()), 4),
            "statements": sum(utterance.kind == "statement" for utterance in meeting.utterances),
            "headings": [reasons.total(), reasons[_KEPT]],
            "speakers": [len(named), len(named) - len(lost)],
            "notices": notes.total(),
        }
        headings.update(reasons)
        notices.update(notes)
        totals.update(
            read=1,
            turns=len(meeting.utterances),
            words=words.total(),
            words_unattributed=words["unnamed"],
            speakers_named=len(named),
            speakers_kept=len(named) - len(lost),
        )
    result = {
        "command": "benchmarks/tc39_reading.py ../shared/archives/tc39",
        "date": datetime.now(UTC).date().isoformat(),
        "files": len(files),
        **totals,
        "unattributed_share": round(totals["words_unattributed"] / totals["words"], 5),
        "labels_not_kept": lost_at,
        "headings": dict(headings.most_common()),
        "notices": dict(notices.most_common()),
        "by_file": files,
    }
    RESULTS.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    print(json.dumps({key: value for key, value in result.items() if key != "by_file"}, indent=1))


def _lines(source: str) -> Iterator[tuple[int, str]]:
    """Give the lines outside of code, with their numbers."""
    in_code = False
    for number, line in enumerate(source.split("\n"), start=1):
        if _FENCE.match(line):
            in_code = not in_code
        elif not in_code:
            yield number, line


def _headings(document: Document, source: str, meeting: Meeting) -> Iterator[tuple[str, str]]:
    """Say of each heading what became of it."""
    topics = {_bare(part) for said in meeting.utterances for part in (said.topic or "").split(" / ")}
    whole = {_bare(said.topic or "") for said in meeting.utterances}
    lines = list(_lines(source))
    found = [
        (place, number, match[1])
        for place, (number, line) in enumerate(lines)
        if (match := _HEADING.match(line))
    ]
    for index, (place, number, text) in enumerate(found):
        after = found[index + 1][0] if index + 1 < len(found) else len(lines)
        below = [line for _, line in lines[place + 1 : after] if _has_words(line)]
        if _bare(text) in topics or any(_bare(text) in topic for topic in whole):
            yield text, _KEPT
        elif _bare(text) == _bare(meeting.title or ""):
            yield text, "title of the notes"
        elif kind_of_section(text) or SUMMARY.search(text):
            yield text, "section of decisions, actions or a summary, under the topic above"
        elif not names_topic(text):
            yield text, "names the notes, their date or those present"
        elif not below:
            yield text, "nothing said under it but links, names, asides or code"
        else:
            print(f"{document.name}:{number}: heading {text!r} is not accounted for")
            yield text, "not accounted for"


def _has_words(line: str) -> bool:
    """Say whether a line has words beside links, asides, the presenter and names with their initials."""
    text = re.sub(r"\[[^\[\]]*\]\([^()]*\)|\S*https?://\S+", "", line).strip(" -*+\t")
    return bool(re.search(r"[^\W\d_]{2}", text)) and not _BESIDE.match(text)


def _bare(text: str) -> str:
    text = re.sub(r"!?\[([^\[\]]*)\]\([^()]*\)", r"\1", text)
    return re.sub(r"[\W_]+", " ", text).strip().casefold()


def _named(source: str) -> dict[str, int]:
    """Give the labels that look like speakers and the line where each first stands."""
    named: dict[str, int] = {}
    counts: Counter[str] = Counter()
    for number, line in _lines(source):
        if found := _SPEAKER.match(line):
            named.setdefault(found[1], number)
            counts[found[1]] += 1
    return {label: number for label, number in named.items() if counts[label] > 1 or label.isupper()}


def _lost(named: dict[str, int], meeting: Meeting) -> list[tuple[str, int]]:
    spoken = {utterance.speaker for utterance in meeting.utterances}
    known: defaultdict[str, bool] = defaultdict(bool)
    for person in meeting.people:
        for name in (person.name, *person.aliases):
            known[name.casefold()] |= person.key in spoken
    return [(label, number) for label, number in named.items() if not known[label.casefold()]]


if __name__ == "__main__":
    main()
