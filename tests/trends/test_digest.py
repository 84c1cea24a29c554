from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from analyzer.codebook import Codebook, default_codebook
from analyzer.records.analysis import Action, Analysis, Change, Measured
from analyzer.records.tagged import Span
from analyzer.trends.digest import write_digest
from analyzer.trends.digest_check import alert_problems, problems
from analyzer.trends.series import trend

CODEBOOK = default_codebook()
TRUST, POWER = CODEBOOK.barriers[:2]
NBSP = "\u00a0"

Series = Callable[..., list[Measured]]
Mix = Callable[..., list[object]]


def sentences(analysis: Analysis) -> list[str]:
    return [finding.sentence.replace(NBSP, " ") for finding in analysis.findings]


def refused(analysis: Analysis) -> list[str]:
    found = [problem for finding in analysis.findings for problem in problems(finding, analysis)]
    return found + [problem for alert in analysis.alerts for problem in alert_problems(alert, analysis)]


def test_a_clear_rise_since_the_last_meeting_comes_first(series: Series, mix: Mix) -> None:
    analysis = trend(series([mix(circular=0.05), mix(circular=0.40)]), CODEBOOK)

    assert sentences(analysis)[0].startswith("Circular talk rose to 40 % (")
    assert "of the pieces on 3 Mar 2025, from 5.0 % (" in sentences(analysis)[0]
    assert "Generative talk has not clearly changed: 0 %" in sentences(analysis)[1]
    assert analysis.findings[0].figures == ("m2:share_circular", "m1:share_circular")
    assert refused(analysis) == []


def shifted(analysis: Analysis, change: Change) -> Analysis:
    """Give the analysis as if circular talk had been found to shift."""
    measure = f"share_{CODEBOOK.role('circular')}"
    trends = tuple(
        replace(one, changes=(change,) if one.measure == measure else one.changes) for one in analysis.trends
    )
    changed = replace(analysis, trends=trends)
    return replace(changed, findings=write_digest(changed, CODEBOOK))


def test_a_step_that_only_all_meetings_together_show_is_told_against_them(series: Series, mix: Mix) -> None:
    analysis = trend(series([mix(circular=share) for share in (0.45, 0.25, 0.21)]), CODEBOOK)

    stepped = shifted(analysis, Change(meeting="m3", before=0.35, after=0.21))
    within = shifted(analysis, Change(meeting="m3", before=0.24, after=0.21))

    assert sentences(stepped)[0].startswith("Circular talk probably fell to 21 % (")
    assert sentences(stepped)[0].endswith("from 35 % on average before.")
    assert sentences(within)[0].startswith("Circular talk has not clearly changed: 21 % (")
    assert refused(stepped) == refused(within) == []


def test_work_that_came_back_unfinished_is_counted_and_quoted(series: Series, mix: Mix, say: type) -> None:
    task = say(text="Ada will send the audit report by Friday.", party="Vendor")
    late = say(text="We are still waiting for the audit report.")
    analysis = trend(series([[task, *mix(20)], [late, *mix(20)]]), CODEBOOK)
    actions = (
        Action(piece="m1#0.0", party="Vendor", topic=None, came_back=("m2#0.0",)),
        Action(piece="m2#3.0", party=None, topic=None),
    )

    with_actions = replace(analysis, actions=actions)
    found = write_digest(with_actions, CODEBOOK)

    [finding] = [finding for finding in found if "give out work" in finding.sentence]
    assert finding.sentence == (
        "Of 2 pieces that give out work, 1 came back as not done, such as what Vendor said on 3 Feb 2025: "
        "“Ada will send the audit report by Friday.”"
    )
    assert finding.pieces == ("m1#0.0", "m2#0.0")
    assert problems(finding, with_actions) == ()
    assert not any("give out work" in text for text in sentences(replace(analysis, actions=actions[1:])))


def test_one_meeting_is_described_without_comparing_it(series: Series, mix: Mix) -> None:
    analysis = trend(series([mix(circular=0.2, barriers={TRUST: 0.1})]), CODEBOOK)

    assert sentences(analysis)[0].startswith("Circular talk made up 20 % (")
    assert not any("rose" in sentence or "fell" in sentence for sentence in sentences(analysis))
    assert refused(analysis) == []


