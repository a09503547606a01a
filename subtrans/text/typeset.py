"""A translation as a model writes it in; the same with the marks and spaces that its script has, out."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from subtrans.text.chinese import simplify
from subtrans.text.languages import language as find_language

if TYPE_CHECKING:
    from subtrans.text.languages import Language
    from subtrans.types import Word


def typeset(text: str, language: Language) -> str:
    """In Chinese and Japanese narrow marks and brackets become wide, and no space stands beside a wide one.

    Some translators, NLLB among them, mix the two. What stands in a number, a name or a formula in Latin letters stays
    as it is, and so do spaces between words, which may stand for a comma. Any other language comes back as it was.
    """
    marks = _MARKS.get(language.base)
    if marks is None or not re.search(r"[,.?!:;( ]", text) or not re.search(f"[{_LETTERS}]", text):
        return text
    text = re.sub(r"\(([^()]*)\)", _widen_brackets, text)
    text = re.sub(_MARK, lambda found: found[0].translate(marks), text)
    return re.sub(f" *([{_WIDE}]) *", r"\1", text)


def typeset_word(word: Word, language: str) -> Word:
    """The same for a word that a recogniser heard; where simplified Chinese is asked for, in its characters too."""
    known = find_language(language)
    text = typeset(word.text, known)
    text = simplify(text) if known.tag == "zh" else text
    return word if text == word.text else replace(word, text=text)


_LETTERS = "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_CLOSING = "”’」』》）】"
_WIDE = "，。！？：；、“”「」『』《》（）【】"
_CHINESE = str.maketrans(",.?!:;", "，。？！：；")
_MARKS = {"zh": _CHINESE, "yue": _CHINESE, "ja": str.maketrans(",.?!:;", "、。？！：；")}
_STOP = rf"\.(?! \.)(?=[\s{_CLOSING}\"')]|$)"  # and no point of a number, a name or an ellipsis
_MARK = (  # not compiled before it is needed, as ranges so wide take milliseconds
    rf"(?<=[{_LETTERS}{_WIDE}’]) *(?![:;]-?[()])"  # behind a letter of the script, and no :)
    rf"(?:[?!,:;]+(?:{_STOP})?|{_STOP})"
    rf"|,(?= ?[{_LETTERS}])"  # before one
    r"|[?!]+$|(?<=\d)\.$"
)


def _widen_brackets(found: re.Match[str]) -> str:
    before = found.string[: found.start()].rstrip(" ")[-1:]
    beside = before + found[1][:1] + found[1][-1:]
    return f"（{found[1]}）" if re.search(f"[{_LETTERS}]", beside) else found[0]
