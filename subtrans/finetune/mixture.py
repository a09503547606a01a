"""A corpus and what is to be mixed into it in; the pairs and the texts of each epoch out, the same for equal seeds."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from subtrans.errors import ConfigError
from subtrans.finetune.cleaning import clean, fold
from subtrans.finetune.corpus import remove_overlap, simplified, widened, write_tsv
from subtrans.finetune.readers import Columns, Pair, read_pairs, read_sentences

if TYPE_CHECKING:
    from collections.abc import Callable

    from subtrans.finetune.config import Config
    from subtrans.finetune.corpus import Corpus

PART = 256
"""Sentences that are back-translated between two notes on disk."""


@dataclass(frozen=True, slots=True)
class ReplayOptions:
    """General pairs mixed into those of the domain, so that the model forgets less."""

    pairs: tuple[str, ...] = ()
    """Files, as in `data.train`."""
    share: float = 0.3
    """Share of an epoch's pairs that are general ones, drawn anew each time."""
    tag: str = ""
    """Put before each general source: keeps the two apart, but then only tagged input is translated the general way."""

    def __post_init__(self) -> None:
        _check_share(self.share)


@dataclass(frozen=True, slots=True)
class DenoisingOptions:
    """Text of one language in which spans are masked, and which the model learns to restore (BART's infilling)."""

    source: tuple[str, ...] = ()
    """Files in `data.folder`, a sentence a line; any of the two sides, or both."""
    target: tuple[str, ...] = ()
    epochs: int = 0
    """So many epochs of nothing else come first: self-supervised pre-training."""
    share: float = 0.2
    """Share of each later epoch."""
    rate: float = 0.3
    """Share of the tokens of a sentence that are masked."""
    span: float = 3.0
    """Mean length of a masked span in tokens; one mask stands for a whole span."""

    def __post_init__(self) -> None:
        _check_share(self.share)
        if not 0 < self.rate < 1 or self.span < 1:
            raise ValueError("rate must be between 0 and 1, and span at least 1")


@dataclass(frozen=True, slots=True)
class BackTranslationOptions:
    """Pairs made from text of the target language by a model that translates the other way (Sennrich et al. 2016)."""

    texts: tuple[str, ...] = ()
    """Files in `data.folder`, a sentence of the target language a line."""
    model: str = ""
    """The reverse model: a name or a folder, as for `--mt`."""
    tag: str = ""
    """Put before each made source, so that the model can tell them from what people wrote (Caswell et al. 2019)."""

    def __post_init__(self) -> None:
        if self.texts and not self.model:
            raise ValueError("model must name what translates the texts back")


@dataclass(frozen=True, slots=True)
class Mixture:
    """All that an epoch can be drawn from."""

    pairs: tuple[Pair, ...]
    replay: tuple[Pair, ...] = ()
    replay_options: ReplayOptions = field(default_factory=ReplayOptions)
    source_texts: tuple[str, ...] = ()
    target_texts: tuple[str, ...] = ()
    denoising: DenoisingOptions = field(default_factory=DenoisingOptions)
    others: Mapping[str, tuple[Pair, ...]] = field(default_factory=dict)
    """Pairs into further target languages, by their tags."""
    made_tag: str = ""
    """Stands before each source that was made."""

    @property
    def tags(self) -> tuple[str, str]:
        """What may stand before a source and is no part of its text."""
        return self.replay_options.tag, self.made_tag

    def draw_pairs(self, epoch: int, generator: random.Random) -> list[Pair]:
        """The pairs of an epoch; none while the model learns from masked text alone."""
        if self._masked_alone(epoch):
            return []
        wanted = _beside(len(self.pairs), self.replay_options.share) if self.replay else 0
        tag = f"{self.replay_options.tag} ".lstrip()
        general = [Pair(tag + pair.source, pair.target) for pair in _draw(self.replay, wanted, generator)]
        return [*self.pairs, *general]

    def draw_others(self, epoch: int) -> Mapping[str, tuple[Pair, ...]]:
        """The pairs of an epoch into each of the further target languages."""
        return {} if self._masked_alone(epoch) else self.others

    def draw_texts(self, epoch: int, pairs: int, generator: random.Random) -> list[tuple[str, bool]]:
        """The texts to be masked in an epoch of so many pairs, and whether each is of the target language."""
        texts = [*((text, False) for text in self.source_texts), *((text, True) for text in self.target_texts)]
        wanted = len(texts) if self._masked_alone(epoch) else _beside(pairs, self.denoising.share)
        return _draw(texts, wanted if texts else 0, generator)

    def _masked_alone(self, epoch: int) -> bool:
        return epoch < self.denoising.epochs and bool(self.source_texts or self.target_texts)


