"""A text that is too long for a model in; parts that fit, cut where a reader would breathe, out; and back to one text.

Nothing is dropped: the parts joined again are the text, but for white space at the cuts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from subtrans.types import Hypothesis

BREAKS = (
    re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+|(?<=[。！？])[”』」）]*"),
    re.compile(r"(?<=[;:,])\s+|(?<=[；：，、])|\s+[-–—]\s+"),
    re.compile(r"\s+"),
)
"""Ends of sentences, then of clauses, then of words."""


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
