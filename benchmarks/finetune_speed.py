"""Target tokens a second of this loop and of transformers' Seq2SeqTrainer with its defaults, on one model and data.

    python benchmarks/finetune_speed.py TSV [--steps 40] [--rounds 2] [--pairs 4000]

TSV has English and Chinese sentences by tab. Both train all weights of the model that ships in float32 on one thread,
in turns. The clock is the processor's own time, so that what else runs on the machine does not count; tokens are those
of the targets without padding.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

import torch

from subtrans.engines.machine.heap import keep_freed_memory
from subtrans.finetune.batches import epoch_batches
from subtrans.finetune.config import Languages
from subtrans.finetune.corpus import Pair
from subtrans.finetune.mixture import Mixture
from subtrans.finetune.network import autocast, batch_loss, make_optimiser, open_model
from subtrans.finetune.noise import NoiseOptions
from subtrans.finetune.options import TrainingOptions
from subtrans.finetune.readers import read_pairs
from subtrans.finetune.texts import open_tokeniser

BASE = Path(__file__).resolve().parents[1] / "models/mt-en-zh-nano/hf"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tsv", type=Path)
    parser.add_argument(
        "--steps", type=int, default=40, help="of this loop in a round; the Trainer sees as many tokens"
    )
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--pairs", type=int, default=4000)
    options = parser.parse_args()
    torch.set_num_threads(1)
    pairs = read_pairs(options.tsv)[: options.pairs]
    random.Random(1).shuffle(pairs)
    speeds: dict[str, list[float]] = {"Seq2SeqTrainer": [], "subtrans": []}
    for _ in range(options.rounds):
        tokens, speed = ours(pairs, options.steps)
        speeds["subtrans"].append(speed)
        speeds["Seq2SeqTrainer"].append(theirs(pairs, tokens))
        print({name: round(found[-1]) for name, found in speeds.items()}, flush=True)
    for name, found in speeds.items():
        each = ", ".join(f"{one:.0f}" for one in found)
        print(f"{name}: {sum(found) / len(found):.0f} target tokens a second  ({each})")
    ratio = sum(speeds["subtrans"]) / sum(speeds["Seq2SeqTrainer"])
    print(f"ratio {ratio:.2f}  (torch {torch.__version__}, float32, one thread)")


def ours(pairs: list[Pair], steps: int) -> tuple[int, float]:
    """Target tokens that were trained on, and how many a second."""
    options = TrainingOptions(precision="float32", device="cpu", threads=1, dropout=0.1, label_smoothing=0.0)
    keep_freed_memory()
    tokeniser, model = open_tokeniser(BASE, Languages("en", "zh")), open_model(BASE, options.dropout)
    optimiser = make_optimiser(model, options)
    begin, total = time.process_time(), 0
    batches = epoch_batches(Mixture(tuple(pairs)), tokeniser, NoiseOptions(), options, 0)
    for batch in batches[:steps]:
        with autocast(options):
            loss, tokens = batch_loss(model, batch, 0.0, "cpu")
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), options.clip_norm)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        total += tokens
    return total, total / (time.process_time() - begin)


def theirs(pairs: list[Pair], tokens: int) -> float:
    """The same for the Trainer with its default batch of 8, until it has seen about as many tokens."""
    from transformers import (
        AutoModelForSeq2SeqLM,
        AutoTokenizer,
        DataCollatorForSeq2Seq,
        Seq2SeqTrainer,
        Seq2SeqTrainingArguments,
    )

    tokenizer, model = AutoTokenizer.from_pretrained(BASE), AutoModelForSeq2SeqLM.from_pretrained(BASE, dtype="float32")
    rows: list[dict[str, Any]] = []
    mean = 0
    for pair in pairs:
        row = tokenizer(pair.source)
        row["labels"] = tokenizer(text_target=pair.target)["input_ids"]
        mean += len(row["labels"])
        rows.append(dict(row))
    steps = max(1, round(tokens / (8 * mean / len(rows))))
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        arguments = Seq2SeqTrainingArguments(
            output_dir=folder, max_steps=steps, save_strategy="no", report_to=[], use_cpu=True, disable_tqdm=True,
            logging_strategy="no",
        )  # fmt: skip
        counted = Counting(DataCollatorForSeq2Seq(tokenizer, model))
        trainer = Seq2SeqTrainer(model, arguments, train_dataset=rows, data_collator=counted)
        begin = time.process_time()
        trainer.train()
        return counted.tokens / (time.process_time() - begin)


class Counting:
    """A collator that counts the target tokens it hands out."""

    def __init__(self, collator: Any) -> None:
        self.collator, self.tokens = collator, 0

    def __call__(self, rows: list[dict[str, Any]]) -> Any:
        self.tokens += sum(len(row["labels"]) for row in rows)
        return self.collator(rows)


if __name__ == "__main__":
    main()
