"""Fine-tune once without a break, then again with five kills at random moments: do both come to the same model?

    python benchmarks/finetune_kills.py TSV OUT [--steps 60] [--kills 5] [--seed 1]

TSV has English and Chinese sentences by tab. The model that ships is fine-tuned on a thousand of them; a kill is
SIGKILL to the whole process, whatever it is at: imports, data, a step, a checkpoint, the export.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from pathlib import Path

from subtrans.finetune.corpus import write_tsv
from subtrans.finetune.readers import read_pairs

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tsv", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    write_tsv(read_pairs(options.tsv)[:1200], options.out / "pairs.tsv")
    begin = time.monotonic()
    assert start(options, "whole").wait() == 0
    seconds = time.monotonic() - begin
    draw = random.Random(options.seed)
    kills = 0
    while True:
        process = start(options, "killed")
        moment = draw.uniform(0, 0.5 * seconds) if kills < options.kills else None
        try:
            code = process.wait(moment)
            break
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            kills += 1
            print(f"killed after {moment:.0f} s, at step {last_step(options.out / 'killed')}", flush=True)
    assert code == 0
    one, two = (options.out / name for name in ("whole", "killed"))
    bleus = [json.loads((folder / "results.json").read_text("utf-8"))["best_bleu"] for folder in (one, two)]
    same = (one / "best.safetensors").read_bytes() == (two / "best.safetensors").read_bytes()
    print(
        f"{kills} kills; dev BLEU {bleus[0]} without them, {bleus[1]} with; weights {'equal' if same else 'DIFFERENT'}"
    )


def start(options: argparse.Namespace, name: str) -> subprocess.Popen[bytes]:
    settings = (
        *(f"data.folder={options.out}", "data.train=['pairs.tsv']", "data.dev_share=0.05", "data.test_share=0.05"),
        *(f"training.steps={options.steps}", f"training.evaluate_every={max(1, options.steps // 10)}"),
        *("training.batch_tokens=400", "training.threads=1", "training.trackers=[]", "training.average=3"),
    )
    command = [sys.executable, "-m", "subtrans", "finetune", f"{ROOT}/benchmarks/finetune/full.toml"]
    command += ["-o", str(options.out / name), *(part for one in settings for part in ("--set", one))]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def last_step(folder: Path) -> int:
    """Of the last evaluation."""
    log = folder / "log.jsonl"
    events = map(json.loads, log.read_text("utf-8").splitlines()) if log.is_file() else ()
    return max((event["step"] for event in events if event["kind"] == "evaluation"), default=0)


if __name__ == "__main__":
    main()
