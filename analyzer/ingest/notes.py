"""Lines to what they record: utterances, people and notices; the way that notes and documents share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from analyzer.errors import TooLarge
from analyzer.ingest.attendance import find_attendance
from analyzer.ingest.clocks import from_start
from analyzer.ingest.labels import Speakers, narrowed
from analyzer.ingest.limits import Limits
from analyzer.ingest.minutes import Scribe
from analyzer.ingest.outline import Line
from analyzer.ingest.reported import attribute, reporters
from analyzer.ingest.sources import Document
from analyzer.records.meeting import MeetingKind, Notice, Person, Utterance

_SPEECH_SHARE = 0.3  # with less speech than this among its utterances, a document is minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """What the lines of a document record; places are the numbers of lines."""

    utterances: tuple[Utterance, ...]
    people: tuple[Person, ...]
    notices: tuple[Notice, ...]
    fields: Mapping[str, str]  # date and meeting, where a line says so

    @property
    def kind(self) -> MeetingKind:
        """Attributed statements are not speech: what people said themselves makes it a transcript."""
        speech = sum(utterance.kind == "speech" for utterance in self.utterances)
        is_transcript = speech >= 2 and speech >= _SPEECH_SHARE * len(self.utterances)
        return "transcript" if is_transcript else "minutes"


def check_length(lines: Sequence[Line], *, name: str, limits: Limits) -> None:
    """Refuse what no meeting has.

    Raises:
        TooLarge: if there are more lines than the limit.
    """
    count = sum(line.kind not in ("blank", "rule") for line in lines)
    if count > limits.paragraphs:
        raise TooLarge(
            what=f"it has {count:,} lines, more than the limit of {limits.paragraphs:,}",
            where=name,
            remedy="split it, one meeting a file",
        )


def take_notes(lines: Sequence[Line], document: Document, *, title_line: int) -> Notes:
    """Read lines in order: a name opens a turn, a heading a topic, a report is whoever's it is.

    Raises:
        TooLarge: if more lines list people than the limit allows.
    """
    lines = [narrowed(line) for line in lines]
    scribe = Scribe(Speakers(lines, find_attendance(lines, document)), title_line=title_line, lines=lines)
    for line in lines:
        scribe.take(line)
    present, keys = scribe.people()
    said = _offsets(scribe.utterances(keys))
    people = (*present, *reporters(said, present))
    return Notes(
        utterances=attribute(said, people), people=people, notices=scribe.notices(), fields=scribe.fields
    )


def _offsets(said: Sequence[Utterance]) -> tuple[Utterance, ...]:
    """Turn times of day into seconds from the first."""
    times = [utterance.start for utterance in said if utterance.start is not None]
    offsets = iter(from_start(times))
    return tuple(
        utterance if utterance.start is None else replace(utterance, start=next(offsets))
        for utterance in said
    )
