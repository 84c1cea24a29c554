"""Analyses under other names: people, what they say, file names, and all that refers to these.

Pure: an Analysis in, an Analysis out, with the same figures; places within texts are moved along.
Whatever text a record holds is renamed by its type, so that a field added later cannot leak.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from analyzer.records.analysis import Analysis, Failure, Finding, Measured, Standing
from analyzer.records.meeting import Meeting, Utterance
from analyzer.records.tagged import Encoded, Piece, Span, Tagged
from analyzer.reports.names import Cast, Edit, Names, edited

Record = TypeVar("Record")
# All that is concluded, by what there is and not by name: a field added later cannot leak.
_APART = frozenset(("series", "meetings", "findings", "run"))
_CONCLUSIONS = tuple(field.name for field in dataclasses.fields(Analysis) if field.name not in _APART)
# Fields that hold no text for people: a person called Turner must not change `turn_share`.
_KEYS = frozenset(("fate", "figures", "kind", "measure", "status", "topic", "uptake", "verdict"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What a run gives people to see."""

    analyses: Sequence[Analysis]  # by series
    standings: tuple[Standing, ...] = ()  # of series beside each other; none where there is one only
    failures: tuple[Failure, ...] = ()
    run: Mapping[str, Any] = dataclasses.field(default_factory=dict)


def under_names(results: Results, names: Names) -> Results:
    """Give results with people named as asked.

    Args:
        results: all of one run, so that a person is called the same throughout.
        names: `given` changes nothing; `roles` leaves parties only; `pseudonyms` gives each person an
            invented name, always the same.
    """
    cast = Cast(results.analyses, names)
    run = dict(results.run) | {"names": names}
    if names == "given":
        return replace(results, run=run)
    if "inputs" in run:
        run["inputs"] = [{**row, "name": cast.text(str(row.get("name", "")))} for row in run["inputs"]]
    return replace(
        results,
        analyses=tuple(_Renamer(analysis, cast).analysis() for analysis in results.analyses),
        failures=tuple(_failure(failure, cast) for failure in results.failures),
        run=run,
    )


def _failure(failure: Failure, cast: Cast) -> Failure:
    return replace(
        failure,
        what=cast.text(failure.what),
        where=cast.text(failure.where),
        remedy=cast.text(failure.remedy),
    )


