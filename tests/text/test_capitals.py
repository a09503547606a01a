"""Text in capitals is written as sentences are, and every letter keeps its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtrans.text.capitals import uncapitalised
from subtrans.text.languages import language


@pytest.mark.parametrize(
    ("tag", "text", "expected"),
    [
        ("en", "WHERE ARE YOU GOING?", "Where are you going?"),
        ("en", "I'M SORRY. I CAN'T STAY! - WHY?", "I'm sorry. I can't stay! - Why?"),
        ("en", 'HE SAID: "NO!" AND I LEFT THE U.S.A. IN 1999.', 'He said: "no!" And I left the U.S.A. in 1999.'),
        ("en", "FIRST ONE.\x02THE SECOND.", "First one.\x02The second."),
        ("de", "WIR GEHEN ÜBER DIE STRAẞE.", "Wir gehen über die straße."),
        ("tr", "KAPIYI AÇ, IŞIK İSTE", "Kapıyı aç, ışık iste"),
        ("el", "ΣΟΦΟΣ ΑΝΘΡΩΠΟΣ", "Σοφος ανθρωπος"),
        ("ru", "ГДЕ ТЫ БЫЛ?", "Где ты был?"),
    ],
)
def test_capitals(tag: str, text: str, expected: str) -> None:
    assert uncapitalised(text, language(tag)) == expected


@pytest.mark.parametrize("text", ["NASA", "OK!", "I AM", "A.M. P.M.", "We saw NASA TV", "你好 OK", "2 + 2", "İİ İİ"])
def test_what_is_no_sentence_in_capitals_stays(text: str) -> None:
    assert uncapitalised(text, language("en")) == text


@given(st.text(), st.sampled_from(["en", "de", "tr", "el", "zh"]))
def test_letters_keep_their_places(text: str, tag: str) -> None:
    written = uncapitalised(text.upper(), language(tag))
    assert len(written) == len(text.upper())
