"""The digest's sentences on what matters: loops, barriers, ideas, and what may be done about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzer.records.analysis import Fate, Finding, Idea, Loop, Measured
from analyzer.records.figures import Estimate
from analyzer.trends import evidence
from analyzer.trends.digest_basis import Basis, figure_names
from analyzer.trends.evidence import Shown, refs
from analyzer.trends.phrases import (
    amount,
    capital,
    hours,
    label_name,
    listed,
    named,
    when,
    with_interval,
)

LOOPS = 3
BARRIERS = 3
RAISED = 2  # topics to raise next time


def loops(basis: Basis) -> Iterator[Finding]:
    """Name the topics that came back and cost most."""
    for loop in costliest(basis.analysis.loops)[:LOOPS]:
        held = ["meetings", "words"]
        cost = amount(loop.words, "word")
        if loop.person_minutes is not None:
            cost = f"{hours(loop.person_minutes)} ({cost})"
            held.append("person_minutes")
        circling = ""
        if loop.circular:
            circling = f", {amount(loop.circular, 'piece')} of it in circles"
            held.append("circular")
        sentence = (
            f"{named(loop.label)} was talked about in {amount(len(loop.meetings), 'meeting')} and took {cost}"
            f"{circling}; {_outcome(loop, basis)}."
        )
        pieces = evidence.of_topic(basis.analysis.meetings, loop.topic, basis.codebook)
        figures = tuple(f"{loop.topic}:{name}" for name in held)
        yield Finding(sentence=sentence, figures=figures, pieces=refs(pieces))


def costliest(found: Sequence[Loop]) -> list[Loop]:
    """Order loops by cost: person-hours where all are known, else words; those that never circle last."""
    known = all(loop.person_minutes is not None for loop in found)

    def cost(loop: Loop) -> float:
        return loop.person_minutes or 0.0 if known else float(loop.words)

    return sorted(found, key=lambda loop: (not loop.circular, -cost(loop), loop.topic))


def _outcome(loop: Loop, basis: Basis) -> str:
    last = when(basis.measured(loop.meetings[-1]).meeting)
    if loop.status == "decided":
        return f"it was decided on {last}"
    if loop.status == "deferred":
        return f"it was put off again on {last}"
    reopened = f", brought up again by {listed(loop.reopened_by)}" if loop.reopened_by else ""
    return f"on {last} it was still without a decision{reopened}"


def unfinished(basis: Basis) -> Iterator[Finding]:
    """Count the work that came back unfinished, and quote the latest that did."""
    actions = basis.analysis.actions
    back = [action for action in actions if action.came_back]
    if not back:
        return
    latest = back[-1]
    piece = _piece(latest.piece, basis)
    whose = f"what {latest.party} said" if latest.party else "what was said"
    sentence = (
        f"Of {amount(len(actions), 'piece')} that {_give(len(actions))} out work, {len(back):,} came back as "
        f"not done, such as {whose} on {when(piece.measured.meeting)}: {piece.quote(None)}"
    )
    yield Finding(
        sentence=sentence, figures=("actions",), pieces=(latest.piece, *latest.came_back)[: evidence.SHOWN]
    )


def _give(count: int) -> str:
    return "gives" if count == 1 else "give"


def barriers(basis: Basis) -> Iterator[Finding]:
    """Name the barriers in play, each with its strongest piece."""
    for key, measured in barriers_in_play(basis):
        measure = f"rate_{key}"
        figure = measured.figures.get(measure)
        pieces = evidence.of_barrier(measured, key, basis.codebook)
        if not isinstance(figure, Estimate):
            continue
        voice = f"{pieces[0].party}: " if pieces[0].party else ""
        sentence = (
            f"{capital(label_name(key, basis.codebook))} is voiced in {with_interval(figure)} of the pieces "
            f"on {when(measured.meeting)}. {voice}{pieces[0].quote(key)}"
        )
        yield Finding(sentence=sentence, figures=figure_names(measure, measured), pieces=refs(pieces))


def barriers_in_play(basis: Basis) -> list[tuple[str, Measured]]:
    """Give the barriers voiced most in the latest meeting that voices any, and that meeting."""
    for measured in reversed(basis.compared):
        counts = measured.signals.flags.sum(axis=0)
        if counts.any():
            order = sorted(range(len(counts)), key=lambda column: (-int(counts[column]), column))
            voiced = [column for column in order if counts[column]][:BARRIERS]
            return [(basis.codebook.barriers[column], measured) for column in voiced]
    return []


def ideas(basis: Basis) -> Iterator[Finding]:
    """Count what came of the ideas, and recall the strongest that lives and the strongest that was lost."""
    found = basis.analysis.ideas
    if not found:
        return
    by_fate = {fate: [idea for idea in found if idea.fate == fate] for fate in _FATES}
    fates = [_FATES[fate].format(n=f"{len(part):,}") for fate, part in by_fate.items() if part]
    sentence = f"{amount(len(found), 'piece')} {_were(len(found))} taken for {_ideas(len(found))}: "
    some = tuple(idea.piece for idea in _strongest(found)[: evidence.SHOWN])
    yield Finding(sentence=f"{sentence}{'; '.join(fates)}.", figures=("ideas",), pieces=some)
    alive = [*_strongest(by_fate["adopted"]), *_strongest(by_fate["built on"])]
    # What the other side goes on with tells more than what its own does.
    for idea in sorted(alive, key=lambda idea: idea.uptake != "other party")[:1]:
        piece = _piece(idea.piece, basis)
        by = f"taken up by {idea.taken_up_by}" if idea.uptake == "other party" else "gone on with"
        sentence = (
            f"Alive, since it is {by}: {_whose(idea)} on {when(piece.measured.meeting)}: "
            f"{_quote(piece, basis)}"
        )
        shown = (idea.piece, *idea.built_on)[: evidence.SHOWN]
        yield Finding(sentence=sentence, figures=("ideas",), pieces=shown)
    for idea in lost_ideas(basis)[:1]:
        piece = _piece(idea.piece, basis)
        sentence = (
            f"Lost so far, since nobody is seen to go on with it: {_whose(idea)} on "
            f"{when(piece.measured.meeting)}: {_quote(piece, basis)}"
        )
        yield Finding(sentence=sentence, figures=("ideas",), pieces=(idea.piece,))


_FATES: dict[Fate | None, str] = {
    "adopted": "a decision or a task is seen to come of {n}",
    "built on": "people went on with {n}, without a decision so far",
    "dropped": "nobody is seen to go on with {n}",
    None: "for {n} it is too early to tell",
}


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _ideas(count: int) -> str:
    return "an idea" if count == 1 else "ideas"


def _whose(idea: Idea) -> str:
    return f"an idea of {idea.party}" if idea.party else "an idea that came up"


def _quote(piece: Shown, basis: Basis) -> str:
    return piece.quote(basis.codebook.role("generative"))


def _strongest(found: Sequence[Idea]) -> list[Idea]:
    return sorted(found, key=lambda idea: -idea.belief)


def lost_ideas(basis: Basis) -> list[Idea]:
    """Give the ideas that nobody went on with, strongest first."""
    return _strongest([idea for idea in basis.analysis.ideas if idea.fate == "dropped"])


def _piece(whole_ref: str, basis: Basis) -> Shown:
    meeting, _, ref = whole_ref.rpartition("#")
    measured = basis.measured(meeting)
    number = [piece.ref for piece in measured.tagged.pieces].index(ref)
    return evidence.shown(measured, number, 0.0)


def next_time(basis: Basis) -> Iterator[Finding]:
    """Say what to raise: the costliest topics without a decision, and an idea on one that was left lying."""
    undecided = [loop for loop in costliest(basis.analysis.loops) if loop.status != "decided"]
    lost = lost_ideas(basis)[1:]  # the strongest of all was quoted already
    for loop in undecided[:RAISED]:
        label, since = named(loop.label), when(basis.measured(loop.since or loop.meetings[0]).meeting)
        ask = (
            "What would have to change before"
            if loop.status == "deferred"
            else "What would it take to decide"
        )
        way = " can be decided" if loop.status == "deferred" else ""
        sentence = f"{ask} {label}{way}, open since {since}?"
        pieces = evidence.of_topic(basis.analysis.meetings, loop.topic, basis.codebook)
        figures: tuple[str, ...] = (f"{loop.topic}:meetings",)
        idea = next((idea for idea in lost if idea.topic == loop.topic), None)
        if idea is not None:
            piece = _piece(idea.piece, basis)
            sentence += (
                f" On it, {_whose(idea)} on {when(piece.measured.meeting)} was left lying: "
                f"{_quote(piece, basis)}"
            )
            figures = (*figures, "ideas")
            shown = tuple(dict.fromkeys((idea.piece, *refs(pieces))))[: evidence.SHOWN]
        else:
            shown = refs(pieces)
        yield Finding(sentence=sentence, figures=figures, pieces=shown)


def options(basis: Basis) -> Iterator[Finding]:
    """Offer what the field recommends for the barriers in play."""
    for key, measured in barriers_in_play(basis):
        practice = basis.practices.get(key)
        if practice is None:
            continue
        choices = "; ".join([*practice.options[:-1], f"or {practice.options[-1]}"])
        sentence = (
            f"For {label_name(key, basis.codebook)} the field recommends {practice.approach}; "
            f"options are {choices}."
        )
        pieces = evidence.of_barrier(measured, key, basis.codebook)
        figures = figure_names(f"rate_{key}", measured)
        yield Finding(sentence=sentence, figures=figures, pieces=refs(pieces))
