"""Actions that come back unfinished: work given out, of which a later meeting says that it is not done.

An action comes back where a later meeting talks about its topic, in a piece on the same thing, and that piece
says that something is open, late or missing, or gives the same work out once more. English only, as the
wording of actions is (`analyzer.resolutions`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzer.matter import Floats
from analyzer.records.analysis import Action, Measured
from analyzer.resolutions import gives_work
from analyzer.trends.nearness import Chances
from analyzer.trends.topics import Linked
from analyzer.trends.visits import Places, places_of_topics

_VISITS = 3  # later meetings on its topic in which an action may come back
_CHANCE = 0.05  # that one of the pieces looked at is as near without being on the same thing
# Searched in lower case: to ignore case takes three times as long.
_UNFINISHED = re.compile(
    r"\b(?:still|yet|outstanding|overdue|pending|late|delayed|waiting|slipped|unfinished|incomplete"
    r"|no (?:progress|news|answer|reply|date|draft)|carried (?:over|forward)|missed|behind schedule"
    r"|(?:not|never) (?:been )?(?:done|sent|started|finished|ready|received|written|delivered|come|happened"
    r"|arrived|moved|seen|got|had)|(?:has|have|had|did|was|is|are)(?:n['’]t| not))\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Talk:
    """One meeting as actions see it."""

    measured: Measured
    vectors: Floats  # (n, dim)
    gives: NDArray[np.bool_]  # (n,) work
    is_open: NDArray[np.bool_]  # (n,) says that something is not done, or gives out work


@dataclass(frozen=True, slots=True, kw_only=True)
class _Series:
    """All meetings as actions see them, where each topic lies, and how near pieces come by chance."""

    talks: Sequence[_Talk]
    topics: Mapping[str, Places]
    chances: Chances


def find_actions(linked: Linked) -> tuple[Action, ...]:
    """Give the pieces of a series that give out work, in order, with the later ones that say it is not done.

    Args:
        linked: meetings with series-wide topics, oldest first, undated ones last.
    """
    talks = [_talk(measured) for measured in linked.meetings]
    series = _Series(
        talks=talks,
        topics=places_of_topics(linked.meetings),
        chances=Chances([talk.vectors for talk in talks]),
    )
    return tuple(
        _action(series, place, int(number))
        for place, talk in enumerate(talks)
        for number in np.flatnonzero(talk.gives)
    )


def _talk(measured: Measured) -> _Talk:
    tagged = measured.tagged
    texts = [tagged.encoded.text(number) for number in range(len(tagged))]
    gives = np.array(
        [tagged.utterance(number).kind == "action" or gives_work(text) for number, text in enumerate(texts)],
        dtype=np.bool_,
    )
    is_open = gives | np.array([bool(_UNFINISHED.search(text.lower())) for text in texts], dtype=np.bool_)
    return _Talk(
        measured=measured,
        vectors=tagged.encoded.vectors.astype(np.float32),
        gives=gives,
        is_open=is_open,
    )


def _action(series: _Series, place: int, number: int) -> Action:
    measured = series.talks[place].measured
    topic = measured.topics[number] if measured.topics else None
    return Action(
        piece=measured.tagged.encoded.ref(number),
        party=measured.meeting.party_of(measured.tagged.utterance(number)),
        topic=topic,
        came_back=tuple(_returns(series, place, number, topic)),
    )


def _returns(series: _Series, place: int, number: int, topic: str | None) -> Iterator[str]:
    """Find in later meetings on its topic the nearest piece that says an action is not done."""
    here = series.talks[place]
    # An undated meeting is last in order, not in time: nothing is known to come after it.
    if topic is None or here.measured.meeting.date is None:
        return
    held = series.topics[topic]
    dated = [after for after in held if after > place and series.talks[after].measured.meeting.date]
    for after in dated[:_VISITS]:
        later, pieces = series.talks[after], np.array(held[after])
        cosines = later.vectors[pieces] @ here.vectors[number]
        line = series.chances.line(place, after, _CHANCE / len(pieces))
        near = np.flatnonzero((cosines >= line) & later.is_open[pieces])
        if len(near):
            best = near[int(cosines[near].argmax())]
            yield later.measured.tagged.encoded.ref(int(pieces[best]))
