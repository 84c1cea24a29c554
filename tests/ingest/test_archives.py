import gzip
import io
import tarfile
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.errors import DamagedFile, ReadError, TooLarge, UnknownFormat
from analyzer.ingest.archives import read_gzip, read_tar, read_zip
from analyzer.ingest.formats import read, read_all
from analyzer.ingest.limits import Limits
from analyzer.ingest.packages import safe_name
from analyzer.ingest.sources import Document, find_documents

TALK = b"speaker,text\nAnn,We start.\nBo,No.\n"
LINK = 0o120777 << 16


def pack(files, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = compression
            if isinstance(content, str):
                info.external_attr = LINK
            archive.writestr(info, content)
    return out.getvalue()


def encrypted(data):
    """Set the flag that says a member is protected, in both places."""
    marked = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        marked[data.index(signature) + offset] |= 1
    return bytes(marked)


def test_each_member_is_a_source_of_its_own(tmp_path):
    (tmp_path / "north").mkdir()
    files = {
        "b/two.csv": TALK,
        "one.csv": TALK,
        ".DS_Store": b"x",
        "__MACOSX/one.csv": b"x",
        "people.csv": b"name\nCy",
    }
    (tmp_path / "north" / "talk.zip").write_bytes(pack(files))

    documents = find_documents([tmp_path])

    assert [document.name for document in documents] == ["north/talk.zip/b/two.csv", "north/talk.zip/one.csv"]
    assert [document.folder for document in documents] == ["b", "talk"]
    assert [len(read(document)[0].utterances) for document in documents] == [2, 2]


def test_a_bad_member_does_not_stop_the_others(tmp_path):
    files = {"a.csv": TALK, "b.png": b"\x89PNG\r\n\x1a\n\x00", "c.csv": "../../etc/passwd", "d.csv": b""}
    (tmp_path / "talk.zip").write_bytes(pack(files))

    readings = read_all(tmp_path)

    assert [meeting.source.name for meeting in readings] == ["talk.zip/a.csv"]
    assert [failure.where for failure in readings.failures] == [
        f"talk.zip/{n}" for n in ("b.png", "c.csv", "d.csv")
    ]
    assert "links are not followed" in readings.failures[1].what


def test_a_protected_member_says_so(tmp_path):
    (tmp_path / "talk.zip").write_bytes(encrypted(pack({"a.csv": TALK, "b.csv": TALK})))

    readings = read_all(tmp_path)

    assert [meeting.source.name for meeting in readings] == ["talk.zip/b.csv"]
    assert "password" in readings.failures[0].what


@pytest.mark.parametrize(
    ("member", "name"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/abs/a.csv", "abs/a.csv"),
        ("C:\\temp\\a.csv", "temp/a.csv"),
        ("a\x1b[2J.csv", "a[2J.csv"),
        ("..", "member"),
    ],
)
def test_names_lead_nowhere_else(member, name):
    assert safe_name(member) == name


def test_a_climbing_member_is_read_and_written_nowhere(tmp_path):
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "talk.zip").write_bytes(pack({"../out.csv": TALK}))

    (meeting,) = read_all(inside)

    assert meeting.source.name == "talk.zip/out.csv"
    assert [path.name for path in tmp_path.iterdir()] == ["inside"]


def test_a_zip_in_a_zip_is_read_in_memory():
    inner = pack({"a.csv": TALK, "b.png": b"\x89PNG\r\n\x1a\n\x00"})

    (meeting,) = read(Document(name="outer.zip", content=pack({"inner.zip": inner})))

    assert meeting.source.name == "outer.zip/inner.zip/a.csv"
    assert [notice.reason.partition(":")[0] for notice in meeting.notices] == ["b.png not read"]


def test_a_zip_whose_members_all_fail_says_why():
    with pytest.raises(ReadError, match="no reader knows"):
        read(Document(name="talk.zip", content=pack({"b.png": b"\x89PNG\r\n\x1a\n\x00"})))


def test_a_gzip_file_is_read_under_its_own_name():
    (meeting,) = read_gzip(Document(name="talk.csv.gz", content=gzip.compress(TALK)))

    assert meeting.source.name == "talk.csv.gz/talk.csv"


