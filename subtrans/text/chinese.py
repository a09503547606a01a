"""Chinese text in; how badly a line would break behind each of its words, by the kinds of the words that meet, out.

Words and their parts of speech are jieba's. How often people end and begin subtitles with each kind (talks by
3Blue1Brown, in community subtitles) gave the figures: 12 times the logarithm of how much rarer than on average.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path


def word_costs(text: str) -> dict[int, int]:
    """The cost of a break by the count of characters before it, white space aside; none inside of a word."""
    from rjieba import tag

    costs, count = {}, 0
    words = [(word, kind) for word, kind in tag(text.translate(_simple_characters())) if word.strip()]
    for before, after in pairwise(words):
        count += len("".join(before[0].split()))
        costs[count] = max(20, min(120, 60 + _behind(*before) + _ahead(*after)))
    return costs


def simplify(text: str) -> str:
    """The text in simplified characters; those that simplified text has too, as in 著名 and 乾坤, stay."""
    return text.translate(_surely_traditional())


@cache
def _surely_traditional() -> dict[int, str]:
    return {one: simple for one, simple in _simple_characters().items() if chr(one) not in "乾著於徵夥摺菸"}


@cache
def _simple_characters() -> dict[int, str]:
    """Traditional characters, of whose words jieba knows few, with the simplified ones that OpenCC has for them."""
    pairs = Path(__file__).with_name("simplified.txt").read_text(encoding="utf-8").split()
    return {ord(pair[0]): pair[1] for pair in pairs}


def _behind(word: str, kind: str) -> int:
    return 20 if word in _LEANING else _BEHIND.get(kind, 0)


def _ahead(word: str, kind: str) -> int:
    return 20 if word in _CLINGING else _AHEAD.get(kind, 8)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BEHIND = {"p": 20, "c": 20, "r": 20, "d": 17, "ad": 14, "t": 12, "zg": 12, "b": 8, "q": 4, "v": 1, "m": 1}
"""A preposition, conjunction, pronoun or adverb leans on the next word most; a noun behind which a line ends, least."""
_BEHIND |= {"uj": 15, "uv": 20, "ul": -10, "y": -20, "f": -6, "a": -2, "vn": -9, "n": -10, "l": -11, "x": 0, "eng": 0}
_AHEAD = {"c": -21, "r": -12, "t": -9, "l": -8, "d": -6, "p": -3, "zg": 5, "v": 6, "b": 5, "q": 5, "eng": 5, "ad": 3}
"""A conjunction, pronoun or adverb opens what follows; a particle belongs to the word before."""
_AHEAD |= {"f": 12, "m": 12, "n": 13, "vn": 13, "ns": 13, "a": 16, "u": 15, "uj": 48, "ul": 40, "uz": 40, "ug": 40}
_AHEAD |= {"ud": 40, "uv": 40, "y": 40, "x": 12}
_LEANING = _words("会 能 可 可以 要 应 应该 需要 可能 让 有 没有 是 在 到 一个 两个 代表 使得 对于")
"""Verbs that ask for another verb or an object, and what counts."""
_CLINGING = _words("和 与 跟 及 一样 什么 中 上 里 后 时 之后 起来 为 于 所 的话")
"""What joins two nouns, and what ends a phrase."""
