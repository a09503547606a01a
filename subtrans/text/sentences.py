"""Words with times in, sentences out, as they come: what the translator is given one at a time.

A sentence ends at its mark (. ! ? and their kin in other scripts), where another person begins to speak, at a long
silence, or, when none of these comes, at the best place before the limits. Every word comes out once and in order, and
nothing depends on how the words arrive.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from subtrans.text.cutting import best_cut
from subtrans.text.lexicon import (
    BEFORE_ORDINALS,
    BINDING_ABBREVIATIONS,
    CLOSERS,
    CLOSING,
    NUMBERED_ABBREVIATIONS,
    OPEN_ABBREVIATIONS,
    OPENERS,
    SENTENCE_STARTERS,
    TRAILING_ABBREVIATIONS,
)
from subtrans.types import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from subtrans.types import Word


@dataclass(frozen=True, slots=True)
class SentenceOptions:
    """When a sentence ends without its mark. Times in milliseconds."""

    pause: int = 2000
    """A silence this long ends any sentence: shorter cuts more sentences in half, longer joins what does not belong."""
    unmarked_pause: int = 600
    """The same while no marks come: some recognisers write none, and then silences are all there is."""
    maximum_words: int = 50
    """Longer sentences are cut: translators lose words in them. In Chinese or Japanese a word is a character or two."""
    maximum_characters: int = 300
    maximum_duration: int = 25_000

    def __post_init__(self) -> None:
        for name in ("pause", "unmarked_pause", "maximum_words", "maximum_characters", "maximum_duration"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1: {getattr(self, name)}")


def sentences(words: Iterable[Word], options: SentenceOptions = SentenceOptions()) -> Iterator[Sentence]:
    """Join words to sentences, one word behind the input.

    `words` must be in the order of their start; their text carries the white space before it.
    """
    joiner = SentenceJoiner(options)
    for word in words:
        yield from joiner.add(word)
    yield from joiner.end()


class SentenceJoiner:
    """Joins words to sentences for a caller who has them a few at a time and wants to know what is complete."""

    def __init__(self, options: SentenceOptions = SentenceOptions()) -> None:
        self._options = options
        self._pending: list[Word] = []
        self._marked = True  # innocent until a whole sentence's length has gone by without a mark

    def add(self, word: Word) -> list[Sentence]:
        """Take the next word; give the sentences that are complete now that it is known."""
        options, complete = self._options, []
        if self._pending:
            gap = word.span.start - self._pending[-1].span.end
            mark = _ends(_tail(self._pending), word.text, gap)
            self._marked = self._marked or mark
            other = word.turn or word.language != self._pending[-1].language
            if mark or other or gap >= (options.pause if self._marked else options.unmarked_pause):
                complete += self.end()
        self._pending.append(word)
        while len(self._pending) > 1 and _too_long(self._pending, options):
            self._marked = False
            cut = best_cut(self._pending, options.pause)
            complete.append(Sentence(tuple(self._pending[:cut])))
            self._pending = self._pending[cut:]
        return complete

    @property
    def pending(self) -> tuple[Word, ...]:
        """The words that are in no complete sentence yet."""
        return tuple(self._pending)

    def wait(self, silence: int) -> list[Sentence]:
        """Give what is complete if so many milliseconds of silence follow, whatever word comes then."""
        pause = self._options.pause if self._marked else self._options.unmarked_pause
        whole = self._pending and (silence >= pause or _ends(_tail(self._pending), " ", silence))
        return self.end() if whole else []

    def end(self) -> list[Sentence]:
        """Give what is left: no further word belongs to it."""
        left, self._pending = self._pending, []
        return [Sentence(tuple(left))] if left else []


def split_text(text: str) -> list[str]:
    """Split written text into sentences, each with the white space that follows it: joined, they are `text` again."""
    pieces: list[str] = []
    start = 0
    for token, following in pairwise(_TOKEN.finditer(text)):
        if _ends(text[max(start, token.end() - 100) : token.end()], following.group(), 0):
            begin = following.end() - len(following.group().lstrip())
            pieces.append(text[start:begin])
            start = begin
    return [*pieces, text[start:]] if text[start:] else pieces


def is_marked(text: str) -> bool:
    """Whether written text ends with the mark of a sentence."""
    body = _CLOSED.sub("", text.rstrip()).rstrip(CLOSERS + " \n")
    return body.endswith((".", "…")) or _has_mark(body)


def _has_mark(body: str) -> bool:
    return body[-1:] in tuple(_MARKS) or bool(_GREEK_QUESTION.search(body))


_WIDE_MARKS = "。！？．｡｟︒"
_MARKS = _WIDE_MARKS + "!?؟۔।॥።፧፨։\u037e‼⁇⁈⁉‽។៕။༎"  # U+037E is the Greek question mark
_GREEK_QUESTION = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff];\Z")  # as it is typed, and as Unicode normalises it
_CLOSED = re.compile(r"(?<=[.!?…])[“‘«]+\Z")  # as German and its neighbours write: „So.“ and »So.«

# A token of written text: up to the next white space, or to a mark of the scripts that have none, with its closers.
_TOKEN = re.compile(rf"\s*(?:[^\s{_WIDE_MARKS}…]*[{_WIDE_MARKS}…][{re.escape(_MARKS + CLOSERS)}….]*|\S+)")

_HESITATION = 300


def _tail(words: Sequence[Word]) -> str:
    """The last few words as one text: recognisers split "U.S." and a mark from its closing quote."""
    return "".join(word.text for word in words[-8:])


def _ends(text: str, following: str, gap: int) -> bool:
    """Whether a sentence ends with `text`, which is followed by `following` after `gap` milliseconds."""
    after = following.strip()
    attached = not following[:1].isspace()
    if after and all(character in (_MARKS + CLOSERS + "….," if attached else CLOSING) for character in after):
        return False  # the mark goes on, or its closing quote is still to come
    text = text.rstrip()
    body = _CLOSED.sub("", text).rstrip(CLOSERS + " ")
    token = (body.split() or [""])[-1]
    opening = after.lstrip(OPENERS)[:1]
    if body != text and (is_small(opening) or opening in ("と", "っ")):
        return False  # "Why?" she asked.
    if token.endswith(("..", "…")):
        return gap >= 2 * _HESITATION or (opening.isupper() and not re.match(r"I\b", after.lstrip(OPENERS)))
    if token.endswith("."):
        if attached and opening.isascii() and (opening.islower() or opening.isdigit()):
            return False  # 3.14, example.com
        before = "".join(body.split()[-2:-1]).casefold()
        return not _abbreviated(token[:-1].lstrip(OPENERS), after, gap, ordinal=before in BEFORE_ORDINALS)
    return _has_mark(token)


def _abbreviated(body: str, after: str, gap: int, *, ordinal: bool) -> bool:
    """Whether the full stop after `body` belongs to an abbreviation, an initial or an ordinal and ends nothing.

    Where a number is an `ordinal`, people may hesitate behind it.
    """
    name, following = body.casefold(), after.lstrip(OPENERS)
    lower = is_small(following)
    starts = following[:1].isupper() and re.split(r"[^\w']", following, maxsplit=1)[0].casefold() in SENTENCE_STARTERS
    goes_on = lower or (gap < _HESITATION and not starts)
    if name in BINDING_ABBREVIATIONS:
        return not (starts and body.isalpha() and body.islower())  # the variable dr. This ...
    if body in OPEN_ABBREVIATIONS or _UNCASED_LETTER.fullmatch(body):
        return goes_on
    if name in NUMBERED_ABBREVIATIONS | TRAILING_ABBREVIATIONS:
        return following[:1].isdigit() if name in NUMBERED_ABBREVIATIONS else lower
    if re.fullmatch(r"[^\W\d_]", body):  # J. K. Rowling, z. B. heute; but: Plan B. Then ...; the power of n. Combining
        return body != "I" and (lower or (goes_on and body.isupper()) or bool(re.match(r"[^\W\d_]\.", following)))
    if re.fullmatch(r"\d{1,2}", body):  # 3. Mai; but: in chapter 3. Then ..., and where letters have no case
        goes_on = goes_on or (ordinal and not starts)
        return goes_on and (lower or not following[:1].isalpha() or following[:1].isupper())
    return goes_on and bool(re.fullmatch(r"([^\W\d_]{1,2}\.)+[^\W\d_]{1,2}", body))  # U.S. officials, Ph.D. students


# In these scripts one before a full stop stands for a title or a name, as that of Arabic for "Doctor".
_UNCASED_LETTER = re.compile("[\u05d0-\u05ea\u0620-\u064a\u0671-\u06d3\u0904-\u0939\u0985-\u09b9\u0e01-\u0e2e]")


def is_small(text: str) -> bool:
    """Whether it begins with a small letter; those of Georgian, which have capitals for headlines alone, are none."""
    return text[:1].title() != text[:1]


def _too_long(words: Sequence[Word], options: SentenceOptions) -> bool:
    return (
        len(words) > options.maximum_words
        or sum(len(word.text) for word in words) > options.maximum_characters
        or words[-1].span.end - words[0].span.start > options.maximum_duration
    )
