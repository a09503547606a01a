"""Captions that roll, and layers of an effect."""

from __future__ import annotations

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
