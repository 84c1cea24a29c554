"""What came of ideas: generative pieces, who goes on with them, and whether they end in a decision.

Two pieces are on one thing if their vectors are nearer than pairs from elsewhere come by chance, however
many are tried, or if they share words that are rare in their meeting: what counts as near is set by the
meetings, whatever the model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzer.codebook import Codebook
from analyzer.matter import Floats, matter_of
from analyzer.records.analysis import Fate, Idea, Measured, Uptake
from analyzer.resolutions import decides, gives_work
from analyzer.trends.nearness import Chances, chance_of
from analyzer.trends.topics import Linked
from analyzer.trends.visits import Places, places_of_topics

_AHEAD = 8  # pieces after an idea in which others may take it up
_AT_ONCE = 3  # pieces after an idea in which a new idea of somebody else goes on with it
_TO_DECIDE = 12  # pieces after an idea in which it may be decided
_VISITS = 6  # later meetings of its topic in which an idea may come back
_CHANCE = 0.05  # that one of the pieces looked at is as near without being on the same thing
_RARE = 0.05  # share of the pieces of a meeting that may hold a rare word
_RARE_SHARED = 2
_SHOWN = 5
SOMEBODY = "another speaker"  # who takes up, where speakers have no parties


@dataclass(frozen=True, slots=True, kw_only=True)
class _Talk:
    """One meeting as ideas see it."""

    measured: Measured
    vectors: Floats  # (n, dim)
    rare: tuple[frozenset[str], ...]
    line: float  # cosine from which two pieces of this meeting are on one thing
    generative: NDArray[np.bool_]
    circular: NDArray[np.bool_]
    decides: NDArray[np.bool_]
    settles: NDArray[np.bool_]  # decides, or gives out work

    def ref(self, number: int) -> str:
        return self.measured.tagged.encoded.ref(number)

    def speaker(self, number: int) -> str | None:
        return self.measured.tagged.utterance(number).speaker

    def party(self, number: int) -> str | None:
        return self.measured.meeting.party_of(self.measured.tagged.utterance(number))

    def is_near(self, one: int, other: int) -> bool:
        is_alike = float(self.vectors[one] @ self.vectors[other]) >= self.line
        return is_alike or len(self.rare[one] & self.rare[other]) >= _RARE_SHARED


@dataclass(frozen=True, slots=True, kw_only=True)
class _Series:
    """All meetings as ideas see them, where each topic lies, and how near pieces come by chance."""

    talks: Sequence[_Talk]
    topics: Mapping[str, Places]
    chances: Chances


def find_ideas(linked: Linked, codebook: Codebook) -> tuple[Idea, ...]:
    """Give the generative pieces of a series in order, with who took them up and what became of them.

    Args:
        linked: meetings with series-wide topics, oldest first.
        codebook: says which mode is generative, and which circular.
    """
    generative = codebook.role("generative")
    if generative is None:
        return ()
    column = codebook.modes.index(generative)
    talks = [_talk(measured, column, codebook) for measured in linked.meetings]
    series = _Series(
        talks=talks,
        topics=places_of_topics(linked.meetings),
        chances=Chances([talk.vectors for talk in talks]),
    )
    return tuple(
        _idea(series, place, int(number), column)
        for place, talk in enumerate(talks)
        for number in np.flatnonzero(talk.generative)
    )


def _talk(measured: Measured, column: int, codebook: Codebook) -> _Talk:
    tagged, modes = measured.tagged, measured.signals.mode
    circular = codebook.role("circular")
    bags = matter_of(tagged.encoded).bags
    counts = Counter(word for bag in bags for word in bag)
    most = max(2.0, _RARE * len(bags))
    vectors = tagged.encoded.vectors.astype(np.float32)
    decided = np.array([_decides(measured, number) for number in range(len(tagged))], dtype=np.bool_)
    works = [
        tagged.utterance(number).kind == "action" or gives_work(tagged.encoded.text(number))
        for number in range(len(tagged))
    ]
    return _Talk(
        measured=measured,
        vectors=vectors,
        rare=tuple(frozenset(word for word in bag if 1 < counts[word] <= most) for bag in bags),
        line=chance_of(vectors, vectors).line(_CHANCE / _AHEAD),
        generative=modes == column,
        circular=modes == (codebook.modes.index(circular) if circular is not None else None),
        decides=decided,
        settles=decided | np.array(works, dtype=np.bool_),
    )


def _decides(measured: Measured, number: int) -> bool:
    text = measured.tagged.encoded.text(number)
    is_reported = measured.meeting.kind == "minutes"
    return measured.tagged.utterance(number).kind == "decision" or decides(text, is_reported=is_reported)


def _idea(series: _Series, place: int, number: int, column: int) -> Idea:
    talk = series.talks[place]
    takers = [later for later in _ahead(talk, number, _AHEAD) if _goes_on(talk, number, later)]
    back = list(_returns(series, place, number))
    adopted = _is_settled(talk, number) or any(later.settles[piece] for later, piece in back)
    uptake, party = _uptake(talk, number, takers)
    return Idea(
        piece=talk.ref(number),
        party=talk.party(number),
        belief=float(talk.measured.tagged.beliefs["mode"][number, column]),
        taken_up_by=party,
        uptake=uptake,
        fate=_fate(takers, back, adopted=adopted, is_last=place == len(series.talks) - 1),
        built_on=(
            *(talk.ref(taker) for taker in takers[:_SHOWN]),
            *(later.ref(piece) for later, piece in back[:_SHOWN]),
        )[:_SHOWN],
        topic=talk.measured.topics[number] if talk.measured.topics else None,
    )


def _ahead(talk: _Talk, number: int, reach: int) -> range:
    return range(number + 1, min(len(talk.vectors), number + 1 + reach))


def _goes_on(talk: _Talk, number: int, later: int) -> bool:
    """Say whether somebody else goes on with an idea: with one of theirs, or on the thing itself."""
    speaker, other = talk.speaker(number), talk.speaker(later)
    if speaker is None or other is None or speaker == other or talk.circular[later]:
        return False
    if talk.generative[later] and later - number <= _AT_ONCE:
        return True
    return talk.is_near(number, later)


def _uptake(talk: _Talk, number: int, takers: Sequence[int]) -> tuple[Uptake, str | None]:
    """Say who took an idea up; where several did, another party before the idea's own."""
    if not takers:
        return "nobody", None
    own = talk.party(number)
    others = [party for taker in takers if (party := talk.party(taker)) not in (None, own)]
    if own is not None and others:
        return "other party", others[0]
    return "same party", talk.party(takers[0]) or SOMEBODY


