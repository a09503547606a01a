"""Wall time of `subtrans subtitle` beside the common tools' way (plain.py) on the same file and models, in one run.

    python benchmarks/end_to_end.py [INPUT] [--rounds 6] [--asr FOLDER]

Plain faster-whisper hears the file, window by window or in batches, and transformers translates segment by segment.
Each round runs all of them in turn; of several the first, which fills the file caches, does not count. The ratios are
of the medians, with the spread of the single rounds. The batched pipeline makes cues of half a minute: `segments` says
how many came out.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

import srt
from measuring import PLAIN, ROOT, SUBTRANS, Taken, report, run

OURS = "subtrans subtitle"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input", type=Path, nargs="?", default=ROOT / "samples/talk.mp4")
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--asr", help="another recogniser of English in CTranslate2's format")
    options = parser.parse_args()
    taken: dict[str, list[Taken]] = {}
    segments: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        cues = Path(folder, "cues.srt")
        ours = [*SUBTRANS, "subtitle", str(options.input), "--from", "en", "--to", "zh", "--no-journal", "--overwrite"]
        own = ["--asr", options.asr] if options.asr else []
        ours += own
        plain = [*PLAIN, str(options.input), str(cues), *own]
        commands = {
            OURS: [*ours, "-o", str(cues)],
            "faster-whisper, then transformers": plain,
            "faster-whisper batched, then transformers": [*plain, "--batched"],
            "faster-whisper, then CTranslate2": [*plain, "--translator", "ctranslate2"],
            "faster-whisper batched, which only hears": [*plain, "--batched", "--translator", "none"],
        }
        for turn in range(options.rounds):
            for name, command in commands.items():
                found = run(command)
                segments[name] = len(list(srt.parse(cues.read_text("utf-8"))))
                if turn or options.rounds == 1:
                    taken.setdefault(name, []).append(found)
    rows = []
    for name, found in taken.items():
        median = statistics.median(one.seconds for one in found)
        work = statistics.median(one.processor for one in found)
        ratios = [one.seconds / mine.seconds for one, mine in zip(found, taken[OURS], strict=True)]
        ratio = median / statistics.median(one.seconds for one in taken[OURS])
        spread = "" if name == OURS else f"{ratio:.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        rows.append([name, segments[name], f"{median:.2f}", f"{work:.2f}", spread])
    heads = ["", "segments", "wall time, s", "processor time, s", "wall time to ours (rounds)"]
    report("end_to_end", heads, rows, {name: [vars(one) for one in found] for name, found in taken.items()})


if __name__ == "__main__":
    main()
