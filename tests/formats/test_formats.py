"""Every writer's text is read back as the same cues, by our readers, by the parser of `srt` and by ffmpeg."""

from __future__ import annotations

import io
from contextlib import suppress
from pathlib import Path

import av
import pytest
import srt as srt_package
from hypothesis import example, given
from hypothesis import strategies as st

from subtrans.errors import InputError, OutputError
from subtrans.formats import FORMATS, ass, format_of, read, write
from subtrans.formats.lines import legal_lines
from subtrans.types import Cue, Look, Span

# What is likely to be taken for the syntax of some format, beside any text at all.
SYNTAX = st.sampled_from(
    [
        *["1", "42", "-5", "00:00:01,000", "00:01.000", "00:00:01,000 --> 00:00:02,000", "-->", "--->", "X1:1 X2:2"],
        *["[00:01.00]", "<00:01.00>", "[ti:x]", "]]>", "<br/>", "\t"],
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


@given(CUES)
@example([Cue(Span(0, 10), ("]]>", "<p>&amp;", "\u2028"))])
def test_ttml_comes_back_the_same(cues: list[Cue]) -> None:
    found = read(write(cues, "ttml"), "ttml")
    expected = sorted(legal(cues), key=lambda cue: cue.span.start)
    assert [[" ".join(line.split()) for line in cue.lines] for cue in found] == [
        [" ".join(line.split()) for line in cue.lines] for cue in expected
    ]
    # TTML has no cue without duration.
    assert [cue.span for cue in found] == [
        Span(cue.span.start, max(cue.span.end, cue.span.start + 1)) for cue in expected
    ]


@given(CUES)
@example([Cue(Span(0, 10), ("a\tb",))])
def test_tsv_comes_back_as_one_line_a_cue(cues: list[Cue]) -> None:
    found = read(write(cues, "tsv"), "tsv")
    assert [cue.span for cue in found] == [cue.span for cue in cues]
    assert [cue.lines for cue in found] == [(" ".join(cue.lines).replace("\t", " ").strip(),) for cue in legal(cues)]


@given(st.lists(st.tuples(st.integers(10, 500), st.integers(10, 500), LINES), max_size=5))
@example([(10, 10, ["[00:01.00]"]), (10, 10, ["<00:01.00>", "[ti:x]"])])
def test_lrc_comes_back_as_one_line_a_cue(parts: list[tuple[int, int, list[str]]]) -> None:
    cues, time = [], 0
    for pause, length, lines in parts:
        cues.append(Cue(Span(time + 10 * pause, time + 10 * (pause + length)), tuple(lines)))
        time = cues[-1].span.end
    found = read(write(cues, "lrc"), "lrc")
    assert [cue.span for cue in found] == [cue.span for cue in cues]
    for cue, expected in zip(found, legal(cues), strict=True):
        assert cue.lines[0].replace("\u2060", "").strip() == " ".join(expected.lines).replace("\u2060", "").strip()


def test_the_offset_of_lyrics() -> None:
    text = "[ti:x]\n[offset:+500]\n[00:00.20]one\n[00:02.00]two\n[00:03.00]\n"
    assert read(text, "lrc") == [Cue(Span(0, 1500), ("one",)), Cue(Span(1500, 2500), ("two",))]


ANCHORS = st.integers(1, 9)
POSITIONS = st.none() | st.tuples(*[st.integers(0, 1000).map(lambda share: share / 1000)] * 2)


@pytest.mark.parametrize("name", ["srt", "vtt", "ass", "ttml"])
@given(lines=LINES, italic=st.booleans(), anchor=ANCHORS, position=POSITIONS)
def test_italics_and_places_come_back(name, lines, italic, anchor, position) -> None:
    if name in {"srt", "ttml"}:
        position = None  # they know the nine places alone
    cue = Cue(Span(0, 1000), tuple(lines), Look(italic, anchor, position))
    (found,) = read(write([cue], name), name)
    assert (found.look.italic, found.look.anchor) == (italic, anchor)
    assert (found.look.position is None) == (position is None)
    if position:
        assert found.look.position == pytest.approx(position, abs=1e-3)


@given(CUES, st.sampled_from(["Sign", "Default", "Missing"]))
def test_ass_keeps_the_styles_of_another_file(cues: list[Cue], name: str) -> None:
    like = (
        write([], "ass")
        + "\n[V4+ Styles]\nStyle: Sign,Georgia"
        + ",20,&HFFFFFF,&H0,&H0,&H0,0,-1,0,0,100,100,0,0,1,2,2,8,9,9,9,1\n"
    )
    styled = [
        Cue(cue.span, cue.lines, Look(italic=name == "Sign", anchor=8 if name == "Sign" else 2, style=name))
        for cue in cues
    ]
    text = ass.write(styled, like=like)
    assert "Style: Sign,Georgia,20" in text
    assert "Style: Sign,Squares,20" in ass.write(styled, like=like, font="Squares")
    found = read(text, "ass")
    kept = name if name != "Missing" else "Default"
    assert [cue.look for cue in found] == [Look(name == "Sign", 8 if name == "Sign" else 2, style=kept)] * len(cues)
    assert r"\i1" not in text.replace(r"\\i1", ""), "the style says it already"


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


@pytest.mark.parametrize("name", [name for name, kind in FORMATS.items() if kind.read])
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


BEGINNINGS = [
    *("<", "<i ", "<i", "<font ", "<v ", "<v\t", "<rt.", "<c.", "{\\an8", "{\\pos(1,", "{", "\\{", "[a", "<00:01.00"),
    *("1", "-", " \n", "\n", "&", "-1:00:00,000 "),
]


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_markup_without_an_end_takes_no_hours(beginning: str) -> None:
    """Nothing is timed here: what looks for the end anew from every beginning goes past the limit of any test."""
    text = f"{beginning * 300_000}x"
    heads = {
        "srt": "1\n00:00:01,000 --> 00:00:02,000\n",
        "vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\n<v A>a\n<v B>",
        "ass": "[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,",
        "lrc": "[00:01.00]",
        "tsv": "start\tend\ttext\n1\t2\t",
    }
    for name, head in heads.items():
        for whole in (f"{head}{text}", text):
            with suppress(InputError):
                read(whole, name)
    lines = tuple(line for line in text.split("\n") if line.strip())
    for name in ("srt", "vtt", "ass", "lrc"):
        write([Cue(Span(0, 1), lines)], name)


def test_what_nothing_closes_is_text() -> None:
    srt = "1\n00:00:01,000 --> 00:00:02,000\n{\\an8}one {\\two\n<i three\n"
    (cue,) = read(srt, "srt")
    assert (cue.lines, cue.look.anchor) == (("one {\\two", "<i three"), 8)
    (cue,) = read(r"[Events]" + "\n" + r"Dialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,{\an8}one {two\Nthree", "ass")
    assert (cue.lines, cue.look.anchor) == (("one {two", "three"), 8)


def test_the_suffix_names_the_format() -> None:
    assert format_of(Path("a.zh.srt")) == "srt"
    assert format_of(Path("A.VTT")) == "vtt"
    assert format_of(Path("a.ssa")) == "ass"
    assert format_of(Path("a.mp4")) is None
    assert format_of(Path("srt")) is None


def test_text_without_times_cannot_be_read() -> None:
    for ask in (lambda: write((), "json"), lambda: read("", "json")):
        with pytest.raises(InputError, match="'json' is no format of subtitles: use one of srt, vtt, ass"):
            ask()
    with pytest.raises(InputError, match="txt holds no times"):
        read("hello", "txt")


def test_ass_refuses_times_that_it_cannot_hold() -> None:
    with pytest.raises(OutputError, match="ASS holds no times past 9:59:59"):
        write([Cue(Span(36_000_000, 36_001_000), ("late",))], "ass")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("srt", "1\n00:00:01,000 --> 00:00:02,000\none&#13;&#10;two\n"),
        ("vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\none&#13;&NewLine;two\n"),
        (
            "ttml",
            '<tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en"><body><div>'
            '<p begin="1s" end="2s">one&#13;two</p></div></body></tt>',
        ),
    ],
)
def test_an_entity_of_a_line_break_ends_a_line(name: str, text: str) -> None:
    assert read(text, name) == [Cue(Span(1000, 2000), ("one", "two"))]