def load_mixture(config: Config, corpus: Corpus, folder: Path, note: Callable[[str], None]) -> Mixture:
    """Read what `config` mixes in, without what dev and test hold; back-translations are made once, in `folder`."""
    place = Path(config.data.folder)
    held_out = [*corpus.dev, *corpus.test, *corpus.general]
    tags = (config.languages.source, config.languages.target)
    columns = Columns(config.data.source_column, config.data.target_column, *tags)

    def read(names: Sequence[str]) -> list[Pair]:
        pairs = simplified([pair for name in names for pair in read_pairs(place / name, columns)], config.data)
        return remove_overlap(widened(clean(pairs, config.data, *tags)[0], config.data), held_out)

    def sentences(names: Sequence[str]) -> list[str]:
        return [" ".join(text.split()) for name in names for text in read_sentences(place / name)]

    def written(names: Sequence[str]) -> list[str]:
        pairs = simplified([Pair("", text) for text in sentences(names)], config.data)
        return [pair.target for pair in widened(list(pairs), config.data)]

    def unseen(texts: Sequence[str], held: Iterable[str]) -> tuple[str, ...]:
        known = set(map(fold, held))
        return tuple(text for text in texts if fold(text) not in known)

    made = back_translate(config, written(config.back_translation.texts), folder, note)
    tag = f"{config.back_translation.tag} ".lstrip()
    synthetic = [Pair(tag + pair.source, pair.target) for pair in remove_overlap(made, held_out)]
    return Mixture(
        pairs=(*corpus.train, *synthetic),
        others={tag: other.train for tag, other in corpus.others.items()},
        replay=tuple(read(config.replay.pairs)),
        replay_options=config.replay,
        source_texts=unseen(sentences(config.denoising.source), (pair.source for pair in held_out)),
        target_texts=unseen(written(config.denoising.target), (pair.target for pair in held_out)),
        denoising=config.denoising,
        made_tag=config.back_translation.tag,
    )


def back_translate(config: Config, texts: Sequence[str], folder: Path, note: Callable[[str], None]) -> list[Pair]:
    """The pairs that the reverse model makes of `texts`; what a killed run had made is not made again."""
    if not texts:
        return []
    from subtrans.engines import load_translator

    path = folder / "back-translated.tsv"
    done = [pair.target for pair in read_pairs(path)] if path.is_file() else []
    if done != list(texts[: len(done)]):
        raise ConfigError(f"{path} was made of other texts: remove it, or give another --output")
    if len(done) < len(texts):
        reverse = load_translator(
            config.back_translation.model, source=config.languages.target, target=config.languages.source
        )
        pairs = read_pairs(path) if done else []
        for start in range(len(done), len(texts), PART):
            part = list(texts[start : start + PART])
            found = [" ".join(row.text.split()) or "-" for row in reverse.translate(part)]
            pairs += [Pair(source, target) for source, target in zip(found, part, strict=True)]
            write_tsv(pairs, path)
            note(f"back-translated {len(pairs)} of {len(texts)} sentences")
    return [pair for pair in read_pairs(path) if pair.source != "-"]


def mask_spans(tokens: Sequence[int], mask: int, options: DenoisingOptions, generator: random.Random) -> list[int]:
    """The tokens with about `rate` of them in spans of Poisson length replaced by one mask each; the last one stays."""
    masked: list[int] = []
    index, last = 0, len(tokens) - 1
    while index < last:
        if generator.random() < options.rate / options.span:
            length = max(1, _poisson(options.span, generator))
            masked.append(mask)
            index = min(index + length, last)
        else:
            masked.append(tokens[index])
            index += 1
    return [*masked, *tokens[last:]]


def _poisson(mean: float, generator: random.Random) -> int:
    """Knuth's method: multiply uniform draws until their product falls below e^-mean."""
    count, product, bound = 0, generator.random(), math.exp(-mean)
    while product > bound:
        count, product = count + 1, product * generator.random()
    return count


def _draw(items: Sequence[Any], count: int, generator: random.Random) -> list[Any]:
    """So many of the items: each as often as the other, give or take one."""
    if not items:
        return []
    whole, rest = divmod(count, len(items))
    return [*list(items) * whole, *generator.sample(list(items), rest)]


def _beside(count: int, share: float) -> int:
    """How many must stand beside `count` to be `share` of the whole."""
    return round(count * share / (1 - share))


def _check_share(share: float) -> None:
    if not 0 <= share < 1:
        raise ValueError("share must be at least 0 and below 1")
