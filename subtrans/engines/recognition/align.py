"""Recognised words in, the same words with times found in the sound itself out: forced alignment by CTC posteriors.

A CTC model says for each frame which character is spoken; the path through the characters of the words that fits the
sound best gives the times (Kürzinger et al. 2020, CTC-Segmentation). Words that the model cannot spell, such as numbers
for a model of letters, are jokers that fit any sound.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Protocol

from subtrans.types import Span, Word, milliseconds, samples

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from subtrans.ports import Transcriber
    from subtrans.types import Audio

_log = logging.getLogger("subtrans.engines")


@dataclass(frozen=True, slots=True)
class AlignmentOptions:
    """When an alignment is believed."""

    longest: int = 20_000
    """Milliseconds of speech that are aligned at once; they are cut between words, at the longest pause."""
    margin: int = 400
    """Milliseconds of sound around them in which their words may lie, up to the neighbouring words."""
    lead: int = 40
    """Milliseconds by which words begin before their first character is likeliest, if there is room."""
    weakest: float = 0.05
    """Words are left where they were if their characters are less likely than this, in the geometric mean."""
    farthest: int = 700
    """Or if the median word would move by more milliseconds: then the recogniser heard something else."""
    surest: float = 0.5
    """But not where their characters are as likely as this: then it is the recogniser's times that are wrong."""

    def believed(self, likelihood: float, moved: float) -> bool:
        """Whether words that are so likely and move so far, in milliseconds, are where the alignment finds them."""
        return likelihood >= (self.weakest if moved <= self.farthest else self.surest)


class Alphabet(Protocol):
    """The symbols of a CTC model that are no characters, and the search for the best path through all of them."""

    blank: int
    gap: int | None
    """The symbol between words, where the model has one."""

    def follow(self, scores: NDArray[np.float32], path: Sequence[int]) -> list[int | None]:
        """Which symbol of the path is said in each frame, None between them, so that all is likeliest."""
        ...


class Speller(Alphabet, Protocol):
    """A CTC model: how likely each of its symbols is in each frame, and how a word is spelled in them."""

    def posteriors(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Log-probabilities (frames, symbols); the frames share the samples out evenly."""
        ...

    def spell(self, word: str) -> list[int]:
        """The symbols of a word; empty if it has one that the model does not know."""
        ...


class AlignedTranscriber:
    """A Transcriber whose word times are refined. It never loses a word: what cannot be aligned keeps its times."""

    def __init__(
        self, transcriber: Transcriber, speller: Speller, options: AlignmentOptions = AlignmentOptions()
    ) -> None:
        self._transcriber, self._speller, self._options = transcriber, speller, options
        self._told = False

    def identify(self, audio: Audio) -> str:
        """What the recogniser says."""
        return self._transcriber.identify(audio)

    def transcribe(self, audio: Audio, speech: Sequence[Span], language: str, said: str = "") -> list[Word]:
        """The recogniser's words, in its order."""
        return self.align(audio, self._transcriber.transcribe(audio, speech, language, said))

    def align(self, audio: Audio, words: Sequence[Word]) -> list[Word]:
        """The words with the times at which they are said in `audio`."""
        aligned: list[Word] = []
        for chunk, room in chunks(words, audio.span, self._options):
            found = self._align(audio, chunk, room)
            if found is None and not self._told:
                self._told = True
                _log.warning("some words keep the recogniser's own times: the sound does not fit them well enough")
            aligned += found or chunk
        return aligned

    def _align(self, audio: Audio, words: Sequence[Word], room: Span) -> list[Word] | None:
        """The words with new times inside `room`; None where the alignment is not to be believed."""
        first = samples(room.start)
        heard = audio.samples[first - audio.offset : samples(room.end) - audio.offset]
        scores = self._speller.posteriors(heard)
        found = align(scores, [self._speller.spell(word.text.strip()) for word in words], self._speller)
        if found is None:
            return None
        spans, likelihood = found
        frame = len(heard) / len(scores)
        moved: list[Word] = []
        earliest = room.start
        for word, (begin, end) in zip(words, spans, strict=True):
            start = max(earliest, milliseconds(first + round(begin * frame)) - self._options.lead)
            earliest = max(start, milliseconds(first + round(end * frame)))
            moved.append(replace(word, span=Span(start, earliest)))
        far = median(abs(new.span.start - old.span.start) for new, old in zip(moved, words, strict=True))
        return moved if self._options.believed(likelihood, far) else None


def chunks(words: Sequence[Word], whole: Span, options: AlignmentOptions) -> Iterator[tuple[list[Word], Span]]:
    """Runs of words of at most `longest`, cut at the longest pause, each with the stretch of sound that is its own."""
    rest = list(words)
    earliest = whole.start
    while rest:
        count = _run(rest, options.longest)
        run, rest = rest[:count], rest[count:]
        end = max(word.span.end for word in run)
        latest = whole.end
        if rest:
            latest = max(end, (end + rest[0].span.start) // 2)
        start = min(max(earliest, run[0].span.start - options.margin), run[0].span.start)
        room = Span(max(start, whole.start), min(max(end + options.margin, start), max(latest, start), whole.end))
        earliest = room.end
        yield run, room


def _run(words: Sequence[Word], longest: int) -> int:
    """How many words from the first on make a run."""
    limit = words[0].span.start + longest
    fit = next((i for i, word in enumerate(words) if i and word.span.end > limit), len(words))
    if fit == len(words):
        return fit
    pauses = [words[i].span.start - words[i - 1].span.end for i in range(1, fit + 1)]
    return max(range(len(pauses)), key=lambda i: (pauses[i], i)) + 1


def symbols_of(word: str, symbols: Mapping[str, int]) -> list[int]:
    """The symbols of the letters, digits and apostrophes of a word; empty if there is none for one of them."""
    letters = [c for c in word.replace("’", "'") if c.isalnum() or c == "'"]
    return [symbols[c] for c in letters] if all(c in symbols for c in letters) else []


def align(
    scores: NDArray[np.float32], words: Sequence[Sequence[int]], alphabet: Alphabet
) -> tuple[list[tuple[int, int]], float] | None:
    """Frames (begin, end) of each word, and the geometric mean likelihood of its characters; None if nothing fits.

    `scores` are log-probabilities (frames, symbols). A word without symbols is a joker.
    """
    import numpy as np

    joker = scores.shape[1]
    path: list[int] = []
    owners: list[int] = []  # the word of each symbol; -1 for a gap
    for number, word in enumerate(words):
        if path and alphabet.gap is not None:
            path.append(alphabet.gap)
            owners.append(-1)
        path += word or [joker]
        owners += [number] * len(word or [joker])
    repeats = sum(one == two for one, two in pairwise(path))
    if not any(words) or len(path) + repeats > len(scores):
        return None
    # A joker is as likely as the likeliest symbol but the blank, so that it takes what nothing else fits.
    speech = np.delete(scores, alphabet.blank, axis=1).max(axis=1, keepdims=True)
    table = np.concatenate([scores, speech], axis=1)
    spans: list[list[int]] = [[] for _ in words]
    spelled: list[float] = []
    for frame, place in enumerate(alphabet.follow(table, path)):
        if place is not None and (owner := owners[place]) >= 0:
            spans[owner].append(frame)
            if path[place] != joker:
                spelled.append(float(table[frame, path[place]]))
    return [(frames[0], frames[-1] + 1) for frames in spans], float(np.exp(np.mean(spelled)))
