"""Sentence pairs in, one epoch's batches of token numbers out: varied, of like length, in random order."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from subtrans.errors import ConfigError
from subtrans.finetune.mixture import mask_spans
from subtrans.finetune.noise import vary

if TYPE_CHECKING:
    from subtrans.finetune.mixture import Mixture
    from subtrans.finetune.noise import NoiseOptions
    from subtrans.finetune.options import TrainingOptions
    from subtrans.finetune.readers import Pair
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


def epoch_batches(  # noqa: PLR0917
    mixture: Mixture, tokeniser: Tokeniser, noise: NoiseOptions, options: TrainingOptions, epoch: int,
    others: Mapping[str, Tokeniser] = MappingProxyType({}),
) -> list[list[Example]]:  # fmt: skip
    """All batches of one epoch of the mixture; the same epoch of the same seed always gives the same ones.

    `others` are the tokenisers of its further target languages.
    """
    generator = random.Random(f"{options.seed} {epoch}")  # noqa: S311 - nothing secret
    pairs = mixture.draw_pairs(epoch, generator)
    further = mixture.draw_others(epoch)
    count = len(pairs) + sum(map(len, further.values()))
    examples = encode(vary(pairs, noise, generator, mixture.tags), tokeniser, options.subword_sampling, generator)
    examples += masked_examples(mixture, tokeniser, epoch, count, generator)
    for tag, into in further.items():
        examples += encode(vary(into, noise, generator), others[tag], options.subword_sampling, generator)
    examples = [example for example in examples if tokeniser.length(example) <= options.max_length]
    generator.shuffle(examples)
    examples.sort(key=lambda example: (example.length, len(example.target), len(example.source)))
    batches = pack(examples, options.batch_tokens)
    generator.shuffle(batches)
    return batches


def encode(pairs: Sequence[Pair], tokeniser: Tokeniser, share: float, generator: random.Random) -> list[Example]:
    """The token numbers of the pairs, of which a share is cut at random."""
    sources = tokeniser.sample([pair.source for pair in pairs], share, generator, target=False)
    targets = tokeniser.sample([pair.target for pair in pairs], share, generator, target=True)
    return [Example(source, target) for source, target in zip(sources, targets, strict=True)]


def masked_examples(
    mixture: Mixture, tokeniser: Tokeniser, epoch: int, pairs: int, generator: random.Random
) -> list[Example]:
    """Texts with masked spans to be restored (Lewis et al. 2020); whole ones to a language model, which has no mask.

    Both sides begin as a target does, with a token of the language or nothing: what asks for a translation is left out.
    """
    texts = mixture.draw_texts(epoch, pairs, generator)
    if texts and not tokeniser.one_vocabulary:
        raise ConfigError("denoising: the base reads and writes by two vocabularies: leave denoising.* out")
    examples = []
    for side in (False, True):
        asked, begun = (len(tokeniser.encode([""], target=at)[0][:-1]) for at in (side, True))
        for tokens in tokeniser.encode([text for text, target in texts if target == side], target=side):
            if tokeniser.mask is None:
                examples.append(Example(tokens[:1], tokens[1:] or tokens))
            else:
                whole = tokens[asked - begun :]
                masked = mask_spans(whole[begun:], tokeniser.mask, mixture.denoising, generator)
                examples.append(Example([*whole[:begun], *masked], whole))
    return examples


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


def pad(rows: Sequence[Sequence[int]], value: int, *, before: bool = False) -> Any:
    """The rows as one tensor, filled up with `value` behind each, or before it."""
    import torch

    longest = max(map(len, rows))
    filled = ((row, [value] * (longest - len(row))) for row in rows)
    return torch.tensor([[*gap, *row] if before else [*row, *gap] for row, gap in filled])
