"""Which column of a table holds who spoke, what was said and when: by its heading, else by what is in it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

Cell = str | datetime | time
Row = tuple[int, Sequence[Cell]]  # number in the file, from 1, and the cells

# Headings as producers spell them, without blanks, marks and case.
_HEADINGS = {
    "text": """
        text texts utterance utterances sentence message messagetext quote quotes content transcript
        transcription transcripttext body comment words line dialogue dialog said whatwassaid statement
        remark remarks speech spokentext turntext utterancetext rawtext cleantext originaltext caption
        captions subtitle chat post äusserung äußerung aussage nachricht satz beitrag wortlaut inhalt
        wortbeitrag texte énoncé propos réplique texto frase mensaje intervención testo frase messaggio
        battuta tekst bericht uitspraak wypowiedź tresc treść 発言 発言内容 内容 文本 发言 对话 本文
    """,
    "speaker": """
        speaker speakers speakername speakerlabel speakerid speakernickname name names fullname
        displayname nickname username user userid author from sender sendername participant
        participantname participantid who person persona character agent actor member attendee
        presenter respondent interviewee franchisee customer client delegate councillor teacher student
        role speakerrole saidby spokenby by sprecher sprecherin redner name teilnehmer absender person
        intervenant locuteur orateur auteur hablante orador ponente autor interlocutor parlante
        relatore spreker deelnemer mówca talare deltager 発言者 話者 发言人 说话人 姓名
    """,
    "start": """
        start starttime starts startseconds startsec startms begin begintime from onset timestamp
        timestampstart time timecode timein tcin in datetime createdat sentat date_time clock zeit
        startzeit beginn zeitstempel uhrzeit heure début horodatage hora inicio tiempo ora inizio tijd
        begintijd czas starttijd 時刻 時間 开始时间 时间
    """,
    "end": """
        end endtime ends endseconds endsec endms stop stoptime offset timestampend timeout tcout out
        finish ende endzeit fin fine einde eindtijd koniec 結束 结束时间
    """,
    "party": """
        party organisation organization org company affiliation firm institution employer
        organisationname partei unternehmen firma organisme entreprise empresa organización azienda
        ente bedrijf organisatie 所属 组织
    """,
    "topic": """
        topic heading section agendaitem agendapoint item tagesordnungspunkt top thema sujet tema 議題
    """,
    "conversation": """
        conversation conversationnum conversationid conversationnumber convid conv meeting meetingid
        meetingname session sessionid sessionname dialogueid dialogid thread threadid transcriptid
        transcriptname interview interviewid callid chatid roomid episode lesson lessonid groupid
        besprechung sitzung réunion reunión
    """,
    "date": """
        date day meetingdate sessiondate datum tag fecha data jour dato 日付 日期
    """,
}  # fmt: skip
_ROLE_OF = {word: role for role, words in _HEADINGS.items() for word in words.split()}
_LETTERS = re.compile(r"[^\W\d_]")
_CLOCK = re.compile(r"^\[?(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:[.,:](\d{1,6}))?\]?$")
_NUMBER = re.compile(r"^-?\d{1,15}(?:[.,]\d{1,9})?$")
_FEWEST_ROWS = 4
_SECONDS_OF = {"ms": 0.001}
_UNIT = re.compile(r"(?:in)?(?:ms|msecs?|millis|milliseconds|secs?|seconds)$")  # "start_time_ms"
_SLOWEST = 0.01  # words in a unit of time: a minute and a half for each, were it a second


def heading_role(heading: Cell) -> str | None:
    """Name the role of a column by its heading; None where the heading says nothing."""
    if not isinstance(heading, str) or len(heading) > 60:
        return None
    folded = unicodedata.normalize("NFC", heading).casefold()
    plain = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", "", folded)  # "Start (s)"
    word = re.sub(r"[\W_]+", "", plain)
    return _ROLE_OF.get(word) or _ROLE_OF.get(_UNIT.sub("", word))


def roles_by_heading(cells: Sequence[Cell]) -> dict[str, int]:
    """Map roles to columns; the first column wins, "time" gives way to "start"."""
    roles: dict[str, int] = {}
    for column, heading in enumerate(cells):
        if role := heading_role(heading):
            roles.setdefault(role, column)
    return roles


def roles_by_content(rows: Sequence[Row]) -> dict[str, int]:
    """Map roles to columns of a table without headings: names that come again, beside sentences."""
    width = max((len(cells) for _, cells in rows), default=0)
    columns = [[_text(cells[column]) for _, cells in rows if column < len(cells)] for column in range(width)]
    words = [_mean_words(column) for column in columns]
    if not words or max(words) < 4 or width < 2:
        return {}
    roles = {"text": words.index(max(words))}
    for column, values in enumerate(columns):
        said = [value for value in values if value]
        is_name = all(len(value.split()) <= 4 and _LETTERS.search(value) for value in said)
        if column != roles["text"] and is_name and 1 < len(said) > len(set(said)):
            roles.setdefault("speaker", column)
        elif said and all(seconds(value) is not None for value in said):
            roles.setdefault("start", column)
    return roles if "speaker" in roles else {}


def with_senders(roles: Mapping[str, int], rows: Sequence[Row]) -> dict[str, int]:
    """Make a column "from" that holds no times that of the speakers, where there is none."""
    at = roles.get("start")
    if at is None or "speaker" in roles:
        return dict(roles)
    filled = [cells[at] for _, cells in rows if at < len(cells) and _text(cells[at])]
    if any(seconds(cell) is not None or moment(cell) or not isinstance(cell, str) for cell in filled):
        return dict(roles)
    return {**{role: column for role, column in roles.items() if role != "start"}, "speaker": at}


def is_heading(rows: Sequence[Row], roles: Mapping[str, int]) -> bool:
    """Say whether the first row heads the others: few words, and a "speaker" who alone never comes back."""
    if len(rows) < _FEWEST_ROWS:
        return False
    cells = [
        [_text(cells[roles[role]]) if roles[role] < len(cells) else "" for role in ("speaker", "text")]
        for _, cells in rows
    ]
    (speaker, text), *others = cells
    counts = Counter(other for other, _ in others if other)
    return len(text.split()) <= 3 and speaker not in counts and min(counts.values(), default=0) > 1


def holds_words(rows: Sequence[Row], column: int) -> bool:
    """Say whether most of the filled cells of a column hold words, not numbers or codes."""
    filled = [text for _, cells in rows if column < len(cells) and (text := _text(cells[column]))]
    wordy = sum(bool(re.search(r"[^\W\d_]{2}", text)) or _is_wide(text) for text in filled)
    return bool(filled) and wordy * 2 > len(filled)


def _is_wide(text: str) -> bool:
    return any(mark >= "\u2e80" for mark in text)


def _mean_words(values: Sequence[str]) -> float:
    said = [value for value in values if value]
    counts = [len(value.split()) if not _is_wide(value) else len(value) // 2 for value in said]
    return sum(counts) / len(counts) if counts else 0.0


def _text(cell: Cell) -> str:
    return cell.strip() if isinstance(cell, str) else str(cell)


def seconds(value: Cell, *, unit: str = "") -> float | None:
    """Read a time from the start of a recording: "1:02:03.5", "62", "62.5"; None where it is none."""
    if isinstance(value, time):
        return value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
    if isinstance(value, datetime):
        return None
    text = value.strip()
    if found := _CLOCK.match(text):
        hours, minutes, whole, fraction = found.groups()
        return int(hours or 0) * 3600 + int(minutes) * 60 + int(whole) + float(f"0.{fraction or 0}")
    if _NUMBER.match(text):
        return float(text.replace(",", ".")) * _SECONDS_OF.get(unit, 1.0)
    return None


def moment(value: Cell) -> datetime | None:
    """Read a point of time: an ISO date and time, or seconds or milliseconds since 1970."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if not isinstance(value, str):
        return None
    text = value.strip()
    if re.fullmatch(r"1\d{9}(?:\.\d+)?|1\d{12}", text):
        return datetime(1970, 1, 1) + timedelta(seconds=float(text) / (1000 if len(text) == 13 else 1))
    if not re.match(r"\d{4}-\d\d-\d\d[T ]\d", text):
        return None
    try:
        return datetime.fromisoformat(text.replace("Z", "")).replace(tzinfo=None)
    except ValueError:
        return None


