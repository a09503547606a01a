"""Peak resident memory of `subtrans subtitle` and of plain faster-whisper on recordings of several lengths.

    python benchmarks/memory.py [--minutes 10 60 180] [--only-ours | --live]

The recordings are samples/memo.flac over and over. Plain faster-whisper (plain.py) hears them; ours translates too.
`--live` measures `subtrans live` instead, on a replay too fast to keep up with, its files and its page written.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from measuring import PLAIN, SUBTRANS, recording, report, run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, nargs="+", default=[10, 60, 180])
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--only-ours", action="store_true")
    only.add_argument("--live", action="store_true")
    options = parser.parse_args()
    peaks: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for minutes in options.minutes:
            sound = str(recording(Path(folder), minutes))
            ours = [*SUBTRANS, "subtitle", sound, "--from", "en", "--to", "zh", "--no-journal"]
            live = [*SUBTRANS, "live", sound, "--from", "en", "--to", "zh", "--json"]
            live += ["--replay", "--replay-speed", "100", "--serve", "--port", "0"]
            live += ["--save", f"{folder}/live.{minutes}.srt", "--record", f"{folder}/live.{minutes}.wav"]
            plain = [*PLAIN, sound, f"{folder}/plain.srt", "--translator", "none"]
            runs = {"subtrans subtitle": [*ours, "-o", f"{folder}/ours.{minutes}.srt"]}
            if options.live:
                runs = {"subtrans live": live}
            elif not options.only_ours:
                runs |= {"faster-whisper, batched": [*plain, "--batched"], "faster-whisper, sequential": plain}
            for name, command in runs.items():
                peaks.setdefault(name, []).append(run(command).megabytes)
                print(f"{minutes} min, {name}: {peaks[name][-1]:.0f} MB", flush=True)
    rows = [[name, *(f"{one:.0f} ({one / found[0]:.2f}x)" for one in found)] for name, found in peaks.items()]
    heads = ["peak resident memory, MB", *(f"{minutes} min" for minutes in options.minutes)]
    name = "memory_live" if options.live else "memory"
    report(name, heads, rows, {"minutes": options.minutes, "megabytes": peaks})


if __name__ == "__main__":
    main()
