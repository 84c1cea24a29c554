"""Charts as files: the same bytes every time, nothing loaded, a name for each."""

from __future__ import annotations

import pytest

from analyzer.reports.pictures import write_pictures
from analyzer.reports.renaming import Results

CHARTS = {"barrier_map", "mode_mix", "ribbon", "talk_shares", "trend_lines"}


@pytest.mark.parametrize(("kind", "begins"), [("svg", b"<svg"), ("png", b"\x89PNG")])
def test_each_chart_of_each_series_is_a_file_with_equal_bytes(small, build, said, tmp_path, kind, begins):
    results = Results(analyses=(build([[said(text="Yes.")]], series="Beta / 2"), small))
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        write_pictures(results, tmp_path / folder, kind=kind)

    files = {file.name: file.read_bytes() for file in (tmp_path / "first").iterdir()}

    expected = {f"{name}-{chart}.{kind}" for name in ("Alpha", "Beta-2") for chart in CHARTS}
    assert set(files) == {*expected, f"Alpha-loop_lanes.{kind}"}  # nothing came back in the other
    assert all(content.startswith(begins) for content in files.values())
    assert files == {file.name: file.read_bytes() for file in (tmp_path / "second").iterdir()}


def test_a_picture_stands_alone_and_loads_nothing(small, tmp_path):
    write_pictures(Results(analyses=(small,)), tmp_path, kind="svg")

    for file in tmp_path.iterdir():
        text = file.read_text(encoding="utf-8")
        assert 'xmlns="http://www.w3.org/2000/svg"' in text
        assert text.count("http") == text.count("http://www.w3.org/")
        assert "<script" not in text


def test_two_series_that_would_share_a_name_do_not(build, said, tmp_path):
    results = Results(
        analyses=tuple(build([[said(text="Yes.")]], series=name) for name in ("A/b", "a b", "…"))
    )

    write_pictures(results, tmp_path, kind="svg")

    assert {file.name.rpartition("-ribbon")[0] for file in tmp_path.glob("*-ribbon.svg")} == {
        "A-b",
        "a-b-2",
        "series",
    }


def test_a_series_without_meetings_has_no_pictures(build, tmp_path):
    write_pictures(Results(analyses=(build([]),)), tmp_path, kind="svg")

    assert list(tmp_path.iterdir()) == []
