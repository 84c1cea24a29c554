"""What people say against the model and the files: appended with who and when, undone by a further entry.

Kinds and what they hold (`subject`, `value`):
    label     ref of a piece, {"label": key, "value": bool}: this mode or barrier is right, or is not
    decision  ref of a piece, {"value": bool}: the utterance is a decision, or is none
    person    name, {"aliases": [names merged into it], "party": text or null, "role": text or null}
    title     key of a meeting, {"title": text}
    date      key of a meeting, {"date": ISO date or null}
    undo      id of the change taken back
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date as Date
from typing import Any

from analyzer.codebook import Codebook
from analyzer.errors import Refused
from analyzer.ingest.roster import merge_roster
from analyzer.records.meeting import Meeting, Person
from analyzer.records.tagged import Correction, Encoded
from analyzer.store.models import Change, ChangeKind, MeetingRow
from analyzer.store.roster import compiled
from analyzer.store.workspace import Tenant, tidy


def correct_label(tenant: Tenant, piece: str, label: str, value: bool, codebook: Codebook) -> Change:
    """Say that a mode or barrier of a piece is right (True) or wrong (False).

    Raises:
        CodebookError: if there is no such label.
        Refused: if the piece is of no meeting here.
    """
    codebook.label(label)
    _meeting_of(tenant, piece)
    return _append(tenant, "label", piece, {"label": label, "value": value})


def mark_decision(tenant: Tenant, piece: str, value: bool) -> Change:
    """Say that the utterance of a piece is a decision, or is none.

    Raises:
        Refused: if the piece is of no meeting here.
    """
    _meeting_of(tenant, piece)
    return _append(tenant, "decision", piece, {"value": value})


def describe_person(
    tenant: Tenant,
    name: str,
    *,
    aliases: Sequence[str] = (),
    party: str | None = None,
    role: str | None = None,
) -> Change:
    """Say for whom somebody speaks, and under which other names; None leaves party and role as they are.

    Raises:
        Refused: if nothing is said, or no name given.
    """
    others = [other for alias in aliases if (other := tidy(alias)) and other.casefold() != name.casefold()]
    name, party, role = tidy(name), tidy(party or "") or None, tidy(role or "") or None
    if not name or not (others or party or role):
        raise Refused(
            what="nothing is said about anybody",
            where="people",
            remedy="give a name and a party, or two names",
        )
    return _append(tenant, "person", name, {"aliases": others, "party": party, "role": role})


def set_title(tenant: Tenant, meeting_id: str, title: str) -> Change:
    """Give a meeting another title."""
    meeting = tenant.get(MeetingRow, meeting_id)
    return _append(tenant, "title", meeting.key, {"title": tidy(title, 300)})


def set_date(tenant: Tenant, meeting_id: str, date: Date | None) -> Change:
    """Give a meeting another date, or none."""
    meeting = tenant.get(MeetingRow, meeting_id)
    return _append(tenant, "date", meeting.key, {"date": date.isoformat() if date else None})


def undo(tenant: Tenant, change_id: int) -> Change:
    """Take a change back. Taking back an undo brings the change back.

    Raises:
        NotThere: if there is no such change here.
        Refused: if it is taken back already.
    """
    change = tenant.get(Change, change_id)
    if change.id not in {kept.id for kept in in_force(history(tenant), with_undos=True)}:
        raise Refused(what="it is taken back already", where="changes", remedy="load the page again")
    return _append(tenant, "undo", str(change.id), {})


def history(tenant: Tenant) -> list[Change]:
    """Give all changes, oldest first."""
    return tenant.all(tenant.select(Change).order_by(Change.id))


def in_force(changes: Sequence[Change], *, with_undos: bool = False) -> list[Change]:
    """Leave out what was taken back; oldest first."""
    gone: set[int] = set()
    for change in reversed(changes):  # a later undo decides about an earlier one
        if change.kind == "undo" and change.id not in gone:
            gone.add(int(change.subject))
    return [change for change in changes if change.id not in gone and (with_undos or change.kind != "undo")]


def corrections(changes: Sequence[Change]) -> list[Correction]:
    """Give the labels that people set, as the policy takes them."""
    return [
        Correction(
            piece=change.subject,
            label=change.value["label"],
            value=change.value["value"],
            by=change.by_name,
            at=change.at,
        )
        for change in changes
        if change.kind == "label"
    ]


def applied(encoded: Encoded, changes: Sequence[Change]) -> Encoded:
    """Give a prepared meeting as people say it was: people, parties, title, date, decisions.

    Vectors depend on the words alone, so nothing is encoded again.
    """
    meeting = _described(encoded.meeting, changes)
    meeting = _with_people(meeting, compiled(changes))
    return replace(encoded, meeting=_with_decisions(meeting, changes))


def _described(meeting: Meeting, changes: Sequence[Change]) -> Meeting:
    for change in changes:
        if change.subject != meeting.id:
            continue
        if change.kind == "title":
            meeting = replace(meeting, title=change.value["title"] or None)
        elif change.kind == "date":
            said = change.value["date"]
            meeting = replace(meeting, date=Date.fromisoformat(said) if said else None)
    return meeting


def _with_people(meeting: Meeting, rows: Sequence[Person]) -> Meeting:
    before = {person.party for person in meeting.people}
    merged = merge_roster(meeting, rows)
    # A party that is known from its people alone goes when its last one is said to be of another.
    stated = [party for party in meeting.parties if party not in before]
    spoken_for = [person.party for person in merged.people if person.party]
    kept = dict.fromkeys(party for party in meeting.parties if party in {*stated, *spoken_for})
    return replace(merged, parties=tuple(dict.fromkeys((*kept, *spoken_for))))


def _with_decisions(meeting: Meeting, changes: Sequence[Change]) -> Meeting:
    marked: dict[int, bool] = {}  # utterance → is a decision
    for change in changes:
        meeting_key, _, place = change.subject.rpartition("#")
        if change.kind == "decision" and meeting_key == meeting.id:
            marked[int(place.partition(".")[0])] = change.value["value"]
    if not marked:
        return meeting
    return replace(
        meeting,
        utterances=tuple(
            replace(one, kind=_kind(one.kind, meeting.kind, marked[one.index]))
            if one.index in marked
            else one
            for one in meeting.utterances
        ),
    )


def _kind(was: Any, meeting_kind: str, is_decision: bool) -> Any:
    if is_decision:
        return "decision"
    return was if was != "decision" else "statement" if meeting_kind == "minutes" else "speech"


def _meeting_of(tenant: Tenant, piece: str) -> MeetingRow:
    key, _, place = piece.rpartition("#")
    row = tenant.session.scalars(tenant.select(MeetingRow).where(MeetingRow.key == key)).first()
    numbers = place.split(".")
    if row is None or len(numbers) != 2 or not all(number.isdecimal() for number in numbers):
        raise Refused(
            what=f"there is no piece {piece!r}", where=tenant.partnership.name, remedy="load the page again"
        )
    return row


def _append(tenant: Tenant, kind: ChangeKind, subject: str, value: dict[str, Any]) -> Change:
    change = tenant.add(
        Change(kind=kind, subject=subject, value=value, by_id=tenant.user.id, by_name=tenant.user.name)
    )
    tenant.changed()
    tenant.note(f"change: {kind}", str(change.id))
    return change
