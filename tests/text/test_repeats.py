"""Captions that roll, and layers of an effect."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from subtrans.text.repeats import without_repeats
from subtrans.types import Cue, Look, Span


def cue(start: int, end: int, *lines: str, **look) -> Cue:
    return Cue(Span(start, end), lines, Look(**look))


def test_each_line_of_captions_that_roll_is_there_once() -> None:
    cues = [
        cue(160, 2629, "hello"),
        cue(2629, 2639, "hello"),
        cue(2639, 4789, "hello", "we talk"),
        cue(4789, 4799, "we talk"),
        cue(4799, 7030, "we talk", "today"),
        cue(7030, 7040, "today"),
        cue(7040, 9990, "today", "today"),
    ]
    assert without_repeats(cues) == (
        cue(160, 2639, "hello"),
        cue(2639, 4789, "we talk"),
        cue(4799, 7030, "today"),
        cue(7040, 9990, "today"),
    )


def test_three_lines_that_roll() -> None:
    cues = [cue(0, 1, "a", "b"), cue(1, 2, "a", "b", "c"), cue(2, 3, "b", "c", "d"), cue(3, 4, "e")]
    assert [one.lines for one in without_repeats(cues)] == [("a", "b"), ("c",), ("d",), ("e",)]


def test_a_text_that_is_shown_for_each_of_its_words_is_one_cue() -> None:
    marked = [cue(start, start + 300, "And so my", "fellow Americans") for start in range(0, 2100, 300)]
    growing = [cue(2200, 2400, "ask"), cue(2400, 2700, "ask not"), cue(2700, 3000, "ask not", "what")]
    assert without_repeats([*marked, *growing, cue(3500, 4000, "your"), cue(5000, 6000, "you")]) == (
        cue(0, 2100, "And so my", "fellow Americans"),
        cue(2200, 3000, "ask not", "what"),
        cue(3500, 4000, "your"),
        cue(5000, 6000, "you"),
    )


@given(
    st.lists(st.lists(st.sampled_from(["one", "two", "three", "四"]), min_size=3, max_size=6, unique=True), max_size=5)
)
def test_sentences_that_grow_word_by_word_are_whole(sentences: list[list[str]]) -> None:
    told = [[f"{place}:", *words] for place, words in enumerate(sentences)]
    grown = [
        cue(10_000 * place + 300 * count, 10_000 * place + 300 * (count + 1), " ".join(words[: count + 1]))
        for place, words in enumerate(told)
        for count in range(len(words))
    ]
    assert [one.text for one in without_repeats(grown)] == [" ".join(words) for words in told]


def test_what_is_said_again_and_again_stays() -> None:
    cues = tuple(cue(start, start + 900, "No.") for start in range(0, 5000, 1000))
    assert without_repeats(cues) == cues


def test_what_is_said_twice_stays() -> None:
    cues = [
        cue(0, 900, "No."),
        cue(1000, 1900, "No."),
        cue(2000, 2900, "No.", "Never."),
        cue(3000, 3900, "Never."),
    ]
    assert without_repeats(cues) == tuple(cues)


def test_a_sign_that_moves_is_one_cue() -> None:
    frames = [cue(start, start + 40, "SHOP", position=(start / 1000, 0.5)) for start in range(0, 400, 40)]
    assert without_repeats([*frames, cue(100, 300, "Look!")]) == (
        cue(0, 400, "SHOP", position=(0.0, 0.5)),
        cue(100, 300, "Look!"),
    )


def test_layers_are_one_cue() -> None:
    sign = cue(0, 1000, "SHOP", anchor=8)
    assert without_repeats([cue(0, 1000, "SHOP", style="Glow"), cue(0, 1000, "SHOP"), sign]) == (
        cue(0, 1000, "SHOP"),
        sign,
    )