def test_a_flat_bomb_is_refused_by_its_directory(tmp_path):
    (tmp_path / "bomb.zip").write_bytes(pack({"a.txt": bytes(120_000_000), "b.csv": TALK}))

    readings = read_all(tmp_path)

    assert [meeting.source.name for meeting in readings] == ["bomb.zip/b.csv"]
    assert "would inflate to 120 MB" in readings.failures[0].what


def test_a_bomb_over_all_limits_is_refused_whole(tmp_path):
    (tmp_path / "bomb.zip").write_bytes(pack({f"{number}.txt": bytes(2_000_000) for number in range(9)}))

    (document,) = find_documents([tmp_path], limits=Limits(inflated_mb=10))

    with pytest.raises(TooLarge, match="18 MB in 9 members"):
        read(document)


def test_a_nested_bomb_shares_one_budget():
    bomb = pack({f"{number}.txt": b"word " * 300_000 for number in range(10)})
    middle = pack({f"{number}.zip": bomb for number in range(10)}, zipfile.ZIP_STORED)
    outer = pack({f"{number}.zip": middle for number in range(10)}, zipfile.ZIP_STORED)

    with pytest.raises(ReadError, match="would inflate to"):
        list(read_zip(Document(name="bomb.zip", content=outer, limits=Limits(inflated_mb=100))))


def test_containers_within_containers_end():
    data = pack({"a.csv": TALK})
    for level in range(5):
        data = pack({f"{level}.zip": data})

    with pytest.raises(TooLarge, match="containers deep"):
        read(Document(name="deep.zip", content=data))


def test_members_that_lie_over_each_other_are_refused():
    data = bytearray(pack({"a.csv": TALK, "b.csv": TALK}))
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 1)
    data[second + 42 : second + 46] = bytes(4)  # the second now claims the bytes of the first

    with pytest.raises(DamagedFile, match="over each other"):
        list(read_zip(Document(name="a.zip", content=bytes(data))))


def test_a_gzip_bomb_is_refused_while_it_inflates():
    bomb = gzip.compress(bytes(60_000_000))

    with pytest.raises(TooLarge, match="inflates to more than 20 MB"):
        list(read_gzip(Document(name="a.gz", content=bomb)))


@pytest.mark.parametrize("data", [gzip.compress(TALK)[:11], b"\x1f\x8b\x08", b"PK\x03\x04 and no more"])
def test_what_is_cut_off_says_so(data):
    reader = read_zip if data.startswith(b"PK") else read_gzip
    with pytest.raises(ReadError):
        list(reader(Document(name="a", content=data)))


