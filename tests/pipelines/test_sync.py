"""Subtitles are moved to where somebody speaks, whatever moved them away from there."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subtrans.pipelines.sync import SURE, Fit, Move, SyncOptions, fit, moved
from subtrans.types import Cue, Span

MINUTE = 60_000


def film(seed: int, minutes: int = 20) -> tuple[list[Span], list[Cue]]:
    """Where somebody speaks in a film, and cues as people time them: a little late or early, some left out."""
    chance = random.Random(seed)
    speech: list[Span] = []
    cues: list[Cue] = []
    now = 5000
    while now < minutes * MINUTE:
        end = now + chance.randint(600, 5000)
        speech.append(Span(now, end))
        shown = Span(now + chance.randint(-150, 250), end + chance.randint(-100, 800))
        if chance.random() < 0.9 and (not cues or cues[-1].span.end <= shown.start):
            cues.append(Cue(shown, (f"{len(cues)}",)))
        now = end + chance.choice([150, 400, 900, 2000, 6000, 20_000])
    return speech, cues


def away(cues: list[Cue], rate: Fraction, offset: int, since: int = 10**9, more: int = 0) -> list[Cue]:
    """The cues as another release has them."""
    found = []
    for cue in cues:
        late = offset + (more if cue.span.start >= since else 0)
        start, end = (round(time / rate) + late for time in (cue.span.start, cue.span.end))
        found.append(Cue(Span(start, end), cue.lines))
    return found


def misses(found: list[Cue], cues: list[Cue]) -> list[int]:
    """How far each cue is from where it was, the farthest last."""
    places = {cue.lines: cue.span.start for cue in cues}
    return sorted(abs(cue.span.start - places[cue.lines]) for cue in found)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(SyncOptions().rates), st.integers(0, 300_000))
def test_cues_come_back_from_any_offset_and_speed(seed: int, rate: Fraction, offset: int) -> None:
    speech, cues = film(seed)
    fitted = fit(away(cues, rate, offset), speech)
    assert len(fitted.moves) == 1
    assert fitted.sure > SURE
    assert misses(moved(away(cues, rate, offset), fitted), cues)[-1] < 250
    assert fitted.after > 0.8


def test_what_is_in_time_stays_there() -> None:
    speech, cues = film(1)
    fitted = fit(cues, speech)
    assert fitted.rate == 1
    assert [abs(move.offset) < 100 for move in fitted.moves] == [True]


@pytest.mark.parametrize("more", [45_000, -20_000])
def test_a_scene_that_one_release_lacks(more: int) -> None:
    speech, cues = film(2)
    since = cues[len(cues) // 2].span.start
    if more < 0:  # it has a scene less: what was said in it has no cues
        cues = [cue for cue in cues if not since + more - 1000 <= cue.span.start < since]
    other = away(cues, Fraction(1), 3000, since, more)
    fitted = fit(other, speech)
    assert [round(move.offset, -3) for move in fitted.moves] == [-3000, -3000 - more]
    assert misses(moved(other, fitted), cues)[int(0.97 * len(cues))] < 250
    assert len(fit(other, speech, SyncOptions(change=None)).moves) == 1


def test_cues_of_another_film_are_not_sure() -> None:
    assert max(fit(film(seed)[1], film(seed + 100)[0]).sure for seed in range(8)) < SURE


def test_without_speech_or_cues_there_is_nothing_to_go_by() -> None:
    speech, cues = film(3, 1)
    for one, two in (([], speech), (cues, [])):
        with pytest.raises(ValueError, match="to go by"):
            fit(one, two)


def test_a_slip_that_is_years_away_changes_nothing() -> None:
    speech, cues = film(4)
    far = Cue(Span(10**15, 10**15 + 900), ("?",))
    assert fit([*cues, far], speech) == fit(cues, speech)
    assert moved([far], fit(cues, speech))[0].lines == ("?",)
    with pytest.raises(ValueError, match="to go by"):
        fit([far], speech)


def test_a_cue_and_a_word_are_enough_to_end() -> None:
    fitted = fit([Cue(Span(9000, 9000), ("Oh.",))], [Span(500, 900)])
    assert fitted.sure < SURE


def test_times_are_multiplied_and_then_moved_by_what_holds_for_them() -> None:
    fitted = Fit(Fraction(25, 24), (Move(0, -1000), Move(24_000, 500)))
    assert fitted.moved(Span(12_000, 13_200)) == Span(11_500, 12_750)
    assert fitted.moved(Span(24_000, 24_960)) == Span(25_500, 26_500)
    assert fitted.moved(Span(0, 960)) is None
    assert fitted.moved(Span(480, 1440)) == Span(0, 500)
