"""A checkpoint, sentence pairs and options in; a better checkpoint's weights, and a record of how they came about, out.

The loop in `train` reads from top to bottom. It can be killed at any moment: started again, it goes on from its last
checkpoint to the same numbers.
"""

from __future__ import annotations

import contextlib
import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from subtrans.errors import DeviceError, ModelError, SubtransError
from subtrans.evaluate.scores import bleu, chrf
from subtrans.finetune.batches import Example, epoch_batches, pack, pad
from subtrans.finetune.loss import cross_entropy
from subtrans.finetune.state import average_weights, load_weights, restore, save_state, save_weights
from subtrans.finetune.texts import open_tokeniser

if TYPE_CHECKING:
    from subtrans.finetune.config import Config
    from subtrans.finetune.corpus import Corpus, Pair
    from subtrans.finetune.options import TrainingOptions
    from subtrans.finetune.texts import Tokeniser

REPORT_EVERY = 50
IGNORED = -100
"""The label of padding, by transformers' convention."""


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
    """The dev set at one step: cross-entropy a token, and scores of what the model really writes (greedily)."""

    step: int
    loss: float
    bleu: float
    chrf: float


Report = Callable[[Progress | Evaluation], None]


def train(config: Config, corpus: Corpus, start: Path, folder: Path, report: Report) -> Path:
    """Train the checkpoint `start` and return the file of the best weights; all that is written lies in `folder`.

    What is reported is also appended to `folder/log.jsonl`, a JSON object a line.
    """
    import torch

    options, languages = config.training, config.languages
    device, precision = choose_arithmetic(options)
    if options.threads:
        torch.set_num_threads(options.threads)
    keep_freed_memory()
    torch.manual_seed(options.seed)
    tokeniser = open_tokeniser(start, languages)
    model = open_model(start, options.dropout).to(device)
    optimiser = make_optimiser(model, options)
    done = restore(folder / "state.safetensors", model, optimiser, config.fingerprint)
    best, kept = folder / "best.safetensors", list(done.kept)
    autocast = torch.autocast(device, torch.bfloat16, enabled=precision == "bfloat16")
    log = _logger(folder / "log.jsonl", report)

    step, epoch, first = done.step, done.epoch, done.batch
    best_bleu, worse = done.best_bleu, done.worse
    while step < options.steps and not (options.patience and worse >= options.patience):
        batches = epoch_batches(corpus.train, tokeniser, config.noise, options, epoch)
        if len(batches) < options.accumulate:
            raise SubtransError(
                f"{len(batches)} batches of data are less than one step: lower training.accumulate or batch_tokens"
            )
        window = _Window()
        for index in range(first, len(batches) - len(batches) % options.accumulate, options.accumulate):
            set_rate(optimiser, options, step)
            for batch in batches[index : index + options.accumulate]:
                with autocast:
                    loss, tokens = batch_loss(model, batch, options.label_smoothing, device)
                (loss / options.accumulate).backward()
                window.add(loss.item(), tokens)
            keep_padding_silent(model)
            torch.nn.utils.clip_grad_norm_(model.parameters(), options.clip_norm)
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
            step += 1
            if step % REPORT_EVERY == 0:
                rate = optimiser.param_groups[0]["lr"]
                log(Progress(step, epoch, window.loss(step), rate, window.tokens_per_second()))
                window = _Window()
            if step % options.evaluate_every == 0 or step == options.steps:
                found = evaluate(model, tokeniser, corpus.dev, config, step, autocast)
                log(found)
                worse = 0 if found.bleu > best_bleu else worse + 1
                if found.bleu > best_bleu:
                    best_bleu = found.bleu
                    save_weights(best, model)
                kept = save_kept(folder, model, step, kept, options.average)
                numbers = {"step": step, "epoch": epoch, "batch": index + options.accumulate}
                numbers |= {"best_bleu": best_bleu, "worse": worse, "kept": kept}
                save_state(folder / "state.safetensors", model, optimiser, config.fingerprint, numbers)
                window = _Window()
            if step >= options.steps or (options.patience and worse >= options.patience):
                break
        epoch, first = epoch + 1, 0

    if len(kept) > 1:
        average_weights([folder / name for name in kept], model)
        found = evaluate(model, tokeniser, corpus.dev, config, step, autocast)
        log(found)
        if found.bleu > best_bleu:
            save_weights(best, model)
    return best


