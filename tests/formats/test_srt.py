from __future__ import annotations

import pytest

from subtrans.errors import InputError
from subtrans.formats import read, write
from subtrans.types import Cue, Look, Span


def test_srt_as_players_expect_it() -> None:
    cues = [
        Cue(Span(0, 1_500), ("Good morning.",)),
        Cue(Span(359_999_999, 360_001_000), ("a -> b", "", "b --> c", "  ")),
    ]
    assert write(cues, "srt") == (
        "1\n00:00:00,000 --> 00:00:01,500\nGood morning.\n\n"
        "2\n99:59:59,999 --> 100:00:01,000\na -> b\nb → c\n\n"
    )  # fmt: skip
    assert write([], "srt") == ""


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff1\r\n00:00:01,000 --> 00:00:02,500\r\nOne\r\nline\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\nTwo\r\n",
        # No numbers, no last line feed.
        "00:00:01,000 --> 00:00:02,500\nOne\nline\n\n00:00:03,000 --> 00:00:04,000\nTwo",
        # Points, short fields.
        "7\n0:0:1.000 --> 0:0:2.500\nOne\nline\n\n7\n00:00:03.000 --> 00:00:04.000\nTwo\n\n\n\n",
        # Times as Python and shells write them.
        "1\n0:00:01 --> 0:00:02.500000\nOne\nline\n\n2\n00:00:03,0 --> 00:00:04\nTwo\n",
        "1\n00:01 --> 00:02.5\nOne\nline\n\n2\n00:03.00 --> 00:04\nTwo\n",
        # No hours; put together of two files.
        "1\n00:01,000 --> 00:02,500\nOne\nline\n\n\ufeff1\n00:03.000 --> 00:04.000\nTwo\n",
        # Other arrows, and blanks before the times.
        "1\n  00:00:01,000 -> 00:00:02,500\nOne\nline\n\n2\n00:00:03,000 ––> 00:00:04,000\nTwo\n",
        "1\n00:00:01,000 → 00:00:02,500\nOne\nline\n\n2\n\t00:00:03,000 > 00:00:04,000\nTwo\n",
        # YouTube's SBV.
        "0:00:01.000,0:00:02.500\nOne\nline\n\n0:00:03.000,0:00:04.000\nTwo\n",
        # Coordinates, a blank line inside, a cue without text.
        "1\n00:00:01,000 --> 00:00:02,500 X1:10 X2:20\nOne\n\nline\n\n2\n00:00:03,000 --> 00:00:04,000\nTwo\n\n"
        "3\n00:00:05,000 --> 00:00:06,000\n\n",
    ],
)
def test_what_other_programs_write_is_read(text: str) -> None:
    assert read(text, "srt") == [Cue(Span(1000, 2500), ("One", "line")), Cue(Span(3000, 4000), ("Two",))]


def test_times_that_are_told_in_a_text_are_text() -> None:
    cues = [Cue(Span(0, 1000), ("From", "00:00:01,000 -> 00:00:02,500", "00:01.5 → 00:02.5"))]
    assert [[line.replace("\u2060", "") for line in cue.lines] for cue in read(write(cues, "srt"), "srt")] == [
        ["From", "00:00:01,000 -> 00:00:02,500", "00:01.5 → 00:02.5"]
    ]


def test_what_is_left_of_web_vtt_is_no_text() -> None:
    text = (
        "1\n00:00:01,000 --> 00:00:02,000\n<c.colorE5E5E5>hello<00:00:01.400> <c>you</c></c>\n\n"
        "2\n00:00:03,000 --> 00:00:04,000\n<v Ann Lee>Hi.</v> <ruby>字<rt>じ</rt></ruby>\n"
    )
    assert [cue.lines for cue in read(text, "srt")] == [("hello you",), ("Hi. 字",)]


def test_lap_times_are_text() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\n1:23.4, 1:25.0\n1:23.4 > 1:21.0\n"
    assert read(text, "srt") == [Cue(Span(1000, 2000), ("1:23.4, 1:25.0", "1:23.4 > 1:21.0"))]


def test_an_end_before_its_start_is_clamped() -> None:
    assert read("1\n00:00:02,000 --> 00:00:01,000\nx\n", "srt") == [Cue(Span(2000, 2000), ("x",))]


def test_what_begins_before_zero_begins_at_zero() -> None:
    text = "1\n-00:00:03,500 --> -00:00:01,000\nGone\n\n2\n-0:00:00.500 --> 0:00:01.000\n-00:00:01,000 he said\n"
    assert read(text, "srt") == [Cue(Span(0, 0), ("Gone",)), Cue(Span(0, 1000), ("-00:00:01,000 he said",))]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("hello\n", 1),
        ("\n\nhello\n", 3),
        ("1\n00:00:01,000 --> 00:00:02,000\n" + "9" * 5000, 3),
        ("1\n00:00:01,000 --> 00:00:02,000\nx\n\n2\n00:00:03 --> nonsense\ny\n", 5),
        ("1\n00:00:01,000 --> 00:00:02,000\nx\n\n2\n00:00:O3,000 --> 00:00:04,000\ny\n", 6),
        ("x\n\n1\n00:00:01,000 --> 00:00:02,000\nx\n", 1),
    ],
)
def test_the_line_that_cannot_be_read_is_named(text: str, line: int) -> None:
    with pytest.raises(InputError, match=rf"^line {line}: "):
        read(text, "srt")


def test_a_time_out_of_range_is_told() -> None:
    with pytest.raises(InputError, match="a time after 0 cues is out of range"):
        read("1\n99999999999999:00:00,000 --> 99999999999999:00:01,000\nx\n", "srt")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("if a<b and c>d", ("if a<b and c>d",)),
        ('<FONT color="red">He</FONT> <b >is</b > <i>here</i>', ("He is here",)),
        ('<span style="color:red">He</span> <em>is</em> <strong>here</strong>', ("He is here",)),
        ("One<br/>two<BR>three", ("One", "two", "three")),
        (r"One\Ntwo\h\half of C:\new", ("One", "two\u00a0\u00a0alf of C:\\new")),
        ("AT&amp;T&#39;s &quot;it&quot;&nbsp;&lt;i&gt; &x; &amp;lt;", ('AT&T\'s "it"\u00a0<i> &x; &lt;',)),
    ],
)
def test_markup_and_entities_of_a_text(text, lines) -> None:
    assert read(f"1\n00:00:01,000 --> 00:00:02,000\n{text}\n", "srt") == [Cue(Span(1000, 2000), lines)]


def test_text_that_looks_like_markup_is_parted() -> None:
    (cue,) = read(write([Cue(Span(0, 1000), (r"a &amp; b <br> c <i> \N",))], "srt"), "srt")
    assert cue.text == "a &\u2060amp; b <\u2060br> c <\u2060i> \\\u2060N"


@pytest.mark.parametrize("tags", ["{\\an8}{\\i1}", "{\\an8\\i1}", "{\\a6\\fs20}<i>"])
def test_italics_and_places_as_ass_has_them(tags) -> None:
    (cue,) = read(f"1\n00:00:01,000 --> 00:00:02,000\n{tags}Up\nthere{{\\i0}}\n", "srt")
    assert cue == Cue(Span(1000, 2000), ("Up", "there"), Look(italic=True, anchor=8))
