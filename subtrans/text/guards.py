"""A sentence and its translation in; what is surely wrong with the translation out, by name.

The checks need no model and know little, so that what they report is seldom right after all: on the reference
translations of a corpus hardly one in a hundred is found fault with.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

from subtrans.text.numbers import in_digits, readable, same_hour, stated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subtrans.text.languages import Language

FAULTS = {
    "empty": "it says nothing",
    "unknown": "it holds signs that stand for what the model cannot write",
    "script": "it is not written in the script of the language",
    "copied": "it is the source once more",
    "looping": "it repeats itself",
    "short": "it is too short to say all",
    "long": "it is too long for what was said",
    "numbers": "a number of the source is not in it",
    "term": "a term of the glossary is not in it",
}
"""Every fault by name, the gravest first, and what it means."""

_UNKNOWN = ("<unk>", "⁇", "�")
_SHORTEST, _LONGEST = 0.2, 4.0  # letters of the translation over those of the source, an ideograph counted as three
_FEW = 12  # letters and below of the source: greetings and names can be of any length
SCRIPTS = {
    "Latn": "LATIN",
    "Cyrl": "CYRILLIC",
    "Arab": "ARABIC",
    "Hans": "CJK",
    "Hant": "CJK",
    "Jpan": "CJK HIRAGANA KATAKANA KATAKANA-HIRAGANA",
    "Kore": "HANGUL CJK",
    "Hang": "HANGUL CJK",
    "Deva": "DEVANAGARI",
    "Grek": "GREEK",
    "Hebr": "HEBREW",
    "Thai": "THAI",
    "Armn": "ARMENIAN",
    "Geor": "GEORGIAN",
    "Beng": "BENGALI",
    "Taml": "TAMIL",
    "Telu": "TELUGU",
    "Khmr": "KHMER",
    "Laoo": "LAO",
    "Mymr": "MYANMAR",
    "Ethi": "ETHIOPIC",
    "Tibt": "TIBETAN",
}
"""The first words of the Unicode names of a script's letters."""
_WIDE = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")
_SIGNS = {
    "%": r"[%％]|百分|[成折半]|per ?cent|prozent|pour ?cent|por ?ciento|процент|パーセント",
    "$": r"[$＄]|美元|美金|元|刀|块|dollar|dólar|доллар|ドル",
    "€": r"€|欧|歐|euro|евро|ユーロ",
    "£": r"£|镑|鎊|pound|pfund|livre|libra|фунт|ポンド",
}
_SIGNED = frozenset({"en", "zh", "yue", "ja", "de", "fr", "es", "ru"})
"""The languages whose words for these signs are known here."""


def faults(source: str, text: str, one: Language, other: Language) -> tuple[str, ...]:
    """The names in `FAULTS` that hold of `text`, said in `other` for `source` in `one`; none for an empty source."""
    if not is_told(source):
        return ()
    if not is_told(text):
        return ("empty",)
    found = {
        "unknown": any(sign in text and sign not in source for sign in _UNKNOWN),
        "script": _strange(source, text, other),
        "copied": _copied(source, text),
        "looping": _loops(text, source),
        "numbers": not _numbers_kept(source, text, one, other),
    }
    length, whole = _length(text), _length(source)
    if whole > _FEW:
        found |= {"short": length < _SHORTEST * whole, "long": length > _LONGEST * whole}
    return tuple(name for name in FAULTS if found.get(name))


def is_told(text: str) -> bool:
    """Whether there are letters or digits in it, and not marks alone."""
    return any(character.isalnum() for character in text)


def explain(names: Sequence[str]) -> str:
    """What the faults mean, for a reader."""
    return "this may be wrong: " + ", ".join(FAULTS.get(name, name) for name in names)


def _strange(source: str, text: str, language: Language) -> bool:
    """Whether most letters are of another script; words that stand in the source may stay as they are."""
    names = SCRIPTS.get(language.script)
    if names is None:
        return False
    own = tuple(names.split())
    said = source.casefold()
    right = wrong = 0
    for word in _words(text):
        for native, letters in groupby(word, key=lambda letter: script(letter) in own):  # "Judy와" is of two scripts
            run = "".join(letters)
            if native:
                right += len(run)
            elif run[0].isalpha() and run not in said:
                wrong += len(run)
    return wrong > right


def _copied(source: str, text: str) -> bool:
    words = _words(source)
    return len(set(words)) > 2 and words == _words(text)


def _loops(text: str, source: str) -> bool:
    """Whether words come again and again, more often than any do in the source."""
    spoken = max(_repeats(_words(source)).values(), default=1)
    return any(
        count > max(spoken, 3 if size == 1 else 2 if size < 5 else 1) for size, count in _repeats(_words(text)).items()
    )


def _repeats(words: Sequence[str]) -> dict[int, int]:
    """How often a phrase comes in a row at most, by the number of its words, where one comes more than once."""
    most: dict[int, int] = {}
    for size in range(1, len(words) // 2 + 1):
        run = 0
        for word, later in zip(words, words[size:], strict=False):
            run = run + 1 if word == later else 0
            if run >= size:
                most[size] = max(most.get(size, 1), run // size + 1)
    return most


def _numbers_kept(source: str, text: str, one: Language, other: Language) -> bool:
    wanted = stated(source, one)
    if other.base not in {"en", "zh", "ja", "yue"}:  # it may have words for them that are not known here
        wanted = {value for value in in_digits(source) if value > 12 and value % 10}
    if wanted:
        found = readable(text)
        if not all(value in found or same_hour(source, value, found) for value in wanted):
            return False
    if other.base not in _SIGNED:
        return True
    return all(re.search(pattern, text.casefold()) for sign, pattern in _SIGNS.items() if sign in source)


def _length(text: str) -> int:
    return sum(3 if script(one) in _WIDE else 1 for one in text if one.isalnum())


def _words(text: str) -> list[str]:
    """Words without case, and every ideograph by itself."""
    words: list[str] = []
    for word in re.findall(r"\w+", text.casefold()):
        for alone, letters in groupby(word, key=_stands_alone):
            run = "".join(letters)
            words += run if alone else [run]
    return words


def _stands_alone(letter: str) -> bool:
    return "\u3040" <= letter <= "\u30ff" or "\u3400" <= letter <= "\u9fff"


@cache
def script(letter: str) -> str:
    """The first word of the letter's Unicode name."""
    return unicodedata.name(letter, "").split(" ")[0]
