"""Who has the floor: the parties' shares of words and turns, their questions, who cuts off whom.

Of parties, never of persons. What nobody is known to say widens the interval of every party's share, and
no share is given where that is most of the talk.
"""

from __future__ import annotations

import numpy as np

from analyzer.codebook import Codebook
from analyzer.measures.intervals import NO_PIECES, Bools, Floats, share
from analyzer.measures.shares import PARTIES, has_role
from analyzer.measures.talk import NOBODY, Ints, Talk, Turns, talk_of
from analyzer.measures.wording import answers_shortly, asks, is_cut_off
from analyzer.records.figures import Estimate, Figure, Unknown
from analyzer.records.tagged import Signals, Tagged

ATTRIBUTED = 0.5  # share of the talk whose party must be known, or no party's share is
FEWEST_TURNS = 10
FEWEST_QUESTIONS = 5
_AHEAD = 4  # turns after a question in which it may be answered
OVERLAP_SECONDS = 0.3  # less is how people take turns
_BACKCHANNEL_WORDS = 3  # "Yes, exactly." said over another takes nothing away


def floor_shares(tagged: Tagged, signals: Signals, codebook: Codebook) -> dict[str, Figure]:
    """Give `talk_share:<party>`, its words of all words, and `turn_share:<party>`, its turns of all turns."""
    talk = talk_of(tagged)
    turns = talk.turns
    ones = np.ones(len(turns))
    figures: dict[str, Figure] = {}
    for number, party in enumerate(talk.parties):
        figures[f"talk_share:{party}"] = _attributed(talk.party, number, talk.words)
        figures[f"turn_share:{party}"] = _attributed(turns.party, number, ones)
    return figures


def _attributed(parties: Ints, number: int, weights: Floats) -> Figure:
    """Give a party's share; what nobody is known to say may be its own or not."""
    total = float(weights.sum())
    if total <= 0:
        return Unknown(reason=NO_PIECES)
    unknown = float(weights[parties == NOBODY].sum()) / total
    if 1 - unknown < ATTRIBUTED:
        return Unknown(reason="for most of what is said no party is known")
    figure = share(parties == number, weights)
    if isinstance(figure, Unknown):
        return figure
    return Estimate(value=figure.value, low=figure.low, high=min(1.0, figure.high + unknown), n=figure.n)


def questions(tagged: Tagged, signals: Signals, codebook: Codebook) -> dict[str, Figure]:
    """Give `question_share:<party>` and `unanswered_share:<party>`.

    The first is the share of a party's turns that end in a question of substance; the second the share of
    these that nobody answers: within the next four turns no other person says anything but procedure or
    ground covered before, or the party has to ask again.
    """
    talk = talk_of(tagged)
    turns = talk.turns
    asking = _asking(tagged, signals, codebook, turns)
    is_open = _unanswered(tagged, signals, codebook, talk, turns, asking)
    asked = asking & (np.arange(len(turns)) < len(turns) - 1)  # nobody could answer the last turn
    figures: dict[str, Figure] = {}
    for party in talk.speaking[:PARTIES]:
        own = turns.party == talk.parties.index(party)
        figures[f"question_share:{party}"] = _of_turns(asking[own], party)
        figures[f"unanswered_share:{party}"] = (
            share(is_open[own & asked])
            if (own & asked).sum() >= FEWEST_QUESTIONS
            else Unknown(reason=f"{party} asks fewer than {FEWEST_QUESTIONS} questions")
        )
    return figures


def _asking(tagged: Tagged, signals: Signals, codebook: Codebook, turns: Turns) -> Bools:
    """Mark the turns whose last piece asks something; what is asked and talked over asks nobody.

    Procedure ("Can you see my screen?") is left out: so are its answers.
    """
    asking = np.array(asks([tagged.encoded.text(int(number)) for number in turns.last]), dtype=np.bool_)
    return asking & ~has_role(signals.mode[turns.last], codebook, "procedural")


