"""A text that is too long for a model in; parts that fit, cut where a reader would breathe, out.

Nothing is dropped: the parts joined again are the text, but for white space at the cuts.
"""

from __future__ import annotations

import re
from collections.abc import Callable

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


def _best_cut(text: str) -> int:
    for pattern in BREAKS:
        cuts = [match.end() for match in pattern.finditer(text) if 0 < match.end() < len(text)]
        if cuts:
            return min(cuts, key=lambda cut: abs(2 * cut - len(text)))
    return len(text) // 2
