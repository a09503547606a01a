"""Lines in, as many lines out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fakes import FakeTranslator
from hypothesis import given
from hypothesis import strategies as st

from subtrans.pipelines.text import translate_lines
from subtrans.types import Hypothesis

LINES = st.lists(st.text(st.characters(exclude_characters="\n")))


@given(LINES, st.integers(1, 7))
def test_as_many_lines_in_the_same_order(lines: list[str], batch: int) -> None:
    pairs = list(translate_lines(lines, FakeTranslator(), batch=batch))
    results = [hypothesis for _, hypothesis in pairs]
    assert [line for line, _ in pairs] == lines
    assert pairs == [next(translate_lines([line], FakeTranslator())) for line in lines]
    assert [bool(result.text) for result in results] == [bool(line.strip()) for line in lines]
    assert not any("\n" in result.text for result in results)


def test_a_thousand_lines() -> None:
    results = list(translate_lines((f"Line {number}." for number in range(1000)), FakeTranslator("de")))
    assert [result.text for _, result in results] == [f"de:Line {number}." for number in range(1000)]


def test_each_sentence_is_translated_by_itself() -> None:
    translator = FakeTranslator()
    lines = ["Good morning. How are you?", "", "  Fine, thanks.  "]
    results = list(translate_lines(lines, translator, separator="|"))
    assert [result for _, result in results] == [
        Hypothesis("zh:Good morning.|zh:How are you?", -0.25),
        Hypothesis(""),
        Hypothesis("zh:Fine, thanks.", -0.25),
    ]
    assert translator.batches == [3]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("I love you ❤️", "zh:I love you ❤️"),
        ("♪ We go home ♪", "♪ zh:We go home ♪"),
        ("👨‍👩‍👧 Good morning. 🏠🏽", "👨‍👩‍👧 zh:Good morning.|🏠🏽"),
        ("We 😀 go", "zh:We 😀 go"),
        ("It is 20°", "zh:It is 20°"),
        ("😀", "😀"),
    ],
)
def test_pictures_at_the_ends_stay_where_they_are(line: str, text: str) -> None:
    ((_, said),) = translate_lines([line], FakeTranslator(), separator="|")
    assert said.text == text


def test_no_more_lines_are_read_than_a_batch_needs() -> None:
    read = 0

    def lines() -> Iterator[str]:
        nonlocal read
        for number in range(100):
            read += 1
            yield f"Line {number}."

    results = translate_lines(lines(), FakeTranslator(), batch=4)
    next(results)
    assert read == 4


def test_a_line_break_of_the_translator_does_not_add_a_line() -> None:
    class Breaking:
        def translate(self, texts: list[str]) -> list[Hypothesis]:
            return [Hypothesis("two\nlines\r\n of  it") for _ in texts]

    assert next(translate_lines(["One."], Breaking()))[1].text == "two lines of it"


def test_a_line_of_one_sentence_keeps_its_alignment():
    class Aligned:
        def translate(self, texts):
            return [Hypothesis(f"<{text}>", alignment=((1, 0),)) for text in texts]

    found = [hypothesis.alignment for _, hypothesis in translate_lines(["One.", " One.", "One. Two.", ""], Aligned())]
    assert found == [((1, 0),), (), (), ()]


def test_marks_alone_stay_as_they_are() -> None:
    results = translate_lines(["...", "Yes. ... ?", "***", "42"], FakeTranslator())
    assert [result.text for _, result in results] == ["...", "zh:Yes. ... ?", "***", "zh:42"]


def test_one_text_in_the_place_of_many_is_refused() -> None:
    with pytest.raises(TypeError, match=r"give \[text\], not 'Good morning.'"):
        next(translate_lines("Good morning.", FakeTranslator()))
    with pytest.raises(ValueError, match="at least one line"):
        next(translate_lines(["Good morning."], FakeTranslator(), batch=0))


@pytest.mark.parametrize("number", [1, 3])
def test_a_translator_that_answers_too_little_or_too_much_is_told(number: int) -> None:
    class Careless:
        def translate(self, texts: list[str]) -> list[Hypothesis]:
            return [Hypothesis("what")] * number

    with pytest.raises(ValueError, match=f"got {number} for 2"):
        next(translate_lines(["One.", "Two."], Careless()))
