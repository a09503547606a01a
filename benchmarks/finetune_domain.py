"""Fine-tune the shipped en->zh model on a domain: what it gains, what it forgets, what each method costs.

    python benchmarks/finetune_domain.py film DATA OUT [--steps 700] [--runs full,replay,frozen,lora,adalora,prefix]
    python benchmarks/finetune_domain.py film DATA OUT --pairs 5000 --reverse MODEL
        --runs full,averaging,robustness,denoising,back_translation,back_translation_tagged
    python benchmarks/finetune_domain.py talks DATA OUT --runs full,replay

`film` is dialogue: DATA holds `text/msctd-en-zh` (train.enlc-zh.tsv, english_dev.txt, chinese_dev.txt; Liang et al.,
ACL 2022), whose own dev lines are the test. `talks` are lectures on mathematics with subtitles by their community:
`subtitles/3b1b/YEAR/TALK` (english/captions.srt, chinese/china_community.srt), of which every ninth talk is the test.
The general data and its test are the splits of the model that ships, from `text/tatoeba-en-zh/cmn.txt`.
Minutes are the processor's own time for the whole command, so that what else runs on the machine does not count.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
from pathlib import Path

from subtrans.finetune.cleaning import simplify_chinese
from subtrans.finetune.config import read_config
from subtrans.finetune.corpus import Pair, load_corpus, remove_overlap, write_tsv
from subtrans.finetune.readers import align_cues, read_cues, read_lines, read_pairs

Parts = tuple[list[Pair], list[Pair], list[Pair]]
ROOT = Path(__file__).resolve().parents[1]
MOST_TEXTS = 20_000
"""Chinese sentences of the domain without their English, to be masked or translated back."""
RUNS = {
    "full": ("full", "training.learning_rate=5e-4"),
    "replay": ("replay", "training.learning_rate=5e-4", "replay.share=0.5"),
    "replay_base": ("replay", "training.learning_rate=5e-4", "replay.share=0.25", "tuning.base_share=0.1"),
    "base_share": ("base_share", "training.learning_rate=5e-4"),
    "averaging": ("full", "training.learning_rate=5e-4", "training.average=3"),
    "denoising": ("denoising", "training.learning_rate=5e-4", "denoising.source=[]", "denoising.epochs=0"),
    "denoising_first": ("denoising", "training.learning_rate=5e-4", "denoising.source=[]", "denoising.epochs=1"),
    "back_translation": ("back_translation", "training.learning_rate=5e-4", "back_translation.tag="),
    "back_translation_tagged": ("back_translation", "training.learning_rate=5e-4"),
    "robustness": ("robustness", "training.learning_rate=5e-4"),
    "frozen": ("frozen", "training.learning_rate=5e-4"),
    "lora": ("lora", "training.learning_rate=3e-3"),
    "adalora": ("adalora", "training.learning_rate=5e-3"),
    "prefix": ("prefix", "training.learning_rate=1e-2"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("domain", choices=("film", "talks"))
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, default=700)
    parser.add_argument("--pairs", type=int, default=40_000, help="dialogue pairs to train on")
    parser.add_argument("--test", type=int, default=1000, help="most sentences of each test set")
    parser.add_argument("--batch-tokens", type=int, default=700)
    parser.add_argument("--evaluations", type=int, default=3, help="on dev; the last ones are averaged, where they are")
    parser.add_argument("--reverse", default="", help="the model that back-translates: a folder or a name")
    parser.add_argument("--runs", default="full,replay,frozen,lora,adalora,prefix", help=f"of {', '.join(RUNS)}")
    options = parser.parse_args()
    corpus = options.out / "corpus"
    if not (corpus / "test.tsv").is_file():
        read = read_film if options.domain == "film" else read_talks
        prepare(read(options.data, options.test), options.data, corpus, options.pairs, options.test)
    print(
        "| run | domain BLEU before | after | as spoken | with word errors | general BLEU before | after "
        "| int8 - float32 | trained | MiB | minutes |"
    )
    print(f"|{' --- |' * 11}")
    for name in options.runs.split(","):
        example, *changes = RUNS[name]
        settings = [
            *(f"data.folder={corpus}", "data.dev=['dev.tsv']", "data.test=['test.tsv']", "data.overlap=remove"),
            *("data.general=['general_test.tsv']", "data.full_width=true", "training.trackers=[]"),
            f"training.steps={options.steps}",
            f"training.evaluate_every={options.steps // options.evaluations or 1}",
            *(f"training.batch_tokens={options.batch_tokens}", "training.accumulate=1", "training.warmup_steps=40"),
            *("training.decay_share=1.0", "training.threads=1"),
            *changes,
            *([f"back_translation.model={options.reverse}"] if example == "back_translation" else []),
        ]
        command = [sys.executable, "-m", "subtrans", "finetune", f"{ROOT}/benchmarks/finetune/{example}.toml"]
        command += ["-o", str(options.out / name), *(part for one in settings for part in ("--set", one))]
        before = processor_minutes()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        results = json.loads((options.out / name / "results.json").read_text("utf-8"))
        report = json.loads((options.out / name / "report.json").read_text("utf-8"))
        print(row(name, results, report["robustness"], processor_minutes() - before), flush=True)


def processor_minutes() -> float:
    """Of all processes that this one has waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (usage.ru_utime + usage.ru_stime) / 60