class _Renamer:
    """One series under other names."""

    def __init__(self, analysis: Analysis, cast: Cast) -> None:
        self._before = analysis
        self._cast = cast
        self._series = analysis.series
        meetings = [measured.meeting for measured in analysis.meetings]
        self._ids = self._renamed_ids(meetings)
        self._present = {
            meeting.id: cast.present(meeting.people, self._series) for meeting in meetings
        }  # meeting → numbers of its people

    def _renamed_ids(self, meetings: Iterable[Meeting]) -> dict[str, str]:
        ids: dict[str, str] = {}
        taken: set[str] = set()
        for meeting in meetings:
            name = wanted = self._cast.text(meeting.id)
            count = 1
            while name in taken:  # "Ann.vtt" and "Bo.vtt" may both be "[someone].vtt" now
                count += 1
                name = f"{wanted}~{count}"
            taken.add(name)
            ids[meeting.id] = name
        return ids

    def analysis(self) -> Analysis:
        """Give the series."""
        before = self._before
        concluded = {name: self._value(getattr(before, name)) for name in _CONCLUSIONS}
        return replace(
            before,
            series=self._cast.text(before.series),
            meetings=tuple(self._measured(measured) for measured in before.meetings),
            findings=tuple(self._finding(finding) for finding in before.findings),
            **concluded,
        )

    def _finding(self, finding: Finding) -> Finding:
        # Who is meant by a first name in a quote is told by who was there.
        present = [self._present.get(ref.rpartition("#")[0], frozenset()) for ref in finding.pieces]
        sentence = self._cast.text(finding.sentence, frozenset().union(*present))
        return replace(self._record(finding), sentence=sentence)

    def _record(self, record: Record) -> Record:
        fields = dataclasses.fields(record)  # type: ignore[arg-type]
        values = {
            field.name: self._value(getattr(record, field.name), is_key=field.name in _KEYS)
            for field in fields
        }
        return replace(record, **values)  # type: ignore[type-var]

    def _value(self, value: Any, *, is_key: bool = False) -> Any:
        if isinstance(value, str):
            reference = self._reference(value)
            return reference if reference is not None else value if is_key else self._cast.text(value)
        if isinstance(value, tuple):
            return tuple(self._value(item, is_key=is_key) for item in value)
        return self._record(value) if dataclasses.is_dataclass(value) else value

    def _reference(self, text: str) -> str | None:
        """Rename what names a meeting, one of its pieces or one of its figures; None for anything else."""
        if text in self._ids:
            return self._ids[text]
        meeting, mark, piece = text.rpartition("#")
        if mark and meeting in self._ids:
            return f"{self._ids[meeting]}#{piece}"
        measure, before, meeting = text.partition(" before ")
        if before and meeting in self._ids:
            return f"{measure} before {self._ids[meeting]}"
        return next(
            (new + text[len(old) :] for old, new in self._ids.items() if text.startswith(f"{old}:")), None
        )

    def _measured(self, measured: Measured) -> Measured:
        before = measured.meeting
        present = self._present[before.id]
        edits = [self._cast.edits(utterance.text, present) for utterance in before.utterances]
        return replace(measured, tagged=self._tagged(measured.tagged, self._meeting(before, edits), edits))

    def _meeting(self, before: Meeting, edits: Sequence[Sequence[Edit]]) -> Meeting:
        keys = {
            person.key: f"person-{self._cast.number(person, self._series)}" for person in before.people
        }  # key → a key that says nothing
        return replace(
            before,
            id=self._ids[before.id],
            series=self._cast.text(before.series),
            title=self._maybe(before.title),
            people=tuple(
                replace(
                    person,
                    key=keys[person.key],
                    name=self._cast.shown(person, self._series),
                    role=None,
                    aliases=(),
                )
                for person in before.people
            ),
            utterances=tuple(
                self._utterance(utterance, keys, found)
                for utterance, found in zip(before.utterances, edits, strict=True)
            ),
            notices=tuple(replace(one, reason=self._cast.text(one.reason)) for one in before.notices),
            source=replace(before.source, name=self._cast.text(before.source.name)),
        )

    def _maybe(self, text: str | None) -> str | None:
        return None if text is None else self._cast.text(text)

    def _utterance(self, before: Utterance, keys: Mapping[str, str], edits: Sequence[Edit]) -> Utterance:
        return replace(
            before,
            text=edited(before.text, edits),
            speaker=keys.get(before.speaker) if before.speaker else None,
            topic=self._maybe(before.topic),
        )

    def _tagged(self, before: Tagged, meeting: Meeting, edits: Sequence[Sequence[Edit]]) -> Tagged:
        encoded = before.encoded
        changed = [number for number, piece in enumerate(encoded.pieces) if edits[piece.utterance]]
        moved = {number: _Moved(encoded.pieces[number], edits) for number in changed}
        pieces = tuple(
            moved[number].piece if number in moved else piece for number, piece in enumerate(encoded.pieces)
        )
        return replace(
            before,
            encoded=replace(encoded, meeting=meeting, pieces=pieces, spans=_moved_spans(encoded, moved)),
            spans={
                number: tuple(moved[number].span(span) for span in spans) if number in moved else spans
                for number, spans in before.spans.items()
            },
            returns={number: self._reference(ref) or ref for number, ref in before.returns.items()},
        )


class _Moved:
    """A piece whose utterance was edited: where its places are now."""

    def __init__(self, before: Piece, edits: Sequence[Sequence[Edit]]) -> None:
        self._before = before
        self._edits = edits[before.utterance]
        # A name across the border of two pieces goes to the first.
        self.piece = replace(
            before, start=self.place(before.start, at_end=True), end=self.place(before.end, at_end=True)
        )

    def place(self, place: int, *, at_end: bool) -> int:
        """Move a place in the utterance; within a name, to its end or its beginning."""
        shift = 0
        for edit in self._edits:
            if place <= edit.start:
                break
            if place < edit.end:
                return edit.start + shift + (len(edit.text) if at_end else 0)
            shift += len(edit.text) - (edit.end - edit.start)
        return place + shift

    def span(self, span: Span) -> Span:
        """Move evidence."""
        start, end = self.bounds(span.start, span.end)
        return replace(span, start=start, end=end)

    def bounds(self, start: int, end: int) -> tuple[int, int]:
        """Move the bounds of evidence, characters of the piece."""
        origin = self._before.start
        bounds = self.place(origin + start, at_end=False), self.place(origin + end, at_end=True)
        size = self.piece.end - self.piece.start
        return min(max(bounds[0] - self.piece.start, 0), size), min(
            max(bounds[1] - self.piece.start, 0), size
        )


def _moved_spans(encoded: Encoded, moved: Mapping[int, _Moved]) -> Any:
    if not moved or not encoded.spans.size:
        return encoded.spans
    spans = encoded.spans.copy()  # (pieces, labels, 2)
    for number, piece in moved.items():
        spans[number] = np.array([piece.bounds(int(start), int(end)) for start, end in spans[number]])
    return spans
