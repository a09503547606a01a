"""Hearings of one growing utterance in, the words that may be shown for good out.

The rule is LocalAgreement-2 (Macháček, Dabre and Bojar, "Turning Whisper into Real-Time Transcription System", 2023,
after Liu et al., 2020): what two consecutive hearings begin with alike is committed. Committed words never change.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from subtrans.types import Span, Word

DRIFT = 400
"""Milliseconds by which a word's end may move that weigh as much as a word heard differently."""


HIDDEN = 3
"""Words or characters at the end of a translated draft that are held back: more, and less is shown and taken back."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What is known of an utterance: words for good, and those of the last hearing that may still change."""

    committed: tuple[Word, ...] = ()
    draft: tuple[Word, ...] = ()

    def hear(self, words: Sequence[Word]) -> Agreement:
        """What is known after the whole utterance was heard once more."""
        rest = _in_order(words[known(self.committed, words) :], self.committed)
        sure = local_agreement(self.draft, rest)
        while sure and not is_said(rest[sure - 1]):
            sure -= 1  # a mark in the place of a word that is not understood yet
        return Agreement((*self.committed, *rest[:sure]), rest[sure:])

    def since(self, moment: int) -> Agreement:
        """The same of what is said behind `moment`, in milliseconds."""
        later = (word for word in self.committed if word.span.start + word.span.end >= 2 * moment)
        return Agreement(tuple(later), self.draft)

    def settle(self) -> Agreement:
        """The same when the utterance is over: the last hearing holds."""
        return Agreement((*self.committed, *self.draft))


def local_agreement(previous: Sequence[Word], current: Sequence[Word]) -> int:
    """How many words two consecutive hearings begin with alike; case and punctuation do not count."""
    pairs = zip(previous, current, strict=False)
    return sum(1 for _ in takewhile(lambda pair: _sound(pair[0]) == _sound(pair[1]), pairs))


def known(committed: Sequence[Word], words: Sequence[Word]) -> int:
    """How many of the first `words` are the committed ones, which may be heard otherwise this time.

    The fewest changes (Levenshtein, by words) that make one of the other, and the nearest end in time, tell.
    """
    if not committed:
        return 0
    row = list(range(len(words) + 1))
    for number, word in enumerate(committed, 1):
        above, row = row, [number]
        for index, other in enumerate(words):
            change = _sound(word) != _sound(other)
            row.append(min(above[index] + change, above[index + 1] + 1, row[index] + 1))
    end = committed[-1].span.end
    ends = [committed[0].span.start, *(word.span.end for word in words)]
    return min(range(len(row)), key=lambda index: row[index] + abs(ends[index] - end) / DRIFT)


def steady_text(previous: str, current: str, *, spaced: bool) -> str:
    """What is shown of a draft of a translation that was `previous` before.

    Its last `HIDDEN` words, or characters in a language without spaces, change most and are shown once two consecutive
    drafts agree on them; that is mask-k (Arivazhagan et al., "Re-translation Strategies for Long Form, Simultaneous,
    Spoken Language Translation", 2020) up to where the two agree.
    """
    units = re.findall(r"\s*\S+" if spaced else r"\s*\S", current)
    sure = "".join(units[: max(0, len(units) - HIDDEN)])
    return max(sure, agreed_text(previous, current, spaced=spaced), key=len)


def agreed_text(previous: str, current: str, *, spaced: bool) -> str:
    """What two consecutive drafts of a translation begin with alike; in a language with spaces, whole words only."""
    pairs = zip(previous, current, strict=False)
    same = "".join(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    if spaced and any(text[len(same) :][:1].strip() for text in (previous, current)):
        same = same[: same.rfind(" ") + 1]
    return same.rstrip()


def is_said(word: Word) -> bool:
    """Whether it is more than marks."""
    return any(character.isalnum() for character in word.text)


def _sound(word: Word) -> str:
    """A word as it is compared; one of signs alone is itself."""
    text = word.text.strip().casefold()
    return "".join(character for character in text if character.isalnum()) or text


def _in_order(words: Sequence[Word], committed: Sequence[Word]) -> tuple[Word, ...]:
    """The words, none of which begins before the last committed one."""
    earliest = committed[-1].span.start if committed else 0
    kept = []
    for word in words:
        earliest = max(earliest, word.span.start)
        kept.append(replace(word, span=Span(earliest, max(earliest, word.span.end))))
    return tuple(kept)
