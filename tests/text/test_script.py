"""Subtitles taken apart into sentences, and dressed again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtrans.text.languages import language
from subtrans.text.profiles import profile
from subtrans.text.script import Part, dress, give_way, parts
from subtrans.types import Cue, Look, Span

EN, ZH = language("en"), language("zh")


def cue(start: int, end: int, *lines: str, **look) -> Cue:
    return Cue(Span(start, end), lines, Look(**look))


def texts(cues: list[Cue], tag: str = "en") -> list[list[str]]:
    return [[sentence.text for sentence in part.sentences] for part in parts(cues, language(tag))]


def test_a_capital_after_a_while_begins_a_sentence() -> None:
    told = [
        cue(0, 2000, "Subtitles by www.example.com"),
        cue(3000, 4000, "I think that, if"),
        cue(5500, 6000, "it rains,"),
    ]
    told += [cue(7500, 8000, "I stay."), cue(8100, 9000, "My friend"), cue(9500, 9900, "John goes.")]
    assert texts(told) == [
        ["Subtitles by www.example.com", "I think that, if it rains, I stay.", "My friend John goes."]
    ]


def test_sentences_that_end_within_cues_alone_go_through_them() -> None:
    cues = [
        cue(0, 2000, "First it is this. Then it"),
        cue(2000, 4000, "was that. Now I"),
        cue(4000, 6000, "know. So it"),
    ]
    assert texts(cues) == [["First it is this.", "Then it was that.", "Now I know.", "So it"]]


def test_a_sentence_goes_through_cues_and_a_cue_holds_several() -> None:
    cues = [
        cue(0, 2000, "This is one sentence", "that goes on"),
        cue(2100, 4000, "in the next cue. And another."),
        cue(4100, 5000, "End."),
    ]
    (part,) = parts(cues, EN)
    assert [sentence.text for sentence in part.sentences] == [
        "This is one sentence that goes on in the next cue.",
        "And another.",
        "End.",
    ]
    one, second, third = part.sentences
    assert (one.span.start, third.span) == (0, Span(4100, 5000))
    assert 2100 < one.span.end <= second.span.start < second.span.end == 4000


def test_a_title_is_whole_however_long_it_is_shown() -> None:
    assert texts([cue(0, 40_000, "THE", "END")]) == [["THE END"]]


def test_chinese_has_no_spaces_between_lines_but_keeps_those_of_the_lines() -> None:
    assert texts([cue(0, 2000, "我们用 GPT-4 写", "文章。"), cue(2100, 3000, "很好。")], "zh") == [
        ["我们用 GPT-4 写文章。", "很好。"]
    ]


@pytest.mark.parametrize(
    ("tag", "line"),
    [
        ("th", "เขาไปแล้ว แต่เธอยังรออยู่"),
        ("my", "သူသွားပြီ ဒါပေမဲ့ သူမစောင့်နေတယ်။"),
        ("zh", "是的 我答应过她"),
    ],
)
def test_a_space_that_stands_for_a_mark_stays(tag: str, line: str) -> None:
    assert texts([cue(0, 2000, line)], tag) == [[line]]


@given(st.text("画面的28×/DX“”，-.5%あな。", min_size=1))
def test_no_space_comes_into_a_line(line: str) -> None:
    line = f"画{line}"  # no dash of a speaker
    assert "".join(found for part in texts([cue(0, 5000, line)], "zh") for found in part) == line


def test_a_full_width_space_is_one() -> None:
    assert texts([cue(0, 2000, "ああ\u3000約束した")], "ja") == [["ああ 約束した"]]


def test_without_marks_a_sentence_ends_with_its_cue() -> None:
    assert texts([cue(0, 900, "第一句"), cue(1000, 1900, "第二句"), cue(2000, 2900, "第三句")], "zh") == [
        ["第一句", "第二句", "第三句"]
    ]


@pytest.mark.parametrize(
    ("tag", "lines"),
    [
        ("ja", ["どこへ行く？", "家に帰る", "もう遅い", "本当に？", "約束した", "なぜだ？", "仕事がある"]),
        ("ko", ["어디 가?", "집에 가는 중이야", "너무 늦었어", "정말?", "약속했어", "왜?", "일이 있어..."]),
        ("vi", ["Anh đi đâu?", "Tôi về nhà", "Muộn rồi", "Thật à?", "Tôi hứa rồi", "Sao?", "Có việc"]),
    ],
)
def test_where_questions_alone_have_marks_a_sentence_ends_with_its_cue(tag: str, lines: list[str]) -> None:
    cues = [cue(1000 * number, 1000 * number + 900, line) for number, line in enumerate(lines)]
    assert texts(cues, tag) == [lines]


def test_questions_go_through_cues_where_nothing_else_is_said() -> None:
    lines = ["Where do you", "want to go?", "Why did he", "say that?", "Who is", "she?"]
    cues = [cue(1000 * number, 1000 * number + 900, line) for number, line in enumerate(lines)]
    assert texts(cues) == [["Where do you want to go?", "Why did he say that?", "Who is she?"]]


def test_songs_and_sounds_are_no_part_of_what_is_said() -> None:
    cues = [
        cue(0, 900, "It is late,"),
        cue(1000, 1900, "[door", "slams]"),
        cue(2000, 2900, "so I go."),
        cue(3000, 3900, "♪ I see the sea"),
        cue(4000, 4900, "and you see me ♪"),
        cue(5000, 5900, "(in Paris) I see", "(the sea)."),
    ]
    assert texts(cues) == [
        ["It is late,", "[door slams]", "so I go.", "♪ I see the sea and you see me ♪", "(in Paris) I see (the sea)."]
    ]


def test_marks_of_direction_are_not_translated() -> None:
    cues = [cue(0, 2000, "\u202bلم ترَ\u202c", "\u202bالبحر.\u202c"), cue(2100, 3000, "\u202bنعم.\u200f\u202c")]
    assert texts(cues, "ar") == [["لم ترَ البحر.", "نعم."]]


def test_what_is_shown_elsewhere_is_another_part() -> None:
    cues = [cue(0, 2000, "I never saw"), cue(500, 2500, "EXIT.", anchor=8), cue(2100, 4000, "the sea.")]
    assert texts(cues) == [["I never saw the sea."], ["EXIT."]]


def test_speakers_as_captions_mark_them() -> None:
    cues = [
        cue(0, 1000, ">> did you", "see it >> no"),
        cue(1100, 2000, ">>> the news."),
        cue(2100, 3000, "<< Oui >> !"),
    ]
    assert texts(cues) == [["did you see it", "no", "the news.", "<< Oui >> !"]]


def test_italics_and_speakers_end_a_sentence() -> None:
    cues = [cue(0, 1000, "He said", italic=True), cue(1100, 2000, "no."), cue(2100, 3000, "- Yes", "- No way.")]
    assert texts(cues) == [["He said", "no.", "Yes", "No way."]]


def turns(cues: list[Cue], tag: str = "en") -> list[tuple[bool, str]]:
    return [(sentence.turn, sentence.text) for part in parts(cues, language(tag)) for sentence in part.sentences]


@pytest.mark.parametrize(
    ("tag", "written", "expected"),
    [
        ("en", ["- Hi. - Hello."], [(True, "Hi."), (True, "Hello.")]),
        ("en", ["-Hi.", "-Hello, I am"], [(True, "Hi."), (True, "Hello, I am")]),
        ("en", ["Are you there?", "- Yes."], [(False, "Are you there?"), (True, "Yes.")]),
        ("es", ["—¿Vienes? —Ya voy."], [(True, "¿Vienes?"), (True, "Ya voy.")]),
        ("zh", ["–你来吗？–马上。"], [(True, "你来吗？"), (True, "马上。")]),
        ("zh", ["-你来吗 -马上"], [(True, "你来吗"), (True, "马上")]),
        ("zh", ["－你来吗？－马上。"], [(True, "你来吗？"), (True, "马上。")]),
        ("es", ["―¿Vienes?", "―Ya voy."], [(True, "¿Vienes?"), (True, "Ya voy.")]),
        ("ja", ["――まさか。"], [(False, "――まさか。")]),
        ("ko", ["- 갈래 - 그래"], [(True, "갈래"), (True, "그래")]),
        ("ar", ["- هل ستأتي؟ - نعم."], [(True, "هل ستأتي؟"), (True, "نعم.")]),
        ("ka", ["- მოდიხარ?", "- კი."], [(True, "მოდიხარ?"), (True, "კი.")]),
        ("en", ["The sea", "- and the sky - are blue."], [(False, "The sea - and the sky - are blue.")]),
        ("en", ["-5 degrees. That is cold."], [(False, "-5 degrees."), (False, "That is cold.")]),
        ("en", ["-"], [(False, "-")]),
    ],
)
def test_dashes_of_speakers_are_turns_and_no_words(tag, written, expected) -> None:
    assert turns([cue(0, 3000, *written)], tag) == expected


def test_names_of_speakers_are_turns() -> None:
    cues = [
        cue(0, 1000, "I thought", speaker="Ann"),
        cue(1100, 2000, "that you", speaker="Ann"),
        cue(2100, 3000, "No.", speaker="Bob"),
        cue(3100, 4000, "Yes."),
        cue(4100, 5000, "Well.", speaker="Bob"),
    ]
    assert turns(cues) == [(False, "I thought that you"), (True, "No."), (False, "Yes."), (False, "Well.")]


def test_names_in_wide_brackets_begin_a_sentence() -> None:
    cues = [cue(0, 2000, "（太郎）行くぞ", "（花子）待って！"), cue(2100, 3000, "行くよ。"), cue(3100, 4000, "はい。")]
    (part,) = parts(cues, language("ja"))
    assert [sentence.text for sentence in part.sentences] == [
        "（太郎）行くぞ",
        "（花子）待って！",
        "行くよ。",
        "はい。",
    ]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("A well-", "known five-", "year-", "old."), "A well-known five-year-old."),
        (("Que voulez-", "vous ?"), "Que voulez-vous ?"),
        (("In 1939–", "1945."), "In 1939–1945."),
        (("The pre-", "and post-war years."), "The pre- and post-war years."),
        (("I was go--", "no, wait."), "I was go-- no, wait."),
        (("I was go-", "No."), "I was go- No."),
    ],
)
def test_a_hyphen_at_the_end_of_a_line_is_within_a_word(lines, said) -> None:
    assert texts([cue(0, 2000, *lines)]) == [[said]]


def test_marks_that_stand_on_the_wrong_side_of_a_line_are_read_where_they_belong() -> None:
    turned = [
        cue(0, 2000, "?מה שלומך-", ".טוב-"),
        cue(2100, 4000, "הלכתי הביתה", ",אתמול בערב"),
        cue(4100, 5000, ".ואז ישנתי"),
    ]
    assert turns(turned, "he") == [
        (True, "מה שלומך?"),
        (True, "טוב."),
        (False, "הלכתי הביתה אתמול בערב, ואז ישנתי."),
    ]
    right = [cue(0, 2000, "- מה שלומך?", "- טוב."), cue(2100, 4000, "...ואז הלכתי.")]
    assert turns(right, "he") == [(True, "מה שלומך?"), (True, "טוב."), (False, "...ואז הלכתי.")]


def test_a_translation_looks_like_the_cue_that_it_shares_its_time_with() -> None:
    part = Part((cue(0, 1000, "a", italic=True), cue(1100, 2000, "b", anchor=8), cue(2100, 3000, "c")), ())
    found = list(dress([cue(0, 900, "x"), cue(900, 2050, "y"), cue(2050, 9000, "z"), cue(9100, 9900, "w")], part))
    assert [(one.look.italic, one.look.anchor) for one in found] == [(True, 2), (False, 8), (False, 2), (False, 2)]


def test_what_two_say_has_no_one_speaker() -> None:
    part = Part((cue(0, 1000, "a", speaker="Ann"), cue(1100, 2000, "b", speaker="Bob")), ())
    found = list(dress([cue(0, 900, "x"), cue(0, 1900, "-x", "-y")], part))
    assert [one.look.speaker for one in found] == ["Ann", ""]


def test_cues_in_two_styles_at_one_place_follow_each_other_as_they_did() -> None:
    spoken = [cue(0, 2000, "a"), cue(4000, 6000, "c"), cue(9000, 11_000, "e"), cue(13_000, 14_000, "g")]
    thought = [
        cue(2100, 3800, "b", style="Alt"),
        cue(8000, 10_000, "d", style="Alt"),
        cue(12_000, 12_500, "f", style="Alt"),
    ]
    above = [cue(2050, 2500, "sign", anchor=8)]
    known = parts([*spoken, *thought, *above], EN)
    found = [[replace(one, span=Span(one.span.start, one.span.end + 400)) for one in part.cues] for part in known]
    ends = {one.text: one.span.end for one in give_way(found, known, profile(EN))}
    assert ends == {
        "a": 2017,  # not over what follows in the other style
        "b": 3917,  # nor in a gap too short to be seen
        "c": 6400,
        "d": 10_400,  # two at once, as it was
        "e": 11_400,
        "f": 12_917,
        "g": 14_400,
        "sign": 2900,
    }


WORDS = st.sampled_from(["one", "two.", "Three", "-", "né", "汉字", "好。", "…", "a", "42,"])
LINES = st.lists(st.lists(WORDS, min_size=1, max_size=8).map(" ".join), min_size=1, max_size=2)
CUES = st.lists(
    st.tuples(st.integers(0, 9000), st.integers(0, 4000), LINES, st.booleans(), st.sampled_from([2, 8])), max_size=8
)


@given(CUES, st.sampled_from(["en", "zh", "ja"]))
def test_every_word_is_in_one_sentence_and_in_its_cues_time(given_cues, tag) -> None:
    cues = [
        cue(start, start + length, *lines, italic=italic, anchor=anchor)
        for start, length, lines, italic, anchor in given_cues
    ]
    found = parts(cues, language(tag))
    assert sorted(one.span for part in found for one in part.cues) == sorted(one.span for one in cues)
    for part in found:
        said = "".join(sentence.text for sentence in part.sentences)
        written = "".join("".join(one.text.split()) for one in part.cues)
        assert "".join(said.split()).replace("-", "") == written.replace("-", "")  # those of speakers are no words
        words = [word for sentence in part.sentences for word in sentence.words]
        assert all(
            any(one.span.start <= word.span.start <= word.span.end <= one.span.end for one in part.cues)
            for word in words
        )
        dressed = list(dress(part.cues, part))
        assert [one.span for one in dressed] == [one.span for one in part.cues]
        assert {one.look for one in dressed} <= {one.look for one in part.cues}


@pytest.mark.parametrize("tag", ["en", "zh"])
def test_no_cues_give_nothing(tag) -> None:
    assert parts([], language(tag)) == ()
