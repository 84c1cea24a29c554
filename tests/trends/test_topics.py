from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from analyzer.codebook import default_codebook
from analyzer.measures.topics import segments
from analyzer.records.analysis import Measured
from analyzer.trends.topics import Linked, link

CODEBOOK = default_codebook()
GATE = [
    "the northern gate needs a new hinge before winter",
    "steel for the gate hinge costs twice what it did",
    "who paints the gate once the hinge hangs",
    "the gate hinge supplier delivers steel in autumn",
]
PUMP = [
    "the cooling pump leaks oil near the third valve",
    "a leaking pump valve floods the cellar overnight",
    "oil from the pump stains the cellar floor",
    "replace the pump valve or drain the oil",
]
MUSEUM = [
    "the museum opens its painted ceiling to visitors",
    "visitors queue for the ceiling of the museum",
    "tickets for the museum sell out on sundays",
    "the ceiling restorers leave the museum at noon",
]
CANTEEN = [
    "the canteen serves cold soup to the night shift",
    "night shift cooks want a warm canteen kitchen",
    "soup bowls vanish from the canteen kitchen",
    "the cooks close the canteen at midnight",
]
SUBJECTS = ("gate", "pump", "museum", "canteen")

One = Callable[..., Measured]


@pytest.fixture
def meeting(one_meeting: One, say: type) -> Callable[..., Measured]:
    """Make a meeting that speaks of some subjects, one after the other; vectors follow the subject."""

    def make(
        subjects: Sequence[Sequence[str]],
        *,
        name: str,
        day: date | None,
        headings: Sequence[str | None] | None = None,
        **more: str,
    ) -> Measured:
        said = [
            say(text=text, speaker=speaker, topic=headings[place] if headings else None, **more)
            for place, subject in enumerate(subjects)
            for text, speaker in zip([*subject, *subject[::-1]], ["Ada", "Ben"] * 4, strict=True)
        ]
        measured = one_meeting(said, name=name, day=day)
        rng = np.random.default_rng(len(said))
        vectors = rng.normal(0, 0.1, (len(said), 16))
        for row, one in enumerate(said):
            vectors[row] += _direction(one.text)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        encoded = replace(measured.tagged.encoded, vectors=vectors.astype(np.float16))
        tagged = replace(measured.tagged, encoded=encoded)
        return replace(measured, tagged=tagged, topics=segments(tagged, measured.signals, CODEBOOK))

    return make


def _direction(text: str) -> np.ndarray:
    """Each word has a direction of its own, each subject a strong one."""
    rng = np.random.default_rng([SUBJECTS.index(word) for word in SUBJECTS if word in text] or [9])
    return rng.normal(0, 0.4, 16)


def day(number: int) -> date:
    return date(2025, 1, 6) + timedelta(weeks=4 * number)


def runs(measured: Measured) -> list[str | None]:
    """The topics of a meeting in order, repeats left out."""
    return [
        key for place, key in enumerate(measured.topics) if place == 0 or key != measured.topics[place - 1]
    ]


@pytest.fixture
def three(meeting: Callable[..., Measured]) -> list[Measured]:
    return [
        meeting([GATE, PUMP, MUSEUM], name="m1", day=day(1)),
        meeting([PUMP, CANTEEN, GATE], name="m2", day=day(2)),
        meeting([MUSEUM, GATE, CANTEEN], name="m3", day=day(3)),
    ]


def test_a_matter_has_one_key_in_every_meeting(three: list[Measured]) -> None:
    linked = link(three, CODEBOOK)

    assert [runs(measured) for measured in linked.meetings] == [
        ["topic-1", "topic-2", "topic-3"],
        ["topic-2", "topic-4", "topic-1"],
        ["topic-3", "topic-1", "topic-4"],
    ]


def test_labels_are_words_of_the_matter(three: list[Measured]) -> None:
    labels = link(three, CODEBOOK).labels

    assert {"gate", "hinge"} & set(labels["topic-1"].split(", "))
    assert {"pump", "oil", "valve"} & set(labels["topic-2"].split(", "))
    assert "museum" in labels["topic-3"]


def test_the_order_meetings_come_in_does_not_matter(three: list[Measured]) -> None:
    there, back = link(three, CODEBOOK), link(three[::-1], CODEBOOK)

    assert [measured.topics for measured in there.meetings] == [measured.topics for measured in back.meetings]
    assert there.labels == back.labels


def test_dated_meetings_come_oldest_first_and_undated_ones_last(meeting: Callable[..., Measured]) -> None:
    given = [
        meeting([GATE], name="a", day=None),
        meeting([GATE], name="b", day=day(2)),
        meeting([GATE], name="c", day=day(1)),
    ]

    linked = link(given, CODEBOOK)

    assert [measured.meeting.id for measured in linked.meetings] == ["c", "b", "a"]
    assert runs(linked.meetings[2]) == ["topic-1"]


def test_headings_of_one_wording_are_one_topic_whatever_is_said(meeting: Callable[..., Measured]) -> None:
    linked = link(
        [
            meeting([GATE], name="m1", day=day(1), headings=["Grounds"]),
            meeting([PUMP], name="m2", day=day(2), headings=["2. GROUNDS:"]),
        ],
        CODEBOOK,
    )

    assert [runs(measured) for measured in linked.meetings] == [["topic-1"], ["topic-1"]]
    assert linked.labels == {"topic-1": "Grounds"}


def test_pieces_under_no_heading_have_no_topic(meeting: Callable[..., Measured]) -> None:
    linked = link([meeting([GATE, PUMP], name="m1", day=day(1), headings=["Gate", None])], CODEBOOK)

    assert runs(linked.meetings[0]) == ["topic-1", None]


def test_a_meeting_without_headings_finds_the_topics_of_one_with_them(
    meeting: Callable[..., Measured],
) -> None:
    linked = link(
        [
            meeting([GATE, PUMP, CANTEEN], name="m1", day=day(1), headings=["Grounds", "Cellar", "Food"]),
            meeting([PUMP, MUSEUM, CANTEEN], name="m2", day=day(2)),
        ],
        CODEBOOK,
    )

    assert runs(linked.meetings[1]) == ["topic-2", "topic-4", "topic-3"]
    assert linked.labels["topic-2"] == "Cellar"


def test_housekeeping_is_no_topic(meeting: Callable[..., Measured]) -> None:
    linked = link([meeting([GATE], name="m1", day=day(1), mode="procedural")], CODEBOOK)

    assert set(linked.meetings[0].topics) == {None}
    assert linked.labels == {}


def test_every_key_has_a_label_and_every_piece_a_place(three: list[Measured]) -> None:
    linked = link(three, CODEBOOK)

    assert {key for measured in linked.meetings for key in measured.topics} == set(linked.labels)
    assert all(len(measured.topics) == len(measured.tagged) for measured in linked.meetings)


def test_no_meetings_and_empty_meetings_link_to_nothing(meeting: Callable[..., Measured]) -> None:
    assert link([], CODEBOOK) == Linked(meetings=(), labels={})

    linked = link([meeting([], name="m1", day=day(1)), meeting([GATE], name="m2", day=day(2))], CODEBOOK)

    assert linked.meetings[0].topics == ()
    assert runs(linked.meetings[1]) == ["topic-1"]