def choose_arithmetic(options: TrainingOptions) -> tuple[str, str]:
    """The device and the precision; DeviceError if CUDA was asked for and there is none."""
    import torch

    works = torch.cuda.is_available()
    if options.device == "cuda" and not works:
        raise DeviceError("training.device is cuda, but torch finds no GPU: set it to cpu or auto")
    device = "cuda" if works and options.device != "cpu" else "cpu"
    if options.precision != "auto":
        return device, options.precision
    if device == "cuda":
        return device, "bfloat16" if torch.cuda.is_bf16_supported() else "float32"
    # Without instructions for it, bfloat16 is emulated and slower than float32.
    return device, "bfloat16" if torch.ops.mkldnn._is_mkldnn_bf16_supported() else "float32"


def keep_freed_memory() -> None:
    """Tell glibc to keep memory that torch frees: a step on a processor is up to twice as fast without page faults."""
    import ctypes

    with contextlib.suppress(OSError, AttributeError):  # not glibc
        library = ctypes.CDLL(None)
        no_maps, trim, top_pad = -4, -1, -2
        for parameter, value in ((no_maps, 0), (trim, 2**31 - 1), (top_pad, 2**28)):
            library.mallopt(parameter, value)


def open_model(folder: Path, dropout: float) -> Any:
    """The sequence-to-sequence checkpoint in `folder`, in float32, from safetensors, with this dropout."""
    import torch
    from transformers import AutoConfig, AutoModelForSeq2SeqLM

    from subtrans.engines.convert import quiet

    try:
        with quiet():
            shape = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
            for name in ("dropout", "dropout_rate"):
                if hasattr(shape, name):
                    setattr(shape, name, dropout)
            model = AutoModelForSeq2SeqLM.from_pretrained(
                folder,
                config=shape,
                local_files_only=True,
                use_safetensors=True,
                trust_remote_code=False,
                dtype=torch.float32,
                # On a processor, torch's fused attention is slower than plain matrices for sequences this short.
                attn_implementation="eager",
            )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ModelError(f"{folder} is no translation model that can be trained ({reason})") from error
    if shape.model_type == "marian":
        # As CTranslate2 has it: the padding token is never written.
        model.final_logits_bias[0, shape.pad_token_id] = -1e4
    return model.train()


