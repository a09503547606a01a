"""A hearing without the marks that people write in; the same with those of another hearing, out.

Whisper often writes none for half a minute, in Chinese and Japanese more than not. It writes as what it was told came
before is written: what else was heard, or an example. Of the hearing that it was told so for, only the marks are taken,
as its words may be worse.
"""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING
from unicodedata import category

from subtrans.engines.recognition.judgement import width
from subtrans.text.chinese import simplify
from subtrans.text.lexicon import OPENING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from subtrans.engines.recognition.judgement import Hearing

SPARSE = 80
"""Characters, full-width ones counted twice, that people write at most without a mark, if they write any."""
SHORTEST = 40
"""Of fewer, one sentence may be all, and an example would be heard into them."""
ALIKE = 0.8
"""The share of letters that two hearings of the same have in common, at least."""
TOLD = 100
"""Characters that the model is told came before, at most."""
_MARK = re.compile(r"[.!?,;:。！？、，；：؟،؛۔।॥።፣](?!\d)")
_EXAMPLES = {
    "de": "Guten Tag. Wie geht es Ihnen? Ja, sehr gut.",
    "en": "Good morning. How are you? Well, thank you.",
    "es": "Buenos días. ¿Cómo está? Bien, gracias.",
    "fr": "Bonjour. Comment allez-vous ? Bien, merci.",
    "it": "Buongiorno. Come sta? Bene, grazie.",
    "ja": "こんにちは。元気ですか？はい、とても元気です。",
    "pt": "Bom dia. Como está? Bem, obrigado.",
    "yue": "你好。請問，有咩可以幫到你？好，我知道喇。",
    "zh": "你好。请问，有什么可以帮您？好的，我知道了。",
    "zh-Hant": "你好。請問，有什麼可以幫您？好的，我知道了。",
}


def unmarked(hearing: Hearing) -> bool:
    """Whether so much was written with so few marks that some must be missing."""
    wide = width(hearing.text)
    return wide >= SHORTEST and len(_MARK.findall(hearing.text)) * SPARSE < wide


def example(hearings: Sequence[Hearing], language: str) -> str:
    """What to tell the model, so that it writes marks: the end of the last hearing that has some; empty if nothing."""
    marked = [one.text for one in hearings if not unmarked(one) and _MARK.search(one.text)]
    base = language if language in _EXAMPLES else language.partition("-")[0]
    return marked[-1][-TOLD:] if marked else _EXAMPLES.get(base, "")


def with_marks(hearing: Hearing, other: Hearing) -> Hearing:
    """The hearing, its words and times as they are, with the marks and capitals that the other has at the same letters.

    As it was, where they do not say the same, almost.
    """
    text, model = "".join(word.text for word in hearing.words), "".join(word.text for word in other.words)
    here, there = ([i for i, one in enumerate(said) if _is_letter(one)] for said in (text, model))
    same = SequenceMatcher(None, _fold(text), _fold(model), autojunk=False)
    if same.ratio() < ALIKE or len(_MARK.findall(model)) <= len(_MARK.findall(text)):
        return hearing
    pieces = list(text)
    for i, j in ((here[a], there[b]) for a, b in _pairs(same)):
        before, after = _around(model, j)
        letter = model[j] if model[j].casefold() == text[i].casefold() else text[i]
        open_already, closed_already = _is_mark(text[i - 1 : i]), _is_mark(text[i + 1 : i + 2])
        pieces[i] = before * (not open_already) + letter + after * (not closed_already)
    start, words = 0, []
    for word in hearing.words:
        words.append(replace(word, text="".join(pieces[start : start + len(word.text)])))
        start += len(word.text)
    return replace(hearing, words=tuple(words))


def _pairs(same: SequenceMatcher[str]) -> Iterator[tuple[int, int]]:
    """The letters that stand in the same place; where there are more in one of the two, their last ones."""
    for kind, a, a_end, b, b_end in same.get_opcodes():
        if kind in ("equal", "replace"):
            count = a_end - a if a_end - a == b_end - b else 1
            yield from zip(range(a_end - count, a_end), range(b_end - count, b_end), strict=True)


def _around(text: str, place: int) -> tuple[str, str]:
    """The marks that open before a letter, and those that stand behind it."""
    left, right = place, place + 1
    while left and not _is_letter(text[left - 1]):
        left -= 1
    while right < len(text) and not _is_letter(text[right]):
        right += 1
    closing = text[place + 1 : right]
    if text[place].isdigit() and text[right : right + 1].isdigit():
        closing = ""  # 3.5
    opening = (one for one in text[left:place] if one in OPENING)
    return "".join(opening), "".join(one for one in closing if _MARK.match(one))


def _is_letter(character: str) -> bool:
    """Whether it is a letter or a digit, or what is written above or below one."""
    return character.isalnum() or category(character)[0] == "M"


def _is_mark(text: str) -> bool:
    return bool(text) and not _is_letter(text) and not text.isspace()


def _fold(text: str) -> str:
    """The letters, one for one, without case and kind of Chinese."""
    return simplify("".join(one.lower()[0] for one in text if _is_letter(one)))
