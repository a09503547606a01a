from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtrans.text.agreement import Agreement, agreed_text, known, local_agreement, steady_text
from subtrans.types import Span, Word


def said(text: str, start: int = 0) -> tuple[Word, ...]:
    """The words of `text`, one every 300 ms."""
    return tuple(Word(f" {word}", Span(start + 300 * n, start + 300 * n + 250)) for n, word in enumerate(text.split()))


def text(words) -> str:
    return "".join(word.text for word in words).strip()


vocabulary = st.sampled_from(["one", "two", "Two.", "red", "green,", "Why?", "…"])
hearings = st.lists(st.lists(vocabulary, max_size=8).map(lambda words: said(" ".join(words))), max_size=6)


def test_what_two_hearings_agree_on_is_committed() -> None:
    known = Agreement()
    for hearing, committed, draft in [
        ("we took", "", "we took"),
        ("We took the tray", "We took", "the tray"),
        ("We took the train, to", "We took the", "train, to"),
        ("We took the train to the", "We took the train to", "the"),
    ]:
        known = known.hear(said(hearing))
        assert (text(known.committed), text(known.draft)) == (committed, draft)
    assert text(known.settle().committed) == "We took the train to the"


def test_a_mark_in_the_place_of_a_word_waits_for_the_word() -> None:
    known = Agreement()
    for hearing, committed, draft in [
        (".", "", "."),
        ("..", "", ".."),
        (". will", "", ". will"),
        ("I will come.", "", "I will come."),
        ("I will come . home", "I will come", ". home"),
        ("I will come . home", "I will come . home", ""),
    ]:
        known = known.hear(said(hearing))
        assert (text(known.committed), text(known.draft)) == (committed, draft)


def test_committed_words_that_are_heard_otherwise_are_not_said_again() -> None:
    known = Agreement(said("it was stick dark"), ())
    assert text(known.hear(said("it was still dark when")).draft) == "when"
    assert text(known.hear(said("was still dark when", 300)).draft) == "when"


@given(hearings)
def test_committed_words_never_change(hearings) -> None:
    known = Agreement()
    for hearing in hearings:
        following = known.hear(hearing)
        assert following.committed[: len(known.committed)] == known.committed
        assert set(map(text, [[word] for word in following.draft])) <= {text([word]) for word in hearing}
        known = following
    starts = [word.span.start for word in known.settle().committed]
    assert starts == sorted(starts)


@given(hearings)
def test_only_what_was_heard_twice_in_a_row_is_committed(hearings) -> None:
    known = Agreement()
    for hearing in hearings:
        following = known.hear(hearing)
        new = following.committed[len(known.committed) :]
        assert local_agreement(new, known.draft) == len(new)
        known = following


@given(st.lists(vocabulary, max_size=9).map(lambda words: said(" ".join(words))), st.data())
def test_the_beginning_of_a_hearing_is_known_again(words, data) -> None:
    count = data.draw(st.integers(0, len(words)))
    assert known(words[:count], words) == count


@given(st.text("ab 海水", max_size=9), st.text("ab 海水", max_size=9), st.booleans())
def test_agreed_text_begins_both_and_ends_with_a_word(one, other, spaced) -> None:
    same = agreed_text(one, other, spaced=spaced)
    assert one.startswith(same)
    assert other.startswith(same)
    if spaced and same:
        assert not one[len(same) :][:1].strip()
        assert not other[len(same) :][:1].strip()


def test_agreed_text() -> None:
    assert agreed_text("the water was", "the water wave", spaced=True) == "the water"
    assert agreed_text("水太冷了", "水太热了", spaced=False) == "水太"


@pytest.mark.parametrize(
    ("previous", "current", "spaced", "shown"),
    [
        ("", "水太冷了", False, "水"),
        ("水太冷了", "水太冷了，我", False, "水太冷了"),
        ("水太冷", "水太热了，我", False, "水太热"),
        ("", "水", False, ""),
        ("", "the water was too cold", True, "the water"),
        ("the water was too", "the water was too hot", True, "the water was too"),
        ("", "the water", True, ""),
    ],
)
def test_what_is_shown_of_a_draft(previous, current, spaced, shown) -> None:
    assert steady_text(previous, current, spaced=spaced) == shown
