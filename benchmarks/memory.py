"""Peak resident memory of `subtrans subtitle` and of plain faster-whisper on recordings of several lengths.

    python benchmarks/memory.py [--minutes 10 60 180] [--only-ours | --live] [--json FILE]

The recordings are samples/memo.flac over and over. Prints each one's peak and its ratio to that of the shortest.
`--live` measures `subtrans live` instead, on a replay too fast to keep up with, its files and its page written.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from subtrans.media.ffmpeg import executable

ROOT = Path(__file__).parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, nargs="+", default=[10, 60, 180])
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--only-ours", action="store_true")
    only.add_argument("--live", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    peaks: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for minutes in options.minutes:
            recording = Path(folder, f"{minutes}.flac")
            loop = [executable(), "-v", "error", "-stream_loop", "-1", "-i", str(ROOT / "samples/memo.flac")]
            subprocess.run([*loop, "-t", str(60 * minutes), str(recording)], check=True, stdin=subprocess.DEVNULL)
            ours = [sys.executable, "-m", "subtrans", "subtitle", str(recording), "--from", "en", "--to", "zh"]
            runs = {"subtrans subtitle": [*ours, "--no-journal", "-o", f"{folder}/ours.{minutes}.srt"]}
            if options.live:
                live = [
                    sys.executable,
                    "-m",
                    "subtrans",
                    "live",
                    str(recording),
                    "--from",
                    "en",
                    "--to",
                    "zh",
                    "--json",
                ]
                live += ["--replay", "--replay-speed", "100", "--serve", "--port", "0"]
                live += ["--save", f"{folder}/live.{minutes}.srt", "--record", f"{folder}/live.{minutes}.wav"]
                runs = {"subtrans live": live}
            elif not options.only_ours:
                plain = [sys.executable, str(ROOT / "benchmarks/plain.py"), str(recording), f"{folder}/plain.srt"]
                runs["plain faster-whisper and CTranslate2"] = plain
            for name, command in runs.items():
                peaks.setdefault(name, []).append(peak(command))
    print("| peak resident memory, MB | " + " | ".join(f"{minutes} min" for minutes in options.minutes) + " |")
    print("| --- " * (1 + len(options.minutes)) + "|")
    for name, found in peaks.items():
        print(f"| {name} | " + " | ".join(f"{one:.0f} ({one / found[0]:.2f}x)" for one in found) + " |")
    if options.json:
        options.json.write_text(json.dumps({"minutes": options.minutes, "megabytes": peaks}, indent=2) + "\n")


def peak(command: list[str]) -> float:
    """Megabytes of the command's process at its largest; ffmpeg, which it starts, is not counted."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} ended with {process.returncode}")
    return usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


if __name__ == "__main__":
    main()
