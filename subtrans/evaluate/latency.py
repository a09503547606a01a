"""The events of a live run in; how late its captions were, how often they changed and what they took to compute out.

Every delay is given twice: computation-aware, by the clock that ran while the models computed, and not, by the sound
that had been heard, as if computing took no time. Times are milliseconds of the recording.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, takewhile
from statistics import fmean, median

from subtrans.evaluate.normalisers import normalise_words
from subtrans.evaluate.resegment import matches, resegment, units
from subtrans.events import CaptionEvent, LagEvent, LiveEvent
from subtrans.text.languages import language
from subtrans.types import Caption, Span, Word


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was shown."""

    audio: int
    """The sound that had been heard by then."""
    emitted: int
    """The clock."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """Some delays at a glance, in milliseconds; `p95` is the least that 95 % of them do not exceed."""

    count: int
    mean: float
    median: float
    p95: float
    maximum: float


@dataclass(frozen=True, slots=True)
class Delay:
    """From the end of what was spoken to what was shown for good."""

    aware: Distribution
    """With the time that computing took."""
    unaware: Distribution
    """Without it."""


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word of a final caption: when it had been spoken, when it was committed, when its translation was final."""

    text: str
    end: int
    committed: Moment
    translated: Moment
    caption: int


def spoken_words(events: Iterable[LiveEvent]) -> list[SpokenWord]:
    """The words of the final captions, in order.

    A committed word never changes, but the caption that it will be in may: a word is known by its place in the talk.
    """
    found: list[SpokenWord] = []
    commits: list[Moment] = []
    for event in _captions(events):
        moment = Moment(event.audio, event.emitted)
        commits += [moment] * (len(found) + len(event.words) - len(commits))
        if event.caption.final:
            known = zip(event.words, commits[len(found) :], strict=False)
            number = event.caption.number
            found += [SpokenWord(word.text, word.span.end, commit, moment, number) for word, commit in known]
    return found


def heard_right(words: Sequence[SpokenWord], reference: Sequence[Word]) -> list[SpokenWord]:
    """The words that were really spoken, with the time at which they really ended.

    They are found by the fewest edits between all words and those of the reference, without case and punctuation. A
    word that was misheard has no end to measure from.
    """
    pairs = matches([normalise_words(word.text) for word in words], [normalise_words(word.text) for word in reference])
    return [replace(words[found], end=reference[right].span.end) for found, right in pairs]


def word_delays(words: Sequence[SpokenWord], shown: Callable[[SpokenWord], Moment]) -> Delay | None:
    """How long after the end of each word `shown` came; None without words."""
    if not words:
        return None
    moments = [(shown(word), word.end) for word in words]
    return Delay(
        distribution([moment.emitted - end for moment, end in moments]),
        distribution([moment.audio - end for moment, end in moments]),
    )


def sentence_delays(words: Sequence[SpokenWord], shown: Callable[[SpokenWord], Moment]) -> Delay | None:
    """The same of the last word of each caption."""
    last = {word.caption: word for word in words}
    return word_delays(list(last.values()), shown)


def distribution(values: Sequence[float]) -> Distribution:
    """Of at least one value; the 95th percentile by nearest rank, so that it is a delay that somebody met."""
    ordered = sorted(values)
    rank = math.ceil(0.95 * len(ordered))
    return Distribution(len(ordered), fmean(ordered), median(ordered), ordered[rank - 1], ordered[-1])


def stream_laal(
    events: Iterable[LiveEvent], spans: Sequence[Span], references: Sequence[str], target: str
) -> tuple[float, float] | None:
    """StreamLAAL of the final translations, in milliseconds: computation-aware, and not; None where there are none.

    Papi et al., "StreamAtt", ACL 2024, as in the IWSLT evaluations: the translation of the whole talk is cut to the
    reference sentences, and LAAL (Papi et al. 2022) is the mean over those that got any. `spans`: when each was spoken.
    """
    final = [event for event in _captions(events) if event.caption.final and event.caption.text]
    text = language(target).glue.join(event.caption.text for event in final)
    moments = [Moment(event.audio, event.emitted) for event in final for _ in units(event.caption.text, target)]
    aware, unaware = [], []
    begin = 0
    for piece, span, reference in zip(resegment(text, references, target), spans, references, strict=True):
        end = begin + len(units(piece, target))
        length = len(units(reference, target))
        if end > begin:
            aware.append(laal([moment.emitted - span.start for moment in moments[begin:end]], span.duration, length))
            unaware.append(laal([moment.audio - span.start for moment in moments[begin:end]], span.duration, length))
        begin = end
    return (fmean(aware), fmean(unaware)) if aware else None


def laal(delays: Sequence[float], duration: int, reference: int) -> float:
    """Length-adaptive average lagging of one sentence: the mean lag behind an interpreter who keeps an even pace.

    Papi et al., "Over-generation cannot be rewarded", 2022: the even pace is that of the longer of hypothesis and
    reference (of `reference` units) over the `duration` of the speech; units count up to the first that is shown at its
    end or later.
    """
    if delays[0] > duration:
        return delays[0]
    pace = duration / max(len(delays), reference)
    counted = len(list(takewhile(lambda delay: delay < duration, delays))) + 1
    return fmean(delay - index * pace for index, delay in enumerate(delays[:counted]))


def normalised_erasure(events: Iterable[LiveEvent], text: Callable[[Caption], str], tag: str) -> float:
    """Units that were shown and taken back, for each unit that stayed; 0 is a display that only grows.

    Arivazhagan et al., "Re-translation versus streaming for simultaneous translation", 2020, over the whole talk: what
    is shown is all final captions and the draft behind them, after each hearing. `text` is the side of a caption that
    is in the language `tag`.
    """
    settled = taken_back = 0
    before: list[str] = []  # the units that were shown behind the settled ones
    for _, hearing in groupby(_captions(events), key=lambda event: event.audio):
        now: list[str] = []
        final = 0
        for event in hearing:
            now = now[:final] + units(text(event.caption), tag)
            final = len(now) if event.caption.final else final
        taken_back += len(before) - _alike(before, now)
        settled += final
        before = now[final:]
    return taken_back / settled if settled else 0.0


def head_start(events: Iterable[LiveEvent], text: Callable[[Caption], str], tag: str) -> float:
    """For how many milliseconds, by the clock, a unit of a final caption stood in its drafts before, on average."""
    total = count = 0
    drafts: list[tuple[int, list[str]]] = []
    for event in _captions(events):
        now = units(text(event.caption), tag)
        if not event.caption.final:
            drafts.append((event.emitted, now))
            continue
        standing, until = len(now), event.emitted
        for emitted, before in reversed(drafts):
            standing = min(standing, _alike(before, now))
            total += standing * (until - emitted)
            until = emitted
        count += len(now)
        drafts.clear()
    return total / count if count else 0.0


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many units both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def real_time_factor(events: Iterable[LiveEvent]) -> float:
    """Computing over sound: what each hearing took from when its sound was there, and the one before it was done."""
    computed = clock = heard = 0
    for audio, hearing in groupby(events, key=lambda event: event.audio):
        done = max(event.emitted for event in hearing)
        computed += max(0, done - max(audio, clock))
        clock, heard = max(clock, done), audio
    return computed / heard if heard else 0.0


def lags(events: Iterable[LiveEvent]) -> list[int]:
    """How much sound was waiting after each hearing."""
    return [event.lag for event in events if isinstance(event, LagEvent)]


def _captions(events: Iterable[LiveEvent]) -> Iterator[CaptionEvent]:
    return (event for event in events if isinstance(event, CaptionEvent))
