"""What a file a hundred times as long costs, in every family of formats: time and speed.

    nice -n 15 .venv/bin/python benchmarks/growth.py [FAMILY ...]

Processor time, that of the process which reads a PDF included. The talk is made: words drawn with a seed,
four speakers. Beside WebVTT: webvtt-py on the same file in the same run.
"""

from __future__ import annotations

import io
import json
import platform
import random
import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from documents import made_docx, made_html, made_pdf, made_rtf, made_text, spent

from analyzer.ingest.formats import recognise
from analyzer.ingest.limits import Limits
from analyzer.ingest.sources import Document

RESULTS = Path(__file__).parent / "results" / "growth.json"
SEED = 7
_TIMES = 100
_REPEATS = 5  # of the small file: its time is short
_WORDS = re.findall(
    r"\w+",
    "we should raise the budget of this trial before the board meets in may because partners ask for more "
    "time and nobody has said who pays when the devices come late or do not work as they were meant to",
)
_NAMES = ("Ann Lee", "Bo Ek", "Cy Fox", "Di Po")

Turn = tuple[str, str]


def made_turns(count: int) -> list[Turn]:
    """Draw who speaks and what is said: 12 words a turn."""
    chance = random.Random(SEED)
    return [(chance.choice(_NAMES), " ".join(chance.choices(_WORDS, k=12)) + ".") for _ in range(count)]


def _clock(seconds: int, mark: str = ".") -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{mark}000"


def made_vtt(turns: list[Turn]) -> bytes:
    """Make a Zoom recording's captions."""
    cues = (
        f"{at + 1}\r\n{_clock(3 * at)} --> {_clock(3 * at + 3)}\r\n{who}: {words}\r\n"
        for at, (who, words) in enumerate(turns)
    )
    return ("WEBVTT\r\n\r\n" + "\r\n".join(cues)).encode()


def made_teams(turns: list[Turn]) -> bytes:
    """Make Teams captions: two cues an utterance."""
    cues = []
    for at, (who, words) in enumerate(turns):
        half = words.split()[:6], words.split()[6:]
        for part, said in enumerate(half):
            start = 3 * at + part
            times = f"{_clock(start)} --> {_clock(start + 1)}"
            cues.append(f"0a1b2c3d-0000/{at}-{part}\n{times}\n<v {who}>{' '.join(said)}</v>\n")
    return ("WEBVTT\n\n" + "\n".join(cues)).encode()


def made_srt(turns: list[Turn]) -> bytes:
    """Make a podcast host's subtitles."""
    cues = (
        f"{at + 1}\n{_clock(3 * at, ',')} --> {_clock(3 * at + 3, ',')}\n{who}: {words}\n"
        for at, (who, words) in enumerate(turns)
    )
    return "\n".join(cues).encode()


def made_otter(turns: list[Turn]) -> bytes:
    """Make a transcript of Otter."""
    heads = (f"{who}  {3 * at // 60}:{3 * at % 60:02}  \n{words}\n" for at, (who, words) in enumerate(turns))
    return "\n".join(heads).encode()


def made_chat(turns: list[Turn]) -> bytes:
    """Make a chat that Zoom saved."""
    return "".join(
        f"{_clock(3 * at)[:-4]} From {who} to Everyone:\r\r\n\t{words}\r\n"
        for at, (who, words) in enumerate(turns)
    ).encode()


def made_speech(turns: list[Turn]) -> bytes:
    """Make a recogniser's JSON of utterances."""
    rows = [
        {"speaker": who, "start": 3.0 * at, "end": 3.0 * at + 3, "text": words}
        for at, (who, words) in enumerate(turns)
    ]
    return json.dumps({"utterances": rows}).encode()


def made_log(turns: list[Turn]) -> bytes:
    """Make a chat log."""
    return "".join(
        f"{_clock(3 * at)[:-4]} <{who.split()[0].lower()}> {words}\n" for at, (who, words) in enumerate(turns)
    ).encode()


def made_mbox(turns: list[Turn]) -> bytes:
    """Make a list's archive: a mail a turn, ten a thread, each quoting the one before."""
    out = io.StringIO()
    for at, (who, words) in enumerate(turns):
        quoted = f"\n{turns[at - 1][0]} wrote:\n> {turns[at - 1][1]}\n" if at % 10 else ""
        out.write(
            f"From x@y.example Mon Mar  3 09:00:00 2025\nFrom: {who} <x{at % 7}@y.example>\n"
            f"Date: Mon, 3 Mar 2025 09:00:00 +0000\nSubject: Matter {at // 10}\n"
            f"Message-ID: <{at}@y.example>\n"
            f"References: <{at - at % 10}@y.example>\n\n{words}\n{quoted}\n"
        )
    return out.getvalue().encode()


def made_csv(turns: list[Turn]) -> bytes:
    """Make a table of speaker and text."""
    return ("speaker,text\n" + "".join(f'{who},"{words}"\n' for who, words in turns)).encode()


# family -> what makes its file, and the turns of the small one
FAMILIES: dict[str, tuple[Callable[[list[Turn]], bytes], int]] = {
    "vtt": (made_vtt, 100),
    "vtt of teams": (made_teams, 50),
    "srt": (made_srt, 100),
    "otter": (made_otter, 100),
    "zoom chat": (made_chat, 100),
    "speech json": (made_speech, 100),
    "chat log": (made_log, 50),
    "notes": (made_text, 50),
    "mbox": (made_mbox, 20),
    "csv": (made_csv, 100),
    "docx": (made_docx, 30),
    "rtf": (made_rtf, 30),
    "html": (made_html, 30),
    "pdf": (made_pdf, 10),
}


def read(data: bytes) -> int:
    """Recognise and read a file; give the utterances."""
    document = Document(name="made", content=data, limits=Limits())
    return sum(len(meeting.utterances) for meeting in recognise(document).read(document))


def read_webvtt(data: bytes) -> int:
    """Read WebVTT with webvtt-py; give the cues."""
    import webvtt

    return len(webvtt.from_buffer(io.StringIO(data.decode().replace("\r\n", "\n"))))


def measured(work: Callable[[bytes], int], make: Callable[[list[Turn]], bytes], count: int) -> dict[str, Any]:
    """Time the small file and the large one."""
    small, large = make(made_turns(count)), make(made_turns(_TIMES * count))
    work(small)  # imports
    began = spent()
    for _ in range(_REPEATS):
        work(small)
    seconds_small = (spent() - began) / _REPEATS
    began = spent()
    found = work(large)
    seconds = spent() - began
    return {
        "mb": round(len(large) / 1e6, 2),
        "utterances": found,
        "mb_per_second": round(len(large) / 1e6 / seconds, 2),
        "turns_per_second": round(_TIMES * count / seconds),
        "times_as_long_for_100_times": round(seconds / seconds_small, 1),
    }


def _hardware() -> str:
    models = (
        line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")
    )
    return f"{next(models, 'unknown').partition(':')[2].strip()}, Python {platform.python_version()}"


def _results(families: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for family in families:
        make, count = FAMILIES[family]
        yield family, measured(read, make, count)
        if family == "vtt":
            yield "vtt by webvtt-py", measured(read_webvtt, make, count)


def main() -> None:
    """Measure the families named, or all; add to `results/growth.json`."""
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    results |= {"date": datetime.now(UTC).date().isoformat(), "hardware": _hardware(), "seed": SEED}
    for family, figures in _results(sys.argv[1:] or list(FAMILIES)):
        results[family] = figures
        print(family, json.dumps(figures), flush=True)
        RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
