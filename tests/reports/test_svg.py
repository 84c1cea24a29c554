"""Charts that are drawn at the same time do not get into each other's pictures."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import altair as alt

from analyzer.reports.svg import to_svg


def drawn(number: int) -> str:
    rows = [{"x": f"{number}-{place}", "y": (place * number) % 7} for place in range(30)]
    chart = alt.Chart({"values": rows}).mark_bar().encode(x="x:N", y="y:Q").properties(description="bars")
    return to_svg(chart, f"chart-{number}")


def test_charts_drawn_side_by_side_are_those_drawn_one_by_one():
    numbers = [1, 2, 3, 4] * 3
    alone = {number: drawn(number) for number in set(numbers)}

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(drawn, numbers))

    assert together == [alone[number] for number in numbers]
