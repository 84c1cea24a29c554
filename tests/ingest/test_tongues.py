from datetime import date

import pytest

from analyzer.ingest.scribed import read_markdown, read_text
from analyzer.ingest.sources import Document
from analyzer.ingest.tongues import is_part, kind_of, point_mark

GERMAN = """Protokoll der Sitzung

Datum: 12. März 2024
Ort: Aula
Anwesend: Anna Keller, Bernd Vogt
Protokollführung: Bernd Vogt

TOP 1 Begrüßung
Frau Keller begrüßt alle.

TOP 2: Haushalt
Anna Keller: Die Kasse stimmt.
Bernd Vogt: Gut so.
Beschluss: Der Haushalt wird angenommen.
Aufgabe: Herr Vogt verschickt ihn.

Nächste Sitzung: 9. April 2024
"""
FRENCH = """# Compte rendu

**Lieu :** Salle 3
**Présents :** Alice Roy, Benoît Petit

## Ordre du jour

1. Budget

## Budget

- Benoît : il faut réduire.
- Alice : d'accord.

**Décision :** on réduit.

## Prochaines étapes

- Benoît enverra le tableau.
"""
SPANISH = """ACTA DE LA REUNIÓN

Fecha: 4 de junio de 2024
Asistentes: Ana Ruiz, Luis Gómez

ORDEN DEL DÍA
1. Cuota
2. Ruegos

1. Cuota
Ana Ruiz: Propongo subirla.
Luis Gómez: Me parece bien.
Acuerdo: Se sube la cuota.

2. Ruegos
No hay ruegos.
"""
JAPANESE = """運営委員会議事録

日時：2024年3月5日 14:00
場所：第一会議室
出席者：田中委員長、鈴木委員

田中委員長：始めます。
鈴木委員：はい。
田中委員長：次です。

決定事項：
・予算案を承認する。
"""
COUNCIL = """○議長（山田太郎君）　開きます。
○１番（木村花子君）　質問します。
　道路についてです。
○議長（山田太郎君）　終わります。
"""


def read(text, reader=read_text):
    (meeting,) = reader(Document(name="minutes.txt", content=text.encode()))
    return meeting


def told(meeting):
    names = {person.key: person.name for person in meeting.people}
    return [(u.kind, names.get(u.speaker), u.text) for u in meeting.utterances if u.kind != "statement"]


def test_german_minutes_have_fields_points_decisions_and_actions():
    meeting = read(GERMAN)

    assert [person.name for person in meeting.people] == ["Anna Keller", "Bernd Vogt"]
    assert meeting.date == date(2024, 3, 12)
    assert told(meeting) == [
        ("speech", "Anna Keller", "Die Kasse stimmt."),
        ("speech", "Bernd Vogt", "Gut so."),
        ("decision", None, "Der Haushalt wird angenommen."),
        ("action", None, "Herr Vogt verschickt ihn."),
    ]
    assert [u.topic for u in meeting.utterances if u.text == "Frau Keller begrüßt alle."] == [
        "TOP 1 Begrüßung"
    ]


def test_french_minutes_have_fields_decisions_and_actions():
    meeting = read(FRENCH, read_markdown)

    assert [person.name for person in meeting.people] == ["Alice Roy", "Benoît Petit"]
    assert told(meeting) == [
        ("speech", "Benoît Petit", "il faut réduire."),
        ("speech", "Alice Roy", "d'accord."),
        ("decision", None, "on réduit."),
        ("action", None, "Benoît enverra le tableau."),
    ]


def test_spanish_minutes_keep_the_agenda_apart_from_what_was_said():
    meeting = read(SPANISH)

    assert [(u.text, u.topic) for u in meeting.utterances] == [
        ("Propongo subirla.", "1. Cuota"),
        ("Me parece bien.", "1. Cuota"),
        ("Se sube la cuota.", "1. Cuota"),
        ("No hay ruegos.", "2. Ruegos"),
    ]


def test_japanese_minutes_are_read_by_their_wide_colons():
    meeting = read(JAPANESE)

    assert [person.name for person in meeting.people] == ["田中委員長", "鈴木委員"]
    assert told(meeting) == [
        ("speech", "田中委員長", "始めます。"),
        ("speech", "鈴木委員", "はい。"),
        ("speech", "田中委員長", "次です。"),
        ("decision", None, "予算案を承認する。"),
    ]


def test_a_japanese_assembly_names_who_holds_an_office():
    assert [(name, text) for _, name, text in told(read(COUNCIL))] == [
        ("山田太郎", "開きます。"),
        ("木村花子", "質問します。 道路についてです。"),
        ("山田太郎", "終わります。"),
    ]


@pytest.mark.parametrize(
    "label", ["Ort", "Prochaine réunion", "Orden del día", "場所", "Anwesend", "Beschlüsse"]
)
def test_parts_of_minutes_are_known_as_a_whole(label):
    assert is_part(label)


@pytest.mark.parametrize("label", ["Ort Meier", "Clara", "Président", "議長", "Martin Data"])
def test_people_are_no_parts(label):
    assert not is_part(label)


def test_what_a_label_announces():
    assert [kind_of(label) for label in ("Beschluss", "Prossimi passi", "决定", "Ort")] == [
        "decision",
        "action",
        "decision",
        None,
    ]
    assert [point_mark(text) for text in ("TOP 1 Begrüßung", "Top marks", "議題2 予算")] == [4, 0, 2]