def make_optimiser(model: Any, options: TrainingOptions) -> Any:
    """AdamW with weight decay on matrices only."""
    import torch

    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    groups = [
        {"params": [parameter for parameter in trained if parameter.dim() > 1], "weight_decay": options.weight_decay},
        {"params": [parameter for parameter in trained if parameter.dim() <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=options.learning_rate, betas=(0.9, 0.98), eps=1e-9, fused=True)


def set_rate(optimiser: Any, options: TrainingOptions, step: int) -> None:
    """Linear warm-up, a plateau, a linear decay to zero: the end can be moved while the plateau lasts."""
    left = (options.steps - step) / (options.decay_share * options.steps)
    for group in optimiser.param_groups:
        group["lr"] = options.learning_rate * min(1.0, (step + 1) / max(1, options.warmup_steps), left)


def batch_loss(model: Any, batch: Sequence[Example], smoothing: float, device: str) -> tuple[Any, int]:
    """Mean cross-entropy of the batch's target tokens, and their number."""
    import torch

    sources = pad([example.source for example in batch], model.config.pad_token_id).to(device)
    mask = pad([[1] * len(example.source) for example in batch], 0).to(device)
    labels = pad([example.target for example in batch], IGNORED).to(device)
    inputs = {"input_ids": sources, "attention_mask": mask, "use_cache": False}
    inputs["decoder_input_ids"] = model.prepare_decoder_input_ids_from_labels(labels=labels)
    real = labels != IGNORED
    if hasattr(model, "model") and hasattr(model, "lm_head"):
        hidden = model.model(**inputs).last_hidden_state[real]
        if torch.is_autocast_enabled(device):
            hidden = hidden.to(torch.get_autocast_dtype(device))
        bias = getattr(model, "final_logits_bias", None)
        with torch.autocast(device, enabled=False):
            loss = cross_entropy(hidden, model.lm_head.weight, labels[real], smoothing, bias)
    else:  # T5 scales what goes into its last matrix
        logits = model(**inputs).logits[real].float()
        loss = torch.nn.functional.cross_entropy(logits, labels[real], label_smoothing=smoothing)
    return loss, int(real.sum())


def keep_padding_silent(model: Any) -> None:
    """Take the gradient of Marian's padding token: decoding starts from its embedding, which is and stays zero."""
    if model.config.model_type == "marian":
        for matrix in (model.get_input_embeddings().weight, model.get_output_embeddings().weight):
            if matrix.grad is not None:
                matrix.grad[model.config.pad_token_id] = 0


def evaluate(
    model: Any, tokeniser: Tokeniser, pairs: Sequence[Pair], config: Config, step: int, autocast: Any
) -> Evaluation:
    """Loss, BLEU and chrF of the pairs as they are, without noise."""
    import torch

    model.eval()
    device = str(model.device.type)
    sources = tokeniser.encode([pair.source for pair in pairs])
    targets = tokeniser.encode([pair.target for pair in pairs], target=True)
    examples = [Example(source, target) for source, target in zip(sources, targets, strict=True)]
    batches = pack(sorted(examples, key=lambda example: example.length), config.training.batch_tokens)
    total, count = 0.0, 0
    with torch.inference_mode(), autocast:
        for batch in batches:
            loss, tokens = batch_loss(model, batch, 0.0, device)
            total, count = total + loss.item() * tokens, count + tokens
        hypotheses = translate(model, tokeniser, sources, config.training)
    model.train()
    references = [pair.target for pair in pairs]
    target = config.languages.target
    scores = bleu(hypotheses, references, target), chrf(hypotheses, references)
    return Evaluation(step, round(total / count, 4), round(scores[0].value, 2), round(scores[1].value, 2))


def translate(model: Any, tokeniser: Tokeniser, sources: Sequence[list[int]], options: TrainingOptions) -> list[str]:
    """What the model writes for each source, greedily; in order."""
    order = sorted(range(len(sources)), key=lambda index: len(sources[index]))
    texts = [""] * len(sources)
    for start in range(0, len(order), 64):
        chosen = order[start : start + 64]
        inputs = pad([sources[index] for index in chosen], model.config.pad_token_id).to(model.device)
        mask = pad([[1] * len(sources[index]) for index in chosen], 0).to(model.device)
        output = model.generate(
            input_ids=inputs,
            attention_mask=mask,
            num_beams=1,
            do_sample=False,
            max_new_tokens=min(options.max_length, 16 + 3 * inputs.shape[1]),
            forced_bos_token_id=tokeniser.forced_start,
        )
        for index, row in zip(chosen, output.tolist(), strict=True):
            texts[index] = tokeniser.decode(row)
    return texts


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


def load_best(folder: Path, weights: Path) -> Any:
    """The checkpoint `folder` with other weights."""
    model = open_model(folder, 0.0)
    load_weights(weights, model)
    return model.eval()


class _Window:
    """Sums over the steps since the last report."""

    def __init__(self) -> None:
        self._begin, self._loss, self._tokens, self._batches = time.monotonic(), 0.0, 0, 0

    def add(self, loss: float, tokens: int) -> None:
        self._loss, self._tokens, self._batches = self._loss + loss, self._tokens + tokens, self._batches + 1

    def loss(self, step: int) -> float:
        mean = self._loss / self._batches
        if not math.isfinite(mean):
            raise SubtransError(f"the loss is no number at step {step}: lower training.learning_rate")
        return round(mean, 4)

    def tokens_per_second(self) -> float:
        return round(self._tokens / (time.monotonic() - self._begin), 1)


def _logger(path: Path, report: Report) -> Report:
    def log(event: Progress | Evaluation) -> None:
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"kind": type(event).__name__.lower(), **asdict(event)}) + "\n")
        report(event)

    return log
