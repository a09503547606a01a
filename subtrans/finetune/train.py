"""A checkpoint, sentence pairs and options in; a better checkpoint's weights, and a record of how they came about, out.

The loop in `train` reads from top to bottom. It can be killed at any moment: started again, it goes on from its last
checkpoint to the same numbers.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from subtrans.errors import SubtransError
from subtrans.finetune.batches import epoch_batches
from subtrans.finetune.dev import Scores, evaluate
from subtrans.finetune.network import (
    autocast,
    batch_loss,
    choose_device,
    keep_freed_memory,
    keep_padding_silent,
    make_optimiser,
    open_model,
)
from subtrans.finetune.state import average_weights, restore, save_state, save_weights
from subtrans.finetune.texts import open_tokeniser

if TYPE_CHECKING:
    from subtrans.finetune.config import Config
    from subtrans.finetune.corpus import Corpus
    from subtrans.finetune.options import TrainingOptions

REPORT_EVERY = 50


@dataclass(frozen=True, slots=True)
class Progress:
    """How the training goes: a mean over the last steps."""

    step: int
    epoch: int
    loss: float
    learning_rate: float
    tokens_per_second: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The dev set at one step."""

    step: int
    scores: Scores


Report = Callable[[Progress | Evaluation], None]


def train(  # noqa: PLR0915 - one loop that reads from top to bottom
    config: Config, corpus: Corpus, start: Path, folder: Path, report: Report
) -> Path:
    """Train the checkpoint `start` and return the file of the best weights; all that is written lies in `folder`.

    What is reported is also appended to `folder/log.jsonl`, a JSON object a line.
    """
    import torch

    options, languages = config.training, config.languages
    device = choose_device(options)
    if options.threads:
        torch.set_num_threads(options.threads)
    keep_freed_memory()
    torch.manual_seed(options.seed)
    tokeniser = open_tokeniser(start, languages)
    model = open_model(start, options.dropout).to(device)
    positions = getattr(model.config, "max_position_embeddings", None) or options.max_length
    options = replace(options, max_length=min(options.max_length, positions))
    optimiser = make_optimiser(model, options)
    done = restore(folder / "state.safetensors", model, optimiser, config.fingerprint)
    best, kept = folder / "best.safetensors", list(done.kept)
    log = _logger(folder / "log.jsonl", report)

    window = _Window()
    step, epoch, first = done.step, done.epoch, done.batch
    best_bleu, worse = done.best_bleu, done.worse
    while step < options.steps and not (options.patience and worse >= options.patience):
        batches = epoch_batches(corpus.train, tokeniser, config.noise, options, epoch)
        if len(batches) < options.accumulate:
            raise SubtransError(
                f"{len(batches)} batches of data are less than one step: lower training.accumulate or batch_tokens"
            )
        for index in range(first, len(batches) - len(batches) % options.accumulate, options.accumulate):
            set_rate(optimiser, options, step)
            for batch in batches[index : index + options.accumulate]:
                with autocast(options):
                    loss, tokens = batch_loss(model, batch, options.label_smoothing, device)
                window.add(finite(loss.item(), step), tokens)
                (loss / options.accumulate).backward()
            keep_padding_silent(model)
            torch.nn.utils.clip_grad_norm_(model.parameters(), options.clip_norm)
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
            step += 1
            if step % REPORT_EVERY == 0:
                rate = optimiser.param_groups[0]["lr"]
                log(Progress(step, epoch, window.loss(), rate, window.tokens_per_second()))
                window = _Window()
            if step % options.evaluate_every == 0 or step == options.steps:
                found = evaluate(model, tokeniser, corpus.dev, languages.target, options)
                log(Evaluation(step, found))
                worse = 0 if found.bleu > best_bleu else worse + 1
                if found.bleu > best_bleu:
                    best_bleu = found.bleu
                    save_weights(best, model)
                kept = save_kept(folder, model, step, kept, options.average)
                numbers: dict[str, Any] = {"step": step, "epoch": epoch, "batch": index + options.accumulate}
                numbers |= {"best_bleu": best_bleu, "worse": worse, "kept": kept}
                save_state(folder / "state.safetensors", model, optimiser, config.fingerprint, numbers)
                window = _Window()
            if step >= options.steps or (options.patience and worse >= options.patience):
                break
        epoch, first = epoch + 1, 0

    if len(kept) > 1:
        average_weights([folder / name for name in kept], model)
        found = evaluate(model, tokeniser, corpus.dev, languages.target, options)
        log(Evaluation(step, found))
        if found.bleu > best_bleu:
            save_weights(best, model)
    return best


def set_rate(optimiser: Any, options: TrainingOptions, step: int) -> None:
    """Linear warm-up, a plateau, a linear decay to zero: the end can be moved while the plateau lasts."""
    left = (options.steps - step) / (options.decay_share * options.steps)
    for group in optimiser.param_groups:
        group["lr"] = options.learning_rate * min(1.0, (step + 1) / max(1, options.warmup_steps), left)


def finite(loss: float, step: int) -> float:
    """The loss; SubtransError if it is none, before it can spoil the weights."""
    if not math.isfinite(loss):
        raise SubtransError(f"the loss is no number at step {step}: lower training.learning_rate")
    return loss


def save_kept(folder: Path, model: Any, step: int, kept: Sequence[str], count: int) -> list[str]:
    """Keep the weights of the last `count` evaluations, for the mean of them; none if there is no mean to make."""
    if count < 2:
        return []
    name = f"weights-{step}.safetensors"
    save_weights(folder / name, model)
    names = [*(old for old in kept if old != name), name]
    for old in names[:-count]:
        (folder / old).unlink(missing_ok=True)
    return names[-count:]


class _Window:
    """Sums over the steps since the last report."""

    def __init__(self) -> None:
        self._begin, self._loss, self._tokens, self._batches = time.monotonic(), 0.0, 0, 0

    def add(self, loss: float, tokens: int) -> None:
        self._loss, self._tokens, self._batches = self._loss + loss, self._tokens + tokens, self._batches + 1

    def loss(self) -> float:
        return round(self._loss / self._batches, 4)

    def tokens_per_second(self) -> float:
        return round(self._tokens / (time.monotonic() - self._begin), 1)


def _logger(path: Path, report: Report) -> Report:
    def log(event: Progress | Evaluation) -> None:
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"kind": type(event).__name__.lower(), **asdict(event)}) + "\n")
        report(event)

    return log
