"""Who speaks in each cue, by the habit of the whole file.

Producers put the speaker in a voice tag (Teams), the identifier (Webex), angle brackets, or before a
colon. Some name the speaker in every cue (Zoom, Teams): there a cue without a name is nobody's. Some
only where the speaker changes (podcast hosts): there the name is carried forward. One cue cannot tell
a speaker from "Just by contrast: ...", nor one habit from the other; the counts over the file can.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from analyzer.ingest.cues import Cue, plain
from analyzer.ingest.nameforms import is_display_name, is_like_name, is_nick

_VOICE = re.compile(r"<v(?:\.[^\s<>]{0,100})?[ \t]([^<>]{0,300})>", re.I)
_IDENTIFIER = re.compile(r'^\d+\s+"(.{0,300})"\s*(?:\(\d*\))?$')
_ANGLES = re.compile(r"^<([^<>/\d\s][^<>]{0,79})>\s*")
_BRACKETED = re.compile(r"^(?:>>+\s*)?(?:\[([^\[\]]{1,80})\]|\(([^()]{1,80})\)):?\s+(?=\S)")
_LABEL = re.compile(r"^((?:[-–—]|>>+)?\s*)([^\s:：<>][^:：\n]{0,79}?)\s?(?:：\s*|:(?:\s+|$))")
# "Ann Lee (Acme: Legal): text"
_LABEL_WITH_COLON = re.compile(
    r"^((?:[-–—]|>>+)?\s*)([^\s:：<>(][^:：(\n]{0,60}\([^()\n]{1,60}\))\s?:(?:\s+|$)"
)
_ENDS = re.compile(r"[.?!…—–\-\"”)\]♪]$")
_SOUND = re.compile(r"^(?:[\[(♪*].*[\])♪*]|[\W_]*)$")
_LABELLED_SPEAKER = re.compile(r"(?:speaker|spk)[ _-]?\w{1,3}", re.I)
_LABEL_CHARS = 80
_CHANGED_TO = re.compile(r"^>>+\s?[^\s:][^:]{0,60}:\s")
_CHANGE = re.compile(r"\s+(?=>>+\s)")
_FRONT = 300  # cues
_COME_BACK = 0.7  # names among the lines that may be names: other lines hardly come back

# Shares of cues, set on the samples: Zoom and Teams name 0.97 and more of theirs, podcast hosts 0.01 to 0.4.
_EVERY_CUE = 0.8
_MOST_CUES = 0.6  # above, a cue without a name is nobody's
_HALF = 0.5
_SAME_AGAIN = 0.15  # of named cues that name the speaker before: where only changes are named, hardly any
_FEW_NAMED = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one speaker says in one cue; `speaker` is as spelled, None where the cue does not say."""

    text: str
    speaker: str | None = None


def name_speakers(cues: Sequence[Cue]) -> list[list[Part]]:
    """Give the parts of each cue: one for most, more where a cue holds two speakers, none where no words."""
    for way in (_by_voice, _by_identifier, _by_record, _by_angles):
        named = [way(cue) for cue in cues]
        count = sum(parts is not None for parts in named)
        if count and (way is _by_voice or count >= _HALF * len(cues)):
            parts = [
                found if found is not None else _unnamed(cue) for found, cue in zip(named, cues, strict=True)
            ]
            # Where cues are numbered as pieces of utterances, one without a name is nobody's (Teams).
            return parts if any(cue.utterance for cue in cues) else _carried(parts)
    front = cues[:_FRONT]  # most files show there that they have neither habit: no need to go on
    bracketed = _by_brackets(cues) if _by_brackets(front) else None
    headed = _by_first_line(cues) if bracketed is None and _by_first_line(front) else None
    if bracketed or headed:
        return _carried(bracketed or headed or [])
    return _by_label(cues)


def _parts(said: Iterable[tuple[str | None, list[str]]]) -> list[Part]:
    parts = (Part(text=" ".join(texts).strip(), speaker=speaker) for speaker, texts in said)
    return [part for part in parts if part.text]


