"""The Markdown says what the page says, and what files say in it stays text."""

from __future__ import annotations

import re
from dataclasses import replace

from analyzer.records.analysis import Action, Failure, Finding, Raised
from analyzer.records.figures import Unknown
from analyzer.reports.markdown import SERIES, render_markdown


def test_findings_stand_under_headings_with_the_pieces_that_show_them(small):
    finding = Finding(sentence="The report came back.", figures=(), pieces=("m2#0.0",), kind="loop")

    text = render_markdown([replace(small, findings=(finding,))])

    assert (
        "### Loops that cost most\n\n- The report came back.\n  - “As I said, the report was late.” (Bo"
        in text
    )
    assert "cue 1 of Alpha/m2.vtt" in text


def test_figures_have_their_intervals_and_the_ledger_says_unknown(small):
    text = render_markdown([small])

    assert re.search(r"\| 6 Feb 2025 Board 2 \| 33\u00a0% \(6\.\d\u00a0to\u00a079\u00a0%\)", text)
    assert "| the report | 6 Jan, 6 Feb 2025 | 25 | unknown | 1 | Vendor | revisited |" in text


def test_work_that_came_back_and_whose_topics_get_decided_are_tables(small):
    back = Action(piece="m1#1.0", party="Vendor", topic="report", came_back=("m2#0.0",))
    raised = Raised(party="Vendor", topics=2, decided=Unknown(reason="nothing was heard of it"))

    text = render_markdown([replace(small, actions=(back,), raised=(raised,))])

    assert (
        "| 6 Jan 2025 | Vendor | The report was late again. | 6 Feb 2025 | Vendor | As I said, the report"
        in text
    )
    assert "| Vendor | 2 | unknown (nothing was heard of it) |" in text


def test_what_files_say_stays_text(build, said):
    hostile = "<script>x</script> | [a](b) *c* `d`\n# e \u202egnirts"
    finding = Finding(sentence=hostile, figures=(), pieces=("m1#0.0",))
    analysis = build(
        [[said(text=hostile, speaker=hostile, party=hostile)]], series=hostile, findings=(finding,)
    )

    text = render_markdown([analysis], failures=[Failure(what=hostile, where="f", remedy="r", stage="read")])

    assert "<script>" not in text
    assert "\u202e" not in text
    assert not re.search(r"(?<!\\)[`*]c|(?<!\\)\[a|^# e", text, re.M)
    assert r"\[a\](b) \*c\* \`d\`" in text


def test_the_order_of_analyses_does_not_matter_and_further_ones_are_counted(small, build, said):
    others = [build([[said(text="Yes.")]], series=f"Beta {n:03d}") for n in range(SERIES)]

    text = render_markdown([small, *others])

    assert text == render_markdown([*reversed(others), small])
    assert "1 more partnerships are in trend.json" in text


def test_nothing_analysed_is_a_text_too():
    assert "Who labelled what it learnt from: not recorded" in render_markdown([])
