"""Cues with known faults are judged as the norms say; and what the layout makes is judged to keep them."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtrans.evaluate.conformity import RULES, Conformity, Violation, conformity
from subtrans.text.languages import language
from subtrans.text.layout import cues
from subtrans.text.profiles import Profile, profile
from subtrans.types import Cue, Look, Sentence, Span, Translation, Word

EN, ZH = language("en"), language("zh")
NORMS = Profile()


def judged(*cues: Cue, tag: str = "de", **norms) -> list[tuple[int, str, float]]:
    found = conformity(cues, Profile(**norms), language(tag))
    return [(violation.cue, violation.rule, violation.value) for violation in found.violations]


def cue(start: int, end: int, *lines: str) -> Cue:
    return Cue(Span(start, end), lines or ("Good morning.",))


@pytest.mark.parametrize(
    ("given_cues", "expected"),
    [
        ([cue(0, 1000)], []),
        ([], []),
        # 13 characters in 0.5 s are 26 a second; and half a second is a flicker.
        ([cue(0, 500)], [(1, "CPS", 26.0), (1, "duration", 500)]),
        ([cue(0, 7100)], [(1, "duration", 7100)]),
        ([cue(0, 5000, "x" * 43, "y" * 44, "z")], [(1, "CPS", 17.6), (1, "CPL", 44), (1, "lines", 3)]),
        # Two frames at 24 a second are right, half a second is; what is between is neither one.
        ([cue(0, 1000), cue(1083, 2000), cue(2500, 3500)], []),
        ([cue(0, 1000), cue(1040, 2000), cue(2300, 3500)], [(2, "gap", 40), (3, "gap", 300)]),
        ([cue(0, 1000), cue(900, 2000)], [(2, "overlap", 100)]),
    ],
)
def test_each_rule(given_cues, expected) -> None:
    assert judged(*given_cues) == expected


def test_cues_in_other_places_do_not_overlap() -> None:
    above = Cue(Span(500, 1500), ("EXIT",), Look(anchor=8))
    assert judged(cue(0, 1000), above, cue(1040, 2000)) == [(3, "gap", 40)]


def test_a_half_width_character_counts_half_in_chinese() -> None:
    assert judged(cue(0, 7000, "汉" * 15 + "ab"), tag="zh", characters_per_line=16, characters_per_second=9.0) == []
    assert judged(cue(0, 7000, "汉" * 16 + "a"), tag="zh", characters_per_line=16) == [(1, "CPL", 16.5)]


def test_rounding_of_times_is_no_breach() -> None:
    norms = Profile(characters_per_second=13.0)
    assert conformity([cue(0, 995), cue(1060, 2060)], norms, EN, tolerance=10).violations[0].rule == "gap"
    assert not conformity([cue(0, 995), cue(1075, 2075)], norms, EN, tolerance=10).violations
    assert len(conformity([cue(0, 995), cue(1075, 2075)], norms, EN).violations) == 2


def test_shares_are_those_of_cues() -> None:
    found = conformity([cue(0, 500), cue(583, 1583), cue(1666, 2666)], NORMS, EN)
    assert [found.share(rule) for rule in RULES] == pytest.approx([2 / 3, 1, 1, 2 / 3, 1, 1])
    assert found.summary() == (
        "conforming: CPS 66.6 %, CPL 100 %, lines 100 %, duration 66.6 %, gap 100 %, overlap 100 %"
    )
    assert conformity([], NORMS, EN).share("CPS") == 1


def test_a_share_that_is_not_whole_is_never_100() -> None:
    found = Conformity(10_000, (Violation(1, "CPS", 20, 17),))
    assert "CPS 99.9 %" in found.summary()


@pytest.mark.parametrize(
    ("violation", "words"),
    [
        (Violation(1, "CPS", 26.04, 17.0), "reading speed 26 characters a second, over 17"),
        (Violation(1, "CPL", 16.5, 16), "line of 16.5 characters, over 16"),
        (Violation(1, "lines", 3, 2), "lines: 3, over 2"),
        (Violation(1, "duration", 500, 833), "duration 500 ms, under 833"),
        (Violation(1, "gap", 40, 83), "gap 40 ms, under 83"),
        (Violation(1, "gap", 300, 83), "gap of 300 ms: neither 83 ms nor long enough to be seen as a gap"),
        (Violation(1, "overlap", 12_345_678, 0), "shown 12345678 ms before the cue before it is gone"),
        (Violation(1, "overlap", 100, 0), "shown 100 ms before the cue before it is gone"),
    ],
)
def test_a_violation_is_told_in_words(violation, words) -> None:
    assert str(violation) == words


SPANS = st.builds(lambda start, length: Span(start, start + length), st.integers(0, 9000), st.integers(0, 9000))
CUES = st.builds(
    lambda span, lines: Cue(span, ("x", *lines)), SPANS, st.lists(st.text("ab汉 é", max_size=60), max_size=3)
)


@given(st.lists(CUES, max_size=6), st.sampled_from(["en", "zh", "ja", "ar"]))
def test_every_violation_is_of_a_cue_that_is_there_and_crosses_its_limit(given_cues, tag) -> None:
    found = conformity(given_cues, profile(language(tag)), language(tag))
    assert all(1 <= violation.cue <= len(given_cues) for violation in found.violations)
    assert all(violation.value != violation.limit and str(violation) for violation in found.violations)
    assert all(0 <= found.share(rule) <= 1 for rule in RULES)
    assert found.summary().count("100 %") == sum(found.share(rule) == 1 for rule in RULES)


@given(
    st.lists(
        st.tuples(st.text("abc .,汉", min_size=1, max_size=80), st.integers(0, 4000), st.integers(200, 6000)),
        max_size=6,
    ),
    st.sampled_from(["en", "zh", "de"]),
)
def test_what_the_layout_makes_never_breaks_lines_or_overlaps(sentences, tag) -> None:
    written = language(tag)
    time, translations = 0, []
    for text, pause, length in sentences:
        edges = [time + pause + length * index // 4 for index in range(5)]
        words = tuple(Word(" w", Span(*edge)) for edge in itertools.pairwise(edges))
        translations.append(Translation(Sentence(words), text))
        time = edges[-1]
    found = conformity(list(cues(translations, profile(written), written)), profile(written), written)
    assert [found.share(rule) for rule in ("CPL", "lines", "overlap")] == [1, 1, 1]
