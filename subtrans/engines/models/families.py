"""A family of translation models and two languages in; the tokens that frame a text for that family out.

Every family names its languages by other tokens and puts them elsewhere: Marian's `>>cmn_Hans<<` before the source,
NLLB's `zho_Hans`, M2M100's `__zh__` and mBART-50's `zh_CN` before both sides, MADLAD's `<2zh>` before the source, T5's
task in words. Wrong tokens give rubbish without an error, so a token that the vocabulary lacks is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from subtrans.errors import LanguageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from subtrans.text.languages import Language

Family = Literal["marian", "nllb", "m2m100", "mbart50", "madlad", "t5", "plain", "prompted"]
CODED: frozenset[Family] = frozenset({"nllb", "m2m100", "mbart50", "madlad"})
"""Families whose vocabulary names every language that they know."""

T5_PAIRS = (("en", "de"), ("en", "fr"), ("en", "ro"))
"""What the original T5 was trained to translate."""

MAX_POSITIONS: dict[Family, int] = {"marian": 512, "nllb": 1024, "m2m100": 1024, "mbart50": 1024}
"""Longest sequence where the model itself does not say; T5's relative positions have no end."""
TRAINED_POSITIONS = 512
"""Length of T5's training sequences, and the bound for every family that has none of its own."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a text: words before it, tokens around its tokens, tokens that the target begins with."""

    text: str = ""
    behind: str = ""
    """Words after it."""
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ("</s>",)
    target: tuple[str, ...] = ()


def frame(family: Family, source: Language, target: Language, vocabulary: Collection[str]) -> Frame:
    """The frame of a text; LanguageError if the model's vocabulary has no token for one of the languages."""
    if family == "marian":
        found = [token for token in marian_tokens(target) if token in vocabulary]
        return Frame(before=tuple(found[:1]))
    if family == "madlad":
        return Frame(text=_token(family, target, vocabulary) + " ")
    if family == "t5":
        return Frame(text=f"translate {source.name} to {target.name}: ")
    if family == "prompted":
        task = f"Translate {source.name} to {target.name}.\n{source.name}: "
        return Frame(text=task, behind=f"\n{target.name}:")
    if family == "plain":
        return Frame()
    return Frame(before=(_token(family, source, vocabulary),), target=(_token(family, target, vocabulary),))


def t5_tasks(source: Language, targets: Iterable[Language]) -> dict[str, dict[str, str]]:
    """How the configuration of a T5 (`task_specific_params`) says which pairs it was trained for."""
    return {
        f"translation_{source.tag}_to_{target.tag}": {"prefix": frame("t5", source, target, ()).text}
        for target in targets
    }


def t5_pairs(tasks: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The pairs among its tasks; none where it says nothing, and any may be tried."""
    named = (re.fullmatch(r"translation_([\w-]+?)_to_([\w-]+)", task) for task in tasks)
    return tuple((found[1], found[2]) for found in named if found)


def family_of(vocabulary: Iterable[str]) -> Family | None:
    """The family that these tokens belong to; None if none of them names a language."""
    tokens = set(vocabulary)
    if "eng_Latn" in tokens:
        return "nllb"
    if "__en__" in tokens:
        return "m2m100"
    if "gl_ES" in tokens:  # which mBART-25 does not know
        return "mbart50"
    if "<2en>" in tokens:
        return "madlad"
    return "marian" if any(re.fullmatch(r">>\w+<<", token) for token in tokens) else None


def language_token(family: Family, language: Language) -> str | None:
    """The token by which a coded family names a language; None if it has none."""
    code = {
        "nllb": language.nllb,
        "m2m100": language.m2m100,
        "mbart50": language.mbart,
        "madlad": language.madlad,
    }.get(family)
    if code is None:
        return None
    return {"m2m100": f"__{code}__", "madlad": f"<2{code}>"}.get(family, code)


REGIONS = {
    "zh": ("cmn_Hans", "zh_cn", "zh_CN"),
    "zh-Hant": ("cmn_Hant", "zh_tw", "zh_TW"),
    "pt-BR": ("pob", "pt_BR", "pt_br"),
}
"""What OPUS-MT's models call a language of one region, the most usual first."""


def marian_tokens(language: Language) -> list[str]:
    """The tokens by which Marian models with several targets may name a language, the most exact first."""
    three = language.nllb.split("_")[0] if language.nllb else language.iso639_2
    region = REGIONS.get(language.tag, ())
    codes = [*region, f"{three}_{language.script}", f"{language.iso639_2}_{language.script}"]
    codes += [language.tag.replace("-", "_"), language.tag.replace("-", "_").lower()]
    if language.tag != "zh-Hant":  # a bare code means the simplified script
        codes += [language.base, language.iso639_2, three, *(["cmn"] if language.tag == "zh" else [])]
    return [f">>{code}<<" for code in dict.fromkeys(codes)]


def _token(family: Family, language: Language, vocabulary: Collection[str]) -> str:
    token = language_token(family, language)
    if token is None or token not in vocabulary:
        raise LanguageError(
            f"the model has no token for {language.name} ({language.tag}): choose another one, see `subtrans models`"
        )
    return token
