"""SAMI as Korean subtitles are written in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtrans.errors import InputError
from subtrans.formats import read
from subtrans.formats.sami import as_srt, declared
from subtrans.types import Cue, Look, Span

HEAD = """<SAMI><HEAD><TITLE>A film</TITLE>
<STYLE TYPE="text/css">
<!--
P { margin-left: 8pt; }
.KRCC { Name: Korean; lang: kr-KR; SAMIType: CC; }
.ENCC { Name: English; lang: en-US; SAMIType: CC; }
-->
</STYLE></HEAD><BODY>
"""
KOREAN = [
    Cue(Span(1000, 3000), ("안녕하세요.", "네 & <너>")),
    Cue(Span(4000, 6000), ("어디 가?",), Look(italic=True)),
    Cue(Span(6000, 11_000), ("집에.",)),
]


def cues(text: str, tag: str | None = None) -> list[Cue]:
    return read(as_srt(text, tag), "srt")


def test_a_text_stays_until_the_next_or_an_empty_one() -> None:
    text = (
        HEAD + "<SYNC Start=1000><P Class=KRCC>\n안녕하세요.<br>네 &amp;\n&lt;너&gt;\n"
        '<sync START="3000"><p class="krcc">&nbsp\n<!-- <SYNC Start=3500><P Class=KRCC>old -->'
        "<SYNC Start=4000><P Class=KRCC><font color=#ff0><i>어디 가?</i></font></P></SYNC>\n"
        "<SYNC Start=6000><P Class=KRCC><P ID=Source>철수<P Class=KRCC>집에.</BODY></SAMI>\n"
    )
    assert [cue for cue in cues(text) if cue.lines != ("철수",)] == KOREAN
    assert declared(text) == "ko"


def test_of_two_languages_the_one_that_is_asked_for_is_read() -> None:
    text = HEAD + (
        "<SYNC Start=1000><P Class=KRCC>안녕.<P Class=ENCC>Hello.\n"
        "<SYNC Start=2000><P Class=KRCC>가자.\n<SYNC Start=3000>&nbsp;\n"
    )
    assert cues(text) == cues(text, "ko-KR") == [Cue(Span(1000, 2000), ("안녕.",)), Cue(Span(2000, 3000), ("가자.",))]
    assert cues(text, "en") == [Cue(Span(1000, 3000), ("Hello.",))]


def test_a_file_without_a_head_has_the_language_of_its_classes() -> None:
    text = "<SYNC Start=1000><P Class=KRCC>안녕.<SYNC Start=2000>\n"
    assert cues(text) == [Cue(Span(1000, 2000), ("안녕.",))]
    assert declared(text) == "ko"
    assert declared("<SYNC Start=1000>Hello.") is None
    assert cues("<SYNC Start=1000>Hello.") == [Cue(Span(1000, 6000), ("Hello.",))]


def test_another_file_is_told() -> None:
    with pytest.raises(InputError, match="not a SAMI file"):
        as_srt("<smil></smil>")


@given(
    st.text("<>!-=/ \n1Pp'\"&;ab{}.:")
    | st.lists(st.sampled_from(["<SYNC Start=", "9>", "<P Class=a", ">", "x"])).map("".join)
)
def test_nothing_breaks_it(text: str) -> None:
    cues("<SYNC Start=1>x" + text)