def _unnamed(cue: Cue) -> list[Part]:
    text = plain(" ".join(cue.lines)).strip()
    return [Part(text=text)] if text else []


def _by_voice(cue: Cue) -> list[Part] | None:
    markup = " ".join(cue.lines)
    pieces = _VOICE.split(markup)  # text, then name and text by turns
    if len(pieces) == 1:
        return None
    said: list[tuple[str | None, list[str]]] = [(None, [plain(pieces[0])])]
    for name, text in zip(pieces[1::2], pieces[2::2], strict=True):
        if said[-1][0] == plain(name):
            said[-1][1].append(plain(text))
        else:
            said.append((plain(name), [plain(text)]))
    return _parts(said)


def _by_identifier(cue: Cue) -> list[Part] | None:
    found = _IDENTIFIER.match(cue.identifier)
    return [replace(part, speaker=found[1]) for part in _unnamed(cue)] if found else None


def _by_record(cue: Cue) -> list[Part] | None:
    """Read the JSON that Microsoft Graph puts into a cue, if asked for metadata."""
    if not cue.lines or not cue.lines[0].startswith('{"') or "spokenText" not in (line := "".join(cue.lines)):
        return None
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    text, speaker = str(record.get("spokenText") or "").strip(), str(record.get("speakerName") or "").strip()
    return [Part(text=text, speaker=speaker or None)] if text else []


def _by_angles(cue: Cue) -> list[Part] | None:
    lines = [plain(line).strip() for line in cue.lines]
    found = _ANGLES.match(lines[0]) if lines else None
    if not found:
        return None
    text = " ".join((lines[0][found.end() :], *lines[1:])).strip()
    return [Part(text=text, speaker=found[1])] if text else []


def _by_brackets(cues: Sequence[Cue]) -> list[list[Part]] | None:
    """Read "[Ann Lee] text"; None where most cues have no such name, or none comes back (sounds do not)."""
    texts = [plain(" ".join(cue.lines)).strip() for cue in cues]
    found = [_BRACKETED.match(text) for text in texts]
    names = [match[1] or match[2] for match in found if match]
    like_names = [name for name in names if _is_name_in_brackets(name)]
    if len(like_names) < _HALF * len(cues) or len(set(like_names)) == len(like_names):
        return None
    return [
        [Part(text=text[match.end() :], speaker=name)]
        if match and _is_name_in_brackets(name := match[1] or match[2])
        else ([Part(text=text)] if text else [])
        for text, match in zip(texts, found, strict=True)
    ]


def _by_first_line(cues: Sequence[Cue]) -> list[list[Part]] | None:
    """Read cues whose first line is a name; None where it is not in most of them, or too few come back."""
    texts = [[plain(line).strip() for line in cue.lines] for cue in cues]
    heads = [lines[0] for lines in texts if len(lines) > 1 and is_like_name(lines[0])]
    if len(heads) < max(2, _EVERY_CUE * len(cues)) or len(set(heads)) > _COME_BACK * len(heads):
        return None
    return [
        _parts([(lines[0], lines[1:])])
        if len(lines) > 1 and is_like_name(lines[0])
        else _parts([(None, lines)])
        for lines in texts
    ]


def _is_name_in_brackets(name: str) -> bool:
    return is_like_name(name) or bool(_LABELLED_SPEAKER.fullmatch(name))


def _by_label(cues: Sequence[Cue]) -> list[list[Part]]:
    texts = [[plain(line).strip() for line in cue.lines] for cue in cues]
    # Live captions mark each change, also within a line, and name whoever begins.
    is_marked = sum(bool(_CHANGED_TO.match(line)) for lines in texts for line in lines) > 1
    if is_marked:
        texts = [[part for line in lines for part in _CHANGE.split(line)] for lines in texts]
    names = _names(texts)
    named = [_split_lines(lines, names.__contains__) for lines in texts]
    return _forward(named) if is_marked else _carried(named)


