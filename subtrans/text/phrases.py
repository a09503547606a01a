"""Text in a script that writes no spaces in; how badly a line would break between two of its characters, out.

Chinese words are jieba's; Japanese and Thai phrases are found by BudouX's models.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING

from subtrans.text.chinese import word_costs

if TYPE_CHECKING:
    from collections.abc import Callable

    import budoux

    from subtrans.text.languages import Language


def is_unspaced(text: str) -> bool:
    """Whether it begins with what stands in a text without spaces."""
    return bool(_unspaced().match(text))


@cache
def _unspaced() -> re.Pattern[str]:
    # To make it takes longer than to translate a short sentence.
    return re.compile(
        "[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u2e80-\u312f\u31a0-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff9f"
        "\U00020000-\U0003ffff]"
    )


def unspaced_costs(text: str, language: Language) -> Callable[[str, str, int], int]:
    """What a break costs between two neighbours in `text`, behind so many characters without white space: 20 to 260."""
    chinese = language.base in {"zh", "yue"} and _unspaced().search(text)
    words = word_costs(text) if chinese else None
    starts = _phrase_starts(text, language.base)
    leaning = {found.end() for found in _GOES_ON.finditer("".join(text.split()))} if starts else set()

    def cost(before: str, after: str, count: int) -> int:
        if words is not None:
            return words.get(count, 140)
        if _SPACE in text:
            return 40 if before.endswith(_SPACE) else 140
        if language.base == "lo":
            return 60 if after[0] in _LAO_VOWELS or before[-1] in "ະໆ" else 140
        kinds = script_of(before[-1]), script_of(after)
        found = _cost_characters(before[-1], after[0], kinds)
        if starts is None or "latin" in kinds:
            return found
        if count not in starts:
            return 190 + found // 2  # another cue is better
        most = _PHRASE.get(kinds, 95 if kinds[0] == "hiragana" else 60)
        return max(found, 110) if count in leaning else min(found, most)

    return cost


_SPACE = "\u200b"
"""Without width, it stands between the words of some texts in Khmer, Burmese, Thai and Lao."""
_LAO_VOWELS = "ເແໂໃໄ"
"""With them a syllable begins for certain."""


def _phrase_starts(text: str, language: str) -> frozenset[int] | None:
    """After how many characters, white space aside, a phrase of `text` begins; None where no model knows."""
    if language not in _MODELS:
        return None
    starts = accumulate(len("".join(phrase.split())) for phrase in _parser(_MODELS[language]).parse(text))
    return frozenset(starts)


_PHRASE = {("han", "han"): 80}  # the model may be wrong there
# Where the model begins a phrase, and a line should not, though sooner there than in a word: について, という, ことは.
_GOES_ON = re.compile(
    "に(?=つい|よっ|より|よる|おい|おけ|とっ|つれ|対|関|従|基)|と(?=いう|いえ|いい|いわ|いっ|して|言|思|呼)"
    "|.(?=こと|もの|とき|ため|ほど|よう|わけ|はず|まま|ところ|くらい|ぐらい|だけ)"
)
_MODELS = {"ja": "japanese", "th": "thai"}


@cache
def _parser(name: str) -> budoux.Parser:
    import budoux

    parser: budoux.Parser = getattr(budoux, f"load_default_{name}_parser")()
    return parser


def _cost_characters(before: str, after: str, kinds: tuple[str, str]) -> int:
    if "latin" in kinds:
        return 110 if kinds[1] == "hiragana" else 55  # a particle
    if kinds[0] == "hiragana" and kinds[1] != "thai":
        return _cost_hiragana(before, after)
    return _KINDS.get(kinds, 60)


_KINDS = {  # Japanese phrases begin with a content word, in kanji or katakana, and end with particles, in hiragana
    ("han", "hiragana"): 110,
    ("han", "han"): 120,
    ("katakana", "hiragana"): 100,
    ("katakana", "han"): 75,
    ("han", "katakana"): 60,
    ("thai", "thai"): 140,
}


def _cost_hiragana(before: str, after: str) -> int:
    """Behind a particle or an ending, before what begins a phrase: what leans on the next word is never left behind."""
    cost = _PARTICLES.get(before, 60)
    return cost - 10 if after in "そこあま" else cost


_PARTICLES = {"す": 15, "ば": 20, "ら": 20, "て": 25, "は": 30, "が": 35, "で": 35, "を": 40, "も": 45, "に": 50}
_PARTICLES |= {"と": 55, "る": 65, "た": 65, "い": 80, "の": 95, "な": 95, "こ": 110, "そ": 110, "あ": 110, "ど": 110}


def script_of(text: str) -> str:
    """The script of the first character, as far as line breaks care: hiragana, katakana, thai, han or latin."""
    character = text[0]
    if "\u3041" <= character <= "\u309f":
        return "hiragana"
    if "\u30a0" <= character <= "\u30ff":
        return "katakana"
    if "\u0e00" <= character <= "\u109f" or "\u1780" <= character <= "\u17ff":
        return "thai"
    return "han" if is_unspaced(character) else "latin"
