"""A checkpoint, sentence pairs and options in; a better checkpoint's weights, and a record of how they came about, out.

The loop in `train` reads from top to bottom. It can be killed at any moment: started again, it goes on from its last
checkpoint to the same numbers.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from subtrans.engines.machine.heap import keep_freed_memory
from subtrans.errors import SubtransError
from subtrans.evaluate.models import peak_memory as memory_of_process
from subtrans.finetune.batches import epoch_batches
from subtrans.finetune.delivery import Chosen, choose
from subtrans.finetune.dev import Scores, evaluate, fitting, mean
from subtrans.finetune.mixture import Mixture
from subtrans.finetune.network import (
    autocast,
    batch_loss,
    choose_device,
    count_positions,
    keep_padding_silent,
    make_optimiser,
    open_model,
)
from subtrans.finetune.parallel import ALONE, Workers
from subtrans.finetune.state import Done, random_state, restore, save_state, save_weights
from subtrans.finetune.texts import open_tokenisers
from subtrans.finetune.trackers import Evaluation, Progress, Report, make_log
from subtrans.finetune.tuning import allocate, prepare, regularisation, shares, untuned

if TYPE_CHECKING:
    from subtrans.finetune.config import Config
    from subtrans.finetune.corpus import Corpus
    from subtrans.finetune.options import TrainingOptions

REPORT_EVERY = 50


@dataclass(frozen=True, slots=True)
class Outcome:
    """The file of the best weights, and what they cost."""

    best: Path
    best_bleu: float
    best_step: int
    """When the weights were the best; 0: nothing that was trained is better on dev than the base."""
    tried: dict[str, float]
    """Dev BLEU of the weights that could have been delivered, by what they are."""
    trained_parameters: int
    parameters: int
    steps: int
    minutes: float
    peak_memory: int
    """MiB: of the GPU, or of the whole process."""


def use_threads(options: TrainingOptions) -> None:
    """Compute with as many threads as are asked for; with others, sums come out a little otherwise."""
    import torch

    if options.threads:
        torch.set_num_threads(options.threads)


def train(  # noqa: PLR0912, PLR0915 - one loop that reads from top to bottom
    config: Config, corpus: Corpus, start: Path, folder: Path, report: Report,
    *, mixture: Mixture | None = None, workers: Workers = ALONE,
) -> Outcome:  # fmt: skip
    """Train the checkpoint `start` on the mixture, by default the corpus; all that is written lies in `folder`.

    What is reported is also appended to `folder/log.jsonl`, a JSON object a line.
    """
    import torch

    mixture = mixture or Mixture(corpus.train)
    options, languages = config.training, config.languages
    device = choose_device(options)
    use_threads(options)
    keep_freed_memory()
    torch.manual_seed(options.seed)  # an adapter begins the same in all processes
    tokeniser, *further = open_tokenisers(start, languages, mixture.others)
    others = dict(zip(mixture.others, further, strict=True))
    model = prepare(open_model(start, options.dropout), config.tuning, options).to(device)
    torch.manual_seed(options.seed + workers.rank)
    positions = count_positions(model.config)
    if config.tuning.method == "prefix":
        positions -= config.tuning.prefix_tokens
    options = replace(options, max_length=int(min(options.max_length, positions)))
    optimiser = make_optimiser(model, options)
    done = restore(folder / "state.safetensors", model, optimiser, workers.rank)
    best, kept = folder / "best.safetensors", list(done.kept)
    log = make_log(folder, config.fingerprint, options, done.step, report) if workers.leads else lambda _: None

    sides = [(tokeniser, corpus, languages.target), *((others[tag], corpus.others[tag], tag) for tag in others)]
    into = [(cut, fitting(part.dev, cut, positions), tag) for cut, part, tag in sides]

    def measure() -> Scores:
        return mean([evaluate(model, cut, dev, tag, options) for cut, dev, tag in into])

    window, began = _Window(done.step), time.monotonic() - done.seconds
    step, epoch, first, memory, seconds = done.step, done.epoch, done.batch, done.memory, done.seconds
    (best_bleu, best_loss), best_step, worse = (done.best_bleu, done.best_loss), done.best_step, done.worse
    if config.model.base and not step and workers.leads:  # what does not get better than the base is not delivered
        with untuned(model):
            found = measure()
        log(Evaluation(0, found))
        best_bleu, best_loss = found.bleu, found.loss
        save_weights(best, model)
        window = _Window(0)
    stride = options.accumulate * workers.count
    while step < options.steps and not (options.patience and worse >= options.patience):
        batches = epoch_batches(mixture, tokeniser, config.noise, options, epoch, others)
        if not batches:
            raise SubtransError(f"no pair is as short as {options.max_length} pieces: raise training.max_length")
        if len(batches) < stride:
            raise SubtransError(
                f"{len(batches)} batches of data are less than one step: lower training.accumulate or batch_tokens"
            )
        for index in range(first, len(batches) - len(batches) % stride, stride):
            set_rate(optimiser, options, step)
            together = batches[index : index + stride]
            total = sum(len(example.target) for batch in together for example in batch)
            for batch in together[workers.rank :: workers.count]:
                with autocast(options):
                    loss, tokens = batch_loss(model, batch, options.label_smoothing, device)
                window.add(finite(loss.item(), step), tokens * workers.count)
                # A token counts as much as another, in whichever batch of the step it is.
                share = tokens * workers.count / total
                (loss * share + regularisation(model) / options.accumulate).backward()
            keep_padding_silent(model)
            workers.average_gradients(list(model.parameters()))
            torch.nn.utils.clip_grad_norm_(model.parameters(), options.clip_norm)
            optimiser.step()
            step += 1
            allocate(model, step)
            optimiser.zero_grad(set_to_none=True)
            if step % REPORT_EVERY == 0:
                log(window.progress(step, epoch, optimiser.param_groups[0]["lr"], options.steps))
                window = _Window(step)
            if step % options.evaluate_every == 0 or step == options.steps:
                states = workers.gather(random_state())
                if workers.leads:
                    found = measure()
                    log(Evaluation(step, found))
                    finite(found.loss, step)
                    better = (found.bleu, -found.loss) > (best_bleu, -best_loss)
                    worse = 0 if better else worse + 1
                    if better:
                        best_bleu, best_loss, best_step = found.bleu, found.loss, step
                        save_weights(best, model)
                    kept = save_kept(folder, model, step, kept, options.average)
                    seconds, memory = time.monotonic() - began, max(memory, peak_memory(device))
                    done = Done(
                        step, epoch, index + stride, best_bleu, best_loss, best_step, worse, seconds, memory, kept
                    )
                    save_state(folder / "state.safetensors", model, optimiser, done=done, states=states)
                worse = workers.tell(worse)
                window = _Window(step)
            if step >= options.steps or (options.patience and worse >= options.patience):
                break
        epoch, first = epoch + 1, 0

    chosen = Chosen(best, best_bleu, best_step)
    if workers.leads:
        chosen = choose(
            chosen, model, measure,
            kept=[folder / name for name in kept], step=step, start=start, base_share=config.tuning.base_share,
        )  # fmt: skip
    minutes = round(seconds / 60, 2)  # of the training alone: the same, whenever its end is reached again
    return Outcome(chosen.file, chosen.bleu, chosen.step, chosen.tried, *shares(model), step, minutes, memory)


def peak_memory(device: str) -> int:
    """The most memory that was in use, in MiB."""
    if device == "cuda":
        import torch

        return int(torch.cuda.max_memory_allocated() // 2**20)
    return (memory_of_process() or 0) // 2**20


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

    def __init__(self, first: int) -> None:
        self._first = first
        self._begin, self._loss, self._tokens, self._batches = time.monotonic(), 0.0, 0, 0

    def add(self, loss: float, tokens: int) -> None:
        self._loss, self._tokens, self._batches = self._loss + loss, self._tokens + tokens, self._batches + 1

    def progress(self, step: int, epoch: int, rate: float, steps: int) -> Progress:
        seconds = time.monotonic() - self._begin
        left = seconds / max(1, step - self._first) * (steps - step) / 60
        loss, speed = self._loss / self._batches, self._tokens / seconds
        return Progress(step, epoch, round(loss, 4), rate, round(speed, 1), round(left, 1))
