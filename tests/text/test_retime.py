import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtrans.text.profiles import Profile
from subtrans.text.retime import aligned_boundaries, boundaries, links, own_boundaries, schedule
from subtrans.types import Sentence, Span, Translation, Word

PROFILE = Profile(minimum_duration=800, maximum_duration=7000, minimum_gap=80, chaining_gap=500, maximum_hang=500)


def timed(*spans):
    return [Word(f" w{index}", Span(*span)) for index, span in enumerate(spans)]


def times(*spans):
    """The spans of cues for pieces of speech."""
    return [(cue.span.start, cue.span.end) for cue in schedule(((("text",), Span(*span)) for span in spans), PROFILE)]


def test_text_is_spread_over_speech_and_not_over_silence():
    # Four words of 1 s, with 5 s of silence in the middle: half the text has been said when the silence begins.
    words = timed((0, 1000), (1000, 2000), (7000, 8000), (8000, 9000))
    assert boundaries([0, 0.25, 0.5, 0.75, 1], words) == [
        (0, 0),
        (1000, 1000),
        (2000, 7000),
        (8000, 8000),
        (9000, 9000),
    ]


def test_a_boundary_moves_to_a_near_pause():
    # 35 % of 4 s is 1400 ms; a boundary may move 300 + 15 % of 4000 = 900 ms, and a pause draws it from 1000 to 2000.
    words = timed((0, 1000), (1000, 2000), (2600, 3600), (3600, 4600))
    assert boundaries([0.35], words) == [(2000, 2600)]
    assert boundaries([0.26], words) == [(1000, 1000)]  # 960 ms from the pause is too far


def test_a_boundary_moves_to_a_near_comma():
    # 35 % of 4 s is 1400 ms: 400 ms after the first boundary, 600 ms before the second, which has the comma.
    words = [Word(text, Span(1000 * i, 1000 * i + 1000)) for i, text in enumerate(["one", " two,", " three", " four"])]
    assert boundaries([0.35, 0.26], words) == [(2000, 2000), (1000, 1000)]


def test_the_words_own_text_is_placed_by_the_words():
    words = [
        Word(" Oh,", Span(0, 2000)),
        Word(" it", Span(2500, 2600)),
        Word("'s", Span(2600, 2700)),
        Word(" you", Span(3000, 3600)),
    ]
    # "Oh,it'syou": 3 characters, 2, 2 and 3; the ninth lies two thirds into the last word.
    assert own_boundaries([0, 3, 5, 7, 9, 10], words) == [
        (0, 0),
        (2000, 2500),
        (2600, 2600),
        (2700, 3000),
        (3400, 3400),
        (3600, 3600),
    ]


def test_inside_a_long_word_time_runs_evenly():
    assert boundaries([0.0, 0.25, 1.0], timed((1000, 9000))) == [(1000, 1000), (3000, 3000), (9000, 9000)]


@pytest.mark.parametrize(
    ("speech", "expected"),
    [
        ([(1000, 3000)], [(1000, 3500)]),  # hangs for 500 ms
        ([(1000, 1100)], [(1000, 1800)]),  # the minimum, though the hang would end at 1600
        ([(1000, 9900)], [(1000, 8000)]),  # the maximum
        ([(0, 2000), (2100, 4000)], [(0, 2020), (2100, 4500)]),  # 80 ms before the next
        ([(0, 2000), (2050, 4000)], [(0, 1970), (2050, 4500)]),  # even if speech goes on
        ([(0, 2000), (2570, 4000)], [(0, 2490), (2570, 4500)]),  # the next is within reach: closed
        ([(0, 2000), (2700, 4000)], [(0, 2200), (2700, 4500)]),  # it is not: a gap of 500 to be seen as one
        ([(0, 2000), (3000, 4000)], [(0, 2500), (3000, 4500)]),
        ([(0, 200), (300, 2000)], [(0, 800), (880, 2500)]),  # the minimum comes first, the next is late
        ([(0, 7500), (7300, 9000)], [(0, 6800), (7300, 9500)]),  # cannot be closed: 7000 + 80 is before 7300
        ([(500, 500), (500, 500)], [(500, 1300), (1380, 2180)]),
    ],
)
def test_times_of_cues(speech, expected):
    assert times(*speech) == expected


