"""A language in, the rule out by which spoken text is made equal before errors are counted."""

from __future__ import annotations

import unicodedata
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import metadata

from subtrans.errors import packages_for
from subtrans.text.languages import language


@dataclass(frozen=True, slots=True)
class Normaliser:
    """A rule for text, and how a signature tells it."""

    apply: Callable[[str], str]
    signature: str
    joined: bool = False
    """Whether spaces say nothing in the language, so that they are no characters to count."""


def whisper(tag: str) -> Normaliser:
    """Whisper's: for English also numbers, contractions and spelling; else case, symbols and, unspaced, letters.

    Radford et al. 2022, appendix C, as the package whisper-normalizer holds it, but that marks stay: without its vowel
    signs a word of Hindi or Thai falls into letters that are right more often (Manohar and Pillai 2024).
    """
    with packages_for("Whisper's normaliser", "evaluate"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python 3.12 tells whoever imports it first of a backslash in its text
        from whisper_normalizer.basic import BasicTextNormalizer
        from whisper_normalizer.english import EnglishTextNormalizer
    spoken = language(tag)
    version = metadata.version("whisper-normalizer")
    if spoken.base == "en":
        return Normaliser(EnglishTextNormalizer(), f"norm:whisper-english-{version}")
    basic = BasicTextNormalizer(split_letters=not spoken.spaced, preserve_marks=True)
    kind = "marks" if spoken.spaced else "marks-letters"
    return Normaliser(basic, f"norm:whisper-basic-{kind}-{version}", joined=not spoken.spaced)


def plain(tag: str) -> Normaliser:
    """Case and punctuation alone."""
    return replace(PLAIN, joined=not language(tag).spaced)


def normalise_words(text: str) -> str:
    """NFKC, lower case, no punctuation but apostrophes inside words, single spaces.

    Numbers and contractions are left as they are: a reference should be spelled as the recogniser spells.
    """
    folded = unicodedata.normalize("NFKC", text).lower().replace("\u2019", "'")
    kept = []
    for index, character in enumerate(folded):
        inside = folded[index - 1 : index].isalnum() and folded[index + 1 : index + 2].isalnum()
        if unicodedata.category(character)[0] in "PS" and not (character == "'" and inside):
            character = " "  # noqa: PLW2901
        kept.append(character)
    return " ".join("".join(kept).split())


PLAIN = Normaliser(normalise_words, "case:lc|punct:no|norm:nfkc")
