"""Speech in, checkpoints out: one loop for all three stages of the recogniser's training, resumable at any moment.

    python train.py RUN --speech DIR --stage short --steps 1600      4 s windows: hearing and spelling
    python train.py RUN --speech DIR --stage middle --steps 3500     10 s windows: several sentences, prompts
    python train.py RUN --speech DIR --stage long --steps 4000       up to 30 s: padding, silence, cut speech

RUN holds tokenizer.json, the latest checkpoint and log.jsonl. Matrices are optimised by Muon (Jordan et al. 2024),
everything else by AdamW; the rate rises over the warm-up, stays, and falls to nothing over the last `--decay` steps.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import network
import torch
import vocabulary
from network import Recogniser, Shape
from safetensors.torch import load_file, save_file
from torch import multiprocessing
from torch.nn import functional as F
from windows import IGNORED, Batch, Speech, WindowMaker, WindowOptions

from subtrans.finetune.network import keep_freed_memory

STAGES = {
    "short": WindowOptions(),
    "middle": WindowOptions(seconds=10.0, prompt=0.15),
    "long": WindowOptions(seconds=16.0, full=0.4, moved=0.0, prompt=0.12, silent=0.05, cut=0.2, frames=15_000),
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("run", type=Path)
    parser.add_argument("--speech", type=Path, required=True)
    parser.add_argument("--stage", choices=STAGES, required=True)
    parser.add_argument("--steps", type=int, required=True, help="the step, counted over all stages, to stop at")
    parser.add_argument("--decay", type=int, default=1000)
    parser.add_argument("--warmup", type=int, default=200)
    parser.add_argument("--rate", type=float, default=1.2e-3)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument(
        "--compile", action="store_true", help="half as fast again on a processor; needs a C++ compiler"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--save-every", type=int, default=200)
    options = parser.parse_args()
    keep_freed_memory()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    # without matrix units for it, bfloat16 is slower on a processor than float32
    low = device == "cuda" or torch.cpu._is_amx_tile_supported()
    options.run.mkdir(parents=True, exist_ok=True)

    tokenizer_file = options.run / "tokenizer.json"
    if not tokenizer_file.exists():
        speech = Speech(options.speech)
        speech.refresh()
        vocabulary.train_tokenizer([entry["text"] for entry in speech.entries]).save(str(tokenizer_file))
    tokenizer = vocabulary.load(tokenizer_file)

    if options.compile:
        network.EncoderLayer.forward = torch.compile(network.EncoderLayer.forward, dynamic=True)
    model = Recogniser(Shape(vocab_size=tokenizer.get_vocab_size())).to(device)
    optimizers = make_optimizers(model, options.rate)
    step = resume(options.run, model, optimizers)
    batches = prefetch(options.speech, tokenizer_file, STAGES[options.stage], seed=options.seed * 1_000_003 + step)
    log = (options.run / "log.jsonl").open("a")
    totals: dict[str, float] = {}
    clock, frames = time.monotonic(), 0
    while step < options.steps:
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate_at(step, options) * group["scale"]
        batch = next(batches)
        with torch.autocast(device, torch.bfloat16, enabled=low):
            losses = compute_losses(model, batch, device)
        loss = losses["text"] + 0.5 * losses["ctc"] + 0.3 * losses["look"]
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
        if torch.isfinite(norm):
            for optimizer in optimizers:
                optimizer.step()
        model.zero_grad(set_to_none=True)
        step += 1
        frames += batch.features.shape[0] * batch.features.shape[2]
        for name, value in losses.items():
            totals[name] = totals.get(name, 0.0) + float(value.detach())
        if step % 25 == 0:
            passed = time.monotonic() - clock
            line = {
                "step": step,
                "stage": options.stage,
                **{name: round(total / 25, 4) for name, total in totals.items()},
            }
            line |= {"norm": round(float(norm), 2), "frames_s": round(frames / passed), "s_step": round(passed / 25, 3)}
            print(json.dumps(line), file=log, flush=True)
            totals, clock, frames = {}, time.monotonic(), 0
        if step % options.save_every == 0 or step == options.steps:
            save(options.run, model, optimizers, step)


def make_optimizers(model: Recogniser, rate: float) -> list[torch.optim.Optimizer]:
    """Muon for the matrices of the layers, AdamW for convolutions, embeddings, norms, biases and the CTC head."""
    matrices, rest = [], []
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            (matrices if parameter.ndim == 2 and ".layers." in name else rest).append(parameter)
    muon = torch.optim.Muon(matrices, lr=rate, momentum=0.95, weight_decay=0.02, adjust_lr_fn="match_rms_adamw")
    adamw = torch.optim.AdamW(rest, lr=rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True)
    for optimizer, scale in ((muon, 1.0), (adamw, 1.0)):
        for group in optimizer.param_groups:
            group["scale"] = scale
    return [muon, adamw]


def rate_at(step: int, options: argparse.Namespace) -> float:
    rise = min(1.0, (step + 1) / options.warmup)
    fall = min(1.0, (options.steps - step) / max(1, options.decay))
    return options.rate * rise * fall


def compute_losses(model: Recogniser, batch: Batch, device: str) -> dict[str, torch.Tensor]:
    """Cross-entropy of the text, CTC of the characters, and how far head 0 of each layer looks astray."""
    characters, scores, looks = model(batch.features.to(device), batch.shift.to(device), batch.tokens.to(device))
    text = F.cross_entropy(
        scores.float().flatten(0, 1), batch.targets.to(device).flatten(), ignore_index=IGNORED, label_smoothing=0.05
    )
    ctc = F.ctc_loss(
        characters.float().log_softmax(-1).transpose(0, 1),
        batch.characters.to(device),
        batch.frame_lengths.to(device),
        batch.character_lengths.to(device),
        reduction="sum",
        zero_infinity=True,
    ) / max(1, len(batch.characters))
    spans = batch.spans.to(device)
    last = torch.cat([torch.zeros_like(spans[:, :1]), spans[:, :-1]], dim=1)
    # the first layer finds the word that was spelled last, the others the one that comes next
    look = sum(astray(log_probabilities, last if i == 0 else spans) for i, log_probabilities in enumerate(looks))
    return {"text": text, "ctc": ctc, "look": look}


def astray(looks: torch.Tensor, spans: torch.Tensor) -> torch.Tensor:
    """The mean negative log of the attention (batch, tokens, frames) that falls on the word of each row."""
    rows = spans[..., 1] > 0
    frame = torch.arange(looks.shape[2], device=looks.device)
    begin, end = spans[rows][:, :1] - 1, spans[rows][:, 1:]
    outside = (frame < begin) | (frame >= end)
    return -looks[rows].masked_fill(outside, -30.0).logsumexp(-1).mean() if rows.any() else looks.new_zeros(())


def prefetch(speech: Path, tokenizer: Path, stage: WindowOptions, seed: int, depth: int = 4) -> Iterator[Batch]:
    """Batches drawn by another process, so that drawing costs training nothing but memory."""
    context = multiprocessing.get_context("spawn")
    ready = context.Queue(depth)
    context.Process(target=draw, args=(ready, speech, tokenizer, stage, seed), daemon=True).start()
    while True:
        yield ready.get()


def draw(ready: multiprocessing.Queue[Batch], speech: Path, tokenizer: Path, stage: WindowOptions, seed: int) -> None:
    """Put batches into the queue for as long as the training process lives."""
    torch.set_num_threads(1)
    maker, parent = WindowMaker(Speech(speech), vocabulary.load(tokenizer), stage, seed), os.getppid()
    while True:
        batch = maker.batch()
        while ready.full() and os.getppid() == parent:
            time.sleep(0.05)
        if os.getppid() != parent:
            return
        ready.put(batch)


def save(run: Path, model: Recogniser, optimizers: list[torch.optim.Optimizer], step: int) -> None:
    """One safetensors file: the weights, the optimisers' moments and the step; replaced in one move."""
    tensors = {f"model.{name}": tensor.contiguous() for name, tensor in model.state_dict().items()}
    for number, optimizer in enumerate(optimizers):
        for index, state in optimizer.state_dict()["state"].items():
            for key, value in state.items():
                tensors[f"optimizer.{number}.{index}.{key}"] = torch.as_tensor(value).clone().contiguous()
    partial = run / "checkpoint.part"
    save_file(tensors, partial, metadata={"step": str(step)})
    partial.replace(run / "checkpoint.safetensors")


def resume(run: Path, model: Recogniser, optimizers: list[torch.optim.Optimizer]) -> int:
    """Take up the checkpoint of `run`, if there is one, and give its step."""
    path = run / "checkpoint.safetensors"
    if not path.exists():
        return 0
    from safetensors import safe_open

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
        return int(file.metadata()["step"])


if __name__ == "__main__":
    main()
