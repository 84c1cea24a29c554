from __future__ import annotations

import numpy as np

from analyzer.boundaries import CERTAIN, WEIGHTS, boundary_odds, features
from analyzer.matter import matter_of
from analyzer.records.meeting import Locator, Meeting, Person, Source, Utterance
from analyzer.records.tagged import Encoded, Piece

GATE = "the northern gate needs a new hinge and more steel"
PUMP = "the cooling pump leaks oil near the third valve"


def encoded(said: list[tuple[str, str]]) -> Encoded:
    """Pieces of (speaker, text); each subject has a direction of its own."""
    meeting = Meeting(
        id="m1",
        series="alpha",
        people=tuple(Person(key=key, name=key) for key in sorted({speaker for speaker, _ in said})),
        utterances=tuple(
            Utterance(index=index, text=text, speaker=speaker, at=Locator(unit="row", number=index + 1))
            for index, (speaker, text) in enumerate(said)
        ),
        source=Source(name="m1", sha256="0" * 64, format="jsonl", size=1),
    )
    n = len(said)
    vectors = [[1.0, 0.0] if "gate" in text else [0.0, 1.0] for _, text in said]
    return Encoded(
        meeting=meeting,
        pieces=tuple(
            Piece(utterance=i, number=0, start=0, end=len(text)) for i, (_, text) in enumerate(said)
        ),
        vectors=np.array(vectors, dtype=np.float16).reshape(n, 2),
        local=np.zeros((n, 12), dtype=np.float16),
        spans=np.zeros((n, 12, 2), dtype=np.int32),
        model="made-1.0.0",
    )


def odds(said: list[tuple[str, str]]) -> list[float]:
    given = encoded(said)
    return boundary_odds(given, matter_of(given)).tolist()


def test_a_new_matter_is_likeliest_where_the_subject_changes() -> None:
    found = odds([("Ada", GATE), ("Ben", GATE), ("Ada", GATE), ("Ben", PUMP), ("Ada", PUMP), ("Ben", PUMP)])

    assert found[0] == CERTAIN
    assert int(np.argmax(found[1:])) + 1 == 3


def test_a_chair_who_calls_the_next_item_makes_one_likelier() -> None:
    rest = [("Ada", GATE), ("Ben", PUMP)]

    plain = odds([*rest, ("Ada", "Yes, we do that."), *rest])
    called = odds([*rest, ("Ada", "Next item, please."), *rest])

    assert called[2] > plain[2] + 1


def test_every_weight_is_of_a_feature_and_every_feature_has_one() -> None:
    given = encoded([("Ada", GATE), ("Ben", PUMP)])

    assert set(features(given, matter_of(given))) == set(WEIGHTS)


def test_no_pieces_have_no_boundaries() -> None:
    assert odds([]) == []
