"""Known people are found in text however they are written, and words that look like names are left."""

from __future__ import annotations

import pytest

from analyzer.codebook import default_codebook
from analyzer.records.meeting import Person
from analyzer.reports.names import PSEUDONYMS, Cast

PEOPLE = (
    Person(key="ann", name="Ann Lee-Carter", party="Bank", aliases=("ann.lee@bank.example",)),
    Person(key="gvo", name="Gerrit van Oosten", party="Vendor"),
    Person(key="jorg", name="Jörg Müller", party="Vendor"),
    Person(key="will", name="Will May", party="Bank"),
    Person(key="bo", name="Bo", party=None),
    Person(key="s1", name="Speaker 1", party="Bank"),
)


@pytest.fixture
def cast(build, said):
    """Give the cast of one meeting with PEOPLE, in which `lines` are said."""
    from dataclasses import replace

    def made(names, *lines, people=PEOPLE):
        mode = default_codebook().modes[0]
        analysis = build([[said(text=line, party="Bank", mode=mode) for line in lines or ("A word.",)]])
        measured = analysis.meetings[0]
        meeting = replace(measured.meeting, people=people, parties=("Bank", "Vendor"))
        encoded = replace(measured.tagged.encoded, meeting=meeting)
        measured = replace(measured, tagged=replace(measured.tagged, encoded=encoded))
        return Cast([replace(analysis, meetings=(measured,))], names)

    return made


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ann Lee-Carter said so.", "[someone at Bank] said so."),
        ("So said Lee-Carter, Ann.", "So said [someone at Bank]."),
        ("ann's list; ANN's list", "[someone at Bank]'s list; [someone at Bank]'s list"),
        ("Van Oosten and Gerrit agree", "[someone at Vendor] and [someone at Vendor] agree"),
        ("Gerrit\nvan Oosten", "[someone at Vendor]"),
        ("Jorg Muller, Jo\u0308rg", "[someone at Vendor]"),
        ("Joerg Mueller asked Mullers deputy", "[someone at Vendor] asked [someone at Vendor] deputy"),
        ("GerritvanOosten.vtt by @annleecarter", "[someone at Vendor].vtt by @[someone at Bank]"),
        (
            "Gerrit's, GERRIT’s and Gerrits",
            "[someone at Vendor]'s, [someone at Vendor]’s and [someone at Vendor]",
        ),
        ("gerrit.van-oosten+x@mail.vendor.example", "[mail address]"),
        ("call_gerrit_2.vtt", "call_[someone at Vendor]_2.vtt"),
        ("Write to ann.lee@bank.example, or x@y.example.", "Write to [mail address], or [mail address]."),
        ("code `@#brand` and a@b", "code `@#brand` and a@b"),
        ("Bo left. The bow stayed.", "[someone] left. The bow stayed."),
        ("The planning of Annex 3", "The planning of Annex 3"),
        ("Speaker 1 was Ann", "Speaker 1 was [someone at Bank]"),
        ("The Bank and the Vendor", "The Bank and the Vendor"),
        ("Ann, Gerrit: go", "[someone at Bank], [someone at Vendor]: go"),
    ],
)
def test_names_give_way_to_parties(cast, text, expected):
    assert cast("roles").text(text) == expected


def test_a_name_that_is_a_word_is_one_only_with_a_capital(cast):
    lines = [
        "I will come, you will see, they will not.",
        "So Will said, if I may, that they may.",
        "May it be.",
    ]

    found = cast("roles", *lines)

    assert found.text("I will ask Will.") == "I will ask [someone at Bank]."
    assert found.text("you may ask on 3 May or in May 2025") == "you may ask on 3 May or in May 2025"
    assert found.text("ask Will May") == "ask [someone at Bank]"


def test_initials_are_found_in_capitals_only(cast):
    found = cast("roles", people=(Person(key="a", name="Ann Lee", party="Bank", aliases=("API",)),))

    assert found.text("API said the api is done.") == "[someone at Bank] said the api is done."


def test_names_that_a_file_writes_in_capitals_are_found_however_they_are_written(cast):
    found = cast("roles", people=(Person(key="a", name="ANN LEE", party="Bank", aliases=("LEE",)),))

    assert found.text("Ann said: ask Lee, ANN LEE.") == "[someone at Bank] said: ask [someone at Bank]."


def test_a_first_name_of_two_people_is_told_by_who_is_there(cast):
    two = (Person(key="a1", name="Ann Lee", party="Bank"), Person(key="a2", name="Ann Roe", party="Vendor"))
    found = cast("roles", people=two)

    assert found.text("Ann knows.") == "[someone] knows."
    assert found.text("Ann knows.", frozenset({1})) == "[someone at Vendor] knows."
    assert found.text("Ann Roe knows.") == "[someone at Vendor] knows."


def test_pseudonyms_are_the_same_everywhere_and_nobodys_name(cast):
    people = (Person(key="a", name="Ann Lee"), Person(key="b", name=f"Sue {PSEUDONYMS[0]}"))
    found = cast("pseudonyms", people=people)

    first, second = (found.shown(person, "Alpha") for person in people)

    assert (first, second) == PSEUDONYMS[1:3]
    assert found.text("Ann asked Sue, and Lee agreed.") == f"{first} asked {second}, and {first} agreed."


def test_more_people_than_pseudonyms_are_numbered(cast):
    people = tuple(Person(key=f"k{n}", name=f"Xq{'ab'[n % 2] * (n + 1)} Zed") for n in range(70))
    found = cast("pseudonyms", people=people)

    names = [found.shown(person, "Alpha") for person in people]

    assert len(set(names)) == 70
    assert names[len(PSEUDONYMS)] == f"{PSEUDONYMS[0]} 2"


def test_a_speaker_is_named_by_party_only(cast):
    found = cast("roles")

    assert [found.shown(person, "Alpha") for person in PEOPLE[:2]] == [
        "a speaker of Bank",
        "a speaker of Vendor",
    ]
    assert found.shown(PEOPLE[4], "Alpha") == "a speaker"


def test_given_names_are_left_alone(cast):
    found = cast("given")

    assert found.text("Ann Lee-Carter, ann.lee@bank.example") == "Ann Lee-Carter, ann.lee@bank.example"
    assert found.shown(PEOPLE[0], "Alpha") == "Ann Lee-Carter"
