from __future__ import annotations

import json
from pathlib import Path

import pytest

from subtrans.errors import InputError
from subtrans.evaluate.live import live_report, read_spoken
from subtrans.events import CaptionEvent, LagEvent
from subtrans.types import Caption, Span, Word

MEMO = Path(__file__).parents[2] / "samples" / "memo.json"

# A second after each sentence of the memo has ended, its caption is there; computing took half of it.
SPOKEN = read_spoken(MEMO.read_text(encoding="utf-8"))
EVENTS = [
    event
    for number, sentence in enumerate(SPOKEN, 1)
    for event in (
        CaptionEvent(
            Caption(number, sentence.span, sentence.text, f"第{number}句。", True),
            tuple(Word(f" {word.text}", word.span) for word in sentence.words),
            sentence.span.end + 500,
            sentence.span.end + 1000,
        ),
        LagEvent(500, 0.1, sentence.span.end + 500, sentence.span.end + 1000),
    )
]


def test_what_was_said_comes_with_the_ends_of_its_words() -> None:
    first = SPOKEN[0]
    assert (first.text, first.span) == ("I will come home late tonight.", Span(547, 2173))
    assert [(word.text, word.span.start, word.span.end) for word in first.words[-2:]] == [
        ("late", 1347, 1598),
        ("tonight.", 1598, 2173),
    ]


def test_a_word_without_a_time_ends_with_the_one_before_it() -> None:
    words = [{"text": "did", "start": 5}, {"text": "you", "start": None}, {"text": "go", "start": 9, "end": 12}]
    [found] = read_spoken(json.dumps({"sentences": [{"start": 5, "end": 20, "text": "did you go", "words": words}]}))
    assert [(word.span.start, word.span.end) for word in found.words] == [(5, 9), (9, 9), (9, 12)]


@pytest.mark.parametrize("text", ["", "[]", "{}", "[" * 100_000, '{"sentences": [{"start": 1}]}', '{"sentences": [3]}'])
def test_what_is_no_reference_is_refused(text) -> None:
    with pytest.raises(InputError, match="the reference is not JSON with sentences"):
        read_spoken(text)


def test_a_report_with_references() -> None:
    translations = [f"第{number}句。" for number in range(1, len(SPOKEN) + 1)]
    report = live_report(EVENTS, "en", "zh", SPOKEN, translations)
    assert report.captions == 7
    delay = report.delays["sentence to its translation"]
    assert (delay.aware.mean, delay.unaware.mean, delay.aware.count) == (1000, 500, 7)
    assert report.delays["word to its source"].aware.count == sum(len(sentence.words) for sentence in SPOKEN)
    # Every translation comes a second after the end of its sentence: LAAL is its length and that second.
    mean = sum(sentence.span.duration for sentence in SPOKEN) / 7
    assert report.stream_laal == (pytest.approx(mean + 1000), pytest.approx(mean + 500))
    assert {score.name: round(score.value, 6) for score in report.scores} == {"WER": 0, "BLEU": 100}
    assert (report.source_erasure, report.target_erasure) == (0, 0)
    assert report.lag == (500, 500, 500)
    assert report.real_time_factor == pytest.approx(7 * 500 / (SPOKEN[-1].span.end + 500))


def test_a_report_without_references() -> None:
    report = live_report(EVENTS, "en", "zh")
    assert report.delays["sentence to its source"].aware.maximum == 1000
    assert report.stream_laal is None
    assert report.scores == ()


def test_nothing_to_measure() -> None:
    with pytest.raises(InputError, match="no final caption"):
        live_report([LagEvent(0, 0.0, 1, 1)], "en", "zh")
