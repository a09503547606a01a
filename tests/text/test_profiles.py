import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtrans.text.languages import LANGUAGES, language
from subtrans.text.profiles import Profile, graphemes, profile, width


@pytest.mark.parametrize(
    ("tag", "characters_per_line", "characters_per_second"),
    [
        ("en", 42, 20),
        ("de", 42, 17),
        ("zh", 16, 9),
        ("zh-Hant", 16, 9),
        ("ja", 13, 4),
        ("ko", 16, 12),
        ("pt-BR", 42, 17),
    ],
)
def test_norms_by_language(tag, characters_per_line, characters_per_second):
    norms = profile(language(tag))
    assert (norms.characters_per_line, norms.characters_per_second) == (characters_per_line, characters_per_second)
    # Two lines, 5/6 s to 7 s, two frames at 24 a second: 2000 / 24 = 83.3 ms.
    assert (norms.lines, norms.minimum_duration, norms.maximum_duration, norms.minimum_gap) == (2, 833, 7000, 83)


@pytest.mark.parametrize(
    ("text", "tag", "expected"),
    [
        ("Hello, world", "en", 12),  # spaces and punctuation count
        ("", "en", 0),
        ("你好，世界", "zh", 5),
        ("用 GPT-4 写", "zh", 5.5),  # 2 full, 5 half, 2 spaces of a half: 2 + 2.5 + 1
        ("ｱｲｳ", "ja", 1.5),  # half-width katakana
        ("안녕 hi", "ko", 3.5),
        ("你好", "en", 2),
        ("e\u0301te\u0301", "fr", 3),  # accents written as marks
        ("क्षि", "hi", 2),  # the sign for i and the virama are marks: k + virama, ss + i
        ("👩‍👩‍👧 👍🏽 🇫🇷", "en", 5),  # a family, a thumb and a flag, with two spaces
        ("👩‍👩‍👧🇫🇷❤️", "zh", 3),
        ("a\u200bb\ufeff", "en", 2),  # invisible characters
        ("“…”", "zh", 3),  # full-width in Chinese typography
        ("น้ำ", "th", 1),
    ],
)
def test_width_counts_what_the_reader_sees(text, tag, expected):
    assert width(text, language(tag)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("🇫🇷🇩🇪🇮", ["🇫🇷", "🇩🇪", "🇮"]),
        ("\u1112\u1161\u11ab글", ["\u1112\u1161\u11ab", "글"]),
        ("a b", ["a", " ", "b"]),
        ("1\ufe0f\u20e3!", ["1\ufe0f\u20e3", "!"]),
    ],
)
def test_graphemes(text, expected):
    assert graphemes(text) == expected


@given(st.text(), st.sampled_from(sorted(LANGUAGES)))
def test_graphemes_join_back_and_bound_the_width(text, tag):
    clusters = graphemes(text)
    assert "".join(clusters) == text
    assert all(clusters)
    assert 0 <= width(text, language(tag)) <= len(clusters) <= len(text)


@pytest.mark.parametrize(
    "bad",
    [
        {"lines": 0},
        {"characters_per_line": 0},
        {"characters_per_second": 0},
        {"minimum_gap": -1},
        {"maximum_duration": 1},
    ],
)
def test_a_profile_that_no_cue_can_keep_is_refused(bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        Profile(**bad)
