"""A text that is too long for a model in; parts that fit, cut where a reader would breathe, out; and back to one text.

Nothing is dropped: the parts joined again are the text, but for white space at the cuts.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from subtrans.ports import listed
from subtrans.text.context import own
from subtrans.text.languages import language
from subtrans.types import Hypothesis

if TYPE_CHECKING:
    from subtrans.engines.translation.opening import Steerable
    from subtrans.engines.translation.options import TranslatorOptions

BREAKS = (
    re.compile(r"(?<=[.!?…؟۔।॥։])[\"'”’)\]]*\s+|(?<=[。！？])[”』」）]*"),
    re.compile(r"(?<=[;:,،؛])\s+|(?<=[；：，、])|\s+[-–—]\s+"),
    re.compile(r"\s+"),
)
"""Ends of sentences, then of clauses, then of words."""


class SplittingTranslator(ABC):
    """The Translator port for texts of any length over a model that translates parts which fit."""

    def __init__(self, target: str, options: TranslatorOptions) -> None:
        self._language = language(target)
        self._options = options

    def translate(self, texts: Sequence[str]) -> list[Hypothesis]:
        """One hypothesis for each text, in order; its score is the mean log-probability of its tokens."""
        texts = listed(texts)
        parts = {text: self._parts(text) for text in dict.fromkeys(texts)}
        done = self._translate_parts(list(dict.fromkeys(part for each in parts.values() for part in each)))
        glue = self._language.glue
        return [
            join_parts(own(text), [own(part) for part in parts[text]], [done[part] for part in parts[text]], glue)
            for text in texts
        ]

    def steered(self, **changes: Any) -> Steerable:
        """The same translator with some of its options changed, over the same weights."""
        other = copy(self)
        other._options = replace(self._options, **changes)
        return other

    def _parts(self, text: str) -> list[str]:
        return split_text(text, self._fits)

    @abstractmethod
    def _fits(self, text: str) -> bool:
        """Whether the model can take the text as one."""

    @abstractmethod
    def _translate_parts(self, parts: list[str]) -> dict[str, Hypothesis]:
        """What is said for each of some different texts that fit."""


def leaves_room(tokens: int, positions: int) -> bool:
    """Whether a translation half as long again as a text of so many tokens would fit the model too."""
    return 3 * tokens <= 2 * positions


def split_text(text: str, fits: Callable[[str], bool]) -> list[str]:
    """Halve the text until every part fits, each time at the best kind of break, the one nearest to the middle."""
    text = text.strip()
    if len(text) <= 1 or fits(text):
        return [text] if text else []
    cut = _best_cut(text)
    return split_text(text[:cut], fits) + split_text(text[cut:], fits)


def join_parts(text: str, parts: Sequence[str], said: Sequence[Hypothesis], glue: str) -> Hypothesis:
    """What was said for the parts of one text as one; the score is the mean, each part counted by its length.

    Where there is more than one part, the n-th alternative is made of everyone's n-th.
    """
    best = _join(text, parts, said, glue)
    count = max((len(one.alternatives) for one in said), default=0)
    ranked = [
        [one.alternatives[min(rank, len(one.alternatives) - 1)] if one.alternatives else one for one in said]
        for rank in range(count)
    ]
    others = {other.text: other for other in (_join(text, parts, choice, glue) for choice in reversed(ranked))}
    others.pop(best.text, None)
    return replace(best, alternatives=tuple(reversed(others.values())))


def ranked(outputs: Iterable[Hypothesis]) -> Hypothesis:
    """Outputs for one text, best first, as one: the others are its alternatives, each text once."""
    texts: dict[str, Hypothesis] = {}
    for one in outputs:
        texts.setdefault(one.text, one)
    best, *others = texts.values()
    return replace(best, alternatives=tuple(others))


def _join(text: str, parts: Sequence[str], said: Sequence[Hypothesis], glue: str) -> Hypothesis:
    joined, total, weight, begin = "", 0.0, 0, 0
    alignment: list[tuple[int, int]] = []
    for part, one in zip(parts, said, strict=True):
        begin = text.find(part, begin)
        if one.text:
            joined += glue if joined else ""
            alignment += [(len(joined) + here, begin + there) for here, there in one.alignment]
            joined += one.text
            total += (one.score or 0.0) * len(one.text)
            weight += len(one.text)
        begin += len(part)
    return Hypothesis(joined, total / weight if weight else None, tuple(alignment))


def _best_cut(text: str) -> int:
    for pattern in BREAKS:
        cuts = [match.end() for match in pattern.finditer(text) if 0 < match.end() < len(text)]
        if cuts:
            return min(cuts, key=lambda cut: abs(2 * cut - len(text)))
    return len(text) // 2