def read_film(data: Path, tests: int) -> Parts:
    """Training, dev and test pairs of dialogue."""
    folder = data / "text/msctd-en-zh"
    held_out = read_lines(folder / "english_dev.txt", folder / "chinese_dev.txt")
    train = [Pair(written(pair.source), pair.target) for pair in read_pairs(folder / "train.enlc-zh.tsv")]
    return train, held_out[:300], held_out[-tests:]


def read_talks(data: Path, tests: int) -> Parts:
    """Training, dev and test pairs of talks, whole talks each; their cues are paired by time."""
    parts: Parts = ([], [], [])
    found = data.glob("subtitles/3b1b/*/*/chinese/china_community.srt")
    for index, talk in enumerate(sorted((file.parents[1] for file in found), key=lambda folder: folder.name)):
        said, written_down = (
            read_cues(talk / name) for name in ("english/captions.srt", "chinese/china_community.srt")
        )
        part = parts[{0: 2, 4: 1}.get(index % 9, 0)]
        part += simplify_chinese(align_cues(said, written_down, "zh"))
    return parts[0], parts[1][:300], parts[2][:tests]


def prepare(parts: Parts, data: Path, corpus: Path, count: int, tests: int) -> None:
    """Write the parts of both domains; no sentence of a test set is in what trains."""
    train, dev, test = parts
    corpus.mkdir(parents=True, exist_ok=True)
    recipe = ROOT / "models/mt-en-zh-nano/recipe/config.toml"
    general = load_corpus(read_config(recipe, [f"data.folder={data / 'text/tatoeba-en-zh'}"]).data)
    kept = remove_overlap(train, [*dev, *test, *general.test])
    step = max(1, len(kept) // count)
    write_tsv(kept[::step], corpus / "train.tsv")
    texts = [pair.target for index, pair in enumerate(kept) if index % step] or [pair.target for pair in kept]
    (corpus / "mono.zh").write_text("".join(f"{text}\n" for text in texts[:MOST_TEXTS]), encoding="utf-8")
    write_tsv(dev, corpus / "dev.tsv")
    write_tsv(test, corpus / "test.tsv")
    write_tsv(general.train, corpus / "general.tsv")
    write_tsv(general.test[:tests], corpus / "general_test.tsv")


def written(text: str) -> str:
    """Tokenised lower-case English as it is written: no spaces before marks, a capital at the start of a sentence."""
    joined = re.sub(r" ([.,!?;:%)]|'(?:s|re|m|ll|ve|d|t)\b)", r"\1", text.replace("n 't", "n't"))
    joined = re.sub(r"\bi\b", "I", joined)
    return re.sub(r"(^|[.!?] )([a-z])", lambda found: found[1] + found[2].upper(), joined)


def row(name: str, results: dict, robustness: list[dict], minutes: float) -> str:
    def bleu(test_set: str, precision: str) -> float:
        return next(
            found["value"] for found in results["scores"]
            if found["metric"] == "BLEU" and found["precision"] == precision
            and found["test_set"].startswith(test_set) and "lower case" not in found["test_set"]
        )  # fmt: skip

    rounded = results["scores"][0]["precision"]
    change = f"{bleu('test', 'int8') - bleu('test', 'float32'):+.2f}" if rounded == "int8" else "not convertible"
    share = 100 * results["trained_parameters"] / results["parameters"]
    _, spoken, wrong = (form["changes"][0]["after"] for form in robustness)
    cells = [
        name, f"{bleu('test', 'before training'):.1f}", f"{bleu('test', rounded):.1f}", f"{spoken:.1f}", f"{wrong:.1f}",
        f"{bleu('general', 'before training'):.1f}", f"{bleu('general', rounded):.1f}", change,
        f"{share:.1f} %", str(results["peak_memory"]), f"{minutes:.1f}",
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
