"""Speech in, checkpoints out: the recogniser's training, a given time long and resumable at any moment.

    python train.py RUN --speech DIR --hours 4                       on a processor
    python train.py RUN --speech DIR --hours 0.13 --scale 8          on a GPU

Three stages share the time: short windows (hearing and spelling), middle ones (several sentences, prompts), and those
of up to 30 s that are met in use (padding, silence, cut speech). RUN holds tokenizer.json, the latest checkpoint and
log.jsonl; DIR may still be growing. Matrices are optimised by Muon (Jordan et al. 2024), everything else by AdamW; the
rate rises over the warm-up, stays, and falls to nothing over the last `--decay` of the time.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from dataclasses import replace
from pathlib import Path
from queue import Queue
from threading import Thread

import torch
import vocabulary
from muon import Muon
from network import Recogniser, Shape
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from sound import Disturbance, Ear
from torch import multiprocessing
from torch.nn import functional as F
from windows import IGNORED, Batch, Speech, WindowMaker, WindowOptions

from subtrans.engines.machine.heap import keep_freed_memory

STAGES = {
    "short": WindowOptions(),
    "middle": WindowOptions(seconds=10.0, prompt=0.15),
    "long": WindowOptions(seconds=16.0, full=0.5, moved=0.0, prompt=0.12, silent=0.05, cut=0.2, frames=15_000),
}
ENDS = {"short": 0.12, "middle": 0.36, "long": 1.0}
"""The share of the time after which each stage is over."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("run", type=Path)
    parser.add_argument("--speech", type=Path, required=True)
    parser.add_argument("--hours", type=float, required=True, help="how long to train, all sittings together")
    parser.add_argument("--scale", type=float, default=1.0, help="how many times 80 to 150 s of speech make a batch")
    parser.add_argument("--decay", type=float, default=0.5, help="the share of the time in which the rate falls")
    parser.add_argument("--warmup", type=int, default=200, help="in steps")
    parser.add_argument("--rate", type=float, default=1.2e-3)
    parser.add_argument("--drawers", type=int, default=1, help="processes that put windows together")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--save-every", type=float, default=60.0, help="seconds between checkpoints")
    options = parser.parse_args()
    start = time.monotonic()
    keep_freed_memory()
    torch.manual_seed(options.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    # without matrix units for it, bfloat16 is slower on a processor than float32
    low = device == "cuda" or torch.cpu._is_amx_tile_supported()
    options.run.mkdir(parents=True, exist_ok=True)

    tokenizer_file = options.run / "tokenizer.json"
    if not tokenizer_file.exists():
        sentences = (options.speech / "sentences.txt").read_text("utf-8").splitlines()
        vocabulary.train_tokenizer(sentences).save(str(tokenizer_file))
    tokenizer = vocabulary.load(tokenizer_file)

    model = Recogniser(Shape(vocab_size=tokenizer.get_vocab_size())).to(device)
    optimizers = make_optimizers(model, options.rate)
    step, before = resume(options.run, model, optimizers)
    saved = clock = time.monotonic()
    ear = Ear(device, Disturbance(), seed=options.seed + step)
    log = (options.run / "log.jsonl").open("a")
    totals: dict[str, torch.Tensor] = {}
    frames, waited = 0, 0.0
    batches = Prefetch(options, tokenizer_file, seed=options.seed * 1_000_003 + step, device=device)
    while (progress := (before + time.monotonic() - start) / (3600 * options.hours)) < 1:
        stage = next(name for name, end in ENDS.items() if progress < end)
        batches.stage.value = list(STAGES).index(stage)
        rate = options.rate * min(1.0, (step + 1) / options.warmup) * min(1.0, (1 - progress) / options.decay)
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate
        asked = time.monotonic()
        batch = batches.ready.get()
        waited += time.monotonic() - asked
        features = ear.hear(batch.samples, batch.lengths, batch.frames)
        with torch.autocast(device, torch.bfloat16, enabled=low):
            losses = compute_losses(model, features, batch)
        loss = losses["text"] + 0.5 * losses["ctc"] + 0.3 * losses["look"]
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
        if torch.isfinite(norm):
            for optimizer in optimizers:
                optimizer.step()
        model.zero_grad(set_to_none=True)
        step += 1
        frames += features.shape[0] * features.shape[2]
        for name, value in losses.items():
            totals[name] = totals.get(name, torch.zeros((), device=device)) + value.detach()
        if step % 25 == 0:
            passed = time.monotonic() - clock
            line = {"step": step, "seconds": round(before + time.monotonic() - start), "stage": stage}
            line |= {name: round(float(total) / 25, 4) for name, total in totals.items()}
            line |= {"norm": round(float(norm), 2), "frames_s": round(frames / passed), "s_step": round(passed / 25, 3)}
            line["waited"] = round(waited / passed, 2)  # the share of the time: more drawers help
            print(json.dumps(line), file=log, flush=True)
            totals, clock, frames, waited = {}, time.monotonic(), 0, 0.0
        if time.monotonic() - saved > options.save_every:
            save(options.run, model, optimizers, step, before + time.monotonic() - start)
            saved = time.monotonic()
    save(options.run, model, optimizers, step, before + time.monotonic() - start)


def make_optimizers(model: Recogniser, rate: float) -> list[torch.optim.Optimizer]:
    """Muon for the matrices of the layers, AdamW for convolutions, embeddings, norms, biases and the CTC head."""
    matrices, rest = [], []
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            (matrices if parameter.ndim == 2 and ".layers." in name else rest).append(parameter)
    return [Muon(matrices, lr=rate), torch.optim.AdamW(rest, lr=rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True)]


def compute_losses(model: Recogniser, features: torch.Tensor, batch: Batch) -> dict[str, torch.Tensor]:
    """Cross-entropy of the text, CTC of the characters, and how far head 0 of each layer looks astray."""
    characters, scores, looks = model(features, batch.shift, batch.tokens)
    text = F.cross_entropy(
        scores.float().flatten(0, 1), batch.targets.flatten(), ignore_index=IGNORED, label_smoothing=0.05
    )
    ctc = F.ctc_loss(
        characters.float().log_softmax(-1).transpose(0, 1),
        batch.characters,
        batch.frame_lengths,
        batch.character_lengths,
        reduction="sum",
        zero_infinity=True,
    ) / max(1, len(batch.characters))
    spans = batch.spans
    last = torch.cat([torch.zeros_like(spans[:, :1]), spans[:, :-1]], dim=1)
    # the first layer finds the word that was spelled last, the others the one that comes next
    look = sum(astray(log_probabilities, last if i == 0 else spans) for i, log_probabilities in enumerate(looks))
    return {"text": text, "ctc": ctc, "look": look}


def astray(looks: torch.Tensor, spans: torch.Tensor) -> torch.Tensor:
    """The mean negative log of the attention (batch, tokens, frames) that falls on the word of each row."""
    rows = spans[..., 1] > 0
    frame = torch.arange(looks.shape[2], device=looks.device)
    outside = (frame < spans[..., :1] - 1) | (frame >= spans[..., 1:])
    missed = -looks.masked_fill(outside, -30.0).logsumexp(-1)
    return (missed * rows).sum() / rows.sum().clamp(min=1)


class Prefetch:
    """Batches drawn by other processes and moved to the device by a thread, so that drawing costs training nothing.

    `stage` is what is drawn from now on; up to a dozen batches of the stage before are still under way.
    """

    def __init__(self, options: argparse.Namespace, tokenizer: Path, seed: int, device: str) -> None:
        context = multiprocessing.get_context("spawn")
        self.stage = context.Value("i", 0)
        drawn = context.Queue(2 * options.drawers)
        for number in range(options.drawers):
            arguments = (drawn, self.stage, options.speech, tokenizer, options.scale, seed + 7919 * number)
            context.Process(target=draw, args=arguments, daemon=True).start()
        self.ready: Queue[Batch] = Queue(4)
        Thread(target=self.move, args=(drawn, device), daemon=True).start()

    def move(self, drawn: multiprocessing.Queue[Batch], device: str) -> None:
        """All but the lengths that CTC wants on the processor."""
        while True:
            batch = drawn.get()
            if device != "cpu":
                names = ("samples", "lengths", "shift", "tokens", "targets", "characters", "spans")
                pinned = {name: getattr(batch, name).pin_memory() for name in names}
                batch = replace(batch, **{name: it.to(device, non_blocking=True) for name, it in pinned.items()})
            self.ready.put(batch)


def draw(drawn, stage, speech: Path, tokenizer: Path, scale: float, seed: int) -> None:  # noqa: PLR0917
    """Put batches into the queue for as long as the training process lives."""
    torch.set_num_threads(1)
    stages = [replace(options, frames=round(options.frames * scale)) for options in STAGES.values()]
    maker, parent = WindowMaker(Speech(speech), vocabulary.load(tokenizer), stages[0], seed), os.getppid()
    while True:
        maker.options = stages[stage.value]
        batch = maker.batch()
        while drawn.full() and os.getppid() == parent:
            time.sleep(0.02)
        if os.getppid() != parent:
            return
        drawn.put(batch)


def save(run: Path, model: Recogniser, optimizers: list[torch.optim.Optimizer], step: int, seconds: float) -> None:
    """One safetensors file: the weights, the optimisers' moments, the step and the time; replaced in one move."""
    tensors = {f"model.{name}": tensor.contiguous() for name, tensor in model.state_dict().items()}
    for number, optimizer in enumerate(optimizers):
        for index, state in optimizer.state_dict()["state"].items():
            for key, value in state.items():
                tensors[f"optimizer.{number}.{index}.{key}"] = torch.as_tensor(value).clone().contiguous()
    partial = run / "checkpoint.part"
    save_file(tensors, partial, metadata={"step": str(step), "seconds": f"{seconds:.1f}"})
    partial.replace(run / "checkpoint.safetensors")


def resume(run: Path, model: Recogniser, optimizers: list[torch.optim.Optimizer]) -> tuple[int, float]:
    """Take up the checkpoint of `run`, if there is one, and give its step and the seconds that it took."""
    path = run / "checkpoint.safetensors"
    if not path.exists():
        return 0, 0.0
    tensors = load_file(path)
    model.load_state_dict({name[6:]: tensor for name, tensor in tensors.items() if name.startswith("model.")})
    for number, optimizer in enumerate(optimizers):
        state: dict[int, dict[str, torch.Tensor]] = {}
        for name, tensor in tensors.items():
            if name.startswith(f"optimizer.{number}."):
                _, _, index, key = name.split(".")
                state.setdefault(int(index), {})[key] = tensor
        optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
    with safe_open(path, "pt") as file:
        return int(file.metadata()["step"]), float(file.metadata()["seconds"])


if __name__ == "__main__":
    main()
