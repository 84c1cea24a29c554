"""Every figure of a meeting by name: what it says, its bounds, how people read it.

One table for reports, docs and tests. `<mode>`, `<barrier>` and `<party>` stand for each of them. All
figures are shares of pieces, words or turns (0 to 1), or differences of shares (-1 to 1).
"""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.codebook import Codebook, Label

_MODE, _BARRIER, _PARTY = "<mode>", "<barrier>", "<party>"


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureKind:
    """One kind of figure.

    `title` is its name for people, with {label} and {party} to fill in; `least` is the lowest value it
    can have, the highest is 1; `of_error` says whether it needs the model's measured confusion.
    """

    name: str
    title: str
    about: str
    least: float = 0.0
    of_error: bool = False


def _kind(name: str, title: str, about: str, *, least: float = 0.0, of_error: bool = False) -> FigureKind:
    return FigureKind(name=name, title=title, about=about, least=least, of_error=of_error)


FIGURES: tuple[FigureKind, ...] = (
    _kind("share_<mode>", "{label} talk", "pieces asserted to be of the mode, of all pieces"),
    _kind("share_unsure", "Unsure", "pieces of which no mode is asserted, of all pieces"),
    _kind("words_share_<mode>", "{label} talk, by words", "words in pieces of the mode, of all words"),
    _kind("words_share_unsure", "Unsure, by words", "words in pieces of which no mode is asserted"),
    _kind("rate_<barrier>", "{label}", "pieces that voice the barrier, of all pieces"),
    _kind("rate_any_barrier", "Any barrier", "pieces that voice one barrier or more, of all pieces"),
    _kind("words_rate_<barrier>", "{label}, by words", "words in pieces that voice the barrier"),
    _kind("words_rate_any_barrier", "Any barrier, by words", "words in pieces that voice any barrier"),
    _kind(
        "adjusted_share_<mode>",
        "{label} talk, adjusted for the model's error",
        "share of the mode that explains what was asserted, given how the model confuses modes",
        of_error=True,
    ),
    _kind(
        "adjusted_rate_<barrier>",
        "{label}, adjusted for the model's error",
        "rate of the barrier that explains what was flagged, given what the model misses and mistakes",
        of_error=True,
    ),
    _kind("talk_share:<party>", "Talk share of {party}", "words the party says, of all words"),
    _kind("turn_share:<party>", "Turn share of {party}", "turns the party takes, of all turns"),
    _kind("share_<mode>:<party>", "{label} talk of {party}", "pieces of the mode, of those it says"),
    _kind("share_unsure:<party>", "Unsure talk of {party}", "pieces without a mode, of those it says"),
    _kind("rate_<barrier>:<party>", "{label}, voiced by {party}", "pieces that voice it, of those it says"),
    _kind("rate_any_barrier:<party>", "Any barrier, voiced by {party}", "pieces that voice any barrier"),
    _kind("question_share:<party>", "Questions of {party}", "turns that end in a question, of its turns"),
    _kind(
        "unanswered_share:<party>",
        "Unanswered questions of {party}",
        "its questions that nobody answers within four turns or that it asks again, of its questions",
    ),
    _kind(
        "interruption_share:<party>",
        "Interruptions by {party}",
        "turns that cut another party off, of those in which it takes over from one",
    ),
    _kind(
        "interrupted_share:<party>",
        "Interruptions of {party}",
        "turns that another party cuts off, of those that one takes over from",
    ),
    _kind("uptake:<party>", "Uptake of {party}", "its pieces that another party takes up, of its pieces"),
    _kind(
        "uptake_asymmetry:<party>",
        "Uptake asymmetry of {party}",
        "how much oftener another party's next pieces are near its own than its next pieces near theirs",
        least=-1.0,
    ),
    _kind(
        "coordination:<party>",
        "Coordination of {party}",
        "how much likelier its replies hold a class of function words if what it replies to does",
        least=-1.0,
    ),
    _kind(
        "decision_share", "Stated decisions", "pieces that state a decision in so many words, of all pieces"
    ),
    _kind("action_share", "Stated actions", "pieces that give somebody something to do, of all pieces"),
)


def figure_kind(name: str, codebook: Codebook) -> FigureKind | None:
    """Find the kind of a figure by its name, as in `share_circular:Bank`; None for an unknown name."""
    pattern, _, _ = _parted(name, codebook)
    return next((kind for kind in FIGURES if kind.name == pattern), None)


def figure_title(name: str, codebook: Codebook) -> str | None:
    """Name a figure for people, as in `Circular talk of Bank`; None for an unknown name."""
    kind = figure_kind(name, codebook)
    _, label, party = _parted(name, codebook)
    return kind.title.format(label=label.name if label else "", party=party) if kind else None


def _parted(name: str, codebook: Codebook) -> tuple[str, Label | None, str]:
    """Give the pattern of a figure's name, and the label and party that it fills in."""
    head, colon, party = name.partition(":")
    by = f":{_PARTY}" if colon else ""
    for task, place in (("mode", _MODE), ("barrier", _BARRIER)):
        for label in codebook.task(task).labels:
            stem = head.removesuffix(f"_{label.key}")
            if stem != head and any(kind.name == f"{stem}_{place}{by}" for kind in FIGURES):
                return f"{stem}_{place}{by}", label, party
    return head + by, None, party
