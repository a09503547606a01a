"""Text in a script that writes no spaces in; where its phrases begin, and how badly a line would break elsewhere, out.

Phrases are found by BudouX's models for Chinese, Japanese and Thai.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import budoux

    from subtrans.text.languages import Language

UNSPACED = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u2e80-\u312f\u31a0-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff9f"
    "\U00020000-\U0003ffff]"
)
"""What stands in a text without spaces."""


def phrase_starts(text: str, language: Language) -> frozenset[int] | None:
    """After how many characters, white space aside, a phrase of `text` begins; None where no model knows."""
    name = _MODELS.get(language.tag, _MODELS.get(language.base))
    if name is None:
        return None
    return frozenset(accumulate(len("".join(phrase.split())) for phrase in _parser(name).parse(text)))


_MODELS = {"ja": "japanese", "zh": "simplified_chinese", "zh-Hant": "traditional_chinese", "yue": "traditional_chinese"}
_MODELS["th"] = "thai"


@cache
def _parser(name: str) -> budoux.Parser:
    import budoux

    parser: budoux.Parser = getattr(budoux, f"load_default_{name}_parser")()
    return parser


def cost_in_phrase(cost: int, begins: bool, language: Language) -> int:
    """The cost of a break that is known to part a phrase, or to stand before one that `begins`."""
    if not begins:
        return max(cost, 110)
    return cost if language.base in {"zh", "yue"} else min(cost, 60)  # Chinese phrases are single words


def cost_unspaced(before: str, after: str, language: Language) -> int:
    """How badly a line breaks between two characters of a script without spaces, from 20 to 140."""
    kinds = script_of(before[-1]), script_of(after)
    if "latin" in kinds:
        return 55
    if kinds == ("han", "han"):
        return 120 if language.base == "ja" else _cost_han(before[-1], after[0])
    if kinds == ("hiragana", "hiragana"):
        return _PARTICLES.get(before[-1], 95)
    return _KINDS.get(kinds, 60)


_KINDS = {  # Japanese phrases begin with a content word, in kanji or katakana, and end with particles, in hiragana
    ("hiragana", "han"): 30,
    ("hiragana", "katakana"): 30,
    ("han", "hiragana"): 110,
    ("katakana", "hiragana"): 100,
    ("katakana", "han"): 75,
    ("han", "katakana"): 60,
    ("thai", "thai"): 140,
}
_PARTICLES = {"を": 20, "は": 50, "が": 55, "に": 65, "で": 70, "と": 70, "も": 70, "の": 75, "て": 75}


def script_of(text: str) -> str:
    """The script of the first character, as far as line breaks care: hiragana, katakana, thai, han or latin."""
    character = text[0]
    if "\u3041" <= character <= "\u309f":
        return "hiragana"
    if "\u30a0" <= character <= "\u30ff":
        return "katakana"
    if "\u0e00" <= character <= "\u109f" or "\u1780" <= character <= "\u17ff":
        return "thai"
    return "han" if UNSPACED.match(character) else "latin"


def _cost_han(before: str, after: str) -> int:
    """Between two Chinese characters, without a dictionary: the small words that open or close a phrase tell most."""
    if before + after in _chinese_pairs():
        return 140
    if after in "的了着著过過吗嗎呢吧啊们們得地个個之些样樣种種边邊里裡":
        return 110
    if before == "的":
        return 35
    if after in "和与與或但而且因所如若虽雖在从從对對把被让讓使由为為以当當则則就并並也还還都又才却卻及跟向比":
        return 45
    if before in "了着著过過们們时時后後里裡上下中是有":
        return 50
    return 75


@cache
def _chinese_pairs() -> frozenset[str]:
    """Two characters that stand together in a common word, which no line should part: in place of a segmenter."""
    words = files("subtrans.text").joinpath("chinese_words.txt").read_text(encoding="utf-8").split()
    return frozenset(word[index : index + 2] for word in words for index in range(len(word) - 1))
