"""Marks and spaces of Chinese and Japanese as models write them, and as they are printed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtrans.text.languages import language
from subtrans.text.typeset import typeset, typeset_word
from subtrans.types import Span, Word


@pytest.mark.parametrize(
    ("text", "tag", "expected"),
    [
        ("你好,世界!", "zh", "你好，世界！"),
        ("我叫沃尔夫冈, 我住在柏林.", "zh", "我叫沃尔夫冈，我住在柏林。"),
        ("他说: “是的。” 然后他走了", "zh", "他说：“是的。”然后他走了"),
        ("真的?! 你喜欢iPhone?", "zh", "真的？！你喜欢iPhone？"),
        ("iPhone, 我喜欢", "zh", "iPhone，我喜欢"),
        ("(第一) 章 (见 Fig. 3)", "zh", "（第一）章（见 Fig. 3）"),
        ("12:30有1,000人, 版本2.0", "zh", "12:30有1,000人，版本2.0"),
        ("函数 f(x) 等于 3.5, 请看 http://a.b/c?d", "zh", "函数 f(x) 等于 3.5，请看 http://a.b/c?d"),
        ("他出生于1990.", "zh", "他出生于1990。"),
        ("好吧 我知道了...", "zh", "好吧 我知道了..."),  # as subtitles have it: the space is a comma
        ("等等. . . 你好 :)", "zh", "等等. . . 你好 :)"),
        ("はい, そうです.", "ja", "はい、そうです。"),
        ("Hello, world!", "zh", "Hello, world!"),
        ("네, 그렇습니다.", "ko", "네, 그렇습니다."),
        ("Oui, c'est ça !", "fr", "Oui, c'est ça !"),
    ],
)
def test_marks_and_spaces(text: str, tag: str, expected: str) -> None:
    assert typeset(text, language(tag)) == expected


@given(st.text(alphabet="你好ab1,.?!:;() “”，。"), st.sampled_from(["zh", "ja", "zh-Hant", "en"]))
def test_letters_and_digits_stay_and_no_space_is_beside_a_wide_mark(text: str, tag: str) -> None:
    printed = typeset(text, language(tag))
    assert [one for one in printed if one.isalnum()] == [one for one in text if one.isalnum()]
    if tag != "en" and set("你好") & set(text):
        assert not re.search("[，。！？：；“”] | [，。！？：；“”]", printed)


@pytest.mark.parametrize(
    ("text", "tag", "expected"),
    [
        ("命,", "zh", "命，"),
        (" 佛地產", "zh", " 佛地产"),
        ("佛地產", "zh-TW", "佛地產"),
        ("佛地產,", "yue", "佛地產，"),
        ("著名", "zh", "著名"),
        ("か?", "ja", "か？"),
        (" it's,", "en", " it's,"),
    ],
)
def test_what_a_recogniser_heard_is_written_as_its_language_is(text: str, tag: str, expected: str) -> None:
    word = Word(text, Span(10, 20), 0.5)
    assert typeset_word(word, tag) == Word(expected, Span(10, 20), 0.5)
