from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtrans.errors import MissingExtraError
from subtrans.evaluate.resegment import matches, resegment, units


def test_units_are_words_or_characters() -> None:
    assert units(" Good  morning.\n", "en") == ["Good", "morning."]
    assert units("早上好 OK", "zh") == ["早", "上", "好", "O", "K"]


def test_what_both_say() -> None:
    # a b X d against a Q b d: Q is added, X is left out.
    assert matches(["a", "b", "X", "d"], ["a", "Q", "b", "d"]) == [(0, 0), (1, 2), (3, 3)]


@pytest.mark.parametrize(
    ("text", "references", "pieces"),
    [
        ("a b c d", ["a b", "c d"], ["a b", "c d"]),
        ("a b c  d", ["a", "x", "c d"], ["a", "b", "c  d"]),
        ("a b more c d", ["a b", "c d"], ["a b more", "c d"]),
        ("c d", ["a b", "c d"], ["", "c d"]),
        ("a b", ["a b", "c d"], ["a b", ""]),
        ("a b", ["", "a", "", "b", ""], ["", "a", "", "b", ""]),
        ("", ["a", "b"], ["", ""]),
    ],
)
def test_pieces(text, references, pieces) -> None:
    assert resegment(text, references, "en") == pieces


def test_characters_are_cut_where_the_words_are_none() -> None:
    assert resegment("今天好。明天也好。", ["今天很好。", "明天好。"], "zh") == ["今天好。", "明天也好。"]


words = st.text("ab .", max_size=12)


@given(words, st.lists(words, min_size=1, max_size=5))
def test_every_unit_is_in_one_piece_and_in_order(text, references) -> None:
    pieces = resegment(text, references, "en")
    assert len(pieces) == len(references)
    assert [unit for piece in pieces for unit in units(piece, "en")] == units(text, "en")


@given(st.lists(st.text("abc ", min_size=1).filter(str.strip), min_size=1, max_size=6))
def test_the_references_themselves_are_found(references) -> None:
    pieces = resegment(" ".join(references), references, "en")
    assert [units(piece, "en") for piece in pieces] == [units(reference, "en") for reference in references]


def test_without_the_package_the_extra_is_named(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidfuzz.distance", None)
    with pytest.raises(MissingExtraError, match=r"subtrans\[evaluate\]"):
        matches(["a"], ["a"])
