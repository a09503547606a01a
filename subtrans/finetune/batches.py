"""Sentence pairs in, one epoch's batches of token numbers out: varied, of like length, in random order."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from subtrans.finetune.noise import vary

if TYPE_CHECKING:
    from subtrans.finetune.corpus import Pair
    from subtrans.finetune.noise import NoiseOptions
    from subtrans.finetune.options import TrainingOptions
    from subtrans.finetune.texts import Tokeniser


@dataclass(frozen=True, slots=True)
class Example:
    """Token numbers of a sentence and of its translation."""

    source: list[int]
    target: list[int]

    @property
    def length(self) -> int:
        """That of the longer side."""
        return max(len(self.source), len(self.target))


def epoch_batches(
    pairs: Sequence[Pair], tokeniser: Tokeniser, noise: NoiseOptions, options: TrainingOptions, epoch: int
) -> list[list[Example]]:
    """All batches of one pass over the pairs; the same epoch of the same seed always gives the same ones."""
    generator = random.Random(f"{options.seed} {epoch}")  # noqa: S311 - nothing secret
    varied = vary(pairs, noise, generator)
    share = options.subword_sampling
    sources = tokeniser.sample([pair.source for pair in varied], share, generator, target=False)
    targets = tokeniser.sample([pair.target for pair in varied], share, generator, target=True)
    examples = [Example(source, target) for source, target in zip(sources, targets, strict=True)]
    examples = [example for example in examples if example.length <= options.max_length]
    generator.shuffle(examples)
    examples.sort(key=lambda example: (len(example.target), len(example.source)))
    batches = pack(examples, options.batch_tokens)
    generator.shuffle(batches)
    return batches


def pack(examples: Sequence[Example], tokens: int) -> list[list[Example]]:
    """Consecutive examples together while the longest, times their number, stays within `tokens`."""
    batches: list[list[Example]] = []
    longest = 0
    for example in examples:
        longest = max(longest, example.length)
        if not batches or longest * (len(batches[-1]) + 1) > tokens:
            batches.append([])
            longest = example.length
        batches[-1].append(example)
    return batches


def pad(rows: Sequence[Sequence[int]], value: int) -> Any:
    """The rows as one tensor, filled up with `value` at their ends."""
    import torch

    longest = max(map(len, rows))
    return torch.tensor([[*row, *[value] * (longest - len(row))] for row in rows])
