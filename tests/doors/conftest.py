"""The doors' inputs: the shipped samples, and an archive in which some files are broken."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "data" / "samples" / "bank_it"
LIMIT_MB = "0.2"
LOCKED = "locked.md"

# file -> (its bytes, words of the sentence that says what is wrong with it)
BROKEN = {
    "empty.vtt": (b"", "the file is empty"),
    "blank.txt": (b" \r\n\t\n", "the file is empty"),
    "binary.txt": (bytes(range(256)) * 40, "no reader knows this content"),
    "picture.vtt": (b"\x89PNG\r\n\x1a\n" + bytes(64), "PNG picture"),
    "old.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), ""),
    "truncated.docx": ((SAMPLES / "Minutes JSC May v2.docx").read_bytes()[:20_000], "broken or cut off"),
    "truncated.pdf": ((SAMPLES / "JSC September verbatim record.pdf").read_bytes()[:4_000], ""),
    "huge.txt": (b"Ann: A word.\n" * 20_000, f"more than the limit of {LIMIT_MB} MB"),
}


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of the shipped samples."""
    return SAMPLES


@pytest.fixture
def archive(tmp_path) -> Path:
    """Two good meetings in one folder with eight broken files and one that may not be opened."""
    folder = tmp_path / "archive"
    folder.mkdir()
    for name in ("notes-jsc-july.md", "people.csv"):
        shutil.copy(SAMPLES / name, folder / name)
    call = "Jörg: Größe again.\nAna: A report.\nJörg: Ja.\n"
    (folder / "2025-09-04 call.txt").write_bytes(call.encode("cp1252"))
    for name, (content, _) in BROKEN.items():
        (folder / name).write_bytes(content)
    _write_unreadable(folder / LOCKED)
    return folder


@pytest.fixture(scope="session")
def broken() -> dict[str, str]:
    """Name of each broken file of the archive, with words of the sentence that its failure says."""
    return {name: words for name, (_, words) in BROKEN.items()} | {LOCKED: "cannot be opened"}


@pytest.fixture(scope="session")
def limit() -> tuple[str, str]:
    """The option that refuses the largest file of the archive."""
    return ("--max-file-mb", LIMIT_MB)


def _write_unreadable(path: Path) -> None:
    """Make a file that cannot be opened or read, for root as well."""
    memory = Path("/proc/self/mem")
    if os.geteuid() == 0 and memory.exists():
        path.symlink_to(memory)  # opens, and fails at the first byte
    else:
        path.write_text("Ann: No.\n")
        path.chmod(0)
