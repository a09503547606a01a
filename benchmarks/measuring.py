"""A command in, what it took out; and a benchmark's figures in, build/bench/NAME.json and the table NAME.md out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from subtrans.media.ffmpeg import executable

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "build/bench"
SUBTRANS = (sys.executable, "-m", "subtrans")
PLAIN = (sys.executable, str(ROOT / "benchmarks/plain.py"))


@dataclass(frozen=True)
class Taken:
    """What a command took, with all that it waited for: the time on the clock, that of processors, the peak memory."""

    seconds: float
    processor: float
    megabytes: float


def run(command: Sequence[str], output: int | Any = subprocess.DEVNULL) -> Taken:
    """Run it to its end; the peak is that of the process itself, ffmpeg, which it may start, not counted."""
    from time import perf_counter

    begin = perf_counter()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program is compiled once, not at each start
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    peak = usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    return Taken(perf_counter() - begin, usage.ru_utime + usage.ru_stime, peak)


def recording(folder: Path, minutes: float) -> Path:
    """So many minutes of speech: samples/memo.flac over and over."""
    path = folder / f"{minutes:g}.flac"
    loop = [executable(), "-v", "error", "-y", "-stream_loop", "-1", "-i", str(ROOT / "samples/memo.flac")]
    subprocess.run([*loop, "-t", str(60 * minutes), str(path)], check=True, stdin=subprocess.DEVNULL)
    return path


def report(name: str, heads: Sequence[str], rows: Sequence[Sequence[object]], figures: Any, note: str = "") -> None:
    """Print the table, and write it and the figures."""
    lines = [" | ".join(map(str, row)) for row in (heads, ["---"] * len(heads), *rows)]
    table = "\n".join(f"| {line} |" for line in lines) + (f"\n\n{note}" if note else "")
    print(table, flush=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.md").write_text(table + "\n", encoding="utf-8")
    (FOLDER / f"{name}.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
