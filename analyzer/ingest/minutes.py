"""The scribe's hand: takes the lines of notes one by one and makes utterances under their topics.

A name opens a turn; unnamed lines go on with it until a heading, a less indented item or another name. Under
a heading that says decisions or actions, each item is one. Without a speaker, each paragraph is a statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from analyzer.ingest.labels import Labelled, Speakers, take_apart
from analyzer.ingest.logs import Log, dictating, is_action, is_event, plain_command
from analyzer.ingest.nesting import topic_items
from analyzer.ingest.outline import Line
from analyzer.ingest.relays import spelled_out
from analyzer.ingest.reported import is_report, is_reporting
from analyzer.ingest.taken import Turn
from analyzer.ingest.wording import (
    ACTION_MARK,
    AGENDA,
    ASIDE,
    CONTINUED,
    DETAIL_FIELDS,
    FACT_FIELDS,
    NO_WORDS,
    REPEATED,
    SUMMARY,
    TOPIC_FIELDS,
    WORDS_FIELDS,
    ends_turn,
    is_agenda_item,
    is_field,
    is_front_field,
    kind_of_heading,
    kind_of_record,
    kind_of_section,
    names_topic,
    record_key,
    with_owner,
)
from analyzer.records.meeting import Locator, Notice, Person, Utterance, UtteranceKind

_NESTED = 10  # level of the outermost list item that serves as a topic; below every heading


class Scribe:
    """Takes a document's lines in order; then gives utterances, people and notices."""

    def __init__(self, speakers: Speakers, *, title_line: int, lines: Sequence[Line]) -> None:
        """Start at the top of a document; its title line is no topic."""
        self.fields: dict[str, str] = {}  # date and title, where lines say so
        self._speakers = speakers
        self._title_line = title_line
        self._turns: list[Turn] = []
        self._seen: dict[str, tuple[int, int]] = {}  # reason -> first line, count
        self._path: list[tuple[int, str]] = []  # level and text of the headings above
        self._section: UtteranceKind | None = None  # what unnamed lines of this section are
        self._list_from = self._last_item = 0  # lines: of the label that opened a list, and of an item
        self._is_agenda = self._in_field = self._is_repeat = False
        self._current: Turn | None = None
        self._log = Log(dictating(speakers.remarks))
        self._records: set[tuple[UtteranceKind, str]] = set()
        self._topics = set(topic_items(lines, speakers))
        self._is_reporting = is_reporting(
            (line.text for line in lines if line.kind in ("text", "item")),
            find=speakers.attendance.find,
            labelled=speakers.counts.total(),
        )

    def take(self, line: Line) -> None:
        """Take the next line."""
        if line.kind == "heading":
            self._open_section(line)
        elif line.kind == "code":
            self._pass(line, "lines of code, no speech")
        elif line.number in self._speakers.attendance.lines:
            self._pass(line, "lines of the attendance list, read as people")
        elif line.kind == "table":
            self._pass(line, "table rows, no speech")
        elif line.kind in ("blank", "rule"):
            self._in_field = False
        elif line.is_link:
            self._pass(line, "lines with links only")
        elif self._is_repeat:
            self._pass(line, "decisions and actions written down before")
        elif is_event(line.text):
            self._pass(line, "chat commands, bots, joins and parts, no speech")
        elif is_action(line.text):
            self._pass(line, "stage directions and asides in brackets, no speech")
        elif "?" in line.text or not NO_WORDS.match(line.text):
            self._take_words(line)
        else:
            self._pass(line, "lines without words")

    def _pass(self, line: Line, reason: str) -> None:
        first, count = self._seen.get(reason, (line.number, 0))
        self._seen[reason] = (first, count + 1)

    def _open_section(self, line: Line) -> None:
        self._current, self._in_field = None, False
        self._is_agenda, self._is_repeat = bool(AGENDA.match(line.text)), bool(REPEATED.match(line.text))
        self._section, self._list_from = kind_of_section(line.text), 0
        is_part_of_topic = (self._section or SUMMARY.search(line.text)) and self._path
        if is_part_of_topic or line.number == self._title_line:
            return
        self._enter(line.level, line.text if names_topic(line.text) else "")

    def _enter(self, level: int, text: str) -> None:
        self._path = [above for above in self._path if above[0] < level]
        self._path.append((level, text))

    def _take_words(self, line: Line) -> None:
        if line.kind == "item":
            self._leave_items(line)
        elif self._list_from and line.fresh and self._last_item > self._list_from:
            # "Resolved:" or "Agenda:", the list, and then the minutes go on.
            self._section, self._list_from, self._is_agenda = None, 0, False
        if line.number in self._topics:
            self._enter(_NESTED + line.indent, line.text)
            self._current = None
            return
        self._last_item = line.number if line.kind == "item" else self._last_item
        if line.kind == "text" and line.fresh and (kind := kind_of_heading(line.text)):
            self._record(line, "", kind)  # a heading that nothing marks as one
            return
        if noted := ACTION_MARK.match(line.text):
            self._record(line, noted[1], "action")
            return
        found = take_apart(line.text)
        names = self._speakers.names(found, is_cited=line.is_cited) if found else ()
        if found and names and found.is_chat:
            self._take_chat(line, found)
        elif found and names:
            self._in_field = False
            self._speak(line, names, found)
        elif not (found and self._take_field(line, found)):
            self._take_unnamed(line)

    def _leave_items(self, line: Line) -> None:
        """Close what a less indented item ends: nested topics, and the turn of a deeper item."""
        if any(level > _NESTED + line.indent for level, _ in self._path):
            self._path = [above for above in self._path if above[0] < _NESTED + line.indent]
            self._current = None
        if self._current and line.indent < self._current.indent:
            self._current = None

    def _speak(self, line: Line, names: tuple[str, ...], found: Labelled) -> None:
        if len(names) > 1:
            self._pass(line, "lines of two speakers at once, given to the first")
        turn = Turn(
            names[0] or None, self._section or "speech", self._topic(), line.number, line.indent, found.start
        )
        last = self._current
        is_same = last and (last.speaker, last.kind, last.topic) == (turn.speaker, turn.kind, turn.topic)
        if last and last.speaker and is_same and last is self._turns[-1] and turn.kind == "speech":
            turn = last
        else:
            self._turns.append(turn)
        if found.rest.strip():
            turn.paragraphs.append([found.rest.strip()])
        self._current = turn

    def _take_field(self, line: Line, found: Labelled) -> bool:
        """Read a labelled line whose label is no speaker; False if it is words after all."""
        label = found.label.casefold().strip()
        last = self._turns[-1] if self._turns else None
        if label in TOPIC_FIELDS and found.rest:
            self._current, self._section = None, None
            self._enter(3 if label == "subtopic" else 2, found.rest)
        elif kind := kind_of_record(label):
            self._record(line, with_owner(found.label, found.rest), kind)
        elif DETAIL_FIELDS.match(label) and last and last.kind in ("action", "decision"):
            last.paragraphs[-1].append(f"({found.label}: {found.rest})")
        elif WORDS_FIELDS.match(label) and found.rest:
            self._take_unnamed(replace(line, text=found.rest))
        elif FACT_FIELDS.match(label) or (not self._turns and is_front_field(found.label, found.rest)):
            self.fields.setdefault(label, found.rest)
            self._pass(line, "field lines (date, presenter, slides), no speech")
            self._in_field = True
            if AGENDA.match(label) and not found.rest:
                self._is_agenda, self._list_from = True, line.number
        elif ends_turn(label) and line.fresh and line.kind == "text":
            self._current = None
            return False
        else:
            return False
        return True

    def _record(self, line: Line, text: str, kind: UtteranceKind) -> None:
        """Write down one decision or action; a label alone opens a list of them."""
        self._current = None
        if not text:
            self._section, self._list_from = kind, line.number
            return
        self._write(line, text, kind)

    def _take_unnamed(self, line: Line) -> None:
        wrapped = line.kind == "text" and not line.fresh
        if self._in_field and wrapped:
            self._pass(line, "field lines (date, presenter, slides), no speech")
        elif self._is_agenda and not self._current and is_agenda_item(line.text):
            self._pass(line, "lines of the agenda, no speech")
        elif ASIDE.match(line.text) and not wrapped:
            self._pass(line, "stage directions and asides in brackets, no speech")
        elif self._current and (wrapped or self._goes_on(line, self._current)):
            self._extend(self._current, line, wrapped)
        elif wrapped and self._turns and self._turns[-1].speaker is None and self._turns[-1].paragraphs:
            self._extend(self._turns[-1], line, wrapped)
        else:
            self._write(line, line.text, self._section or "statement")

    def _write(self, line: Line, text: str, kind: UtteranceKind) -> None:
        """Add an utterance of nobody; decisions and actions that a summary repeats count once."""
        if kind in ("decision", "action"):
            record = (kind, record_key(text, self._topic()))
            if record in self._records:
                self._pass(line, "decisions and actions written down before")
                return
            self._records.add(record)
        self._turns.append(Turn(None, kind, self._topic(), line.number, line.indent, None, [[text]]))

    def _goes_on(self, line: Line, turn: Turn) -> bool:
        """Say whether an unnamed paragraph belongs to the turn before it.

        Writers of such notes name a speaker once and go on; a line in small letters after a full
        stop is their own remark ("no hands", "laughter").
        """
        if self._section or turn.speaker is None:
            return False
        if self._is_reporting and is_report(line.text, self._speakers.attendance.find):
            return False
        ended = bool(turn.paragraphs) and turn.paragraphs[-1][-1].rstrip("\"'”’)*` ").endswith(
            (".", "!", "?")
        )
        return (
            line.kind == "item"
            or not ended
            or not line.text[:1].islower()
            or bool(CONTINUED.match(line.text))
        )

    @staticmethod
    def _extend(turn: Turn, line: Line, wrapped: bool) -> None:
        text = CONTINUED.sub("", line.text)
        if not (wrapped and turn.paragraphs):
            turn.paragraphs.append([])
        turn.paragraphs[-1].append(text)

    def _take_chat(self, line: Line, found: Labelled) -> None:
        """Read one line of a chat log: what people say, and what a scribe writes down for others."""
        found = replace(found, rest=plain_command(found.rest.strip()))
        inner = take_apart(found.rest)
        if inner and inner.label.casefold() in ("date", "meeting"):  # said by people and by bots
            self.fields.setdefault(inner.label.casefold(), inner.rest)
        remark = self._log.read(found, known=self._speakers.counts)
        if remark is None:
            self._pass(line, "chat commands, bots, joins and parts, no speech")
        elif inner and not inner.is_chat and is_field(inner.label) and self._take_field(line, inner):
            return
        elif not remark.nick and self._current:
            self._current.paragraphs.append([remark.text])
        else:
            known = self._speakers.attendance.find(remark.nick) or spelled_out(remark.nick or found.label)
            self._speak(
                line, (known,), Labelled(label=known, rest=remark.text, start=self._log.since(found.start))
            )

    def _topic(self) -> str | None:
        return " / ".join(text for _, text in self._path if text) or None

    def people(self) -> tuple[tuple[Person, ...], dict[str, str]]:
        """Give those listed as present, then those who only spoke; and the key of each display name."""
        return self._speakers.attendance.people([turn.speaker for turn in self._turns if turn.speaker])

    def utterances(self, keys: Mapping[str, str]) -> tuple[Utterance, ...]:
        """Give what was said, in order; turns without words are left out. `keys`: those of `people`."""
        return tuple(
            Utterance(
                index=index,
                text="\n".join(map(" ".join, turn.paragraphs)),
                speaker=keys.get(turn.speaker) if turn.speaker else None,
                start=turn.start,
                topic=turn.topic,
                kind=turn.kind,
                units=len(turn.paragraphs),
                at=Locator(unit="line", number=turn.line),
            )
            for index, turn in enumerate(turn for turn in self._turns if turn.has_words)
        )

    def notices(self) -> tuple[Notice, ...]:
        """Give what did not become an utterance, by reason."""
        silent = [turn.line for turn in self._turns if not turn.has_words]
        seen = {**self._seen, **({"turns without words": (silent[0], len(silent))} if silent else {})}
        return tuple(
            Notice(reason=reason, at=Locator(unit="line", number=first), count=count)
            for reason, (first, count) in seen.items()
        )