def test_undated_meetings_are_described_and_nothing_is_said_of_change(series: Series, mix: Mix) -> None:
    analysis = trend(series([mix(circular=0.05), mix(circular=0.4)], dated=False), CODEBOOK)

    assert "Circular talk made up 40 %" in sentences(analysis)[0]
    assert "on ‘Board m2’" in sentences(analysis)[0]
    assert sentences(analysis)[-1] == "2 meetings have no date, so they are left out of what changed."
    assert refused(analysis) == []


def test_an_undated_meeting_among_dated_ones_is_counted(
    series: Series, mix: Mix, one_meeting: Callable[..., Measured]
) -> None:
    analysis = trend([*series([mix(), mix()]), one_meeting(mix(), name="lost", day=None)], CODEBOOK)

    assert sentences(analysis)[-1] == "1 meeting has no date, so it is left out of what changed."
    assert refused(analysis) == []


def test_the_costliest_loops_are_named_with_their_hours(series: Series, say: type, mix: Mix) -> None:
    loop = [say(text="The rate card is wrong.", topic="rate card", mode="circular", party="Vendor")] * 12
    analysis = trend(series([[*mix(40, topics=("budget",)), *loop]] * 3), CODEBOOK)

    [sentence] = [text for text in sentences(analysis) if text.startswith("‘rate card’ was")]

    # 36 utterances of 10 seconds, 2 people: 12 person-minutes.
    assert sentence.startswith(
        "‘rate card’ was talked about in 3 meetings and took 0.2 person-hours (180 words), "
        "36 pieces of it in circles; "
    )
    assert "31 Mar 2025" in sentence
    assert refused(analysis) == []


def test_barriers_come_with_their_strongest_piece_and_what_the_field_recommends(
    series: Series, mix: Mix, say: type
) -> None:
    doubt = say(text="We simply do not believe your figures any more.", party="Vendor", barriers=(TRUST,))
    analysis = trend(series([mix(20), [*mix(20), doubt]]), CODEBOOK)

    quotes = [text for text in sentences(analysis) if text.startswith("Lack of trust is voiced")]
    options = [text for text in sentences(analysis) if text.startswith("For lack of trust")]

    assert quotes[0].endswith("Vendor: “We simply do not believe your figures any more.”")
    assert "building trust; options are small promises" in options[0]
    assert refused(analysis) == []


def test_a_long_piece_is_quoted_from_the_sentence_that_carries_the_barrier(
    one_meeting: Callable[..., Measured], say: type
) -> None:
    opening = "First a few words on the calendar of this spring. " * 4
    text = f"{opening}We do not believe your figures. They were wrong in March."
    measured = one_meeting([say(text=text, barriers=(TRUST,))], name="m1", day=date(2025, 1, 6))
    span = Span(label=TRUST, start=text.index("do not believe"), end=text.index(" your figures"))
    marked = replace(measured, tagged=replace(measured.tagged, spans={0: (span,)}))

    analysis = trend([marked], CODEBOOK)

    assert any("“… We do not believe your figures. They" in text for text in sentences(analysis))
    assert refused(analysis) == []


def test_ideas_that_live_and_ideas_that_were_lost_are_told_apart(series: Series, mix: Mix, say: type) -> None:
    idea = say(text="What if the sites scored both of us each month?", mode="generative", party="Vendor")
    analysis = trend(series([[*mix(20), idea, *mix(20)], mix(20)]), CODEBOOK)

    assert "1 piece was taken for an idea: nobody is seen to go on with 1." in sentences(analysis)
    [lost] = [text for text in sentences(analysis) if text.startswith("Lost so far")]
    assert lost.endswith("an idea of Vendor on 3 Feb 2025: “What if the sites scored both of us each month?”")
    assert refused(analysis) == []


def test_an_idea_that_others_go_on_with_is_recalled_with_them(series: Series, mix: Mix, say: type) -> None:
    idea = say(text="What if the sites scored both of us?", mode="generative", speaker="Bo", party="Vendor")
    more = say(text="And half of the fee hung on it?", mode="generative", speaker="Ada", party="Bank")
    analysis = trend(series([[*mix(20), idea, more, *mix(20)], mix(20)]), CODEBOOK)

    [alive] = [finding for finding in analysis.findings if finding.sentence.startswith("Alive")]

    assert alive.sentence.startswith(
        "Alive, since it is taken up by Bank: an idea of Vendor on 3 Feb 2025: “What if the sites"
    )
    assert alive.pieces == ("m1#20.0", "m1#21.0")
    assert refused(analysis) == []


