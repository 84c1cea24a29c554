"""Actions that come back unfinished: work given out, of which a later meeting says that it is not done.

An action comes back where a later meeting talks about its topic, in a piece on the same thing, and that piece
says that something is open, late or missing, or gives the same work out once more. English only, as the
wording of actions is (`analyzer.resolutions`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzer.matter import Floats
from analyzer.records.analysis import Action, Measured
from analyzer.resolutions import gives_work
from analyzer.trends.nearness import chance_line
from analyzer.trends.topics import Linked

_VISITS = 3  # later meetings on its topic in which an action may come back
_CHANCE = 0.05  # that one of the pieces looked at is as near without being on the same thing
_UNFINISHED = re.compile(
    r"(?i)\b(?:still|yet|outstanding|overdue|pending|late|delayed|waiting|slipped|unfinished|incomplete"
    r"|no (?:progress|news|answer|reply|date|draft)|carried (?:over|forward)|missed|behind schedule"
    r"|(?:not|never) (?:been )?(?:done|sent|started|finished|ready|received|written|delivered|come|happened"
    r"|arrived|moved|seen|got|had)|(?:has|have|had|did|was|is|are)(?:n['’]t| not))\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Talk:
    """One meeting as actions see it."""

    measured: Measured
    vectors: Floats  # (n, dim)
    topics: NDArray[np.object_]  # (n,)
    gives: NDArray[np.bool_]  # (n,) work
    is_open: NDArray[np.bool_]  # (n,) says that something is not done, or gives out work


def find_actions(linked: Linked) -> tuple[Action, ...]:
    """Give the pieces of a series that give out work, in order, with the later ones that say it is not done.

    Args:
        linked: meetings with series-wide topics, oldest first, undated ones last.
    """
    talks = [_talk(measured) for measured in linked.meetings]
    return tuple(
        _action(talks, place, int(number))
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
    is_open = gives | np.array([bool(_UNFINISHED.search(text)) for text in texts], dtype=np.bool_)
    return _Talk(
        measured=measured,
        vectors=tagged.encoded.vectors.astype(np.float32),
        topics=np.array(measured.topics or (None,) * len(texts), dtype=object),
        gives=gives,
        is_open=is_open,
    )


def _action(talks: Sequence[_Talk], place: int, number: int) -> Action:
    talk = talks[place]
    return Action(
        piece=talk.measured.tagged.encoded.ref(number),
        party=talk.measured.meeting.party_of(talk.measured.tagged.utterance(number)),
        topic=talk.topics[number],
        came_back=tuple(_returns(talks, place, number)),
    )


def _returns(talks: Sequence[_Talk], place: int, number: int) -> Iterator[str]:
    """Find in later meetings on its topic the piece nearest to an action, where that says it is not done."""
    here = talks[place]
    # An undated meeting is last in order, not in time: nothing is known to come after it.
    if here.topics[number] is None or here.measured.meeting.date is None:
        return
    visits = 0
    for later in talks[place + 1 :]:
        pieces = np.flatnonzero(later.topics == here.topics[number])
        if not len(pieces) or later.measured.meeting.date is None:
            continue
        visits += 1
        cosines = later.vectors[pieces] @ here.vectors[number]
        line = chance_line(here.vectors, later.vectors, _CHANCE / len(pieces))
        near = pieces[(cosines >= line) & later.is_open[pieces]]
        if len(near):
            best = int(near[(later.vectors[near] @ here.vectors[number]).argmax()])
            yield later.measured.tagged.encoded.ref(best)
        if visits == _VISITS:
            return
