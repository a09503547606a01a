"""Lines of two versions of a text find each other, whatever an editor does to the cues."""

from __future__ import annotations

from itertools import islice

from hypothesis import given, settings
from hypothesis import strategies as st

from subtrans.memory.alignment import Block, Line, align, fold
from subtrans.types import Span

WORDS = ("sea", "train", "house", "dark", "hat", "breakfast", "umbrella", "station", "fish", "stone", "mother", "rain")
texts = st.lists(st.sampled_from(WORDS), min_size=2, max_size=6).map(" ".join)


def lines(*said: str, start: int = 0) -> list[Line]:
    """A line every two seconds."""
    return [Line(text, Span(start + 2000 * n, start + 2000 * n + 1900)) for n, text in enumerate(said)]


def pairs(blocks: list[Block]) -> list[tuple[list[int], list[int]]]:
    return [(list(block.before), list(block.after)) for block in blocks]


@settings(max_examples=40)
@given(st.lists(st.one_of(texts, st.text(min_size=1)), max_size=12), st.lists(texts, max_size=12), st.integers(0, 9000))
def test_blocks_are_in_order_and_disjoint(before, after, start) -> None:
    blocks = align(lines(*before), lines(*after, start=start))
    for side in ("before", "after"):
        indexes = [index for block in blocks for index in getattr(block, side)]
        assert indexes == sorted(set(indexes))
        assert all(len(getattr(block, side)) > 0 for block in blocks)
    assert all(0 <= block.similarity <= 1 for block in blocks)


@settings(max_examples=40)
@given(st.lists(texts, max_size=12, unique=True), st.integers(0, 60_000))
def test_what_was_only_moved_finds_itself(said, shift) -> None:
    found = align(lines(*said), lines(*said, start=shift))
    assert pairs(found) == [([n], [n]) for n in range(len(said))]


@settings(max_examples=40)
@given(st.permutations(WORDS), st.lists(st.integers(2, 4), min_size=1, max_size=4), st.data())
def test_what_was_split_or_merged_finds_its_parts(order, sizes, data) -> None:
    words = iter(order)
    said = [" ".join(islice(words, size)) for size in sizes]
    before, after, expected = lines(*(text for text in said if text)), [], []
    for number, line in enumerate(before):
        parts = line.text.split()
        cut = data.draw(st.integers(0, len(parts) - 1))
        middle = line.span.start + 1900 * cut // len(parts)
        halves = [(parts[:cut], line.span.start, middle), (parts[cut:], middle, line.span.end)]
        new = [Line(" ".join(half), Span(start, end)) for half, start, end in halves if half]
        expected.append(([number], list(range(len(after), len(after) + len(new)))))
        after += new
    assert pairs(align(before, after)) == expected
    assert pairs(align(after, before)) == [(new, old) for old, new in expected]


def test_a_line_that_was_written_anew_is_found_by_its_time() -> None:
    before = lines("we went home", "xyz abc", "it was late")
    after = lines("we went home", "hardly anything alike 123", "it was late")
    assert pairs(align(before, after)) == [([0], [0]), ([1], [1]), ([2], [2])]


def test_removed_and_new_lines_stand_alone() -> None:
    before = lines("we went home", "nobody spoke at all", "it was late")
    after = [*lines("we went home"), Line("it was late", Span(4000, 5900)), Line("the end", Span(9000, 9900))]
    assert pairs(align(before, after)) == [([0], [0]), ([2], [1])]


def test_lines_that_are_the_same_several_times_keep_their_places() -> None:
    before = lines("yes", "no", "yes", "why", "yes")
    after = lines("yes", "no!", "yes", "why?", "yes, yes")
    assert pairs(align(before, after)) == [([n], [n]) for n in range(5)]


def test_fold() -> None:
    assert fold("Ｈello, World!") == "helloworld"
    assert fold("♪") == "♪"
