"""What the rows of a table in minutes say: who was there, facts, decisions and actions, or statements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from analyzer.ingest import tongues
from analyzer.ingest.attendance import ROLE, names_people
from analyzer.ingest.blocks import Block
from analyzer.ingest.columns import roles_by_content, roles_by_heading
from analyzer.ingest.outline import LineKind
from analyzer.ingest.wording import FACT_FIELDS, PRESENT

_RECORD = re.compile(r"(?i)^(?:agreed |open |new |key )?(action|decision|resolution|task|to[- ]?do)")
_COUNTED = re.compile(r"(?i)(?:no\.?|number|nr\.?|#|id|ref\.?|reference|date|owner|by|status|due)$")
_TOPIC = re.compile(
    r"(?i)^(?:agenda )?(?:item|topic|subject|agenda)s?$"
    r"|^(?:thema|themen|tagesordnungspunkte?|sujets?|points?|objet|temas?|asuntos?|puntos?|argoment[oi]|onderwerp|"
    r"assuntos?|temat|議題|項目|议题|안건)$"
)
_NUMBER = re.compile(
    r"(?i)^(?:no\.?|nr\.?|number|#|item no\.?|ref\.?|id|top|n[°º]\.?|num\.?|lfd\.? ?nr\.?|番号|序号)$"
)
_SAID = re.compile(
    r"(?i)^(?:discussion|notes?|minutes?|comments?|summary|details?|remarks?|description|points?(?: raised)?|"
    r"key points|text|record)\b"
    r"|^(?:them(?:a|en) ?/ ?)?(?:ergebnis(?:se)?|inhalt|diskussion|besprochenes|beschreibung|protokoll|"
    r"notizen|échanges|compte[- ]rendu|discussion|desarrollo|discusión|contenido|discussione|contenuto|"
    r"bespreking|verslag|discussão|ustalenia|内容|議事内容|討議内容|要点|논의 ?내용)"
)
_FACT_CHARS = 40
_FEWEST_TURNS = 4
_TALK_ROLES = ("start", "speaker", "party", "text")
_CLOCK = re.compile(r"^(?:\d{1,2}:)?\d{1,2}:\d\d$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a row says, in the words of `outline`: a line of some kind, and where it stands."""

    kind: LineKind
    text: str
    block: Block


def read_grid(rows: Sequence[Block]) -> Iterator[Said]:
    """Say what a table's rows are, in order; nothing of a row is left out but its number."""
    head = [_one_line(cell).casefold().rstrip(":") for cell in rows[0].cells]
    columns = _Columns.of(head)
    if names_people(head):
        for row in rows:
            yield Said(kind="table", text=_piped(row.cells), block=row)
    elif not columns.is_headed and (talk := _Talk.of(rows)):  # dates due come back like names
        yield from talk.read(rows)
    elif _are_facts(rows):
        for row in rows:
            yield _fact(row)
    else:
        for row in rows[1:] if columns.is_headed else rows:
            yield from columns.read(row, head)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Talk:
    """A table that is a transcript: who, what and perhaps when, each in a column."""

    roles: Mapping[str, int]
    is_headed: bool

    @classmethod
    def of(cls, rows: Sequence[Block]) -> _Talk | None:
        """Know it by its head, else by names that come back beside sentences; None for other tables."""
        roles = roles_by_heading([_one_line(cell) for cell in rows[0].cells])
        is_headed = {"speaker", "text"} <= roles.keys() and len(rows) > 1
        if not is_headed:
            roles = roles_by_content([(number, row.cells) for number, row in enumerate(rows, start=1)])
            if not roles or len(rows) < _FEWEST_TURNS or any(len(row.cells) > 3 for row in rows):
                return None
        return cls(roles=roles, is_headed=is_headed)

    def read(self, rows: Sequence[Block]) -> Iterator[Said]:
        """Give "[time] Name: words" for each row; a blank name means the one above."""
        name = ""
        for row in rows[1:] if self.is_headed else rows:
            at, speaker, party, text = (
                self._cell(row, role) for role in ("start", "speaker", "party", "text")
            )
            name = (f"{speaker} ({party})" if party and speaker else speaker) or name
            time = f"[{at}] " if _CLOCK.match(at) else ""
            if text:
                block = replace(row, is_cited=bool(name))
                label = f"{name.rstrip(': ')}: " if name else ""
                yield Said(kind="text", text=f"{time}{label}{text}", block=block)

    def _cell(self, row: Block, role: str) -> str:
        place = self.roles.get(role)
        return _one_line(row.cells[place]) if place is not None and place < len(row.cells) else ""


