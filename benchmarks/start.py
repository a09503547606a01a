"""How soon the command answers: `subtrans --help` beside bare Python, `subtrans text` beside its engine alone.

    python benchmarks/start.py [--rounds 20]

The engine alone is a process that imports CTranslate2 and SentencePiece and loads mt-en-zh-nano. What is timed is
run in turn; the least of each one's times is what it takes when nothing else is in its way; the ratios are of those.
"""

from __future__ import annotations

import argparse
import compileall
import sys

from measuring import ROOT, SUBTRANS, Taken, report, run

ENGINE = f"""
import os
os.environ["OMP_WAIT_POLICY"] = "PASSIVE"  # as subtrans has it: threads that spin would count as work
import ctranslate2, sentencepiece
folder = {str(ROOT / "models/mt-en-zh-nano/ct2")!r}
for side in "source", "target":
    sentencepiece.SentencePieceProcessor(model_file=f"{{folder}}/{{side}}.spm")
ctranslate2.Translator(folder, device="cpu", compute_type="int8")
"""
COMMANDS = {
    "python -c pass": (sys.executable, "-c", "pass"),
    "subtrans --help": (*SUBTRANS, "--help"),
    "its engine, imported and loaded": (sys.executable, "-c", ENGINE),
    "subtrans text": (*SUBTRANS, "text", "Good morning.", "--from", "en", "--to", "zh"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    compileall.compile_dir(ROOT / "subtrans", quiet=1)  # as it is once installed, whatever has changed since it ran
    taken: dict[str, list[Taken]] = {name: [] for name in COMMANDS}
    for _ in range(options.rounds):
        for name, command in COMMANDS.items():
            taken[name].append(run(command))
    least = {name: min(one.seconds for one in found) for name, found in taken.items()}
    work = {name: min(one.processor for one in found) for name, found in taken.items()}
    bare, ours, engine, text = COMMANDS
    peers = {ours: bare, text: engine}
    rows = [
        [name, f"{least[name]:.3f}", f"{work[name]:.3f}", *(ratio(times, name, peers) for times in (least, work))]
        for name in COMMANDS
    ]
    heads = ["", "time, s", "processor time, s", "time to that of the line above", "processor time to that"]
    report("start", heads, rows, {"seconds": least, "processor": work, "rounds": options.rounds})


def ratio(times: dict[str, float], name: str, peers: dict[str, str]) -> str:
    return f"{times[name] / times[peers[name]]:.2f}x" if name in peers else ""


if __name__ == "__main__":
    main()
