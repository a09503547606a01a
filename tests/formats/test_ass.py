from __future__ import annotations

import pytest

from subtrans.errors import InputError
from subtrans.formats import ass, read, write
from subtrans.types import Cue, Look, Span


def test_braces_that_are_escaped_are_text() -> None:
    text = write([], "ass") + "Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,Hi \\{you\\}\n"
    assert read(text, "ass")[0].lines == ("Hi {you}",)


def test_text_is_escaped_as_mpv_escapes_it() -> None:
    events = write([Cue(Span(1_234, 2_000), ("{a}, b", r"C:\New"))], "ass").splitlines()
    assert events[-1] == "Dialogue: 0,0:00:01.23,0:00:02.00,Default,,0,0,0,,\\{a}, b\\NC:\\\u2060New"


def test_markup_and_comments_are_dropped() -> None:
    text = (
        "[Script Info]\nScriptType: v4.00+\n\n[Events]\n"
        "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
        "Comment: 0,0:00:00.00,0:00:09.00,Default,,0,0,0,,not shown\n"
        "Dialogue: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,{\\a6\\i1}One{\\i0}, two\\Nthree\\hfour\\nfive\n"
    )
    assert read(text, "ass") == [Cue(Span(1000, 2500), ("One, two", "three\u00a0four", "five"), Look(anchor=8))]


@pytest.mark.parametrize(
    ("text", "italic"),
    [("{\\i1}All.{\\i0}", True), ("{\\i1}All.", True), ("{\\i1}A{\\i0} part.", False), ("A {\\i1}part.", False)],
)
def test_a_line_is_in_italics_when_all_its_letters_are(text: str, italic: bool) -> None:
    head = "[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    (cue,) = read(f"{head}Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{text}\n", "ass")
    assert cue.look.italic is italic


def test_ssa_counts_places_in_another_way() -> None:
    text = (
        "[Script Info]\nScriptType: v4.00\n\n[V4 Styles]\n"
        "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, TertiaryColour, BackColour, Bold, Italic, "
        "BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, AlphaLevel, Encoding\n"
        "Style: Top,Arial,28,16777215,255,0,0,0,-1,1,2,2,6,30,30,20,0,0\n\n[Events]\n"
        "Format: Marked, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
        "Dialogue: Marked=0,0:00:01.00,0:00:02.00,Top,,0000,0000,0000,,Up.\n"
    )
    look = Look(italic=True, anchor=8, style="Top")
    assert read(text, "ass") == [Cue(Span(1000, 2000), ("Up.",), look)]
    assert ass.write(read(text, "ass"), like=text).endswith("0:00:01.00,0:00:02.00,Top,,0,0,0,,Up.\n")


def test_drawings_are_no_text() -> None:
    events = [
        "0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\p1}m 0 0 l 9 9{\\p0}",
        "0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\pos(9,9)}SHOP {\\p2}m 0 0 l 9 9{\\p0}SIGN",
    ]
    text = write([], "ass") + "".join(f"Dialogue: 0,{event}\n" for event in events)
    assert [cue.text for cue in read(text, "ass")] == ["SHOP SIGN"]


def test_a_song_is_read_whole_and_not_by_its_syllables() -> None:
    whole = "Comment: 0,0:00:01.00,0:00:03.00,Default,,0,0,0,karaoke,{\\k20}See {\\k30}the {\\k40}sea.\n"
    syllables = "".join(f"Dialogue: 0,0:00:01.00,0:00:03.00,Default,,0,0,0,fx,{{\\pos(9,9)}}{one}\n" for one in "abc")
    said = "Dialogue: 0,0:00:04.00,0:00:05.00,Default,,0,0,0,,Yes.\n"
    assert [cue.text for cue in read(write([], "ass") + whole + syllables + said, "ass")] == ["See the sea.", "Yes."]
    assert [cue.text for cue in read(write([], "ass") + syllables + said, "ass")] == ["a", "b", "c", "Yes."]


@pytest.mark.parametrize("text", ["", "hello", "1\n00:00:01,000 --> 00:00:02,000\nx\n"])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="line 1: an ASS file begins with"):
        read(text, "ass")


def test_a_damaged_time_is_refused() -> None:
    with pytest.raises(InputError, match="not an ASS file that can be read"):
        read("[Events]\nDialogue: 0,nonsense,0:00:02.50,Default,,0,0,0,,x\n", "ass")


def test_a_style_without_a_colour_is_refused_or_gets_one() -> None:
    cue = Cue(Span(0, 1000), ("Hi.",))
    styles = write([cue], "ass").replace("&H00FFFFFF", "")
    try:
        found = read(styles, "ass")
    except InputError as error:  # by pysubs2 before 1.9
        assert "not an ASS file that can be read" in str(error)  # noqa: PT017
    else:
        assert [one.text for one in found] == ["Hi."]
        assert "&H00FFFFFF" in ass.write([cue], like=styles)


@pytest.mark.parametrize("size", ["inf", "nan", "1e999", "0"])
def test_a_picture_without_bounds_is_that_of_renderers(size: str) -> None:
    text = f"[Script Info]\nPlayResX: {size}\nPlayResY: {size}\n\n[Events]\n"
    text += "Dialogue: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,"
    (cue,) = read(text + r"{\pos(96,144)}Hi." + "\n", "ass")
    assert cue.look.position == (0.25, 0.5)
    assert r"\pos(96,144)" in ass.write([cue], like=text)


def test_a_brace_that_nothing_closes_is_no_italics() -> None:
    (cue,) = read(ass.write([Cue(Span(0, 1000), ("x",))]).replace(",,x", ",,{unclosed"), "ass")
    assert (cue.text, cue.look.italic) == ("{unclosed", False)