def test_cues_begin_and_end_with_frames():
    # 40 ms a frame; two are 80 ms, twelve 480. 1010 -> 1040, 3000 + 500 -> 3480; the next is too near to leave a gap.
    spans = [(1010, 3000), (3790, 5000), (7001, 7002)]
    cues = schedule(((("text",), Span(*span)) for span in spans), PROFILE.at(Fraction(25)))
    assert [(cue.span.start, cue.span.end) for cue in cues] == [(1040, 3320), (3800, 5480), (7040, 7840)]


def timed_with_shots(*spans, shots):
    return [(cue.span.start, cue.span.end) for cue in schedule(((("text",), Span(*s)) for s in spans), PROFILE, shots)]


def test_cues_begin_with_a_shot_and_do_not_hang_over_one():
    assert timed_with_shots((1000, 3000), shots=[1100, 3300]) == [(1100, 3220)]  # 80 ms before the next shot
    assert timed_with_shots((1000, 3000), shots=[990, 1130, 3050]) == [(1000, 3500)]  # too late; speech goes on
    assert timed_with_shots((1000, 3000), (3300, 5000), shots=[3310]) == [(1000, 3230), (3310, 5500)]


def test_a_cue_comes_as_soon_as_the_next_is_known():
    pieces = iter([(("a",), Span(0, 1000)), (("b",), Span(2000, 3000)), (("c",), Span(4000, 5000))])
    assert next(schedule(pieces, PROFILE)).lines == ("a",)
    assert next(pieces)[0] == ("c",)


def test_a_cue_that_does_not_linger_stays_only_to_be_read():
    pieces = [((text,), Span(3000 * n, 3000 * n + 2000)) for n, text in enumerate(["a", "bb", "ccc", "dddd", "e"])]
    found = schedule(pieces, PROFILE, reading=lambda piece: 1100 * len(piece[0][0]), lingering=False)
    assert [cue.span.duration for cue in found] == [2000, 2200, 2500, 2500, 2000]


def test_what_is_said_at_once_is_shown_one_after_the_other():
    pieces = [(("a",), Span(0, 5000)), (("bb",), Span(1000, 3000)), (("c",), Span(8000, 9000))]
    found = schedule(pieces, PROFILE, reading=lambda piece: 1000 * len(piece[0][0]))
    assert [(cue.text, cue.span.start, cue.span.end) for cue in found] == [
        ("a", 0, 1000),  # as long as it takes to read
        ("bb", 1080, 3580),
        ("c", 8000, 9500),
    ]


def test_what_is_said_at_once_in_too_little_time_shares_it():
    pieces = [(("a",), Span(0, 900)), (("bb",), Span(100, 1500)), (("c",), Span(8000, 9000))]
    found = schedule(pieces, PROFILE, reading=lambda piece: 3000 * len(piece[0][0]))
    assert [(cue.text, cue.span.start, cue.span.end) for cue in found] == [
        ("a", 0, 800),  # not less than the shortest time
        ("bb", 880, 2000),
        ("c", 8000, 9500),
    ]


spans = st.builds(lambda start, length: Span(start, start + length), st.integers(0, 60_000), st.integers(0, 20_000))
profiles = st.builds(
    lambda minimum, extra, gap, chain, hang: Profile(
        minimum_duration=minimum,
        maximum_duration=minimum + extra,
        minimum_gap=gap,
        chaining_gap=gap + chain,
        maximum_hang=hang,
    ),
    *[st.integers(1, 2000), st.integers(0, 8000), st.integers(0, 300), st.integers(0, 800), st.integers(0, 1000)],
)


@given(st.lists(spans, max_size=30), profiles, st.booleans())
def test_norms_hold_whatever_the_speech(speech, profile, lingering):
    cues = list(schedule(((("text",), span) for span in speech), profile, lingering=lingering))
    hang = profile.maximum_hang if lingering else 0
    assert len(cues) == len(speech)
    for span, cue in zip(speech, cues, strict=True):
        assert cue.span.start >= span.start
        assert profile.minimum_duration <= cue.span.duration <= profile.maximum_duration
    for before, after in itertools.pairwise(cues):
        assert after.span.start - before.span.end >= profile.minimum_gap
    for span, cue, following in zip(speech, cues, [*cues, None][1:], strict=True):
        late = cue.span.end - max(span.end + hang, cue.span.start + profile.minimum_duration)
        if late > 0:  # to close a gap too short to be seen as one
            assert following.span.start - cue.span.end == profile.minimum_gap
            assert late < profile.chaining_gap
    # A cue is late only because the one before needed its minimum.
    for (before, after), span in zip(itertools.pairwise(cues), speech[1:], strict=False):
        if after.span.start > span.start:
            assert after.span.start == before.span.end + profile.minimum_gap
            assert before.span.duration == profile.minimum_duration


