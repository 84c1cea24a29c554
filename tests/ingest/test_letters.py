import zipfile

from analyzer.ingest.formats import read_all
from analyzer.ingest.sources import find_documents

FIRST = (
    "From: ann@a.example\nSubject: Pilot\nMessage-ID: <1@a>\nDate: 3 Mar 2025 09:00:00 +0000\n\nWe start.\n"
)
SECOND = (
    "From: bo@b.example\nSubject: Re: Pilot\nMessage-ID: <2@b>\nIn-Reply-To: <1@a>\n\nFrom Monday, yes.\n"
)
OTHER = "From: cy@b.example\nSubject: Lunch\nMessage-ID: <3@b>\n\nSoup?\n"


def write(folder, **files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / f"{name}.eml").write_text(content, encoding="utf-8")


def test_single_mails_of_one_thread_are_one_meeting(tmp_path):
    write(tmp_path, b=FIRST, a=SECOND, c=OTHER)

    readings = read_all(tmp_path)

    assert [(m.title, [u.text for u in m.utterances]) for m in readings] == [
        ("Pilot", ["We start.", "From Monday, yes."]),
        ("Lunch", ["Soup?"]),
    ]
    assert [meeting.source.name for meeting in readings] == ["a.eml", "c.eml"]


def test_folders_are_not_mixed(tmp_path):
    write(tmp_path / "north", a=FIRST)
    write(tmp_path / "south", a=SECOND)

    assert [document.letters for document in find_documents([tmp_path])] == [(), ()]


def test_a_maildir_is_read_by_threads(tmp_path):
    for folder, name, content in (
        ("cur", "1700000000.M1P1.host:2,S", FIRST),
        ("new", "1700000001.M2P1.host", SECOND),
        ("cur", "1700000002.M3P1.host:2,", OTHER),
    ):
        (tmp_path / "box" / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / "box" / folder / name).write_text(content, encoding="utf-8")

    readings = read_all(tmp_path / "box")

    assert sorted((m.title, len(m.utterances)) for m in readings) == [("Lunch", 1), ("Pilot", 2)]
    assert not readings.failures


def test_a_mail_that_is_missing_fails_alone(tmp_path):
    write(tmp_path, a=OTHER, b=FIRST)

    readings = read_all(tmp_path, tmp_path / "none.eml")

    assert len(readings) == 2
    assert len(readings.failures) == 1


def test_mails_in_a_zip_are_read_by_threads(tmp_path):
    with zipfile.ZipFile(tmp_path / "mails.zip", "w") as archive:
        for name, content in (("b.eml", FIRST), ("a.eml", SECOND), ("c.eml", OTHER), ("d.eml", "")):
            archive.writestr(name, content)

    readings = read_all(tmp_path)

    assert [(m.source.name, len(m.utterances)) for m in readings] == [
        ("mails.zip/a.eml", 2),
        ("mails.zip/c.eml", 1),
    ]
    assert [failure.where for failure in readings.failures] == ["mails.zip/d.eml"]
