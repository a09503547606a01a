"""Kill `subtrans subtitle` with SIGKILL at random moments, resume it, compare with a run that was left in peace.

    python benchmarks/kills.py [INPUT] [--kills 50] [--seed 1]

Each turn starts from an empty cache, kills the run once at a moment drawn evenly over the time of a whole run, and runs
the same command again. Prints how many turns ended with the same bytes, and exits with 1 unless all did.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
NAMES = ("out.zh.srt", "out.en.srt", "out.zh.json")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input", type=Path, nargs="?", default=ROOT / "samples/talk.mp4")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    command = [sys.executable, "-m", "subtrans", "subtitle", str(options.input), "--from", "en", "--to", "zh"]
    # Small blocks and batches, so that a short file has many steps.
    command += ["--batch-size", "1", "--json", "--transcript", "--overwrite", "-o", NAMES[0]]
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        expected, _ = run(command, Path(folder, "whole"), None)
        whole = time.perf_counter() - begin
        same, landed, repeated = 0, 0, []
        for turn in range(options.kills):
            place = Path(folder, str(turn))
            _, finished = run(command, place, chance.uniform(0, whole))
            landed += not finished
            before = time.perf_counter()
            found, _ = run(command, place, None)
            repeated.append(time.perf_counter() - before)
            same += found == expected
    print(f"{same} of {options.kills} resumed runs end with the bytes of the undisturbed one")
    print(
        f"{landed} kills came before the end; a whole run takes {whole:.1f} s, a resumed one {min(repeated):.1f} to "
        f"{max(repeated):.1f} s"
    )
    return 0 if same == options.kills else 1


def run(command: list[str], folder: Path, after: float | None) -> tuple[list[bytes], bool]:
    """What the command has written in `folder` when it has ended, or was killed so many seconds after its start."""
    folder.mkdir(exist_ok=True)
    environment = {**os.environ, "SUBTRANS_CACHE": str(folder / "cache"), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.DEVNULL)
    try:
        finished = process.wait(after) == 0
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        finished = False
    return [(folder / name).read_bytes() for name in NAMES if (folder / name).exists()], finished


if __name__ == "__main__":
    sys.exit(main())
