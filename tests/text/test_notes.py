"""What subtitles for the deaf tell in brackets, and songs between their marks: apart from what is said."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from subtrans.pipelines.speech import ask, translate
from subtrans.text.labels import unlabelled
from subtrans.text.languages import language
from subtrans.text.script import parts
from subtrans.types import Cue, Hypothesis, Sentence, Span


class Shouting:
    """A translator that writes capitals and a full stop, drops brackets and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def translate(self, texts) -> list[Hypothesis]:
        self.asked += texts
        return [Hypothesis(re.sub(r"[^\w ]", "", text).upper() + "." * bool(text)) for text in texts]


def said(*cues: tuple[str, ...], tag: str = "en") -> list[Sentence]:
    timed = [Cue(Span(2000 * place, 2000 * place + 1900), lines) for place, lines in enumerate(cues)]
    return [sentence for part in parts(timed, language(tag)) for sentence in part.sentences]


@pytest.mark.parametrize(
    ("cues", "asked", "expected"),
    [
        ([("[door creaks] Hello there.",)], ["Hello there.", "door creaks"], ["[DOOR CREAKS] HELLO THERE."]),
        ([("(laughs) I know.",)], ["I know.", "laughs"], ["(LAUGHS) I KNOW."]),
        ([("[man]: Who is it?",)], ["Who is it?", "man"], ["[MAN]: WHO IS IT."]),
        ([("It is me. (sighs)",), ("Good.",)], ["It is me.", "Good.", "sighs"], ["IT IS ME. (SIGHS)", "GOOD."]),
        ([("[music", "playing]")], ["music playing"], ["[MUSIC PLAYING]"]),
        ([("[music", "playing] Go.")], ["Go.", "music playing"], ["[MUSIC PLAYING] GO."]),
        ([("[door opens]", "[steps]")], ["door opens", "steps"], ["[DOOR OPENS] [STEPS]"]),
        ([("- [laughs]", "- No.")], ["No.", "laughs"], ["[LAUGHS]", "NO."]),
        ([("- No.", "- [laughs]")], ["No.", "laughs"], ["NO.", "[LAUGHS]"]),
        ([("♪ I see the sea", "and the sky ♪")], ["I see the sea and the sky"], ["♪ I SEE THE SEA AND THE SKY. ♪"]),
        ([("# I see the sea", "and the sky #")], ["I see the sea and the sky"], ["# I SEE THE SEA AND THE SKY. #"]),
        ([("#1 is his. Press # now.",)], ["#1 is his.", "Press # now."], ["1 IS HIS.", "PRESS  NOW."]),
        ([("♪♪",)], [], ["♪♪"]),
        ([("♬～",)], [], ["♬～"]),
        ([("- What?", "- ..."), ("[...]",), ("?!",)], ["What?"], ["WHAT.", "...", "[...]", "?!"]),
        ([("♪ One. ♪", "♪ Two. ♪")], ["One.", "Two."], ["♪ ONE. ♪", "♪ TWO. ♪"]),
        ([("♪ [piano plays] ♪",)], ["piano plays"], ["♪ [PIANO PLAYS] ♪"]),
        ([("[♪ piano plays ♪]",)], ["piano plays"], ["[♪ PIANO PLAYS ♪]"]),
        (
            [("I go to the [coughs]",), ("big red house now.",)],
            ["I go to the big red house now.", "coughs"],
            ["I GO TO THE [COUGHS] BIG RED HOUSE NOW."],
        ),
        ([("See (2) and f(x), [...] (un)done.",)], ["See (2) and f(x), [...] (un)done."], ["SEE 2 AND FX  UNDONE."]),
        ([("JOHN: [softly] Hi.",), ("JOHN: Ho.",)], ["Hi.", "Ho.", "softly"], ["JOHN: [SOFTLY] HI.", "JOHN: HO."]),
        ([("I am [Applause] here",)], ["I am here", "Applause"], ["I AM [APPLAUSE] HERE."]),
        ([("It is (I think) good.",)], ["It is (I think) good."], ["IT IS I THINK GOOD."]),
        ([("No. [Ann] Me too.",)], ["No.", "Me too.", "Ann"], ["NO.", "[ANN] ME TOO."]),
        (
            [("Wait... [gasps] [coughs] I see.",)],
            ["Wait... I see.", "gasps", "coughs"],
            ["WAIT [GASPS] [COUGHS] I SEE."],
        ),
        ([("[in French]", "- Hi.", "- Ho.")], ["Hi.", "Ho.", "in French"], ["[IN FRENCH] HI.", "HO."]),
        ([("[♪♪]",)], [], ["[♪♪]"]),
        ([("ANN [on phone]: Hi.",), ("BEN: Ho.",)], ["Hi.", "Ho."], ["ANN [on phone]: HI.", "BEN: HO."]),
        ([("[ANN] Hi.",), ("[BEN] Ho.",)], ["Hi.", "Ho."], ["[ANN] HI.", "[BEN] HO."]),
    ],
)
def test_notes_are_translated_apart_and_stand_where_they_stood(cues, asked, expected) -> None:
    translator = Shouting()
    assert [one.text for one in translate(said(*cues), translator)] == expected
    assert translator.asked == asked