def are_milliseconds(began: Mapping[int, Cell], ended: Mapping[int, Cell], *, words: int) -> bool:
    """Say whether whole numbers are milliseconds, whatever the headings: else all speak too slowly."""
    pairs = [(str(cell).strip(), str(ended[row]).strip()) for row, cell in began.items() if row in ended]
    if not pairs or not all(value.isdecimal() and len(value) < 16 for pair in pairs for value in pair):
        return False
    return 0 < words < _SLOWEST * sum(int(end) - int(start) for start, end in pairs)


def starts(values: Mapping[int, Cell], *, heading: str) -> dict[int, float]:
    """Turn a time column of one conversation into seconds, by row; empty where it holds no times.

    Clock times of the day and dates count from the first; 1, 2, 3 … are row numbers, not times.
    """
    moments = {row: found for row, value in values.items() if (found := moment(value))}
    if len(moments) * 2 > len(values):
        first = min(moments.values())
        return {row: (found - first).total_seconds() for row, found in moments.items()}
    unit = "ms" if re.search(r"(?i)(?:ms|millis)", heading) else ""
    told = {row: at for row, value in values.items() if (at := seconds(value, unit=unit)) is not None}
    steps = {later - former for former, later in zip(told.values(), [*told.values()][1:], strict=False)}
    is_counter = steps == {1.0} and min(told.values(), default=9) in (0.0, 1.0)
    return {} if is_counter else {row: round(at, 6) for row, at in told.items()}
