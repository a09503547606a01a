"""A model in training and sentence pairs in; its loss and the scores of what it really writes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from subtrans.engines.quiet import quiet
from subtrans.errors import SubtransError
from subtrans.evaluate.scores import bleu, chrf
from subtrans.finetune.batches import Example, pack, pad
from subtrans.finetune.marian import SIDES
from subtrans.finetune.network import autocast, batch_loss, source_padding

if TYPE_CHECKING:
    from subtrans.finetune.options import TrainingOptions
    from subtrans.finetune.readers import Pair
    from subtrans.finetune.texts import Tokeniser


@dataclass(frozen=True, slots=True)
class Scores:
    """Cross-entropy a token, and scores of what the model writes (greedily)."""

    loss: float
    bleu: float
    chrf: float


def fitting(pairs: Sequence[Pair], tokeniser: Tokeniser, positions: float) -> list[Pair]:
    """The pairs that a network with so many positions can read and write whole; SubtransError if there are none."""
    sides = (tokeniser.encode([getattr(pair, side) for pair in pairs], target=side == "target") for side in SIDES)
    examples = [Example(source, target) for source, target in zip(*sides, strict=True)]
    kept = [one for one, example in zip(pairs, examples, strict=True) if tokeniser.length(example) <= positions]
    if not kept:
        raise SubtransError(f"no dev pair is as short as the {positions:.0f} pieces that the model takes: cut dev")
    return kept


def evaluate(model: Any, tokeniser: Tokeniser, pairs: Sequence[Pair], target: str, options: TrainingOptions) -> Scores:
    """Loss, BLEU and chrF of the pairs as they are, without noise."""
    import torch

    model.eval()
    device = str(model.device.type)
    sources = tokeniser.encode([pair.source for pair in pairs])
    targets = tokeniser.encode([pair.target for pair in pairs], target=True)
    examples = [Example(source, target) for source, target in zip(sources, targets, strict=True)]
    batches = pack(sorted(examples, key=lambda example: example.length), options.batch_tokens)
    total, count = 0.0, 0
    with torch.inference_mode(), autocast(options), quiet():
        for batch in batches:
            loss, tokens = batch_loss(model, batch, 0.0, device)
            total, count = total + loss.item() * tokens, count + tokens
        hypotheses = translate(model, tokeniser, sources, options)
    model.train()
    references = [pair.target for pair in pairs]
    scores = bleu(hypotheses, references, target), chrf(hypotheses, references)
    return Scores(round(total / count, 4), round(scores[0].value, 2), round(scores[1].value, 2))


def mean(scores: Sequence[Scores]) -> Scores:
    """Of several dev sets: those of the target languages."""
    loss, bleus, chrfs = ([getattr(one, name) for one in scores] for name in ("loss", "bleu", "chrf"))
    return Scores(*(round(sum(values) / len(values), digits) for values, digits in ((loss, 4), (bleus, 2), (chrfs, 2))))


def translate(model: Any, tokeniser: Tokeniser, sources: Sequence[list[int]], options: TrainingOptions) -> list[str]:
    """What the model writes for each source, greedily; in order."""
    order = sorted(range(len(sources)), key=lambda index: len(sources[index]))
    texts = [""] * len(sources)
    for start in range(0, len(order), 64):
        chosen = order[start : start + 64]
        rows = [sources[index] for index in chosen]
        longest = max(map(len, rows))
        reads = not model.config.is_encoder_decoder
        # A language model goes on from the end of its prompt, so what fills it up stands before it.
        output = model.generate(
            input_ids=pad(rows, source_padding(model), before=reads).to(model.device),
            attention_mask=pad([[1] * len(row) for row in rows], 0, before=reads).to(model.device),
            num_beams=1,
            do_sample=False,
            max_new_tokens=max(1, min(options.max_length - 1 - longest * reads, 16 + 3 * longest)),
            forced_bos_token_id=tokeniser.forced_start,
        )
        if reads:
            output = output[:, longest:]
        for index, row in zip(chosen, output.tolist(), strict=True):
            texts[index] = tokeniser.decode(row)
    return texts