def _is_settled(talk: _Talk, number: int) -> bool:
    """Say whether an idea is decided at once, or a decision or work on the same thing follows soon."""
    decided = any(talk.decides[later] for later in _ahead(talk, number, _AT_ONCE))
    return decided or any(
        talk.settles[later] and talk.is_near(number, later) for later in _ahead(talk, number, _TO_DECIDE)
    )


def _returns(series: _Series, place: int, number: int) -> Iterator[tuple[_Talk, int]]:
    """Find pieces of later meetings, on the idea's topic, that come back to it: nearest of each meeting."""
    here = series.talks[place]
    topic = here.measured.topics[number] if here.measured.topics else None
    held = series.topics[topic] if topic is not None else {}
    for after in [later for later in held if later > place][:_VISITS]:
        later, pieces = series.talks[after], list(held[after])
        cosines = later.vectors[pieces] @ here.vectors[number]
        best = int(cosines.argmax())
        if cosines[best] >= series.chances.line(place, after, _CHANCE / len(pieces)):
            yield later, pieces[best]


def _fate(
    takers: Sequence[int], back: Sequence[tuple[_Talk, int]], *, adopted: bool, is_last: bool
) -> Fate | None:
    if adopted:
        return "adopted"
    if takers or back:
        return "built on"
    return None if is_last else "dropped"
