"""Cues that show the original beside the translation."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtrans.text.bilingual import bilingual
from subtrans.text.languages import language
from subtrans.text.profiles import profile, width
from subtrans.types import Cue, Sentence, Span, Word

EN = language("en")
SENTENCE = Sentence((Word(" One", Span(0, 900)), Word(" two", Span(1000, 1900)), Word(" three.", Span(2000, 2900))))
CUES = [Cue(Span(0, 1500), ("一",)), Cue(Span(1600, 3000), ("二三",))]


@pytest.mark.parametrize(
    ("order", "expected"),
    [("top", [("One two", "一"), ("three.", "二三")]), ("bottom", [("一", "One two"), ("二三", "three.")])],
)
def test_each_cue_holds_what_is_said_from_its_start(order, expected) -> None:
    assert [cue.lines for cue in bilingual(CUES, [], [SENTENCE], EN, order)] == expected


def test_a_note_behind_what_is_said_stays_with_it() -> None:
    def song(text: str, start: int, end: int) -> Sentence:
        note = Word(" ♪", Span(start, start), note=True)
        return Sentence((note, Word(f" {text}", Span(start, end)), Word(" ♪", Span(end, end), note=True)))

    sentences = [song("One", 0, 1600), song("two", 1600, 3000)]
    assert [cue.lines[1] for cue in bilingual(CUES, [], sentences, EN, "bottom")] == ["♪ One ♪", "♪ two ♪"]


def test_apart_the_original_has_cues_of_its_own_at_the_top() -> None:
    original = [Cue(Span(0, 2900), ("One two three.",))]
    found = bilingual(CUES, original, [SENTENCE], EN, "apart")
    assert [(cue.text, cue.look.anchor) for cue in found] == [("一", 2), ("One two three.", 8), ("二三", 2)]


def test_without_cues_there_is_nothing() -> None:
    assert bilingual([], [], [SENTENCE], EN, "top") == []


@given(st.lists(st.tuples(st.integers(0, 900), st.integers(1, 900)), min_size=1, max_size=30), st.data())
def test_every_word_is_shown_once_and_no_line_is_too_wide(times, data) -> None:
    edges = list(itertools.accumulate(itertools.chain.from_iterable(times)))
    words = [
        Word(f" w{n}", Span(start, end)) for n, (start, end) in enumerate(zip(edges[::2], edges[1::2], strict=True))
    ]
    starts = sorted(data.draw(st.sets(st.integers(0, edges[-1]), min_size=1, max_size=8)))
    cues = [Cue(Span(start, start + 10), ("汉",)) for start in starts]
    found = bilingual(cues, [], [Sentence(tuple(words))], EN, "bottom")
    assert [cue.span for cue in found] == [cue.span for cue in cues]
    assert " ".join(line for cue in found for line in cue.lines[1:]).split() == [word.text.strip() for word in words]
    limit = profile(EN).characters_per_line
    assert all(width(line, EN) <= limit for cue in found for line in cue.lines)
