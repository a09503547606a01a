"""A table of terms in; where a sentence holds them, and whether its translation says them as prescribed, out.

A line holds a term, a tab and its translation; after another tab, rules with commas between them, if any:

    case      only as written: `Polish`, not `polish`; without it, case does not matter
    part      inside words too; without it a term is a word or several, where the language has spaces between words
    en-zh     for this pair of languages alone; `zh` for every source language

Empty lines and lines that begin with `#` say nothing, nor does a first one that names the columns, as `English` and
`Chinese` do. Of two translations of a term the first holds.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from subtrans.errors import InputError
from subtrans.text.languages import LANGUAGES, base_of, language

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Alignment: TypeAlias = "tuple[tuple[int, int], ...]"
"""As in `types.Hypothesis`."""


@dataclass(frozen=True, slots=True)
class Term:
    """What is to be said for what."""

    source: str
    target: str
    case: bool = False
    """Whether it is found only as it is written."""
    part: bool = False
    """Whether it is found inside words."""

    def __post_init__(self) -> None:
        if not self.source or not self.target:
            raise ValueError("a term needs a source and a target")


@dataclass(frozen=True, slots=True)
class Found:
    """A term, and the characters of the sentence where it stands."""

    term: Term
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Glossary:
    """The terms of one pair of languages, of which there may be tens of thousands."""

    terms: tuple[Term, ...]
    _ranked: tuple[tuple[str, Term], ...] = field(init=False, repr=False, compare=False)
    """Those that are found first stand first, each behind its source, folded."""

    def __post_init__(self) -> None:
        ranked = sorted(self.terms, key=lambda term: (-len(term.source), not term.case))
        object.__setattr__(self, "_ranked", tuple((_folded(term.source), term) for term in ranked))

    def find(self, text: str) -> list[Found]:
        """The terms in a sentence, in its order; of those that overlap, the longest, then one with `case`."""
        found: list[Found] = []
        folded, text = _folded(text), text.translate(_ALIKE)
        # To make a pattern of each takes a second for a thousand terms.
        for term in [term for source, term in self._ranked if source in folded]:
            for match in re.finditer(_pattern(term), text, 0 if term.case else re.IGNORECASE):
                here = Found(term, match.start(), match.end())
                if not term.part and _is_within(text, *match.span()):
                    continue
                if all(here.end <= other.start or other.end <= here.start for other in found):
                    found.append(here)
        return sorted(found, key=lambda one: one.start)


def unsaid(found: Sequence[Found], translation: str) -> list[Found]:
    """Those of the terms of a sentence whose prescribed translations are not in its translation, each once."""
    missing = {one.term: one for one in reversed(found) if not says(translation, one.term)}
    return sorted(missing.values(), key=lambda one: one.start)


def says(translation: str, term: Term) -> bool:
    """Whether the translation has the term as prescribed; case may differ unless the rule says otherwise."""
    if term.case:
        return term.target in translation
    return term.target.casefold() in translation.casefold()


def read_glossary(text: str, source: str, target: str, *, name: str = "the glossary") -> Glossary:
    """The terms for this pair of languages; InputError names the line that is no term."""
    terms: dict[str, Term] = {}
    text = unicodedata.normalize("NFC", text.removeprefix("\ufeff"))
    for number, line in enumerate(text.splitlines(), 1):
        columns = [column.strip() for column in line.split("\t")]
        if not line.strip() or line.startswith("#") or (number == 1 and _are_names(columns, source, target)):
            continue
        if len(columns) not in {2, 3} or not all(columns[:2]):
            raise InputError(f"{name}, line {number}: write a term, a tab, its translation and, after a tab, any rules")
        rules = [rule.strip() for rule in (columns[2] if len(columns) == 3 else "").split(",") if rule.strip()]
        pairs = [rule for rule in rules if rule not in {"case", "part"}]
        if not pairs or any(_covers(rule, source, target, f"{name}, line {number}") for rule in pairs):
            part = "part" in rules or not language(source).spaced
            term = Term(" ".join(columns[0].split()), " ".join(columns[1].split()), "case" in rules, part)
            terms.setdefault(term.source if term.case else term.source.casefold(), term)
    return Glossary(tuple(terms.values()))


def _are_names(columns: Sequence[str], source: str, target: str) -> bool:
    """Whether these are the names of the columns: source and target, or the languages."""
    sides = ("source", source), ("target", target)
    names = [base_of(column) in {side, base_of(tag)} for column, (side, tag) in zip(columns, sides, strict=False)]
    return names == [True, True]


def _covers(rule: str, source: str, target: str, place: str) -> bool:
    """Whether a rule for languages, `zh` or `en-zh`, covers the pair."""
    splits = [(rule[: match.start()], rule[match.end() :]) for match in re.finditer("-", rule)]
    known = {tag.casefold() for tag in LANGUAGES}
    pairs = [pair for pair in ((source, rule), *splits) if known.issuperset(tag.casefold() for tag in pair)]
    if not pairs:
        raise InputError(f"{place}: {rule!r} is no rule: use case, part or a pair such as en-zh, with commas between")
    return any((language(one), language(other)) == (language(source), language(target)) for one, other in pairs)


_ALIKE = dict(zip(map(ord, "‘’ʼ＇“”„‐‑"), "''''\"\"\"--", strict=True))
_ALIKE |= {0xFF00 + place: chr(0x20 + place) for place in range(1, 0x5F)}
"""Marks that are written one way or the other, and the letters that Japanese writes wide; all of one character."""
_PARTICLES = (
    "(?:은|는|이|가|을|를|의|에|에서|에게|께|께서|한테|와|과|랑|이랑|하고|도|만|로|으로|부터|까지|처럼|보다|마다|조차|밖에|나|이나|들"
    "|이다|입니다|이에요|예요|이었다|였다|이고|이며|인|이라는|라는|이라고|라고|씨|님)"
)
"""What Korean writes behind a noun, and in one word with it."""


def _folded(text: str) -> str:
    """The same for all texts that `re.IGNORECASE` takes for the same, dotted and dotless i too, and any white space."""
    folded = unicodedata.normalize("NFC", text).translate(_ALIKE).upper().casefold()
    return " ".join(folded.replace("\u0307", "").split())


def _pattern(term: Term) -> str:
    """Letters with accents may be written as one character or as two."""
    composed, apart = (unicodedata.normalize(form, term.source.translate(_ALIKE)) for form in ("NFC", "NFD"))
    words = "|".join(r"\s+".join(map(re.escape, one.split())) for one in dict.fromkeys((composed, apart)))
    if term.part:
        return f"(?:{words})"
    behind = f"(?={_PARTICLES}*(?!\\w))" if "가" <= composed[-1] <= "힣" else r"(?!\w)"
    return rf"(?<!\w)(?:{words}){behind}"


def _is_within(text: str, start: int, end: int) -> bool:
    """Whether the word goes on with a vowel sign or a joiner, as in Hindi or Persian, which are no letters.

    The points of Arabic and Hebrew, which most texts leave out, part nothing.
    """
    beside = (text[start - 1 : start] if start else "") + text[end : end + 1]
    return any(
        one in "\u200c\u200d" or (unicodedata.category(one)[0] == "M" and not "\u0591" <= one <= "\u0652")
        for one in beside
    )


def exchange(text: str, alignment: Alignment, found: Found, words: Iterable[str], *, spaced: bool) -> str | None:
    """The translation with the prescribed one in the place of one of `words`, which the term may have become.

    Of several places that is taken which was written while looking at the term and the least at the rest, then the one
    of the longest word. Where none was, it is that of the shortest, as longer ones hold what the term does not say; but
    no single ideograph, as it may be part of any word. None where there is no such place.
    """
    looked = {here for here, there in alignment if found.start <= there < found.end}
    others = {here for here, _ in alignment} - looked
    places: list[tuple[bool, int, int, tuple[int, int]]] = []
    for word in words:
        pattern = rf"(?<!\w){re.escape(word)}(?!\w)" if spaced else re.escape(word)
        for match in re.finditer(pattern, text, re.IGNORECASE):
            if spaced and _is_within(text, *match.span()):
                continue
            here = set(range(*match.span()))
            aligned = bool(looked & here)
            if aligned or spaced or len(word) > 1:
                places.append((not aligned, len(others & here) if aligned else len(word), -len(word), match.span()))
    if not places:
        return None
    start, end = min(places)[-1]
    return text[:start] + as_begun(found.term, text, start) + text[end:]


def as_begun(term: Term, text: str, start: int = 0) -> str:
    """What is prescribed, with a capital where it is to begin a text that begins with one."""
    begins = text[start : start + 1].isupper() and not any(one.isalnum() for one in text[:start])
    first = term.target[:1].upper()
    return first + term.target[1:] if begins and not term.case and term.target.split()[0].islower() else term.target


def replace_aligned(text: str, alignment: Alignment, found: Found, *, spaced: bool) -> str | None:
    """The translation with the term in the place of what was written while looking at it; None if nothing was."""
    starts = [here for here, _ in alignment]
    stretches = [
        (here, end)
        for (here, there), end in zip(alignment, [*starts[1:], len(text)], strict=False)
        if found.start <= there < found.end and any(one.isalnum() for one in text[here:end])
    ]
    if not stretches:
        return None
    start, end = stretches[0]
    for following, last in stretches[1:]:
        if following == end:
            end = last
    while not text[end - 1].isalnum():
        end -= 1
    said = as_begun(found.term, text, start)
    if spaced:
        said = (" " if text[:start][-1:].isalnum() else "") + said + (" " if text[end : end + 1].isalnum() else "")
    return text[:start] + said + text[end:]
