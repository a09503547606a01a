"""Raw sentence pairs in, those that can teach out, with a count for each rule that took some."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from subtrans.errors import InputError, packages_for
from subtrans.finetune.readers import Pair
from subtrans.text.function_words import FUNCTION_WORDS
from subtrans.text.guards import SCRIPTS, script
from subtrans.text.languages import language

if TYPE_CHECKING:
    from subtrans.finetune.corpus import CorpusOptions

WIDE = {",": "，", "!": "！", "?": "？", ";": "；", ":": "："}


def clean(
    pairs: Iterable[Pair], options: CorpusOptions, source: str = "", target: str = ""
) -> tuple[list[Pair], Counter[str]]:
    """Normalise white space and drop what cannot teach; the counter says how many pairs each rule took."""
    kept: dict[Pair, None] = {}
    dropped: Counter[str] = Counter()
    for raw in pairs:
        pair = Pair(normalise(raw.source), normalise(raw.target))
        rule = _broken_rule(pair, options, source, target) or ("duplicate" if pair in kept else "")
        if rule:
            dropped[rule] += 1
        else:
            kept[pair] = None
    return list(kept), dropped


def check_language(texts: Sequence[str], tag: str, side: str) -> None:
    """InputError if the small words of the texts are surely those of another language than `tag`."""
    if len(texts) < 50 or language(tag).base not in FUNCTION_WORDS:
        return
    words = Counter(word for text in texts[:5000] for word in re.findall(r"[^\W\d_]+", text.lower()))
    found = {name: sum(words[word] for word in row.all) for name, row in FUNCTION_WORDS.items()}
    likeliest = max(found, key=lambda name: found[name])
    if found[likeliest] > 2 * found[language(tag).base] and found[likeliest] > 0.1 * sum(words.values()):
        raise InputError(
            f"the {side} side reads like {language(likeliest).name} and not like {language(tag).name}: "
            "set languages and the columns right"
        )


def script_share(text: str, tag: str) -> float:
    """The share of a text's letters that belong to the script of a language; 1 where there are none."""
    names = SCRIPTS.get(language(tag).script, "").split()
    letters = [script(character) for character in text if character.isalpha()]
    return sum(letter in names for letter in letters) / len(letters) if letters and names else 1.0


def _broken_rule(pair: Pair, options: CorpusOptions, source: str, target: str) -> str:
    shorter, longer = sorted((len(pair.source.encode()), len(pair.target.encode())))
    if not fold(pair.source) or not fold(pair.target):
        return "empty"
    if pair.source == pair.target:
        return "identical"
    if max(len(pair.source), len(pair.target)) > options.max_characters:
        return "too long"
    if longer > options.max_length_ratio * shorter:
        return "length ratio"
    sides = ((pair.source, source), (pair.target, target))
    if any(tag and script_share(text, tag) < options.min_script_share for text, tag in sides):
        return "wrong script"
    return "wrong language" if any(tag and reads_foreign(text, tag) for text, tag in sides) else ""


def reads_foreign(text: str, tag: str) -> bool:
    """Whether the small words of a text are surely those of another language than `tag`.

    There must be three different ones, and more than twice as many as of its own; a language whose small words are not
    known is not judged.
    """
    own = language(tag).base
    if own not in FUNCTION_WORDS:
        return False
    words = set(re.findall(r"[^\W\d_]+", text.lower()))
    found = Counter(name for word in words for name in _languages_of(word))
    return max(found.values(), default=0) > max(2, 2 * found[own])


@cache
def _languages_of(word: str) -> tuple[str, ...]:
    """The languages that have it among their small words."""
    rows = FUNCTION_WORDS.items()
    return tuple(name for name, row in rows if word in row.all)


def simplify_chinese(pairs: Iterable[Pair]) -> list[Pair]:
    """Turn traditional into simplified characters on the target side (OpenCC, t2s)."""
    with packages_for("Chinese simplification", "train"):
        from opencc import OpenCC
    converter = OpenCC("t2s")
    return [Pair(pair.source, converter.convert(pair.target)) for pair in pairs]


def widen_punctuation(text: str) -> str:
    """Full-width commas, question marks and their like where a Chinese character stands before them."""
    return re.sub(r"(?<=[\u3400-\u9fff”」』》）])[,!?;:]", lambda found: WIDE[found[0]], text)


def normalise(text: str) -> str:
    """One line in NFC with single spaces and no control characters."""
    visible = "".join(" " if unicodedata.category(character) == "Cc" else character for character in text)
    return " ".join(unicodedata.normalize("NFC", visible).split())


def fold(text: str) -> str:
    """What is left of a sentence without case, width, punctuation and repeated spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("'", "").replace("\u2019", "")
    letters = (one if one.isalnum() or unicodedata.category(one)[0] == "M" else " " for one in folded)
    return " ".join("".join(letters).split())