def _one_line(cell: str) -> str:
    return " ".join(cell.split())


def _piped(cells: Sequence[str]) -> str:
    return "| " + " | ".join(_one_line(cell).replace("|", "/") for cell in cells) + " |"


def _are_facts(rows: Sequence[Block]) -> bool:
    """Say whether it is a form: short labels on the left, at least one of them known ("Date", "Present")."""
    if any(len(row.cells) != 2 or len(row.cells[0]) > _FACT_CHARS for row in rows):
        return False
    labels = [_one_line(row.cells[0]).rstrip(": ") for row in rows]
    return any(_is_known(label) for label in labels)


def _is_known(label: str) -> bool:
    return bool(FACT_FIELDS.match(label) or PRESENT.match(label) or ROLE.match(label))


def _fact(row: Block) -> Said:
    label, value = _one_line(row.cells[0]).rstrip(": "), _one_line(row.cells[1])
    if _is_known(label):
        # Several names in one cell stand one below the other.
        people = "; ".join(filter(None, (line.strip(" ,;") for line in row.cells[1].split("\n"))))
        return Said(kind="text", text=f"{label}: {people if PRESENT.match(label) else value}", block=row)
    return Said(kind="table", text=_piped(row.cells), block=row)


def _record_of(cell: str) -> str:
    """Say what a column with this heading records: "Action", "Decision", or nothing of the kind."""
    if found := _RECORD.match(cell):
        return "Action" if found[1].startswith(("action", "task", "to")) else "Decision"
    kind = tongues.kind_of(cell)
    return kind.capitalize() if kind else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """What the columns of a table hold, by its head."""

    records: dict[int, str]  # place -> "Action" or "Decision"
    topic: int | None
    said: int | None
    numbers: frozenset[int]

    @property
    def is_headed(self) -> bool:
        return bool(self.records) or (
            self.said is not None and (self.topic is not None or bool(self.numbers))
        )

    @classmethod
    def of(cls, head: Sequence[str]) -> _Columns:
        records = {
            place: kind
            for place, cell in enumerate(head)
            if (kind := _record_of(cell)) and not _COUNTED.search(cell)
        }
        return cls(
            records=records,
            topic=next((place for place, cell in enumerate(head) if _TOPIC.match(cell)), None),
            said=next((place for place, cell in enumerate(head) if _SAID.match(cell)), None),
            numbers=frozenset(place for place, cell in enumerate(head) if _NUMBER.match(cell)),
        )

    def read(self, row: Block, head: Sequence[str]) -> Iterator[Said]:
        cells = dict(enumerate(row.cells))
        if not self.is_headed:
            text = " – ".join(_one_line(cell) for cell in row.cells if cell.strip())
            if text:
                yield Said(kind="text", text=text, block=row)
            return
        if self.topic is not None and (topic := _one_line(cells.pop(self.topic, ""))):
            yield Said(kind="heading", text=topic, block=row)
        if self.said is not None:
            for line in filter(None, map(str.strip, cells.pop(self.said, "").split("\n"))):
                yield Said(kind="text", text=line, block=row)
        records = {place: cells.pop(place, "") for place in self.records}
        rest = self._rest(cells, head)
        for place, text in records.items():
            for line in filter(None, map(str.strip, text.split("\n"))):
                yield Said(kind="text", text=f"{self.records[place]}: {line}{rest}", block=row)
                rest = ""
        if rest:
            yield Said(kind="text", text=rest.strip(" ()"), block=row)

    def _rest(self, cells: dict[int, str], head: Sequence[str]) -> str:
        """Give the other cells (owner, due) as one remark; numbers of rows say nothing."""
        others = [
            f"{head[place]}: {_one_line(cell)}" if place < len(head) and head[place] else _one_line(cell)
            for place, cell in cells.items()
            if cell.strip() and place not in self.numbers
        ]
        return f" ({'; '.join(others)})" if others else ""
