"""The events of a live run, and what was really said, in; a report of how late, steady and right it was out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from subtrans.errors import InputError
from subtrans.evaluate import latency
from subtrans.evaluate.latency import Delay
from subtrans.evaluate.normalisers import plain
from subtrans.evaluate.resegment import resegment
from subtrans.evaluate.scores import Score, bleu, cer, wer
from subtrans.events import CaptionEvent, LiveEvent
from subtrans.text.languages import language
from subtrans.types import Span, Word


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence that was really said."""

    text: str
    span: Span
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class LiveReport:
    """How a live run was for those who read it."""

    captions: int
    delays: dict[str, Delay]
    """By what is measured, such as "word to its source"; empty without words to measure."""
    stream_laal: tuple[float, float] | None
    """Computation-aware and not, in milliseconds; None without reference translations."""
    source_erasure: float
    target_erasure: float
    head_start: float
    """For how many milliseconds what stays of a translation was there already when it became final, on average."""
    real_time_factor: float
    lag: tuple[int, int, int]
    """After the first hearing, after the last, and the greatest, in milliseconds."""
    scores: tuple[Score, ...]


def live_report(
    events: Iterable[LiveEvent],
    source: str,
    target: str,
    spoken: Sequence[Spoken] = (),
    translations: Sequence[str] = (),
) -> LiveReport:
    """Measure a run that heard `source` and wrote `target`; InputError where there is nothing to measure.

    With `spoken`, delays are measured from where words really ended, and misheard words are left out; else from where
    the recogniser says that they ended. `translations` are those of the sentences in `spoken`, one each. The events are
    gone through more than once.
    """
    final = [event.caption for event in events if isinstance(event, CaptionEvent) and event.caption.final]
    if not final:
        raise InputError("there is no final caption among the events: nothing can be measured")
    words = latency.spoken_words(events)
    if spoken:
        words = latency.heard_right(words, [word for sentence in spoken for word in sentence.words])
    delays = {
        "word to its source": latency.word_delays(words, lambda word: word.committed),
        "word to its translation": latency.word_delays(words, lambda word: word.translated),
        "sentence to its source": latency.sentence_delays(words, lambda word: word.committed),
        "sentence to its translation": latency.sentence_delays(words, lambda word: word.translated),
    }
    lags = latency.lags(events) or [0]
    scores: list[Score] = []
    if spoken:
        rate = wer if language(source).spaced else cer
        heard, said = (" ".join(texts) for texts in ((one.source for one in final), (one.text for one in spoken)))
        scores.append(rate([heard], [said], plain(source)))
    laal = None
    if translations:
        written = language(target).glue.join(one.text for one in final)
        scores.append(bleu(resegment(written, translations, target), translations, target))
        laal = latency.stream_laal(events, [one.span for one in spoken], translations, target)
    return LiveReport(
        captions=len(final),
        delays={name: delay for name, delay in delays.items() if delay},
        stream_laal=laal,
        source_erasure=latency.normalised_erasure(events, lambda caption: caption.source, source),
        target_erasure=latency.normalised_erasure(events, lambda caption: caption.text, target),
        head_start=latency.head_start(events, lambda caption: caption.text, target),
        real_time_factor=latency.real_time_factor(events),
        lag=(lags[0], lags[-1], max(lags)),
        scores=tuple(scores),
    )


def read_spoken(text: str) -> list[Spoken]:
    """What was really said, from JSON such as samples/memo.json or what `subtitle --json` writes; else InputError.

    A word without an end goes on to the start of the next that has one, or to the end of its sentence.
    """
    try:
        return [_spoken(sentence) for sentence in json.loads(text)["sentences"]]
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise InputError("the reference is not JSON with sentences, their words and the times of both") from error


def _spoken(found: dict[str, Any]) -> Spoken:
    span = Span(int(found["start"]), int(found["end"]))
    words: list[Word] = []
    until = span.end
    for word in reversed(found["words"]):
        start = until if word["start"] is None else int(word["start"])
        end = word.get("end")
        words.append(Word(str(word["text"]), Span(start, max(start, until if end is None else int(end)))))
        until = start
    return Spoken(str(found["text"]), span, tuple(reversed(words)))
