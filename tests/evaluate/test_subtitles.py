"""Scores of subtitles: long ones are aligned part by part."""

from __future__ import annotations

from random import Random

import pytest

from subtrans.evaluate import subtitles
from subtrans.types import Cue, Span


def test_long_subtitles_are_aligned_part_by_part_to_the_same_score(monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(3)
    spans = [Span(2000 * n, 2000 * n + random.choice([1500, 2000])) for n in range(61)]
    person = [Cue(span, (f"this is line {n} of {61}", "and one more")) for n, span in enumerate(spans)]
    machine = [Cue(cue.span, (cue.lines[0].replace("is", random.choice(["is", "was", "", "is a"])),)) for cue in person]
    # What stands where the person wrote nothing belongs to the part before.
    machine += [Cue(Span(200_000, 201_000), ("thank you",))]
    whole = subtitles.subtitle_scores(machine, person, "en")
    monkeypatch.setattr(subtitles, "STRETCH", 20)
    parted = subtitles.subtitle_scores(machine, person, "en")
    assert [one.value for one in parted] == [one.value for one in whole]
    assert parted[0].signature == whole[0].signature
    assert parted[1].signature == whole[1].signature.replace("levenshtein", "levenshtein-in-4-parts")
