from __future__ import annotations

import pytest

from subtrans.errors import InputError
from subtrans.formats import read, write
from subtrans.types import Cue, Look, Span


def test_vtt_as_browsers_expect_it() -> None:
    cues = [Cue(Span(0, 1_500), ("Salt & <pepper>", "", "a --> b")), Cue(Span(360_000_000, 360_000_000), ("x",))]
    assert write(cues, "vtt") == (
        "WEBVTT\n\n"
        "00:00:00.000 --> 00:00:01.500\nSalt &amp; &lt;pepper&gt;\na --&gt; b\n\n"
        "100:00:00.000 --> 100:00:00.001\nx\n"
    )
    assert write([], "vtt").startswith("WEBVTT\n")


def test_all_parts_of_a_file_are_understood() -> None:
    text = (
        "\ufeffWEBVTT - a title\r\nKind: captions\r\n\r\n"
        "STYLE\r\n::cue { color: red }\r\n\r\n"
        "NOTE\r\nnot shown\r\n\r\n"
        "intro\r\n00:01.000 --> 00:02.500 align:start position:10%\r\n"
        "<v Mary><i>One</i> &amp;\r\n<00:01.500><c.x>two</c>\r\n\r\n"
        "00:00:03.000 --> 00:00:04.000\r\n\r\n"
        "00:00:05.000 --> 01:00:06.000\r\nlast"
    )
    assert read(text, "vtt") == [
        Cue(Span(1000, 2500), ("One &", "two"), Look(anchor=1, speaker="Mary")),
        Cue(Span(5000, 3_606_000), ("last",)),
    ]


def test_cues_as_youtube_and_others_write_them() -> None:
    text = (
        "WEBVTT\nKind: captions\nLanguage: en\n\n"
        "00:00:01.000 --> 00:00:02.000 align:start position:0%\n \nhello<00:00:01.400><c> there</c>\n\n"
        "1:00:03.000 --> 1:00:04.000\n<ruby>漢字<rt>かんじ</rt></ruby>と<ruby>字<rt.small>じ</ruby>\n"
    )
    assert [(cue.span.start, cue.lines) for cue in read(text, "vtt")] == [
        (1000, ("hello there",)),
        (3_603_000, ("漢字と字",)),
    ]


def test_what_people_and_programs_write_otherwise() -> None:
    text = (
        "WEBVTT\n\n0:01,000 --> 00:00:02,5\nI <3 you, 1 < 2\n<i>and</i> a <\n\n"
        "00:03.000 --> 00:04.000 align:left\n{\\an8}Above\n"
    )
    cues = [
        Cue(Span(1000, 2500), ("I <3 you, 1 < 2", "and a <")),
        Cue(Span(3000, 4000), ("Above",), Look(anchor=8)),
    ]
    assert read(text, "vtt") == cues
    told = [Cue(Span(0, 1000), ("{\\an8} is the top",))]
    assert read(write([*told, *cues], "vtt"), "vtt") == [*told, *cues]


def test_speakers_have_names_or_dashes() -> None:
    head = "WEBVTT\n\n00:01.000 --> 00:02.000\n"
    named = [Cue(Span(1000, 2000), ("One", "more"), Look(speaker="Ann & Bob"))]
    assert read(head + "<v.loud Ann &amp; Bob>One\nmore</v>", "vtt") == named
    assert read(write(named, "vtt"), "vtt") == named
    assert read(head + "<v Ann>Hi.</v> <v Bob>- Hello,\nyou.", "vtt")[0].lines == ("-Hi.", "-Hello,", "you.")
    assert read(head + "- <v Ann>Hi.</v>\n- <v Bob>Hello.</v>", "vtt")[0].lines == ("-Hi.", "-Hello.")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("1\n00:00:01,000 --> 00:00:02,000\nx\n", 1),
        ("WEBVTTX\n", 1),
        ("WEBVTT\n\n00:00:01;000 --> 00:00:02;000\nx\n", 3),
        ("WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nx\n\n00:61.000 --> 00:62.000\ny\n", 6),
    ],
)
def test_the_line_that_cannot_be_read_is_named(text: str, line: int) -> None:
    with pytest.raises(InputError, match=rf"^line {line}: "):
        read(text, "vtt")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("<c.white>What?</c>\n<c.yellow>Nothing.</c>", ("- What?", "- Nothing.")),
        ("What?\n<c.cyan.bg_black>Nothing,\nnothing.</c>", ("- What?", "- Nothing,", "nothing.")),
        ("<c.yellow>What?\nNothing.</c>", ("What?", "Nothing.")),
        ("<c.colorE5E5E5>What?</c>\n<c.colorCCCCCC>Nothing.</c>", ("What?", "Nothing.")),
        ("<c.yellow>- What?</c>\n<c.cyan>- Nothing.</c>", ("- What?", "- Nothing.")),
        ("It is <c.red>red</c>\n<c.white>here.</c>", ("It is red", "here.")),
    ],
)
def test_lines_in_several_colours_are_those_of_several_speakers(text: str, lines: tuple[str, ...]) -> None:
    (cue,) = read(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{text}\n", "vtt")
    assert cue.lines == lines
