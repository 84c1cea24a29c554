from analyzer.ingest.reported import attribute
from analyzer.records.meeting import Locator, Person, Utterance

PEOPLE = (
    Person(key="ann", name="Ann Keil", role="CIO, Chair"),
    Person(key="bob", name="Dr Bob Lund"),
    Person(key="cat", name="Cat Lund-Hansen"),
)


def spoken(text, people=PEOPLE):
    said = Utterance(index=0, text=text, kind="statement", at=Locator(unit="paragraph", number=3))
    return [(utterance.speaker, utterance.text) for utterance in attribute([said], people)]


def test_a_surname_before_a_verb_of_saying_is_its_speaker():
    assert spoken("Keil reported two leavers.") == [("ann", "Keil reported two leavers.")]
    assert spoken("Dr Lund then objected.") == [("bob", "Dr Lund then objected.")]


def test_each_person_reported_gets_her_own_sentences():
    assert spoken("Keil asked why. Lund replied that nobody knew.") == [
        ("ann", "Keil asked why."),
        ("bob", "Lund replied that nobody knew."),
    ]


def test_the_chair_is_who_has_the_office():
    assert spoken("The Chair closed the item.") == [("ann", "The Chair closed the item.")]
    assert spoken("The Chair closed the item.", PEOPLE[1:]) == [(None, "The Chair closed the item.")]


def test_two_in_one_office_are_nobody():
    vice = Person(key="dan", name="Dan Roe", role="Vice-chair")
    other = Person(key="eve", name="Eve Poe", role="Co-chair")

    assert spoken("The Chair closed it.", (PEOPLE[0], vice)) == [("ann", "The Chair closed it.")]
    assert spoken("The Chair closed it.", (PEOPLE[0], other)) == [(None, "The Chair closed it.")]


def test_he_and_the_passive_go_on_with_who_was_reported_before():
    text = "Lund protested. A partner cannot be told in a meeting. He added that he is asked for much."

    assert spoken(text) == [("bob", text)]


def test_somebody_else_ends_it():
    assert spoken("Lund protested. The auditor said nothing.") == [
        ("bob", "Lund protested."),
        (None, "The auditor said nothing."),
    ]


def test_a_surname_of_two_people_stays_open():
    two = (*PEOPLE, Person(key="eve", name="Eve Lund"))

    assert spoken("Lund objected.", two) == [(None, "Lund objected.")]


def test_a_motion_and_its_outcome_are_a_decision():
    said = Utterance(
        index=0,
        text="Moved by Mayor Lund, seconded by Keil, to stop. CARRIED. Mayor Lund thanked all.",
        kind="statement",
        at=Locator(unit="page", number=1),
    )

    assert [(u.kind, u.speaker) for u in attribute([said], PEOPLE)] == [
        ("decision", None),
        ("statement", "bob"),
    ]
