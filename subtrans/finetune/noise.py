"""Sentence pairs in, varied sentence pairs out: what recognised speech does to a source sentence."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from subtrans.finetune.readers import Pair


@dataclass(frozen=True, slots=True)
class NoiseOptions:
    """How often a training pair is varied; every epoch draws anew."""

    spoken: float = 0.0
    """Share of sources without case and punctuation, as a recogniser may write them."""
    words: float = 0.0
    """Share of sources in which each word is dropped, doubled or swapped with the next with `word_rate`."""
    word_rate: float = 0.1
    joined: float = 0.0
    """Share of pairs to which a second, random pair is appended: longer inputs and more than one sentence."""


def vary(
    pairs: Sequence[Pair], options: NoiseOptions, generator: random.Random, tags: Sequence[str] = ()
) -> list[Pair]:
    """One variation of each pair, in the same order; one of the `tags` before a source stays there as it is."""
    varied = []
    for tagged in pairs:
        tag, pair = _untagged(tagged, tags)
        if generator.random() < options.joined:
            pair = join(pair, _untagged(generator.choice(pairs), tags)[1])
        source = pair.source
        if generator.random() < options.spoken:
            source = spoken_form(source) or source
        if generator.random() < options.words:
            source = confuse_words(source, options.word_rate, generator)
        varied.append(Pair(tag + source, pair.target))
    return varied


def _untagged(pair: Pair, tags: Sequence[str]) -> tuple[str, Pair]:
    tag = next((f"{one} " for one in tags if one and pair.source.startswith(f"{one} ")), "")
    return tag, Pair(pair.source[len(tag) :], pair.target)


def join(first: Pair, second: Pair) -> Pair:
    """Two pairs as one; a space separates the targets unless the first ends in a full-width character."""
    wide = unicodedata.east_asian_width(first.target[-1]) in "WF"
    return Pair(f"{first.source} {second.source}", first.target + ("" if wide else " ") + second.target)


def spoken_form(text: str) -> str:
    """Lower case without punctuation, apostrophes and hyphens inside words excepted."""
    characters = text.lower().replace("\u2019", "'")
    kept = []
    for index, character in enumerate(characters):
        inside = 0 < index < len(characters) - 1 and characters[index - 1].isalnum() and characters[index + 1].isalnum()
        mark = unicodedata.category(character)[0] in "PS"
        kept.append(character if not mark or (inside and character in "'-.:,") else " ")
    return " ".join("".join(kept).split())


def confuse_words(text: str, rate: float, generator: random.Random) -> str:
    """Drop, double or swap words, each with a third of `rate`; at least one word stays."""
    words = text.split()
    noisy: list[str] = []
    while words:
        word = words.pop(0)
        draw = generator.random() * 3
        if draw < rate and (words or noisy):
            continue
        if draw - 1 < rate and draw >= 1:
            noisy += [word, word]
        elif draw - 2 < rate and draw >= 2 and words:
            noisy += [words.pop(0), word]
        else:
            noisy.append(word)
    return " ".join(noisy)