def test_what_is_left_of_a_gzip_file_is_read():
    talk = b"speaker,text\n" + b"".join(b"Ann,We start number %d.\n" % number for number in range(5_000))
    packed = gzip.compress(talk)

    (meeting,) = read_gzip(Document(name="talk.csv.gz", content=packed[: len(packed) // 2]))

    assert 0 < len(meeting.utterances) < 5_000
    assert meeting.notices[-1].reason == "the archive is cut off: what follows is missing"


def test_a_zoom_session_has_its_title_and_date_in_the_folder(tmp_path):
    folder = "2026-04-16 13.59.02 Board call 123456789"
    (tmp_path / "zoom.zip").write_bytes(pack({f"{folder}/GMT20260416-135902_Recording.csv": TALK}))

    (meeting,) = read_all(tmp_path)

    assert (meeting.title, meeting.date, meeting.series) == ("Board call", date(2026, 4, 16), "zoom")


@given(st.binary(max_size=200), st.integers(0, 400))
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_meetings_or_a_read_error(noise, cut):
    for whole, reader in ((pack({"a.csv": TALK}), read_zip), (gzip.compress(TALK), read_gzip)):
        for data in (noise, whole[:cut] + noise, whole[:cut] + noise + whole[cut + len(noise) :]):
            try:
                list(reader(Document(name="a", content=data)))
            except ReadError:
                continue


def pack_tar(files, mode="w"):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return packed.getvalue()


ROSTER = b"name,aliases,party,role\nAnn Lee,Ann,Acme,chair\n"
STATED = b"partnership: Northshore\nparties: [Bolt]\ntitle: Steering\ndate: 2025-03-06\nfiles: [talk.csv]\n"
COMPANIONS = {"people.csv": ROSTER, "sub/meeting.yaml": STATED, "sub/talk.csv": TALK, "other.csv": TALK}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("all.zip", pack(COMPANIONS)),
        ("all.tar", pack_tar(COMPANIONS)),
        ("all.tar.gz", pack_tar(COMPANIONS, "w:gz")),
        ("all.tgz", pack_tar(COMPANIONS, "w:gz")),
    ],
)
def test_companions_in_an_archive_serve_as_in_a_folder(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)

    other, talk = read_all(tmp_path)

    assert (other.source.name, talk.source.name) == (f"{name}/other.csv", f"{name}/sub/talk.csv")
    assert {(person.name, person.party, person.role) for person in talk.people} >= {
        ("Ann Lee", "Acme", "chair")
    }
    assert {person.name for person in other.people} >= {"Ann Lee"}
    assert (talk.series, talk.title, talk.date) == ("Northshore", "Steering", date(2025, 3, 6))
    assert set(talk.parties) == {"Acme", "Bolt"}
    assert (other.series, other.date) == ("all", None)


def test_companions_in_an_archive_in_an_archive_serve_too(tmp_path):
    (tmp_path / "outer.zip").write_bytes(pack({"inner.zip": pack(COMPANIONS), "b.tar": pack_tar(COMPANIONS)}))

    meetings = {meeting.source.name: meeting for meeting in read_all(tmp_path)}

    for inner in ("inner.zip", "b.tar"):
        talk = meetings[f"outer.zip/{inner}/sub/talk.csv"]
        assert (talk.series, talk.title, talk.date) == ("Northshore", "Steering", date(2025, 3, 6))
        assert "Ann Lee" in {person.name for person in talk.people}


def test_a_roster_beside_an_archive_counts_where_there_is_none_in_it(tmp_path):
    (tmp_path / "people.csv").write_bytes(ROSTER)
    (tmp_path / "all.zip").write_bytes(pack({"talk.csv": TALK}))

    (given,) = read_all(tmp_path / "all.zip")
    (found,) = read_all(tmp_path)

    assert "Acme" in given.parties
    assert "Acme" in found.parties


def test_a_broken_companion_in_an_archive_is_named(tmp_path):
    (tmp_path / "all.zip").write_bytes(pack({"talk.csv": TALK, "meeting.yaml": b"a: [" * 5_000}))

    readings = read_all(tmp_path)

    assert "meeting.yaml beside it is broken" in readings.failures[0].what


def test_links_and_holes_in_a_tar_are_not_followed(tmp_path):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, kind in (("a.txt", tarfile.SYMTYPE), ("b.txt", tarfile.LNKTYPE), ("c", tarfile.CHRTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        info = tarfile.TarInfo("../../talk.csv")
        info.size = len(TALK)
        archive.addfile(info, io.BytesIO(TALK))
    (tmp_path / "all.tar").write_bytes(packed.getvalue())

    readings = read_all(tmp_path)

    assert [meeting.source.name for meeting in readings] == ["all.tar/talk.csv"]
    assert [failure.what for failure in readings.failures] == ["it is a link, and links are not followed"] * 3


def test_a_tar_over_the_limits_is_refused_whole():
    data = pack_tar({f"{number}.txt": bytes(2_000_000) for number in range(9)})

    with pytest.raises(TooLarge, match="in 6 members"):
        list(read_tar(Document(name="a.tar", content=data, limits=Limits(inflated_mb=10))))


def test_a_tar_that_is_cut_off_gives_what_is_whole():
    data = pack_tar({"a.csv": TALK, "b.csv": TALK})

    (meeting,) = read_tar(Document(name="a.tar", content=data[:1_100]))

    assert meeting.source.name == "a.tar/a.csv"


@pytest.mark.parametrize(
    "signature", [b"7z\xbc\xaf\x27\x1c", b"!BDN", b"Rar!\x1a\x07", b"BZh9", b"\xfd7zXZ\x00"]
)
def test_other_archives_are_refused_in_one_sentence(signature):
    with pytest.raises(UnknownFormat, match=r"archive: unpack it|export its mails"):
        read(Document(name="a.bin", content=signature + bytes(range(200))))


@given(st.binary(max_size=200), st.integers(0, 1_600))
@settings(max_examples=100, deadline=None)
def test_any_bytes_in_a_tar_give_meetings_or_a_read_error(noise, cut):
    whole = pack_tar({"a.csv": TALK, "b.csv": TALK})
    for data in (noise, whole[:cut] + noise, whole[:cut] + noise + whole[cut + len(noise) :]):
        try:
            list(read_tar(Document(name="a", content=data)))
        except ReadError:
            continue
