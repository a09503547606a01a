"""A text all in capitals, as broadcasters caption, in; the same as sentences are written out, letter for letter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subtrans.text.languages import Language

_KEPT = re.compile(r"(?:^|\x02|[.!?…]\W*\s)\W*\w|\b(?:\w\.){2,}")
"""The first letter of a sentence, with what stands before it, and U.S.A.; \x02 begins a text behind others."""


def uncapitalised(text: str, language: Language) -> str:
    """A text of two words and more that has no small letter, with capitals where sentences begin; others as they are.

    Translators have hardly seen capitals alone, and write nonsense for them, or the text once more. Names lose theirs,
    which nothing tells from words. Each letter keeps its place: where one would become two, the text stays as it is.
    """
    if not text.isupper() or sum(word.isupper() for word in re.findall(r"[^\W\d_]{2,}", text)) < 2:
        return text
    small = (text.replace("I", "ı").replace("İ", "i") if language.base in {"tr", "az"} else text).lower()
    if len(small) != len(text):
        return text
    letters = list(small)
    for found in _KEPT.finditer(text):
        letters[found.start() : found.end()] = found[0]
    written = "".join(letters)
    return re.sub(r"\bi\b", "I", written) if language.base == "en" else written
