import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.errors import SettingsError
from analyzer.ingest.people import build_people, clean_name, slug, split_name
from analyzer.ingest.roster import merge_roster, read_roster
from analyzer.records.meeting import Locator, Meeting, Source, Utterance


@pytest.mark.parametrize(
    ("spelled", "name", "party", "role"),
    [
        ("Ann Lee (Acme)", "Ann Lee", "Acme", None),
        ("Ann Lee | Acme", "Ann Lee", "Acme", None),
        ("Lee, Ann (Acme)", "Ann Lee", "Acme", None),
        ("[Lee, Ann]", "Ann Lee", None, None),
        ('"Lee, Ann" <ann@acme.example>', "Ann Lee", None, None),
        ("ann at acme.example (Ann Lee)", "Ann Lee", None, None),
        ("Ann Lee (she/her) (Acme)", "Ann Lee", "Acme", None),
        ("Ann Lee (Chair)", "Ann Lee", None, "chair"),
        ("Ann Lee (Guest)", "Ann Lee", None, None),
        ("Speaker 1", "Speaker 1", None, None),
        ("Unknown Speaker", "Unknown Speaker", None, None),
        ("Smith, Jr.", "Smith, Jr.", None, None),
    ],
)
def test_a_display_name_is_taken_apart(spelled, name, party, role):
    display = split_name(spelled)

    assert (display.name, display.party, display.role) == (name, party, role)


@pytest.mark.parametrize(
    ("spelled", "cleaned"),
    [
        ("Ann Lee", "Ann Lee"),
        ("Zoe\u0308 Lee", "Zoë Lee"),
        ("Ann\u202e Lee\x00", "Ann Lee"),
        ("Ann\tLee\r\n", "Ann Lee"),
        ("Ann\u00a0\u2003Lee", "Ann Lee"),
        ("راه\u200cپیما", "راه\u200cپیما"),
    ],
)
def test_only_marks_that_nobody_sees_leave_a_name(spelled, cleaned):
    assert clean_name(spelled) == cleaned


def test_the_search_for_marks_skips_names_that_have_none(monkeypatch):
    looked_at = []
    monkeypatch.setattr(
        "analyzer.ingest.people.unicodedata.category", lambda mark: looked_at.append(mark) or "Ll"
    )

    assert [clean_name(f"a to {number}") for number in range(50)][-1] == "a to 49"
    assert not looked_at


def test_spellings_of_one_name_are_one_person():
    people, keys = build_people(
        ["Ann Lee (Acme)", "ann lee", "Lee, Ann", "Bo <bo@b.example>", "bo@b.example", ""]
    )

    assert [person.key for person in people] == ["ann-lee", "bo"]
    assert keys["Lee, Ann"] == keys["ann lee"] == "ann-lee"
    assert keys["bo@b.example"] == "bo"
    assert "" not in keys


@pytest.mark.parametrize(
    "mark", ["Gast", "Invité", "Convidada", "ゲスト", "Unverified", "Nicht überprüft", "2"]
)
def test_what_a_tool_puts_behind_a_name_is_no_party(mark):
    assert split_name(f"Ann Lee ({mark})").party is None


def test_one_name_with_two_parties_is_two_people():
    people, _ = build_people(["Ann Lee (Acme)", "Ann Lee (Bolt)"])

    assert [(person.key, person.party) for person in people] == [
        ("ann-lee", "Acme"),
        ("ann-lee-bolt", "Bolt"),
    ]


@pytest.mark.parametrize(
    "names",
    [("James Lee", "James M Lee"), ("James M. Lee (Acme)", "James Lee"), ("Lee, James M", "james lee")],
)
def test_a_middle_initial_is_no_other_person_where_only_one_has_it(names):
    people, keys = build_people([*names, "Ann Lee"])

    assert [person.key for person in people] == ["james-lee", "ann-lee"]
    assert people[0].aliases
    assert {keys[name] for name in names} == {"james-lee"}


@pytest.mark.parametrize(
    "names",
    [
        ("James Lee", "James M Lee", "James K Lee"),  # which of the two?
        ("James M Lee", "James K Lee"),
        ("James Lee (Acme)", "James M Lee (Bolt)"),
        ("James Lee", "James May Lee"),
        ("J Lee", "J M Lee"),  # two letters say too little
        ("Chris Ek", "Chris y Ek"),
    ],
)
def test_names_that_may_be_of_two_people_stay_two(names):
    assert len(build_people(names)[0]) == len(names)


def test_names_lose_control_and_direction_characters():
    people, _ = build_people(["Ann\u202e\u0000 Lee\n"])

    assert people[0].name == "Ann Lee"


def test_japanese_sounds_stay_apart_and_accents_fold():
    assert slug("か") != slug("が")
    assert slug("José") == "jose"
    assert slug("🦊").startswith("speaker-")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=8))
def test_any_names_give_unique_keys_and_a_complete_map(names):
    people, keys = build_people(names)

    found = [person.key for person in people]
    assert len(set(found)) == len(found)
    assert set(keys.values()) == set(found)
    assert build_people(names) == (people, keys)


def meeting_of(*names):
    people, keys = build_people(names)
    utterances = tuple(
        Utterance(index=index, text="Yes.", speaker=keys[name], at=Locator(unit="line", number=index + 1))
        for index, name in enumerate(names)
    )
    source = Source(name="a.txt", sha256="0", format="text", size=1)
    return Meeting(id="a", series="", people=people, utterances=utterances, source=source)


def test_the_roster_overrides_and_joins(tmp_path):
    roster = tmp_path / "people.csv"
    roster.write_text("name,aliases,party,role\nAnn Lee,AL;Annie,Acme,chair\n", encoding="utf-8")

    merged = merge_roster(meeting_of("al", "ANNIE", "Bo"), read_roster(roster))

    assert [(person.name, person.party, person.role) for person in merged.people] == [
        ("Ann Lee", "Acme", "chair"),
        ("Bo", None, None),
    ]
    assert [utterance.speaker for utterance in merged.utterances] == ["ann-lee", "ann-lee", "bo"]


@pytest.mark.parametrize("text", ["party,role\nAcme,chair\n", "name\nAnn\nann\n", ""])
def test_a_broken_roster_says_so(tmp_path, text):
    roster = tmp_path / "people.csv"
    roster.write_text(text, encoding="utf-8")

    with pytest.raises(SettingsError, match=r"people\.csv"):
        read_roster(roster)


def test_a_roster_that_is_not_there_says_so_in_words(tmp_path):
    with pytest.raises(SettingsError, match="there is no such roster") as raised:
        read_roster(tmp_path / "peple.csv")

    assert "Errno" not in str(raised.value)


def test_a_roster_of_bytes_says_so(tmp_path):
    roster = tmp_path / "people.csv"
    roster.write_bytes(b"name\n\xff\xfe\x00")

    with pytest.raises(SettingsError, match="cannot be read"):
        read_roster(roster)
