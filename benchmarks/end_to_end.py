"""Wall time of `subtrans subtitle` beside the plain way (plain.py) on the same file and models, alternating in one run.

    python benchmarks/end_to_end.py [INPUT] [--rounds 5] [--json FILE]

Prints each one's median and, the figure to quote, the ratio of the medians with the spread of the single rounds.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input", type=Path, nargs="?", default=ROOT / "samples/talk.mp4")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ours = [sys.executable, "-m", "subtrans", "subtitle", str(options.input), "--to", "zh", "--from", "en"]
        ours += ["--overwrite", "-o", f"{folder}/ours.srt"]
        plain = [sys.executable, str(ROOT / "benchmarks/plain.py"), str(options.input), f"{folder}/plain.srt"]
        times: dict[str, list[float]] = {"subtrans": [], "plain": []}
        for turn in range(options.rounds + 1):
            for name, command in (("subtrans", ours), ("plain", plain)):
                seconds = timed(command)
                if turn:  # the first round fills the file caches
                    times[name].append(seconds)
    ratios = [a / b for a, b in zip(times["subtrans"], times["plain"], strict=True)]
    figures = {name: round(statistics.median(seconds), 3) for name, seconds in times.items()}
    figures["ratio"] = round(figures["subtrans"] / figures["plain"], 3)
    print("| | median of the wall time, s |\n| --- | --- |")
    print(f"| subtrans subtitle | {figures['subtrans']} |")
    print(f"| plain faster-whisper and CTranslate2 | {figures['plain']} |")
    print(f"\nratio {figures['ratio']} (rounds: {min(ratios):.2f} to {max(ratios):.2f})")
    if options.json:
        options.json.write_text(json.dumps(figures | {"rounds": times}, indent=2) + "\n")


def timed(command: list[str]) -> float:
    begin = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
