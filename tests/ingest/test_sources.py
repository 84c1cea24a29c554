import pytest

from analyzer.errors import EmptyFile, ReadError, TooLarge
from analyzer.ingest.formats import read
from analyzer.ingest.limits import Limits
from analyzer.ingest.sources import Document, find_documents


def test_files_are_found_once_sorted_without_companions(tmp_path):
    for name in ("b.md", "a.md", "people.csv", "meeting.yaml", ".hidden", "sub/c.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")

    found = find_documents([tmp_path, tmp_path / "a.md"])

    assert [document.name for document in found] == ["a.md", "b.md", "sub/c.md"]


@pytest.mark.parametrize("marks", [("run.json", "trend.json"), ("windows.jsonl", "codebook.md")])
def test_what_the_program_wrote_is_no_source(tmp_path, marks):
    for name in ("a.md", "results/deep/report.md", *(f"results/{mark}" for mark in marks), "other/run.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text("x", encoding="utf-8")

    assert [document.name for document in find_documents([tmp_path])] == ["a.md", "other/run.json"]


def test_results_among_the_sources_are_told_apart_by_their_names(tmp_path):
    for name in (
        "a.md",
        "report-final.docx",
        "run.json",
        "trend.json",
        "report.html",
        "failures.jsonl",
        "topics.csv",
    ):
        (tmp_path / name).write_text("x", encoding="utf-8")

    assert [document.name for document in find_documents([tmp_path])] == ["a.md", "report-final.docx"]


def test_a_link_that_leads_nowhere_fails_when_it_is_read(tmp_path):
    (tmp_path / "a.md").symlink_to(tmp_path / "gone.md")
    (document,) = find_documents([tmp_path])

    with pytest.raises(ReadError, match="cannot be opened"):
        _ = document.data


def test_a_large_file_is_refused_before_it_is_read(tmp_path):
    (tmp_path / "a.md").write_bytes(b"x" * 2000)
    document = Document(name="a.md", path=tmp_path / "a.md", limits=Limits(file_mb=0.001))

    with pytest.raises(TooLarge, match=r"0\.001"):
        _ = document.data


def test_white_space_is_an_empty_file():
    with pytest.raises(EmptyFile):
        _ = Document(name="a.md", content=b" \n\t").data


def test_a_missing_path_fails_when_it_is_read(tmp_path):
    (document,) = find_documents([tmp_path / "none.md"])

    with pytest.raises(ReadError, match="cannot be opened"):
        _ = document.data


def test_the_bytes_of_a_file_that_was_read_are_let_go(tmp_path):
    (tmp_path / "a.csv").write_text("speaker,text\nAnn,We start.\n", encoding="utf-8")
    (document,) = find_documents([tmp_path])

    (meeting,) = read(document)

    assert "data" not in vars(document)
    assert document.sha256 == meeting.source.sha256
