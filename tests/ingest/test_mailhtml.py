import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.ingest.mailhtml import to_lines
from analyzer.ingest.quotes import new_text


def new(markup):
    return list(new_text("\n".join(to_lines(markup)), author="Ann Lee").paragraphs)


@pytest.mark.parametrize(
    "quoted",
    [
        "<blockquote>Do you agree?</blockquote>",
        '<div class="gmail_quote"><div class="a">On 2 Apr 2012, 18:26 Bo &lt;b@b.example&gt; wrote:<br>'
        "</div><blockquote>Do you agree?</blockquote></div>",
        '<div class="yahoo_quoted">On Monday Bo wrote:<p>Do you agree?</p></div>',
        '<div class="moz-cite-prefix">On 4/2/12 6:26 PM, Bo wrote:</div><blockquote>Do you?</blockquote>',
        '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Bo</div><p>Do you?</p>',
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p><b>From:</b> Bo</p></div><p>Do you?</p>',
        "<hr><b>From: </b>bo@b.example<br><b>Sent: </b>2 Apr 2012<br><b>Subject: </b>x<br><br>Do you?",
        '<div id="Signature"><p>Ann Lee</p><p>Acme</p></div>',
        '<div class="gmail_signature">Ann Lee<br>Acme</div>',
        '<span style="display:none">preview text</span>',
        "<style>p {color: red}</style><script>alert('no')</script><!-- comment -->",
    ],
)
def test_what_clients_mark_stays_out(quoted):
    assert new(f"<html><head><title>x</title></head><body><p>We agree.</p>{quoted}</body></html>") == [
        "We agree."
    ]


def test_blocks_are_paragraphs_and_soft_wraps_are_blanks():
    markup = "<p>One\n  word.</p><p>Two<br>lines.</p><ul><li>a</li><li>b</li></ul><pre>x\n  y</pre>"

    assert new(markup) == ["One word.", "Two\nlines.", "- a\n- b", "x\ny"]


def test_answers_between_quotes_are_kept():
    markup = "<blockquote>Time?</blockquote><div>No.</div><blockquote>Money?</blockquote><div>Yes.</div>"

    assert new(markup) == ["No.", "Yes."]


def test_an_indent_of_gmail_is_no_quote():
    markup = '<blockquote style="margin: 0 0 0 40px; border: none; padding: 0px">We agree.</blockquote>'

    assert new(markup) == ["We agree."]


def test_depth_and_breadth_cost_little():
    assert to_lines("<div>" * 100_000 + "deep")
    assert len(to_lines("<p>x</p>" * 20_000)) >= 20_000


@given(st.text(alphabet='<>/pdivblockquoter ="&;a\n', max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_markup_gives_lines(markup):
    assert all("\n" not in line for line in to_lines(markup))