@given(st.lists(spans, max_size=10), st.integers(1, 3000))
def test_no_cue_begins_before_it_is_said_whatever_is_said_at_once(speech, time):
    pieces = [((str(number),), span) for number, span in enumerate(sorted(speech))]
    cues = list(schedule(pieces, PROFILE, reading=lambda piece: time * (int(piece[0][0]) % 3)))
    assert [cue.lines for cue in cues] == [lines for lines, _ in pieces]
    assert all(cue.span.start >= span.start for cue, (_, span) in zip(cues, pieces, strict=True))
    assert all(b.span.start - a.span.end >= PROFILE.minimum_gap for a, b in itertools.pairwise(cues))


@given(st.lists(spans, min_size=1, max_size=12), st.lists(st.floats(0, 1), max_size=12).map(sorted))
def test_boundaries_stay_in_the_speech_and_in_order(speech, fractions):
    words = [Word(" w", span) for span in sorted(speech)]
    result = boundaries(fractions, words)
    latest = max(word.span.end for word in words)
    for said, begins in result:
        assert words[0].span.start <= said <= begins <= latest
    for (_, before), (said, begins) in itertools.pairwise(result):
        assert before <= begins
        assert said <= begins


def linked(text, alignment, *words):
    """A translation of words of half a second each."""
    spans = [Span(500 * index, 500 * index + 500) for index in range(len(words))]
    sentence = Sentence(tuple(Word(word, span) for word, span in zip(words, spans, strict=True)))
    return Translation(sentence, text, alignment=alignment)


def test_an_alignment_is_told_in_characters_and_words():
    # "ab c" is 4 characters, 3 without the space; " one two": "one" begins at 0, " two" at 3, "two" at 4.
    translation = linked("ab c", ((0, 0), (1, 0), (3, 6), (2, 4), (9, 0), (0, 99)), " one", " two")
    assert links(translation) == [(0, 0), (1, 0), (2, 1), (2, 1)]


def test_text_is_timed_by_what_it_is_linked_to():
    # Six of ten characters say the first six of eight words; by length 2400 ms of 4000 lie nearest the fifth.
    text = [(0, 0), (1, 1), (3, 3), (5, 5), (6, 6), (9, 7)]
    words = timed(*[(500 * i, 500 * i + 500) for i in range(8)])
    assert aligned_boundaries([0, 6, 10], text, words) == [(0, 0), (3000, 3000), (4000, 4000)]
    assert boundaries([0, 0.6, 1], words)[1] == (2500, 2500)


def test_an_alignment_no_better_than_chance_is_not_believed():
    words = [" one", " two", " three", " four"]  # they begin at 0, 4, 8 and 14
    assert links(linked("abcd", ((0, 0), (1, 8), (2, 4), (3, 14)), *words)) == [(0, 0), (1, 2), (2, 1), (3, 3)]
    assert links(linked("abcd", ((0, 4), (1, 14), (2, 0), (3, 8)), *words)) == []  # 3 of 6 pairs change places
    assert links(linked("abcd", ((0, 8), (1, 8), (2, 8), (3, 8)), *words)) == []  # it looks at one word all the time


def test_words_in_another_order_within_a_clause_leave_the_clause_where_it_is():
    # a b c | d e f said as c b a | f d e
    text = [(0, 2), (1, 1), (2, 0), (3, 5), (4, 3), (5, 4)]
    words = timed(*[(500 * i, 500 * i + 400) for i in range(6)])
    assert aligned_boundaries([0, 3, 6], text, words) == [(0, 0), (1400, 1500), (2900, 2900)]


@given(
    st.lists(spans, min_size=1, max_size=12),
    st.lists(st.integers(0, 40), max_size=12).map(sorted),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 11)), max_size=30),
)
def test_aligned_boundaries_stay_in_the_speech_and_in_order(speech, counts, pairs):
    words = [Word(" w", span) for span in sorted(speech)]
    pairs = [(here, there % len(words)) for here, there in pairs]
    result = aligned_boundaries([*counts, 40], pairs, words)
    assert len(result) == len(counts) + 1
    for said, begins in result:
        assert words[0].span.start <= said <= begins <= max(word.span.end for word in words)
    for before, after in itertools.pairwise(result):
        assert before <= after
