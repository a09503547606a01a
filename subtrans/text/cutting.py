"""The words of what is too long for one sentence in; the best place to cut them out."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from subtrans.text.languages import language
from subtrans.text.lexicon import CLAUSE, CLOSERS, OPENERS
from subtrans.text.phrases import is_unspaced, script_of, unspaced_costs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from subtrans.types import Word

_INSIDE = 100
"""What a break costs at least inside a word of a script without spaces."""


def best_cut(words: Sequence[Word], pause: int) -> int:
    """Before which word to cut: at the best of silence and clause in the middle half, and inside no word.

    A silence of more than `pause` milliseconds is no better than one of so many.
    """
    margin = max(1, len(words) // 4)
    candidates = range(margin, len(words) - margin + 1)
    costs = _break_costs(words)

    def silence(index: int) -> int:
        """Before the word, or inside of it: what is said first behind a silence is often heard before it."""
        after = next((i for i in range(index + 1, len(words)) if costs[i] < _INSIDE), len(words))
        return max(two.span.start - one.span.end for one, two in pairwise(words[index - 1 : after]))

    def quality(index: int) -> int:
        if costs[index] >= _INSIDE:
            return -2 * pause
        return min(silence(index), pause) - costs[index] + _opening(words[index - 1], words[index])

    return max(candidates, key=lambda index: (quality(index), index))


def _opening(before: Word, after: Word) -> int:
    """What a clause that ends or begins is worth, in milliseconds of silence."""
    clause = before.text.rstrip(CLOSERS + " ")[-1:] in tuple(CLAUSE + "–—")
    return 500 * clause + 200 * (after.text.strip(OPENERS + " ").casefold() in _conjunctions())


def _break_costs(words: Sequence[Word]) -> list[int]:
    """How bad a cut before each word is, as far as its letters tell: nothing where a space is."""
    unspaced = _costs("".join(word.text for word in words))
    costs, count = [0], len("".join(words[0].text.split()))
    for before, after in pairwise(words):
        cost = 0
        if is_unspaced(before.text[-1:]) and is_unspaced(after.text[:1]):
            cost = unspaced(before.text.strip(), after.text, count)
        elif after.text[:1].isascii() and before.text[-1:].isascii() and not after.text[:1].isspace():
            cost = _INSIDE  # a token that the recogniser split
        costs.append(cost)
        count += len("".join(after.text.split()))
    return costs


def _costs(text: str) -> Callable[[str, str, int], int]:
    """What breaks cost in a text without spaces, in the language that its letters tell."""
    scripts = {script_of(character) for character in text}
    tag = "ja" if scripts & {"hiragana", "katakana"} else "th" if "thai" in scripts else "zh"
    return unspaced_costs(text, language(tag))


@cache
def _conjunctions() -> frozenset[str]:
    from subtrans.text.function_words import FUNCTION_WORDS

    return frozenset().union(*(words.conjunctions for words in FUNCTION_WORDS.values()))