def test_notes_of_scripts_without_spaces() -> None:
    translator = Shouting()
    found = translate(said(("（笑）你好。（哭）再见。",), ("♪好♪",), tag="zh"), translator)
    assert [one.text for one in found] == ["（笑）你好.", "（哭）再见.", "♪好.♪"]
    assert translator.asked == ["你好。", "再见。", "好", "笑", "哭"]


@pytest.mark.parametrize(
    "text",
    [
        "1)（iベクトル）+2（jベクトル）で表される",
        "- JOHN: 好",
        "(주: 좌표는 [x,y]s로 표기) 그리고",
        "[a] I am [b] here (c)",
    ],
)
def test_what_is_not_translated_stays_where_it_is(text: str) -> None:
    class Same:
        def translate(self, texts) -> list[Hypothesis]:
            return [Hypothesis(text) for text in texts]

    tag = "ja" if "で" in text else "zh" if "好" in text else "ko" if "주" in text else "en"
    assert " ".join(one.text for one in translate(said((text,), tag=tag), Same())) == text.removeprefix("- ")


def test_spaces_beside_notes_stay_and_come_where_the_script_has_them() -> None:
    cues = said(("♪ 好 ♪",), ("[笑] 你好。 （哭）",), ("（笑）再见。（哭）",), tag="zh")
    assert [one.text for one in translate(cues, Shouting())] == ["♪ 好. ♪", "[笑] 你好. （哭）", "（笑）再见.（哭）"]

    class English:
        def translate(self, texts) -> list[Hypothesis]:
            return [Hypothesis("Hello.") for _ in texts]

    assert [one.text for one in translate(cues[1:], English())] == [
        "[Hello] Hello. （Hello）",
        "（Hello） Hello. （Hello）",
    ]


def test_a_note_keeps_its_brackets_whatever_the_translator_writes() -> None:
    class Poor:
        def translate(self, texts) -> list[Hypothesis]:
            return [Hypothesis("）[[。" if text == "laughs" else "") for text in texts]

    assert [one.text for one in translate(said(("[laughs] No.",), ("(laughs)",)), Poor())] == ["[laughs]", "(laughs)"]
    assert [one.text for one in ask(said(("[laughs] No.",)), Poor(), short=True)] == [""]


def test_what_is_said_keeps_its_alignment_and_alternatives() -> None:
    class Aligned:
        def translate(self, texts) -> list[Hypothesis]:
            known = {"Come in.": Hypothesis("请进。", alignment=((0, 0), (1, 5)), alternatives=(Hypothesis("进。"),))}
            return [known.get(text, Hypothesis("笑")) for text in texts]

    (sentence,) = said(("[laughs] Come in. (sighs)",))
    (found,) = translate([sentence], Aligned())
    assert (found.text, found.alternatives[0].text) == ("[笑] 请进。 (笑)", "[笑] 进。 (笑)")
    assert [(found.text[here], sentence.text[there]) for here, there in found.alignment] == [("请", "C"), ("进", "i")]


WORDS = st.sampled_from(["one", "two.", "Three?", "四", "JOHN:", "["])
NOTES = st.sampled_from(["[door slams]", "(laughs)", "♪", "[in French]", "[MAN]", "（笑）", "[♪ jazz ♪]"])
PLAIN = st.lists(WORDS, max_size=6).map(" ".join)
LINES = st.tuples(st.sampled_from(["", "- "]), st.lists(NOTES, max_size=2), PLAIN, st.lists(NOTES, max_size=2)).map(
    lambda found: found[0] + " ".join([*found[1], found[2], *found[3]])
)
CUES = st.lists(st.lists(LINES, min_size=1, max_size=2).filter(lambda lines: any(map(str.strip, lines))), max_size=5)


@given(CUES, st.sampled_from(["en", "zh"]))
@example([["- [MAN]"]], "zh")
def test_brackets_in_are_brackets_out(cues: list[list[str]], tag: str) -> None:
    class Same:
        def translate(self, texts) -> list[Hypothesis]:
            return [Hypothesis(text.lower()) for text in texts]

    found = translate(said(*map(tuple, cues), tag=tag), Same())

    def brackets(text: str) -> list[str]:
        return sorted(re.findall(r"[\[\]()（）♪]", text))

    assert brackets("".join(one.text for one in found)) == brackets("".join(line for cue in cues for line in cue))


TOLD = st.lists(st.sampled_from(["[door slams]", "(laughs)", "[in French]"]), max_size=1)
SAID = st.lists(st.sampled_from(["One", "Two.", "Three?"]), min_size=1, max_size=6)
TURNS = st.lists(st.tuples(st.sampled_from(["", "- "]), TOLD, SAID, TOLD), min_size=1, max_size=2)


@given(st.lists(TURNS, max_size=5))
def test_what_is_said_is_asked_as_if_there_were_no_notes(cues) -> None:
    def asked(*places: int) -> list[str]:
        lines = [
            tuple(line[0] + " ".join(word for place in places for word in line[place]) for line in cue) for cue in cues
        ]
        return [text for text in map(unlabelled, said(*lines)) if text]

    assert [one.text for one in asked(1, 2, 3)] == [one.text for one in asked(2)]


@pytest.mark.parametrize("text", ["(" * 30_000 + ")", "~" * 30_000, "a" + " " * 30_000 + "b"])
def test_a_line_of_thousands_of_openings_takes_no_longer_than_another(text: str) -> None:
    started = time.monotonic()
    said((text, "x"))
    assert time.monotonic() - started < 3
