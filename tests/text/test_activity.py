"""Words are cut to where somebody speaks."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from subtrans.text.activity import keep_to_speech
from subtrans.types import Span, Word


def spans(*times: tuple[int, int]) -> list[Span]:
    return [Span(*time) for time in times]


def cut(words: list[Span], speech: list[Span]) -> list[tuple[int, int]]:
    found = keep_to_speech((Word(" a", span) for span in words), speech)
    return [(word.span.start, word.span.end) for word in found]


def test_pauses_are_taken_off() -> None:
    speech = spans((1000, 2000), (3000, 4000))
    # The pause before a first word, the pause behind a last one, both stretches touched: more lies in the second.
    assert cut(spans((600, 1300), (1300, 2600), (1900, 3400)), speech) == [(1000, 1300), (1300, 2000), (3000, 3400)]


def test_a_word_that_reaches_over_a_pause_is_the_first_behind_it() -> None:
    speech = spans((1000, 2000), (4000, 5000))
    # "exhibition", "in": the pause, and the end of the word before it, go to the word that follows.
    assert cut(spans((1300, 1640), (1640, 4200), (4200, 4600)), speech) == [(1300, 1640), (4000, 4200), (4200, 4600)]
    assert cut(spans((1300, 4100)), speech) == [(1300, 2000)]  # it hardly touches the second


def test_a_word_outside_all_speech_keeps_its_times() -> None:
    assert cut(spans((100, 300), (2000, 2400)), spans((1000, 2000))) == [(100, 300), (2000, 2400)]
    assert cut(spans((100, 300)), []) == [(100, 300)]


times = st.integers(0, 5000)
stretches = st.lists(st.tuples(times, st.integers(1, 900)), max_size=12)


@given(stretches, st.lists(times, max_size=12, unique=True))
def test_no_word_is_lost_and_the_order_is_kept(words: list[tuple[int, int]], edges: list[int]) -> None:
    given_words = [Word(f" {i}", Span(a, a + length)) for i, (a, length) in enumerate(sorted(words))]
    bounds = sorted(edges)
    speech = [Span(a, b) for a, b in zip(bounds[::2], bounds[1::2], strict=False)]
    found = list(keep_to_speech(given_words, speech))
    assert [word.text for word in found] == [word.text for word in given_words]
    assert all(a.span.start <= b.span.start for a, b in pairwise(found))
    assert all(new.span.start >= old.span.start for old, new in zip(given_words, found, strict=True))