def _split_lines(lines: Sequence[str], is_name: Callable[[str], bool]) -> list[Part]:
    """Cut a cue before each line that begins with a name."""
    said: list[tuple[str | None, list[str]]] = []
    for line in lines:
        found = _label(line)
        if found and is_name(found[2]):
            said.append((found[2], [line[found.end() :]]))
        elif said and not line.startswith(">>"):
            said[-1][1].append(line)
        else:
            said.append((None, [line]))
    return _parts(said)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Labelled:
    """A cue that begins with "Label: text"."""

    cue: int
    label: str
    begins_sentence: bool  # what came before ended, and what follows begins like a sentence


def _names(texts: Sequence[Sequence[str]]) -> set[str]:
    """Find which labels of a file are names."""
    labelled = _labelled(texts)
    counts = Counter(found.label for found in labelled)
    likely = {label for label in counts if is_like_name(label)}
    said = sum(1 for lines in texts if not all(map(_SOUND.match, lines)))
    cues = len({found.cue for found in labelled})
    if said and cues >= _EVERY_CUE * said:
        # Whoever has it in every cue, names in every cue: what stands there is a display name.
        return likely | {label for label in counts if is_display_name(label, counts[label])}
    if said and sum(found.label in likely for found in labelled) >= _HALF * said:
        return likely
    return _names_of_turns(labelled, counts, likely, texts)


def _names_of_turns(
    labelled: Sequence[_Labelled],
    counts: Mapping[str, int],
    likely: set[str],
    texts: Sequence[Sequence[str]],
) -> set[str]:
    """Find the names of a file that names the speaker at the start of turns only, if at all."""
    begun = Counter(found.label for found in labelled if found.begins_sentence)
    repeated = {label for label in likely if counts[label] > 1}
    repeated |= {label for label in begun if is_nick(label) and begun[label] >= max(3, counts[label] / 2)}
    opens = bool(labelled) and labelled[0].label in repeated and _is_opening(texts, labelled[0].cue)
    if not opens and len(repeated) < 2:
        return {label for label in likely if _LABELLED_SPEAKER.fullmatch(label)}
    return repeated | {
        label
        for label in likely
        if _LABELLED_SPEAKER.fullmatch(label) or label in begun or 1 < len(label.split()) < 4
    }


def _labelled(texts: Sequence[Sequence[str]]) -> list[_Labelled]:
    found: list[_Labelled] = []
    before = ""
    for cue, lines in enumerate(texts):
        for line in lines:
            match = _label(line)
            if match:
                rest = line[match.end() :]
                is_start = not rest or not rest[0].islower()
                ended = not before or bool(_ENDS.search(before))
                found.append(_Labelled(cue=cue, label=match[2], begins_sentence=ended and is_start))
            before = line
    return found


def _label(line: str) -> re.Match[str] | None:
    return (_LABEL_WITH_COLON.match(line) if "(" in line[:_LABEL_CHARS] else None) or _LABEL.match(line)


def _is_opening(texts: Sequence[Sequence[str]], cue: int) -> bool:
    return all(_SOUND.match(line) for lines in texts[:cue] for line in lines)


def _carried(named: list[list[Part]]) -> list[list[Part]]:
    """Carry names forward if the file names only changes of speaker."""
    return _forward(named) if _names_changes_only(named) else named


def _forward(named: list[list[Part]]) -> list[list[Part]]:
    """Carry names forward to the next one, or to a mark that somebody else begins."""
    carried: list[list[Part]] = []
    speaker: str | None = None
    for parts in named:
        filled: list[Part] = []
        for part in parts:
            if part.speaker is None and part.text.startswith(">>"):
                speaker = None
            speaker = part.speaker if part.speaker is not None else speaker
            filled.append(replace(part, speaker=speaker))
        carried.append(filled)
    return carried


def _names_changes_only(named: Sequence[Sequence[Part]]) -> bool:
    said = sum(1 for parts in named if parts)
    firsts = [parts[0].speaker for parts in named if parts and parts[0].speaker is not None]
    if not firsts or len(firsts) >= _MOST_CUES * said:
        return False
    again = sum(now == before for before, now in pairwise(firsts))
    return len(firsts) < _FEW_NAMED * said or again <= _SAME_AGAIN * len(firsts)
