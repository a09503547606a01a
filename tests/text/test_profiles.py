from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtrans.text.languages import LANGUAGES, language
from subtrans.text.profiles import PROFILES, Profile, customised, graphemes, profile, width


@pytest.mark.parametrize(
    ("tag", "characters_per_line", "characters_per_second"),
    [
        ("en", 42, 20),
        ("de", 42, 17),
        ("zh", 16, 9),
        ("zh-Hant", 16, 9),
        ("ja", 13, 4),
        ("ar", 42, 20),
        ("hi", 42, 22),
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
        ("<i>Hi</i> {\\an8}<font color='red'>you</font>", "en", 6),  # markup counts nothing
        ("a<b and c>d <in>", "en", 16),  # other brackets are text
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
        {"frame_rate": Fraction(0)},
        {"frame_rate": Fraction(1), "maximum_duration": 1000},
    ],
)
def test_a_profile_that_no_cue_can_keep_is_refused(bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        Profile(**bad)


@pytest.mark.parametrize(
    ("rate", "gaps"),
    [
        (Fraction(25), (80, 480)),
        (Fraction(60), (33, 200)),
        (Fraction(24000, 1001), (83, 500)),  # 83.4 and 500.5 ms
    ],
)
def test_gaps_are_so_many_frames_of_the_video(rate, gaps):
    norms = PROFILES["netflix"].at(rate)
    assert (norms.minimum_gap, norms.chaining_gap, norms.frame_rate) == (*gaps, rate)


def test_gaps_that_are_times_become_whole_frames():
    norms = Profile(minimum_gap=50, chaining_gap=1000, gaps_in_frames=False).at(Fraction(25))
    assert (norms.minimum_gap, norms.chaining_gap) == (80, 1000)


def test_frames_of_ntsc_video():
    norms = Profile().at(Fraction(30000, 1001))  # frames at 0, 33.4, 66.7, 100.1 ms
    assert [norms.frame_after(time) for time in (0, 1, 33, 34, 100, 101)] == [0, 33, 33, 66, 100, 133]
    assert [norms.frame_before(time) for time in (0, 32, 33, 34, 99, 100)] == [0, 0, 33, 33, 66, 100]


@given(st.fractions(1, 1000), st.integers(0, 10**7))
def test_the_frames_around_a_time(rate, time):
    norms = Profile(maximum_duration=10_000, frame_rate=rate)
    before, after = norms.frame_before(time), norms.frame_after(time)
    assert before <= time <= after
    assert after - before <= 1000 / rate + 1
    for frame in (before, after):
        assert norms.frame_before(frame) == norms.frame_after(frame) == frame


def test_the_houses_differ():
    german, chinese = language("de"), language("zh")
    assert [profile(german, name).characters_per_line for name in ("netflix", "ted", "bbc")] == [42, 42, 37]
    assert [profile(german, name).characters_per_second for name in ("netflix", "ted", "bbc")] == [17, 21, 15]
    assert {profile(chinese, name).characters_per_line for name in PROFILES} == {16}


def test_a_profile_of_ones_own():
    table = {"base": "bbc", "lines": 1, "frame_rate": 25, "zh": {"characters_per_line": 20}}
    assert customised(table, language("zh")).characters_per_line == 20
    assert customised(table, language("zh-Hant")).characters_per_line == 20
    german = customised(table, language("de"))
    assert (german.characters_per_line, german.lines, german.minimum_duration) == (37, 1, 1000)
    assert german.frame_rate == Fraction(25)
    assert customised({"frame_rate": 12.5}, language("de")).frame_rate == Fraction(25, 2)
    assert customised({"frame_rate": "30000/1001"}, language("de")).frame_rate == Fraction(30000, 1001)
    assert customised({}, language("zh")) == profile(language("zh"))


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"charcters_per_line": 3}, "unknown key 'charcters_per_line'"),
        ({"zh": {"line": 3}}, r"unknown key 'zh\.line'"),
        ({"base": "hbo"}, "unknown base 'hbo': use one of netflix, ted, bbc"),
        ({"lines": "two"}, "lines cannot be 'two'"),
        ({"lines": True}, "lines cannot be True"),
        ({"lines": 0}, "lines must be positive"),
        ({"frame_rate": "fast"}, "frame_rate cannot be 'fast'"),
    ],
)
def test_what_is_no_profile_is_refused(table, message):
    with pytest.raises(ValueError, match=message):
        customised(table, language("de"))
