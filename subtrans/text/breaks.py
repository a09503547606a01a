"""Text in; the pieces that no line may part out, each with how badly a line would break before it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import accumulate, pairwise, zip_longest
from typing import TYPE_CHECKING

from subtrans.text.function_words import FUNCTION_WORDS, FunctionWords
from subtrans.text.korean import cost_korean
from subtrans.text.lexicon import (
    BINDING_ABBREVIATIONS,
    CLAUSE,
    CLOSERS,
    COORDINATING,
    OPEN_ABBREVIATIONS,
    OPENING,
    SENTENCE_STARTERS,
    UNITS,
)
from subtrans.text.phrases import is_unspaced, script_of, unspaced_costs
from subtrans.text.profiles import graphemes, width

if TYPE_CHECKING:
    from subtrans.text.languages import Language


@dataclass(frozen=True, slots=True)
class Atom:
    """Text that stays on one line: a word with its punctuation, a number with its unit, a Chinese character."""

    text: str
    spaced: bool
    """Whether a space parts it from the atom before, when both stand on one line."""
    cost: int
    """How bad a break before it is: 0 after a sentence, 10 after a clause, 60 between two words, 300 inside one."""
    width: float


def atoms(text: str, language: Language, limit: int) -> list[Atom]:
    """Cut `text` wherever a line may end; no atom is wider than `limit`, and white space shrinks to one space."""
    result: list[Atom] = []
    last = ""
    within, letters = unspaced_costs(text, language), 0
    chunks = _chunks(text)
    for (chunk, spaced), (beyond, _) in zip_longest(chunks, chunks[1:], fillvalue=("", True)):
        joined = result[-1].text + " " * spaced + chunk if result else chunk
        glued = bool(result) and _glued(last, chunk, alone=last == result[-1].text)
        if result and not glued and spaced and _names(last, chunk, language):
            glued = width(joined, language) <= limit / 2
        if glued and width(joined, language) <= limit:
            first = result.pop()
            result.append(Atom(joined, first.spaced, first.cost, width(joined, language)))
        else:
            before = result[-1].text if result else ""
            known = within(before, chunk, letters) if result else 0
            cost = _cost((before, chunk, beyond), spaced, language, known) if result else 0
            if result and language.spaced and cost > 15 and (result[-1].cost <= 15 or chunk[-1] in _MARKED):
                cost += 25  # it would strand the first word of a clause, or the last
            for index, part in enumerate(_parts(chunk, language, limit)):
                result.append(Atom(part, spaced and not index, _INSIDE if index else cost, width(part, language)))
        last = chunk
        letters += len("".join(chunk.split()))
    return result


_INSIDE = 300
_SENTENCE = ".!?。！？．｡؟۔।॥።։;…"
_OPENING = OPENING + "$€£¥#@"
_NO_START = (
    CLAUSE
    + _SENTENCE
    + CLOSERS
    + "%‰°℃·・~～-–—/／ーゝゞヽヾ々ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶะาๅๆฯำະາຽໆຯ་།"
)
_STACKING = "\u17d2\u1039"
"""Behind it a letter of Khmer or Burmese stands below the one before it."""
_NO_END = _OPENING + _STACKING + "·・เแโใไເແໂໃໄ"
_FINAL = re.compile("[\u1000-\u102a]\u1037?[\u1039\u103a]")
"""A consonant that ends a syllable of Burmese."""


def _chunks(text: str) -> list[tuple[str, bool]]:
    """The words of `text`, and the characters of scripts without spaces; with each, whether a space comes before it."""
    chunks: list[tuple[str, bool]] = []
    for token in re.split(r"[^\S\u00a0\u202f\u2007]+", text):
        spaced = True
        for run in _runs(graphemes(token)) if token.strip() else []:
            chunks.append((run, spaced and bool(chunks)))
            spaced = False
    return chunks


def _runs(clusters: list[str]) -> list[str]:
    runs = clusters[:1]
    for before, after in pairwise(clusters):
        if _parts_between(before, after):
            runs.append(after)
        else:
            runs[-1] += after
    return runs


def _parts_between(before: str, after: str) -> bool:
    if not (is_unspaced(before) or is_unspaced(after)):
        return before == "—" and (after.isalpha() or after in '"“‘«')
    if script_of(before) == script_of(after) == "katakana" or (before[-1].isdigit() and after[0].isdigit()):
        return False
    if _FINAL.match(after):
        return False
    return before[-1] not in _NO_END


def _glued(before: str, after: str, alone: bool) -> bool:
    """Whether no line may break between two chunks."""
    if after in _DASHES and before[-1] in _SENTENCE:
        return False  # it opens what the next one says
    return (
        all(character in _NO_START for character in after)  # French "là ?", a dash that closes a clause
        or all(character in _OPENING for character in before)
        or after[0] in "·・"  # the parts of a foreign name
        or (alone and before in _DASHES)
        or _abbreviates(before.lstrip(_OPENING))
        or (bool(_NUMBER.fullmatch(before)) and _counts(after))
        or (not alone and _unit(before) and _unit(after))  # 5 million dollars
        or (before == "第" and after[0].isdigit())
    )


def _names(before: str, after: str, language: Language) -> bool:
    """Whether two words are one name, as far as capitals tell: New York, Ada Lovelace; in German they tell nothing."""
    words = FUNCTION_WORDS.get(language.base, FunctionWords())
    first, second = before.lstrip(_OPENING), after.lstrip(_OPENING)
    capital = first.istitle() and second[:1].isupper() and first[-1].isalnum()
    small = first.casefold() in words.all or first.casefold() in SENTENCE_STARTERS
    return capital and language.base not in {"de", "lb"} and not small


_DASHES = {"-", "–", "—", "--"}
_NUMBER = re.compile(r"[^\w\s]*\d[\d.,:/\u00a0\u202f]*")


def _abbreviates(before: str) -> bool:
    """Whether a name or a number follows: Dr., e.g., J."""
    stem = before[:-1]
    known = stem.casefold() in BINDING_ABBREVIATIONS or stem in OPEN_ABBREVIATIONS
    return before.endswith(".") and (known or (len(stem) == 1 and stem.isupper()))


def _counts(after: str) -> bool:
    """Whether a number and `after` are one quantity: 5 km, 10 000, 3个."""
    return is_unspaced(after) or _unit(after) or bool(re.fullmatch(r"\d{3}\W*", after))


def _unit(word: str) -> bool:
    return word.casefold().rstrip(CLAUSE + _SENTENCE + CLOSERS) in UNITS


def _parts(chunk: str, language: Language, limit: int) -> list[str]:
    """Cut a chunk that is wider than a line into even parts, after a hyphen or slash where one is near."""
    clusters = graphemes(chunk)
    offsets = [0.0, *accumulate(width(cluster, language) for cluster in clusters)]
    parts = []
    start = 0
    while offsets[-1] - offsets[start] > limit:
        rest = offsets[-1] - offsets[start]
        ideal = rest / math.ceil(rest / limit)
        ends = [end for end in range(start + 1, len(clusters)) if offsets[end] - offsets[start] <= limit]
        ends = [end for end in ends if clusters[end] not in _NO_START] or ends
        far = offsets[start] + limit / 3
        separated = [end for end in ends if clusters[end - 1] in "-/._?&=#:,@+、，・·" and offsets[end] > far]
        end = min(separated or ends, key=lambda end: abs(offsets[end] - offsets[start] - ideal))
        parts.append("".join(clusters[start:end]))
        start = end
    return [part for part in [*parts, "".join(clusters[start:])] if part.strip()]


def _cost(words: tuple[str, str, str], spaced: bool, language: Language, within: int) -> int:
    """How badly a line breaks behind the first of three words, 0 to 240; `within`: that in a script without spaces."""
    before, after, _ = words
    end = (before.rstrip(CLOSERS + "“‘« \u00a0\u202f") or before)[-1]
    cost = _MARKED.get(end)
    if cost is not None and (spaced or is_unspaced(end + after) or end == "—"):
        return 45 if before[-2:-1].isdigit() and after[0].isdigit() else cost  # 3, 1
    between = _cost_spaced(words, language) if spaced and language.spaced else 0
    if after[0] in "([{（［“«「『《—–" and between < 80:
        return 95 if not spaced and before[-1].isascii() and before[-1].isalnum() else 25  # f（x）
    if between:
        return between
    return _cost_space(before, after, within) if spaced else within


_MARKED = dict.fromkeys(_SENTENCE, 0) | dict.fromkeys(CLAUSE, 10) | dict.fromkeys(";:；：", 5)
_MARKED |= dict.fromkeys("-–—", 15)


def _cost_spaced(chunks: tuple[str, str, str], language: Language) -> int:
    before, after, _ = chunks
    words = FUNCTION_WORDS.get(language.base, FunctionWords())
    last, following, third = (word.strip(_OPENING + CLOSERS).casefold().replace("’", "'") for word in chunks)
    cost = cost_korean(last, following) if language.base == "ko" else _cost_phrase(last, following, third, words)
    joining, bound = last in words.conjunctions, last in words.bound
    opens = joining or last in words.prepositions
    leans = opens or bound
    joined = following in words.complements or (joining and not bound and following in words.prepositions)
    if last in words.leading or (opens and joined) or (leans and cost in {_PLAIN, _SMALL}):
        cost += 120
    elif joining:
        cost += 45
    elif leans:
        cost += 25
    if _COUNT.fullmatch(before):
        cost += 40  # three apples
    named = before[:1].isupper() and after[:1].isupper() and language.base not in {"de", "lb"}
    if named and not (bound or last in words.leading):
        cost += 50  # New York
    return cost


_PLAIN = 60  # before a word of content
_SMALL = 50  # before one that opens no phrase for certain, as an article or an auxiliary
_COUNT = re.compile(_NUMBER.pattern + "[a-zèé]{0,3}", re.IGNORECASE)  # 5, 5th, 3D, 2ème


def _cost_phrase(last: str, following: str, third: str, words: FunctionWords) -> int:
    """How badly a line would break before the phrase that `following` opens, if nothing leaned on it."""
    if following in words.conjunctions and following in COORDINATING and third not in words.all:
        return 75 if last[-2:] == third[-2:] else 35  # men and women; sat and wept
    if following in words.conjunctions:
        return 20
    if following in words.prepositions and last == third:
        return 120  # one by one
    if following in words.clinging:
        return 75
    if following in words.prepositions:
        return 35
    return _SMALL if following in words.all else _PLAIN


def _cost_space(before: str, after: str, cost: int) -> int:
    """At a space in a script that writes none between words; `cost` is what the break would cost without it."""
    if not (is_unspaced(before[-1]) and is_unspaced(after)):
        return cost
    if script_of(after) == "thai":
        return 10  # it is punctuation
    return cost if cost >= 95 else 30  # a stray space inside a word, or a pause
