"""Fuzz the readers: samples broken at random must give meetings or a ReadError, in bounded time.

    python benchmarks/fuzz.py ../shared/formats --minutes 10 [--only docx,pdf] [--seed 1] [--out FILE]

Each case takes a sample, cuts, flips, doubles or splices some of its bytes (inside zip documents: those of a
member), and reads it. Anything but meetings or a ReadError is a finding, as is a case over --slow seconds of
the processor. Prints counts, the slowest case and the findings, and writes them once a minute, so that a run
that is ended early counts too; the broken bytes are kept in --keep, never in the repository.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from analyzer.errors import ReadError
from analyzer.ingest.formats import read
from analyzer.ingest.sources import Document

_MARKS = (
    b"\x00",
    b"\xff",
    b"<",
    b">",
    b"{",
    b"}",
    b"\\",
    b'"',
    b"\n",
    b"\r",
    b":",
    b"[",
    b"]",
    b"=",
    b"&",
    b"(",
)
_LARGEST = 400_000  # bytes of a sample: larger ones would take all the time


def main() -> None:
    """Run for so many minutes; print what was found."""
    options = _options()
    chance = random.Random(options.seed)
    samples = list(_samples(options.folder, set(options.only.split(",")) - {""}))
    counts: Counter[str] = Counter()
    findings: dict[str, str] = {}
    slowest = (0.0, "")
    written = 0.0  # minutes, when results were written
    while (spent := time.process_time() / 60) < options.minutes:
        if spent >= written + 1:
            _write(options, spent, counts, slowest, findings)
            written = spent
        path = chance.choice(samples)
        data = _broken(path.read_bytes(), chance, chance.choice(samples).read_bytes())
        began = time.process_time()
        outcome = _outcome(path, data)
        took = time.process_time() - began
        counts[
            f"{path.parent.name}: {'ReadError' if outcome is None else outcome.partition(chr(10))[0]}"
        ] += 1
        slowest = max(slowest, (took, str(path.relative_to(options.folder))))
        if (outcome and outcome != "read") or took > options.slow:
            key = outcome or f"{took:.1f} s"
            if key not in findings:
                findings[key] = str(path.relative_to(options.folder))
                (options.keep / f"case_{len(findings)}_{path.name}").write_bytes(data)
    print(_write(options, options.minutes, counts, slowest, findings))


def _write(
    options: argparse.Namespace,
    minutes: float,
    counts: Counter[str],
    slowest: tuple[float, str],
    findings: dict[str, str],
) -> str:
    result = {
        "date": datetime.now(UTC).date().isoformat(),
        "seed": options.seed,
        "cpu_minutes": round(minutes, 1),
        "cases": counts.total(),
        "outcomes": dict(sorted(counts.items())),
        "slowest_cpu_seconds": [round(slowest[0], 2), slowest[1]],
        "findings": findings,
    }
    text = json.dumps(result, indent=2, ensure_ascii=False)
    if options.out:
        options.out.write_text(text + "\n")
    return text


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=1.0, help="of the processor")
    parser.add_argument("--only", default="", help="folders of samples, separated by commas")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slow", type=float, default=5.0, help="seconds of the processor")
    parser.add_argument("--keep", type=Path, default=Path("/tmp"), help="where broken cases are kept")
    parser.add_argument("--out", type=Path)
    return parser.parse_args()


def _samples(folder: Path, only: set[str]) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        is_wanted = path.is_file() and (not only or path.parent.name in only) and path.suffix != ".jsonl"
        if is_wanted and 0 < path.stat().st_size <= _LARGEST:
            yield path


def _outcome(path: Path, data: bytes) -> str | None:
    """Read broken bytes: "read", None for a ReadError, else the error and where it came from."""
    try:
        read(Document(name=path.name, content=data))
    except ReadError:
        return None
    except BaseException as error:  # finding them is the purpose
        if isinstance(error, KeyboardInterrupt):
            raise
        frames = traceback.extract_tb(error.__traceback__)[-3:]  # files by name: paths are of this machine
        places = (f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
        return f"{type(error).__name__}: {error}\n" + "\n".join(places)
    return "read"


def _broken(data: bytes, chance: random.Random, other: bytes) -> bytes:
    if data.startswith(b"PK") and chance.random() < 0.7:
        return _broken_member(data, chance, other)
    return _mutated(data, chance, other)


def _mutated(data: bytes, chance: random.Random, other: bytes) -> bytes:
    content = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        at = chance.randrange(len(content) + 1)
        length = chance.choice((1, 2, 10, 100, 2_000))
        match chance.randrange(6):
            case 0:
                del content[at : at + length]
            case 1:
                content[at:at] = chance.choice(_MARKS) * chance.choice((1, 3, 50, 2_000))
            case 2:
                content[at:at] = content[at : at + length] * chance.choice((1, 2, 20))
            case 3:
                content[at : at + 1] = bytes([chance.randrange(256)])
            case 4:
                start = chance.randrange(len(other) + 1)
                content[at:at] = other[start : start + length]
            case _:
                if chance.random() < 0.2:
                    del content[at:]
    return bytes(content[: 2 * _LARGEST])


def _broken_member(data: bytes, chance: random.Random, other: bytes) -> bytes:
    """Break one member of a zip document, and pack it again as it was."""
    packed = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(packed, "w", 8) as target:
            names = source.namelist()
            chosen = chance.choice(names)
            for name in names:
                content = source.read(name)
                target.writestr(name, _mutated(content, chance, other) if name == chosen else content)
    except (zipfile.BadZipFile, RuntimeError, ValueError, NotImplementedError, OSError):
        return _mutated(data, chance, other)
    return packed.getvalue()


if __name__ == "__main__":
    main()
