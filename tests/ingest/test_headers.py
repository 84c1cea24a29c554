from datetime import UTC, datetime, timedelta, timezone
from email.header import Header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.ingest.bytes import decode
from analyzer.ingest.headers import NOBODY, address, date, decoded, identifiers


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("=?utf-8?Q?Z=C3=BCrich?=", "Zürich"),
        ("=?utf-8?B?WsO8?= =?utf-8?B?cmljaA==?=", "Zürich"),
        ("=?utf-8?B?WsM=?=\r\n =?utf-8?B?vHJpY2g=?=", "Zürich"),  # a letter cut over two words
        ("a =?iso-8859-1?q?b=E9?= c", "a bé c"),
        ("Z\udcfcrich", "Zürich"),  # 8-bit bytes without a charset
        ("=?nonsense?Q?a=20b?=", "a b"),
        ("plain\r\n text", "plain text"),
    ],
)
def test_headers_are_decoded(raw, text):
    assert decoded(raw) == text


@given(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=60))
def test_what_the_standard_library_encodes_is_decoded(text):
    assert decoded(Header(text, "utf-8").encode()) == text


@pytest.mark.parametrize(
    ("raw", "name", "mail"),
    [
        ("Ann Lee <ann@a.example>", "Ann Lee", "ann@a.example"),
        ("ann@a.example (Ann Lee)", "Ann Lee", "ann@a.example"),
        ("ann at a.example (Ann Lee)", "Ann Lee", "ann@a.example"),
        ('"Lee, Ann" <ann@a.example>, Bo <bo@b.example>', "Lee, Ann", "ann@a.example"),
        ("'ann@a.example' <bo@a.example>", "", "bo@a.example"),
        ("ann@a.example", "", "ann@a.example"),
        ("Ann Lee", "Ann Lee", ""),
        ("", "", ""),
        ("<>", "", ""),
    ],
)
def test_addresses_are_taken_apart(raw, name, mail):
    found = address(raw)

    assert (found.name, found.mail) == (name, mail)


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("Mon, 3 Mar 2025 09:00:00 +0100", datetime(2025, 3, 3, 9, tzinfo=timezone(timedelta(hours=1)))),
        ("Thu Nov  1 11:19:12 2001", datetime(2001, 11, 1, 11, 19, 12, tzinfo=UTC)),
        ("3 Mar 25 09:00 GMT", datetime(2025, 3, 3, 9, tzinfo=UTC)),
        ("Mon, 99 Mar 2025 09:00:00 +0100", None),
        ("Mon, 3 Mar 2025 09:00:00 +999999999", None),
        ("yesterday", None),
        ("Thu, 1 Jan 1970 00:00:00 +0000", None),  # a clock that was never set
        ("", None),
    ],
)
def test_dates_are_read_with_their_zone(raw, moment):
    assert date(raw) == moment


def test_identifiers_are_given_once_in_order():
    assert identifiers("<1@a> <2@b>\r\n <1@a> rubbish <>") == ("1@a", "2@b")


@given(st.text(max_size=100))
def test_nothing_raises(raw):
    assert isinstance(decoded(raw), str)
    assert address(raw) == NOBODY or address(raw).spelled
    assert date(raw) is None or date(raw).tzinfo


@pytest.mark.parametrize("charset", ["utf\x00-8", "idna", "rot13", "base64", "undefined", "nonsense"])
def test_a_charset_that_is_none_does_no_harm(charset):
    assert decode(b"Z\xc3\xbcrich", name="a.eml", declared=charset) == "Zürich"
    assert decode(b"Z\xfcrich und mehr", name="a.eml", declared=charset)
