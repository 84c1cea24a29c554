import gzip
import io
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.errors import DamagedFile, ReadError, TooLarge
from analyzer.ingest.archives import read_gzip, read_zip, safe_name
from analyzer.ingest.formats import read, read_all
from analyzer.ingest.limits import Limits
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
        "people.csv": b"x",
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
