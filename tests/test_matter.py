from __future__ import annotations

import numpy as np
import pytest

from analyzer.matter import hashed_words, heading_matter, matter_of, names_of, unit
from analyzer.records.meeting import Locator, Meeting, Person, Source, Utterance
from analyzer.records.tagged import Encoded, Piece


def encoded(texts: list[str], vectors: list[list[float]]) -> Encoded:
    meeting = Meeting(
        id="m1",
        series="alpha",
        parties=("North Works",),
        people=(Person(key="ana", name="Ana Vault-Meyer", party="North Works"),),
        utterances=tuple(
            Utterance(index=index, text=text, at=Locator(unit="row", number=index + 1))
            for index, text in enumerate(texts)
        ),
        source=Source(name="m1", sha256="0" * 64, format="jsonl", size=1),
    )
    n = len(texts)
    return Encoded(
        meeting=meeting,
        pieces=tuple(Piece(utterance=i, number=0, start=0, end=len(text)) for i, text in enumerate(texts)),
        vectors=np.array(vectors, dtype=np.float16).reshape(n, 2),
        local=np.zeros((n, 12), dtype=np.float16),
        spans=np.zeros((n, 12, 2), dtype=np.int32),
        model="made-1.0.0",
    )


def test_names_of_people_and_parties_say_nothing_of_the_matter() -> None:
    given = encoded(["Ana Vault moved the northern gate for North"], [[1.0, 0.0]])

    assert names_of(given.meeting) == {"ana", "vault", "meyer", "north", "work"}
    assert matter_of(given).bags == (frozenset({"moved", "northern", "gate"}),)


def test_points_lie_around_the_mean_of_the_meeting() -> None:
    text = "northern gate vault hinge lock bolt steel frame paint crane"  # ten words: full weight

    points = matter_of(encoded([text, text], [[1.0, 0.0], [0.0, 1.0]])).points

    assert np.allclose(points, [[0.7071, -0.7071], [-0.7071, 0.7071]], atol=1e-3)


def test_a_piece_weighs_by_its_content_words() -> None:
    weights = matter_of(encoded(["northern gate", "and so it was"], [[1, 0], [0, 1]])).weights

    assert np.allclose(weights, [0.22, 0.02])


def test_a_meeting_without_pieces_has_no_matter() -> None:
    matter = matter_of(encoded([], []))

    assert len(matter.points) == len(matter.weights) == len(matter.bags) == 0


def test_rare_words_weigh_more_and_single_ones_nothing() -> None:
    bags = [
        frozenset({"gate", "vault"}),
        frozenset({"gate", "vault"}),
        frozenset({"gate"}),
        frozenset({"hinge"}),
    ]

    sizes = np.linalg.norm(hashed_words(bags), axis=1)

    assert sizes[0] > sizes[2] > sizes[3] == 0


def test_rows_of_zeros_stay_zeros() -> None:
    assert unit(np.zeros((2, 3), dtype=np.float32)).tolist() == [[0.0] * 3] * 2


@pytest.mark.parametrize(
    ("heading", "matter"),
    [
        ("Gate", "Gate"),
        ("Notes of May / 3. Gate", "Gate"),
        ("13.ii.e Gate for stage 2 (15m)", "Gate for stage 2"),
        ("Item 4: Gate", "Gate"),
        ("Gate / Conclusion/Resolution", "Gate"),
        ("Gate / Speaker's Summary of Key Points", "Gate"),
        ("2024 budget", "2024 budget"),
        ("Welcome", None),
        ("Any other business", None),
        ("Approval of the minutes from last meeting", None),
        ("Conclusion", None),
        ("3.", None),
    ],
)
def test_a_heading_gives_its_matter(heading: str, matter: str | None) -> None:
    assert heading_matter(heading) == matter
