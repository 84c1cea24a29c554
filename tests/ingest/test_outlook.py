import struct
from datetime import date, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.errors import ReadError
from analyzer.ingest.outlook import inflate_rtf, read_msg, sniff_msg
from analyzer.ingest.sources import Document

SECTOR, SMALLEST = 512, 4096  # shorter streams would lie in a stream of their own: these are filled up
MONDAY = round((datetime(2025, 3, 3, 8) - datetime(1601, 1, 1)).total_seconds() * 1e7)
NONE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def ole(tree):
    """Write an OLE file: a dictionary is a storage, bytes are a stream."""
    entries, streams = [], []

    def add(name, content):
        index = len(entries)
        entries.append({"name": name, "kind": 2 if isinstance(content, bytes) else 5 if not index else 1})
        if isinstance(content, bytes):
            entries[index]["stream"] = len(streams)
            streams.append(content.ljust(SMALLEST, b"\0"))
        else:
            children = [add(*item) for item in content.items()]
            entries[index]["child"] = children[0] if children else NONE
            for left, right in pairwise(children):
                entries[left]["right"] = right
        return index

    add("Root Entry", tree)
    entries += [{"name": "", "kind": 0}] * (-len(entries) % 4)
    counts = [len(entries) // 4, *(-(-len(stream) // SECTOR) for stream in streams)]
    fat_sectors = 1
    while fat_sectors * 128 < sum(counts) + fat_sectors:
        fat_sectors += 1
    fat, first = [FAT] * fat_sectors, []
    for count in counts:
        first.append(len(fat))
        fat += [*range(len(fat) + 1, len(fat) + count), END]
    fat += [NONE] * (fat_sectors * 128 - len(fat))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header += bytes(6) + struct.pack("<IIIIIIIIII", 0, fat_sectors, first[0], 0, SMALLEST, END, 0, END, 0, 0)
    header = header[:76] + struct.pack("<109I", *range(fat_sectors), *[NONE] * (109 - fat_sectors))
    directory = b""
    for entry in entries:
        name = (entry["name"] + "\0").encode("utf-16-le") if entry["name"] else b""
        stream = entry.get("stream")
        directory += name.ljust(64, b"\0") + struct.pack("<HBB", len(name), entry["kind"], 1)
        directory += struct.pack("<III", NONE, entry.get("right", NONE), entry.get("child", NONE)) + bytes(36)
        directory += struct.pack(
            "<IQ", END if stream is None else first[stream + 1], 0 if stream is None else len(streams[stream])
        )
    body = b"".join(stream.ljust(-(-len(stream) // SECTOR) * SECTOR, b"\0") for stream in streams)
    return header + struct.pack(f"<{len(fat)}I", *fat) + directory + body


def properties(size, **values):
    rows = (struct.pack("<HHIQ", 3, int(number, 16), 6, value) for number, value in values.items())
    return bytes(size) + b"".join(rows)


def wide(**texts):
    return {f"__substg1.0_{number[1:]}001F": text.encode("utf-16-le") for number, text in texts.items()}


MAIL = {
    **wide(
        _001A="IPM.Note",
        _0037="AW: Pilot",
        _1000="They left on Friday.\r\n\r\nGruß\r\nBo",
        _0C1A="Ray, Bo",
        _0C1F="/O=BOLT/CN=BO",
        _5D01="bo@bolt.example",
        _1035="<2@bolt>",
    ),
    "__properties_version1.0": properties(32, **{"0039": MONDAY}),
}


def read(tree, name="a.msg"):
    return list(read_msg(Document(name=name, content=ole(tree))))


def test_a_mail_is_read_from_its_properties():
    (meeting,) = read(MAIL)

    assert [(u.speaker, u.text, u.units) for u in meeting.utterances] == [
        ("bo-ray", "They left on Friday.", 1)
    ]
    assert (meeting.title, meeting.date, meeting.kind) == ("Pilot", date(2025, 3, 3), "email")
    assert meeting.people[0].aliases == ("Ray, Bo", "bo@bolt.example")


def test_eight_bit_strings_are_read_by_their_code_page():
    tree = {
        "__substg1.0_0037001E": "會議".encode("big5"),
        "__substg1.0_1000001E": "會議星期一開始。".encode("big5"),
        "__properties_version1.0": properties(32, **{"3FFD": 950}),
    }

    (meeting,) = read(tree)

    assert (meeting.title, meeting.utterances[0].text) == ("會議", "會議星期一開始。")


def test_bodies_in_html_or_rtf_only_are_read():
    empty = {"__properties_version1.0": properties(32)}
    html = {**empty, "__substg1.0_10130102": b"<p>We start on <b>Monday</b>.</p>"}
    rtf = {
        **empty,
        "__substg1.0_10090102": b"\x40\0\0\0\x40\0\0\0MELA\0\0\0\0{\\rtf1 We start on \\b Monday\\b0 .}",
    }

    assert read(html)[0].utterances[0].text == "We start on Monday."
    assert read(rtf)[0].utterances[0].text == "We start on Monday."


def test_compressed_rtf_is_inflated():
    # The example of MS-OXRTFCP, section 4.1.
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )

    assert inflate_rtf(packed, 1) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


def test_attached_files_and_mails_are_read():
    inner = {**MAIL, **wide(_0037="Lunch", _1000="Soup?", _1035="<3@bolt>")}
    inner["__properties_version1.0"] = properties(24, **{"0039": MONDAY})
    tree = {
        **MAIL,
        "__attach_version1.0_#00000000": {"__substg1.0_3701000D": inner},
        "__attach_version1.0_#00000001": {
            **wide(_3707="..\\talk.csv"),
            "__substg1.0_37010102": b"speaker,text\n" + b"Ann,We start.\nBo,No.\n" * 200,
        },
        "__attach_version1.0_#00000002": {**wide(_3707="x.png"), "__substg1.0_37010102": b"\x89PNG"},
    }

    thread, lunch, table = read(tree)

    assert (lunch.title, lunch.utterances[0].units) == ("Lunch", 0)
    assert (table.source.name, len(table.utterances)) == ("a.msg/talk.csv", 400)
    assert [n.reason for n in thread.notices][-1].startswith("attachments of other kinds")


def test_reports_are_no_contributions():
    (meeting,) = read({**MAIL, **wide(_001A="REPORT.IPM.Note.NDR")})

    assert not meeting.utterances
    assert meeting.notices[0].reason.startswith("automatic mails")


def test_a_file_that_is_cut_says_so():
    data = ole(MAIL)

    with pytest.raises(ReadError, match="broken or cut off"):
        list(read_msg(Document(name="a.msg", content=data[:700])))


def test_only_messages_look_like_messages():
    assert sniff_msg(ole(MAIL)) > 0.9
    assert sniff_msg(ole({"WordDocument": b"x"})) == 0.0
    assert sniff_msg(b"From: a@b.example") == 0.0


@given(st.integers(0, 20_000), st.binary(min_size=1, max_size=40), st.integers(0, 20_000))
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_meetings_or_a_read_error(at, noise, cut):
    data = ole(MAIL)
    for damaged in (noise, data[:at] + noise + data[at + len(noise) :], data[:cut], data[:8] + noise * 40):
        try:
            list(read_msg(Document(name="a.msg", content=damaged)))
        except ReadError:
            continue


@given(st.binary(max_size=200), st.sampled_from([b"LZFu", b"MELA", b"none"]))
@settings(max_examples=150, deadline=None)
def test_any_compressed_rtf_ends(data, kind):
    inflate_rtf(b"\x10\0\0\0" + b"\xff\0\0\0" + kind + b"\0\0\0\0" + data, 1)