def _unanswered(
    tagged: Tagged, signals: Signals, codebook: Codebook, talk: Talk, turns: Turns, asking: Bools
) -> Bools:
    """Mark the turns (t,) that would be unanswered if they ask."""
    # A turn answers with any piece of substance: neither procedure, nor ground covered before.
    old = has_role(signals.mode, codebook, "circular")
    substance = ~old & ~has_role(signals.mode, codebook, "procedural")
    answers = np.logical_or.reduceat(substance, turns.first) if len(turns) else np.zeros(0, dtype=np.bool_)
    answers &= ~(asking & (turns.first == turns.last))  # a question back is no answer
    answered = np.zeros(len(turns), dtype=np.bool_)
    for ahead in range(1, min(_AHEAD, len(turns) - 1) + 1):
        other = (turns.speaker[ahead:] != turns.speaker[:-ahead]) | (turns.speaker[ahead:] == NOBODY)
        answered[:-ahead] |= answers[ahead:] & other
    for number in np.flatnonzero(asking[:-1] & ~answered[:-1]).tolist():
        answered[number] = answers_shortly(tagged.encoded.text(int(turns.first[number + 1])))
    return ~answered | _asked_again(tagged, old, talk, turns)


def _asked_again(tagged: Tagged, old: Bools, talk: Talk, turns: Turns) -> Bools:
    """Mark the turns whose last piece the same party goes over again later in the meeting."""
    numbers = {tagged.encoded.ref(number): number for number in range(len(tagged))}
    returned = np.zeros(len(talk), dtype=np.bool_)
    for later, ref in tagged.returns.items():
        earlier = numbers.get(ref)
        if earlier is not None and old[later] and talk.party[earlier] == talk.party[later] != NOBODY:
            returned[earlier] = True
    again: Bools = returned[turns.last]
    return again


def interruptions(tagged: Tagged, signals: Signals, codebook: Codebook) -> dict[str, Figure]:
    """Give `interruption_share:<party>` and `interrupted_share:<party>`.

    Of the turns in which a party takes over from another, the share in which it does not let the other
    finish; of those in which another takes over from it, the share in which it is not let finish. Seen by
    times that overlap, or by a dash where speech breaks off.
    """
    talk = talk_of(tagged)
    turns = talk.turns
    is_speech = tagged.meeting.kind == "transcript"  # a dash in mail or minutes is punctuation
    cuts = _cuts(tagged, talk, turns) & is_speech
    unseen = Unknown(
        reason="the source shows neither overlapping times nor speech that breaks off"
        if is_speech
        else "only transcripts of speech show who interrupts"
    )
    crosses = turns.crosses
    taken = np.append(crosses[1:], False)[: len(turns)]  # turns that another party takes over from
    cut_off = np.append(cuts[1:], False)[: len(turns)]
    figures: dict[str, Figure] = {}
    for party in talk.speaking[:PARTIES]:
        own = turns.party == talk.parties.index(party)
        names = (f"interruption_share:{party}", f"interrupted_share:{party}")
        for name, hits in zip(names, (cuts[own & crosses], cut_off[own & taken]), strict=True):
            figures[name] = _of_turns(hits, party) if cuts.any() else unseen
    return figures


def _cuts(tagged: Tagged, talk: Talk, turns: Turns) -> Bools:
    """Mark the turns (t,) that cut off the turn before, which another party has."""
    utterances = [tagged.utterance(int(number)) for number in turns.last]
    ends = np.array([np.nan if u.end is None else u.end for u in utterances])
    starts = [tagged.utterance(int(number)).start for number in turns.first]
    begins = np.array([np.nan if start is None else start for start in starts])
    overlaps = begins[1:] < ends[:-1] - OVERLAP_SECONDS  # no time, no overlap
    broken = np.array(
        [is_cut_off(tagged.encoded.text(int(number))) for number in turns.last[:-1]], dtype=bool
    )
    cuts = np.zeros(len(turns), dtype=np.bool_)
    cuts[1:] = overlaps | broken
    words = np.add.reduceat(talk.words, turns.first) if len(turns) else np.zeros(0)
    return cuts & turns.crosses & (words > _BACKCHANNEL_WORDS)


def _of_turns(hits: Bools, party: str) -> Figure:
    if len(hits) < FEWEST_TURNS:
        return Unknown(reason=f"{party} has fewer than {FEWEST_TURNS} turns to judge by")
    return share(hits)
