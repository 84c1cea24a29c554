"""Every notebook runs top to bottom, on the shipped samples and model, and shows what it promises."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.ipynb"))


def run(path: Path) -> nbformat.NotebookNode:
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(path.parent)}}).execute()
    return notebook


def shown(notebook: nbformat.NotebookNode) -> str:
    """All that the cells print or display, as text."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    texts = [output.get("text", "") for output in outputs]
    return "\n".join(texts + [str(output.get("data", {})) for output in outputs])


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_top_to_bottom_without_network(path, monkeypatch):
    if "tune" in path.stem:
        pytest.importorskip("torch", reason="training needs the extra packages: pip install -e '.[train]'")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")  # whoever tries to load something fails
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")

    notebook = run(path)

    printed = shown(notebook)
    assert "<svg" in printed
    assert "cdn." not in printed
    assert "report.html" in printed
    assert "UNEXPECTED" not in printed  # libraries' advice to somebody else


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_stored_without_outputs(path):
    cells = nbformat.read(path, as_version=4).cells

    assert [cell for cell in cells if cell.get("outputs") or cell.get("execution_count")] == []
