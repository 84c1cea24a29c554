from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from analyzer.codebook import default_codebook
from analyzer.records.analysis import Measured, TopicMeeting
from analyzer.trends.loops import Ledger, ledger
from analyzer.trends.topic_series import wilson
from analyzer.trends.topics import Linked

CODEBOOK = default_codebook()
Account = Callable[..., Ledger]


@pytest.fixture
def account(one_meeting: Callable[..., Measured]) -> Account:
    """Keep the ledger of meetings m1, m2, ...; each piece's `topic` is its key in the series."""

    def make(
        meetings: Sequence[Sequence[object]],
        *,
        kinds: Sequence[str] = (),
        undated: Sequence[int] = (),
        timed: bool = True,
    ) -> Ledger:
        measured = [
            _linked(
                one_meeting(
                    said,
                    name=f"m{number}",
                    day=None if number in undated else date(2025, 1, 6) + timedelta(weeks=4 * number),
                    kind=kinds[number - 1] if kinds else "transcript",
                    timed=timed,
                )
            )
            for number, said in enumerate(meetings, start=1)
        ]
        keys = {key for one in measured for key in one.topics if key}
        return ledger(Linked(meetings=tuple(measured), labels={key: key.upper() for key in keys}), CODEBOOK)

    return make


def _linked(measured: Measured) -> Measured:
    tagged = measured.tagged
    return replace(measured, topics=tuple(tagged.utterance(n).topic for n in range(len(tagged))))


def rows(found: Ledger, topic: str) -> list[TopicMeeting]:
    return [row for row in found.topics if row.topic == topic]


def statuses(found: Ledger, topic: str) -> list[str]:
    return [row.status for row in rows(found, topic)]


def test_a_row_counts_what_was_said_of_a_topic_in_a_meeting(account: Account, say: type) -> None:
    said = [
        say(text="one two three", topic="gate", speaker="Ada"),
        say(text="four five", topic="gate", speaker="Ben", mode="circular"),
        say(text="six", topic="pump", speaker="Cas"),
        say(text="seven", topic=None),
    ]

    [gate, pump] = account([said]).topics

    assert (gate.topic, gate.label, gate.meeting) == ("gate", "GATE", "m1")
    assert (gate.words, gate.pieces, gate.circular) == (5, 2, 1)
    # 20 seconds of talk, three people in the room.
    assert gate.person_minutes == pytest.approx(1.0)
    assert (pump.words, pump.circular) == (1, 0)


def test_without_times_person_minutes_are_unknown(account: Account, say: type) -> None:
    found = account([[say(text="a b", topic="gate")], [say(text="c d", topic="gate")]], timed=False)

    assert [row.person_minutes for row in found.topics] == [None, None]
    assert found.loops[0].person_minutes is None


def test_a_topic_is_opened_once_and_then_revisited(account: Account, say: type) -> None:
    said = [say(text="The hinge is rusty.", topic="gate")]

    assert statuses(account([said, said, said]), "gate") == ["opened", "revisited", "revisited"]


def test_a_decision_in_the_last_words_decides(account: Account, say: type) -> None:
    talk = [say(text="The hinge is rusty.", topic="gate")] * 4
    end = [
        say(text="Any objections to the new hinge? No.", topic="gate"),
        say(text="Then it is agreed and approved.", topic="gate"),
    ]

    assert statuses(account([talk, [*talk, *end]]), "gate") == ["opened", "decided"]


def test_what_is_carried_over_is_deferred(account: Account, say: type) -> None:
    talk = [say(text="The hinge is rusty.", topic="gate")]
    around = [say(text="Still rusty.", topic="gate", mode="circular")] * 3
    end = [say(text="Carried over, no decision.", topic="gate", mode="circular")]

    assert statuses(account([talk, [*talk, *around, *end], talk]), "gate")[1] == "deferred"


def test_a_loop_is_a_topic_that_came_back(account: Account, say: type) -> None:
    gate = [say(text="The hinge is rusty.", topic="gate", party="Bank")]
    pump = [say(text="The pump leaks.", topic="pump", party="Vendor")]

    [loop] = account([[*gate, *pump], gate]).loops

    assert loop.topic == "gate"
    assert loop.meetings == ("m1", "m2")
    assert loop.words == 8
    assert loop.status == "revisited"


def test_who_reopens_is_the_party_of_the_first_words_of_substance(account: Account, say: type) -> None:
    opened = [say(text="The hinge is rusty.", topic="gate", party="Bank", speaker="Ada")]
    reopened = [
        say(text="Right then.", topic="gate", party="Bank", speaker="Ada", mode="procedural"),
        say(text="Rust again.", topic="gate", party="Vendor", speaker="Vic"),
    ]

    [loop] = account([opened, reopened, reopened, opened]).loops

    assert loop.reopened_by == ("Vendor", "Bank")


def test_since_when_there_is_no_decision_starts_anew_after_one(account: Account, say: type) -> None:
    talk = [say(text="The hinge is rusty.", topic="gate")] * 4
    end = [
        say(text="Any objections to the new hinge? No.", topic="gate"),
        say(text="Then it is agreed and approved.", topic="gate"),
    ]

    assert account([talk, talk]).loops[0].since == "m1"
    assert account([talk, [*talk, *end], talk, talk]).loops[0].since == "m3"
    assert account([talk, [*talk, *end]]).loops[0].since is None


def test_the_costliest_loop_comes_first(account: Account, say: type) -> None:
    gate, pump = [say(text="Rust.", topic="gate")], [say(text="Oil.", topic="pump")] * 5

    found = account([[*gate, *pump], [*gate, *pump]])

    assert [loop.topic for loop in found.loops] == ["pump", "gate"]


def test_mail_neither_opens_nor_brings_back(account: Account, say: type) -> None:
    said = [say(text="The hinge is rusty.", topic="gate")]

    found = account([said, said, said], kinds=["email", "transcript", "email"])

    assert statuses(found, "gate") == ["opened", "opened", "revisited"]
    assert found.loops == ()


def test_where_there_is_only_mail_threads_are_the_meetings(account: Account, say: type) -> None:
    said = [say(text="The hinge is rusty.", topic="gate")]

    found = account([said, said], kinds=["email", "email"])

    assert statuses(found, "gate") == ["opened", "revisited"]
    assert [loop.topic for loop in found.loops] == ["gate"]


def test_a_series_without_topics_has_an_empty_ledger(account: Account, say: type) -> None:
    assert account([[say(text="Words.", topic=None)]]) == Ledger(topics=(), loops=())
    assert account([]) == Ledger(topics=(), loops=())


def test_topics_are_put_down_to_the_party_that_first_brings_them_up(account: Account, say: type) -> None:
    rust = [say(text="The hinge is rusty.", topic="hinge", party="Bank", speaker="Ada")] * 6
    gate = [say(text="The gate is shut.", topic="gate", party="Vendor", speaker="Bo")] * 6
    end = [say(text="Decided: a new hinge.", topic="hinge", party="Vendor", speaker="Bo")]

    raised = {one.party: one for one in account([[*rust, *gate], [*rust, *end]]).raised}

    assert {party: one.topics for party, one in raised.items()} == {"Bank": 1, "Vendor": 1}
    assert raised["Bank"].decided == wilson(1.0, 1, 1)
    assert raised["Vendor"].decided == wilson(0.0, 1, 1)
