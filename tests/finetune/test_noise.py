"""What recognised speech does to a source sentence."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtrans.finetune.corpus import Pair
from subtrans.finetune.noise import NoiseOptions, confuse_words, join, spoken_form, vary


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't go, Tom!", "don't go tom"),
        ("It\u2019s well-known.", "it's well-known"),
        ("At 8:30, I paid 1,500 (or 3.5)...", "at 8:30 i paid 1,500 or 3.5"),
        ("\u201cNo,\u201d she said.", "no she said"),
    ],
)
def test_spoken_form(text: str, expected: str) -> None:
    assert spoken_form(text) == expected


@given(st.lists(st.text("abc", min_size=1), min_size=1), st.floats(0, 1), st.randoms())
def test_confused_words_are_words_of_the_text(words: list[str], rate: float, generator: random.Random) -> None:
    noisy = confuse_words(" ".join(words), rate, generator).split()
    assert noisy
    assert set(noisy) <= set(words)
    assert len(noisy) <= 2 * len(words)


def test_joined_targets() -> None:
    assert join(Pair("A.", "甲。"), Pair("B.", "乙。")) == Pair("A. B.", "甲。乙。")
    assert join(Pair("A.", "Eins."), Pair("B.", "Zwei.")) == Pair("A. B.", "Eins. Zwei.")


def test_variations_repeat_and_leave_targets_alone() -> None:
    pairs = [Pair(f"This is Number {number}, friend.", f"{number}号") for number in range(200)]
    options = NoiseOptions(spoken=0.5, words=0.5, word_rate=0.5)
    varied = vary(pairs, options, random.Random(1))
    assert varied == vary(pairs, options, random.Random(1))
    assert [pair.target for pair in varied] == [pair.target for pair in pairs]
    lowered = sum(pair.source == pair.source.lower() for pair in varied)
    assert 70 <= lowered <= 130
    assert vary(pairs, NoiseOptions(), random.Random(1)) == pairs


def test_a_tag_stays_before_its_source_as_it_is() -> None:
    pairs = [Pair("<general> Hello, Tom!", "你好，汤姆！"), Pair("<made> Good morning.", "早上好。")] * 20
    options = NoiseOptions(spoken=1, words=1, word_rate=0.5, joined=0.5)
    for pair in vary(pairs, options, random.Random(1), ("<general>", "<made>", "")):
        tag, _, text = pair.source.partition(" ")
        assert tag == ("<general>" if pair.target.startswith("你好") else "<made>")
        assert set(text.split()) <= {"hello", "tom", "good", "morning"}
    assert vary([Pair("Hello.", "你好。")], NoiseOptions(), random.Random(1), ("", "")) == [Pair("Hello.", "你好。")]
