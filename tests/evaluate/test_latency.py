"""Delays of small talks, worked out by hand; all times in milliseconds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtrans.evaluate.latency import (
    Distribution,
    Moment,
    distribution,
    head_start,
    heard_right,
    laal,
    lags,
    normalised_erasure,
    real_time_factor,
    sentence_delays,
    spoken_words,
    stream_laal,
    word_delays,
)
from subtrans.events import CaptionEvent, LagEvent
from subtrans.types import Caption, Span, Word


def shown(number, source, text, agreed, clocks, *, final=False) -> CaptionEvent:
    """A caption whose `agreed` words are given with their ends: "Good 400, day 900"."""
    words = tuple(
        Word(f" {word}", Span(int(end) - 100, int(end)))
        for word, end in (pair.split() for pair in agreed.split(",") if pair)
    )
    return CaptionEvent(Caption(number, Span(0, 1000), source, text, final), words, *clocks)


# "Good day." ends at 900, "Rain." at 2000. A hearing each second; computing takes 200 ms, 300 ms and 500 ms.
TALK = [
    shown(1, "Good date", "好日子", "Good 400", (1000, 1200)),
    LagEvent(200, 0.5, 1000, 1200),
    shown(1, "Good day.", "你好。", "Good 400,day. 900", (2000, 2250), final=True),
    shown(2, "Ray", "雷", "", (2000, 2300)),
    LagEvent(300, 0.5, 2000, 2300),
    shown(2, "Rain.", "下雨。", "Rain. 2000", (3000, 3500), final=True),
    LagEvent(500, 0.5, 3000, 3500),
]


def test_when_words_were_committed_and_translated() -> None:
    found = spoken_words(TALK)
    assert [(word.text, word.end, word.caption) for word in found] == [
        (" Good", 400, 1),
        (" day.", 900, 1),
        (" Rain.", 2000, 2),
    ]
    assert [word.committed for word in found] == [Moment(1000, 1200), Moment(2000, 2250), Moment(3000, 3500)]
    assert [word.translated for word in found] == [Moment(2000, 2250), Moment(2000, 2250), Moment(3000, 3500)]


def test_a_word_that_went_over_to_the_next_caption_keeps_its_moment() -> None:
    # "B" is committed while the first sentence is still open, and turns out to begin the second.
    talk = [
        shown(1, "A. B", "", "A. 100,B 200", (300, 310)),
        shown(1, "A.", "", "A. 100", (600, 610), final=True),
        shown(2, "B", "", "B 200", (600, 620)),
        shown(2, "B c.", "", "B 200,c. 700", (900, 910), final=True),
    ]
    assert [word.committed.emitted for word in spoken_words(talk)] == [310, 310, 910]


def test_delays_of_words() -> None:
    delay = word_delays(spoken_words(TALK), lambda word: word.committed)
    # Good 1200 - 400, day 2250 - 900, Rain 3500 - 2000.
    assert delay.aware == Distribution(3, pytest.approx((800 + 1350 + 1500) / 3), 1350, 1500, 1500)
    assert delay.unaware == Distribution(3, pytest.approx((600 + 1100 + 1000) / 3), 1000, 1100, 1100)
    delay = word_delays(spoken_words(TALK), lambda word: word.translated)
    assert delay.aware.mean == pytest.approx((1850 + 1350 + 1500) / 3)
    assert word_delays([], lambda word: word.committed) is None


def test_delays_of_sentences() -> None:
    delay = sentence_delays(spoken_words(TALK), lambda word: word.translated)
    assert delay.aware == Distribution(2, 1425.0, 1425.0, 1500, 1500)


def test_the_reference_says_when_words_ended() -> None:
    # "date" was heard for "day"; "Rain" really ended at 1800.
    right = [Word(text, Span(0, end)) for text, end in [("good", 450), ("date", 900), ("rain", 1800)]]
    assert [(word.text, word.end) for word in heard_right(spoken_words(TALK), right)] == [
        (" Good", 450),
        (" Rain.", 1800),
    ]


def test_for_how_long_a_translation_has_stood() -> None:
    talk = [
        shown(1, "", "天", "", (1000, 1000)),  # is taken back, and comes again
        shown(1, "", "水", "", (2000, 2000)),
        shown(1, "", "天气", "", (3000, 3000)),
        shown(1, "", "天太", "", (4000, 4000)),
        shown(1, "", "天太热。", "", (5000, 5500), final=True),
    ]
    # The first character has stood since 3000, the second since 4000; two have not before.
    assert head_start(talk, lambda caption: caption.text, "zh") == (2500 + 1500) / 4
    assert head_start([], lambda caption: caption.text, "zh") == 0


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([7], Distribution(1, 7, 7, 7, 7)),
        ([4, 1, 2, 3], Distribution(4, 2.5, 2.5, 4, 4)),
        (range(1, 101), Distribution(100, 50.5, 50.5, 95, 100)),
    ],
)
def test_distribution(values, expected) -> None:
    assert distribution(values) == expected


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1))
def test_a_distribution_is_in_order(values) -> None:
    found = distribution(values)
    assert found.median <= found.p95 <= found.maximum == max(values)
    assert min(values) <= found.mean <= max(values)
    assert sum(value <= found.p95 for value in values) >= 0.95 * len(values)


@pytest.mark.parametrize(
    ("delays", "duration", "reference", "expected"),
    [
        # Even pace 4 units in 2000: 0, 500, 1000, 1500; lags 1000, 500, 1000, 500.
        ([1000, 1000, 2000, 2000], 2000, 4, (1000 + 500 + 1000) / 3),
        # The reference is longer: 8 units in 2000, a unit each 250; the third reaches the end.
        ([1000, 1000, 2000, 2000], 2000, 8, (1000 + 750 + 1500) / 3),
        # None at the end: all count.
        ([100, 600], 1000, 2, (100 + 100) / 2),
        # All after the end: the delay of the first.
        ([2500, 2500], 2000, 2, 2500),
        ([2000, 2500], 2000, 2, 2000),
        ([5], 0, 1, 5),
    ],
)
def test_laal(delays, duration, reference, expected) -> None:
    assert laal(delays, duration, reference) == pytest.approx(expected)


@given(
    st.lists(st.integers(0, 9000), min_size=1, max_size=9), st.integers(1, 9000), st.integers(1, 9), st.integers(0, 900)
)
def test_laal_grows_with_what_is_late(delays, duration, reference, later) -> None:
    delays = [duration + delay for delay in sorted(delays)]
    assert laal([delay + later for delay in delays], duration, reference) == pytest.approx(
        laal(delays, duration, reference) + later
    )


def test_stream_laal() -> None:
    # 你好。 is spoken from 0 to 900 and shown at 2250 (2000 heard); 下雨。 from 1500 to 2000, at 3500 (3000 heard).
    # Both after their end: the delay of their first character from the start of the sentence.
    spans = [Span(0, 900), Span(1500, 2000)]
    found = stream_laal(TALK, spans, ["你好。", "正在下雨。"], "zh")
    assert found == (pytest.approx((2250 + 2000) / 2), pytest.approx((2000 + 1500) / 2))
    # A sentence that got nothing is left out of the mean.
    found = stream_laal(TALK, [*spans, Span(2500, 2600)], ["你好。", "正在下雨。", "走吧！"], "zh")
    assert found == (pytest.approx(2125), pytest.approx(1750))
    assert stream_laal(TALK[:1], spans, ["你好。", "下雨。"], "zh") is None


def test_erasure_of_the_source() -> None:
    # "Good date" lost "date"; then "Ray" was lost. 2 words of the 3 that stayed.
    assert normalised_erasure(TALK, lambda caption: caption.source, "en") == pytest.approx(2 / 3)


def test_erasure_of_the_translation() -> None:
    # 好日子 (3) was lost, 雷 (1) was lost; 你好。下雨。 stayed (6).
    assert normalised_erasure(TALK, lambda caption: caption.text, "zh") == pytest.approx(4 / 6)


def test_what_moves_to_the_next_caption_is_not_erased() -> None:
    talk = [
        shown(1, "A. B", "", "", (300, 310)),
        shown(1, "A.", "", "A. 100", (600, 610), final=True),
        shown(2, "B c", "", "", (600, 620)),
        shown(2, "B c.", "", "B 200,c. 700", (900, 910), final=True),
    ]
    # Only "c", which became "c.", of the three that stayed.
    assert normalised_erasure(talk, lambda caption: caption.source, "en") == pytest.approx(1 / 3)


def test_a_draft_that_was_withdrawn_is_erased() -> None:
    talk = [
        shown(1, "noise", "", "", (300, 310)),
        shown(1, "", "", "", (600, 610)),
        shown(1, "A.", "", "A. 700", (900, 910), final=True),
    ]
    assert normalised_erasure(talk, lambda caption: caption.source, "en") == 1
    assert normalised_erasure(talk[:2], lambda caption: caption.source, "en") == 0


@given(st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=4), min_size=1, max_size=6))
def test_a_display_that_only_grows_erases_nothing(sentences) -> None:
    talk, clock = [], 0
    for number, sentence in enumerate(sentences, 1):
        for length in range(1, len(sentence) + 1):
            clock += 100
            text = " ".join(sentence[:length])
            talk.append(shown(number, text, text, "", (clock, clock), final=length == len(sentence)))
    assert normalised_erasure(talk, lambda caption: caption.text, "en") == 0


def test_real_time_factor() -> None:
    # 200 of the first second; 300 of the second; 500 of the third.
    assert real_time_factor(TALK) == pytest.approx(1000 / 3000)
    # Behind: the second hearing began when the first was done, at 2500, and took 1000.
    late = [LagEvent(1500, 0, 1000, 2500), LagEvent(1500, 0, 2000, 3500)]
    assert real_time_factor(late) == pytest.approx((1500 + 1000) / 2000)
    assert real_time_factor([]) == 0


def test_lags() -> None:
    assert lags(TALK) == [200, 300, 500]