def test_what_was_said_last_is_not_yet_lost(series: Series, mix: Mix, say: type) -> None:
    idea = say(text="What if the sites scored both of us each month?", mode="generative")
    analysis = trend(series([mix(20), [*mix(20), idea]]), CODEBOOK)

    assert not any(text.startswith("Lost so far") for text in sentences(analysis))


def test_no_person_is_named(series: Series, mix: Mix) -> None:
    shares = {"Vendor": 0.5}
    analysis = trend(series([mix(circular=0.1 * n, parties=shares) for n in range(7)]), CODEBOOK)

    people = {person.name for one in analysis.meetings for person in one.meeting.people}
    said = " ".join(sentences(analysis) + [alert.sentence for alert in analysis.alerts])

    assert people == {"of Bank", "of Vendor"}
    assert "of Vendor on" not in said.replace("idea of Vendor on", "")


def test_every_finding_says_under_which_heading_it_belongs(series: Series, mix: Mix, say: type) -> None:
    idea = say(text="What if the sites scored both of us each month?", mode="generative", party="Vendor")
    loop = say(text="The rate card is wrong again, as we said.", topic="rate card", mode="circular")
    analysis = trend(series([[*mix(barriers={TRUST: 0.2}), idea, loop], mix(), [loop, *mix()]]), CODEBOOK)

    kinds = [finding.kind for finding in analysis.findings]

    assert set(kinds) == {"change", "loop", "barrier", "idea", "next", "practice"}
    assert list(dict.fromkeys(kinds)) == ["change", "loop", "next", "barrier", "idea", "practice"]


def test_a_meeting_in_which_nothing_was_said_has_no_digest(series: Series) -> None:
    assert trend(series([[]]), CODEBOOK).findings == ()
    assert trend([], CODEBOOK).findings == ()


def test_a_scheme_without_circular_and_generative_talk_still_has_a_digest(series: Series, mix: Mix) -> None:
    task = CODEBOOK.task("mode")
    plain = replace(task, labels=tuple(replace(label, role=None) for label in task.labels))
    codebook: Codebook = replace(CODEBOOK, tasks=(plain, CODEBOOK.task("barrier")))

    analysis = trend(series([mix(barriers={POWER: 0.2}), mix()]), codebook)

    assert any("power imbalance" in text for text in sentences(analysis))
    assert refused(analysis) == []


def test_barriers_without_practices_are_named_all_the_same(series: Series, mix: Mix) -> None:
    analysis = trend(series([mix(barriers={POWER: 0.2})]), CODEBOOK)

    said = [finding.sentence for finding in write_digest(analysis, CODEBOOK, practices={})]

    assert any(text.startswith("Power imbalance is voiced") for text in said)
    assert not any("recommends" in text for text in said)


NAMES = ["CR-118", "stage 3 of 4", "the “late” report", "Bank’s fee", "12 %", "‘quoted’ matter"]
WORDS = "we said 14 of “these” sites are late and you never 3.5 told us why it was 20 % again"


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_said_the_digest_says_no_more_than_the_measures_hold(
    seed: int, say: type, one_meeting: Callable[..., Measured]
) -> None:
    rng = np.random.default_rng(seed)
    parties = ["Bank", "Vendor 24", "3 Rivers", None]

    def piece() -> object:
        flags = tuple(key for key in CODEBOOK.barriers if rng.random() < 0.05)
        return say(
            text=" ".join(rng.choice(WORDS.split(), size=rng.integers(1, 60))),
            speaker=None if rng.random() < 0.1 else f"P{rng.integers(5)}",
            party=parties[rng.integers(4)],
            mode=str(rng.choice(["transactional", "circular", "generative", "procedural"])),
            barriers=flags,
            topic=str(rng.choice(NAMES)) if rng.random() < 0.8 else None,
        )

    meetings = [
        one_meeting(
            [piece() for _ in range(rng.integers(1, 40))],
            name=f"m:{number}",
            day=date(2025, 1 + number, 6) if rng.random() < 0.9 else None,
            timed=bool(rng.random() < 0.7),
        )
        for number in range(rng.integers(1, 10))
    ]

    analysis = trend(meetings, CODEBOOK)

    assert analysis.findings
    assert refused(analysis) == []
