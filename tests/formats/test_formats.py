"""Every writer's text is read back as the same cues, by our readers, by the parser of `srt` and by ffmpeg."""

from __future__ import annotations

import io
from pathlib import Path

import av
import pytest
import srt as srt_package
from hypothesis import example, given
from hypothesis import strategies as st

from subtrans.errors import InputError, OutputError
from subtrans.formats import FORMATS, format_of, read, write
from subtrans.formats.lines import legal_lines
from subtrans.types import Cue, Span

# What is likely to be taken for the syntax of some format, beside any text at all.
SYNTAX = st.sampled_from(
    [
        *["1", "42", "-5", "00:00:01,000", "00:01.000", "00:00:01,000 --> 00:00:02,000", "-->", "--->", "X1:1 X2:2"],
        *["<i>", "</i>", "<b", "<00:01.000>", "&amp;", "&lt", "&#10;", "&", "NOTE x", "STYLE", "WEBVTT", "REGION"],
        *["{", "}", "{\\an8}", "{\\pos(1,2)}", "\\N", "\\n", "\\h", "\\", "\\\u2060", "\u2060", "[Events]", "Comment:"],
        *["Dialogue: 0,0:00:00.00,0:00:01.00,,,0,0,0,,x", ";", "\ufeff", "\u200b", "\u3000", "早上好。", "שלום", ""],
    ]
)  # fmt: skip
LONG = "9" * 5000
"""More digits than Python turns into a number."""
TEXTS = st.text(st.characters(exclude_characters="\r\n"), max_size=12)
LINES = st.lists(st.one_of(SYNTAX, TEXTS, st.lists(SYNTAX, max_size=3).map("".join)), min_size=1, max_size=4).filter(
    lambda lines: any(line.strip() for line in lines)
)
SPANS = st.builds(
    lambda start, length: Span(start, start + length), st.integers(0, 9 * 3_600_000), st.integers(0, 9_000)
)
CUES = st.lists(st.builds(lambda span, lines: Cue(span, tuple(lines)), SPANS, LINES), max_size=5)


def legal(cues: list[Cue]) -> list[Cue]:
    """What a file can keep of the cues: see `subtrans.formats.write`."""
    return [Cue(cue.span, tuple(legal_lines(cue))) for cue in cues]


@given(CUES)
@example([Cue(Span(0, 1), ("a", "5", "00:00:01,000 b"))])
@example([Cue(Span(0, 0), ("\x00", "\ud800"))])
def test_srt_comes_back_the_same(cues: list[Cue]) -> None:
    text = write(cues, "srt")
    found = read(text, "srt")
    assert [cue.span for cue in found] == [cue.span for cue in cues]
    for cue, expected in zip(found, legal(cues), strict=True):
        # An arrow of characters becomes a sign, and a joiner parts what looks like the head of a cue.
        if not any("-->" in line for line in expected.lines):
            assert [line.replace("\u2060", "") for line in cue.lines] == [
                line.replace("\u2060", "") for line in expected.lines
            ]
    assert len(list(srt_package.parse(text))) == len(cues)


@given(CUES)
@example([Cue(Span(0, 0), ("a", "", "--> b", "NOTE", "&lt;"))])
def test_vtt_comes_back_the_same(cues: list[Cue]) -> None:
    found = read(write(cues, "vtt"), "vtt")
    assert [cue.lines for cue in found] == [cue.lines for cue in legal(cues)]
    assert [cue.span.start for cue in found] == [cue.span.start for cue in cues]
    # WebVTT has no cue without duration.
    assert [cue.span.end for cue in found] == [max(cue.span.end, cue.span.start + 1) for cue in cues]


@given(CUES)
@example([Cue(Span(0, 10), ("{\\an8}a\\Nb \\{", "\\", "c,d"))])
def test_ass_comes_back_the_same_to_the_hundredth_of_a_second(cues: list[Cue]) -> None:
    found = read(write(cues, "ass"), "ass")
    assert [cue.lines for cue in found] == [cue.lines for cue in legal(cues)]
    for cue, expected in zip(found, cues, strict=True):
        assert abs(cue.span.start - expected.span.start) <= 5
        assert abs(cue.span.end - expected.span.end) <= 5


@given(CUES)
def test_txt_holds_all_lines_and_nothing_else(cues: list[Cue]) -> None:
    assert write(cues, "txt").split("\n") == [line for cue in legal(cues) for line in cue.lines] + [""]


@pytest.mark.parametrize("name", FORMATS)
@given(cues=CUES)
@example(cues=[Cue(Span(0, 1), ("\ufeffafter a byte-order mark",))])
def test_any_writer_gives_utf8_with_line_feeds(name: str, cues: list[Cue]) -> None:
    data = write(cues, name).encode("utf-8")
    assert b"\r" not in data
    assert not data.startswith(b"\xef\xbb\xbf")
    assert b"\x00" not in data


# ffmpeg keeps no packets apart that have the same time, so the times of this test differ.
@pytest.mark.parametrize("name", ["srt", "vtt", "ass"])
@given(texts=st.lists(LINES, min_size=1, max_size=5))
@example(texts=[["5"], ["6", "7"], ["a --> b"], ["00:00:01,000 --> 00:00:02,000"]])
def test_ffmpeg_reads_as_many_cues_as_were_written(name: str, texts: list[list[str]]) -> None:
    cues = [Cue(Span(1000 * n, 1000 * n + 800), tuple(lines)) for n, lines in enumerate(texts)]
    container = {"vtt": "webvtt"}.get(name, name)
    with av.open(io.BytesIO(write(cues, name).encode()), format=container) as file:
        packets = [packet for packet in file.demux() if packet.size]
    assert [int(packet.pts * packet.time_base * 1000) for packet in packets] == [cue.span.start for cue in cues]


@pytest.mark.parametrize("name", ["srt", "vtt", "ass"])
@given(text=st.one_of(st.text(), st.lists(st.one_of(SYNTAX, st.just("\n")), max_size=12).map("".join)))
@example(text="1\n99999999999999999999:00:00,000 --> 00:00:01,000\nx\n")
@example(text=f"1\n{LONG}:00:00,000 --> 00:00:01,000\nx\n")
@example(text=f"WEBVTT\n\n{LONG}:00:00.000 --> 00:01.000\nx\n")
@example(text="[Events]\nDialogue: ,,,\n[V4+ Styles]\nStyle: a,b,c,d\n")
def test_any_text_is_read_or_refused(name: str, text: str) -> None:
    try:
        cues = read(text, name)
    except InputError as error:
        assert "\n" not in str(error)  # noqa: PT017 - either outcome is right
    else:
        assert all(isinstance(cue, Cue) for cue in cues)


def test_the_suffix_names_the_format() -> None:
    assert format_of(Path("a.zh.srt")) == "srt"
    assert format_of(Path("A.VTT")) == "vtt"
    assert format_of(Path("a.mp4")) is None
    assert format_of(Path("srt")) is None


def test_text_without_times_cannot_be_read() -> None:
    with pytest.raises(InputError, match="txt holds no times"):
        read("hello", "txt")


def test_ass_refuses_times_that_it_cannot_hold() -> None:
    with pytest.raises(OutputError, match="ASS holds no times past 9:59:59"):
        write([Cue(Span(36_000_000, 36_001_000), ("late",))], "ass")
