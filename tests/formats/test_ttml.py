"""TTML as other programs write it."""

from __future__ import annotations

import pytest

from subtrans.errors import InputError
from subtrans.formats import read, write
from subtrans.types import Cue, Look, Span

HEAD = (
    '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling" xml:lang="en">'
    '<head><layout><region xml:id="top" tts:displayAlign="before"/></layout></head>'
)


def test_times_count_from_what_is_around_them_and_italics_stay() -> None:
    text = (
        f'{HEAD}<body begin="10s"><div begin="1s">'
        '<p begin="0.5s" end="2s">Two<br/>lines</p>'
        '<p begin="00:00:03.000" end="00:00:04.000" region="top"><span tts:fontStyle="italic">Above</span></p>'
        '<p begin="5s" end="6s">half <span tts:fontStyle="italic">slanted</span></p>'
        '<p begin="7s" end="8s"> </p></div></body></tt>'
    )
    assert read(text, "ttml") == [
        Cue(Span(11_500, 13_000), ("Two", "lines")),
        Cue(Span(14_000, 15_000), ("Above",), Look(italic=True, anchor=8)),
        Cue(Span(16_000, 17_000), ("half slanted",)),
    ]


@pytest.mark.parametrize(
    ("body", "italic"),
    [
        ('<p begin="1s" end="2s" style="slanted">He</p>', True),
        ('<p begin="1s" end="2s" tts:fontStyle="italic">He</p>', True),
        ('<div tts:fontStyle="italic"><p begin="1s" end="2s">He</p></div>', True),
        ('<p begin="1s" end="2s" style="slanted"><span tts:fontStyle="normal">He</span></p>', False),
    ],
)
def test_italics_come_from_what_is_around_a_text(body, italic) -> None:
    styling = '<styling><style xml:id="slanted" tts:fontStyle="italic"/></styling>'
    text = f"{HEAD.replace('<head>', f'<head>{styling}')}<body><div>{body}</div></body></tt>"
    assert read(text, "ttml") == [Cue(Span(1000, 2000), ("He",), Look(italic=italic))]


def test_times_of_what_is_around_and_of_spans() -> None:
    text = (
        f"{HEAD}<body><div begin='1s' end='3s'><p>\n  One   word\n  <br/>two</p></div><div>"
        "<p begin='4s' end='9s'><span begin='0s' end='1s'>A</span><br/><span begin='1s'><span>B</span></span></p>"
        "<p><span begin='10s' end='11s'>C</span></p></div></body></tt>"
    )
    assert [(cue.span, cue.lines) for cue in read(text, "ttml")] == [
        (Span(1000, 3000), ("One word", "two")),
        (Span(4000, 5000), ("A",)),
        (Span(5000, 9000), ("B",)),
        (Span(10_000, 11_000), ("C",)),
    ]


def test_readings_are_no_text() -> None:
    ruby = '<span tts:ruby="container"><span tts:ruby="base">漢字</span><span tts:ruby="text">かんじ</span></span>です'
    text = f'{HEAD}<body><div><p begin="1s" end="2s">{ruby}</p></div></body></tt>'
    assert read(text, "ttml") == [Cue(Span(1000, 2000), ("漢字です",))]


def test_readings_by_a_style_are_none_and_what_is_sheared_is_in_italics() -> None:
    styling = (
        '<styling><style xml:id="s1" tts:ruby="container"/><style xml:id="s2" tts:ruby="base"/>'
        '<style xml:id="s3" tts:ruby="text" tts:rubyPosition="outside"/><style xml:id="s4" tts:shear="16%"/></styling>'
    )
    ruby = '<span style="s1"><span style="s2">遅</span><span style="s3">おく</span></span>れた'
    text = (
        f"{HEAD.replace('<head>', f'<head>{styling}')}<body><div><p begin='1s' end='2s'>{ruby}</p>"
        "<p begin='3s' end='4s' style='s4'>心の声</p></div></body></tt>"
    )
    assert read(text, "ttml") == [
        Cue(Span(1000, 2000), ("遅れた",)),
        Cue(Span(3000, 4000), ("心の声",), Look(italic=True)),
    ]


@pytest.mark.parametrize(
    "style",
    ["rubyPosition='auto'", "textAlign='justify'", "fontStyle='bold'", "displayAlign='top'", "shear='0%'", "x='y'"],
)
def test_a_style_of_no_meaning_here_is_left_out(style: str) -> None:
    text = f"{HEAD}<body><div><p begin='1s' end='2s' tts:{style}>He</p></div></body></tt>"
    assert read(text, "ttml") == [Cue(Span(1000, 2000), ("He",))]


@pytest.mark.parametrize(
    ("colours", "lines"),
    [
        (("#ffffff", "#ffff00"), ("- What?", "- Nothing.")),
        (("#ffffffff", "white"), ("What?", "Nothing.")),
        (("yellow", "y"), ("- What?", "- Nothing.")),
        (("white", ""), ("What?", "Nothing.")),
    ],
)
def test_lines_in_several_colours_are_those_of_several_speakers(colours, lines) -> None:
    first, second = (f'<span tts:color="{colour}">' for colour in colours)
    text = f"{HEAD}<body><div><p end='2s'>{first}What?</span> <br/>\n{second}Nothing.</span></p></div></body></tt>"
    assert read(text, "ttml") == [Cue(Span(0, 2000), lines)]


def test_drafts_of_the_standard() -> None:
    text = (
        '<tt xmlns="http://www.w3.org/2006/10/ttaf1" xmlns:tts="http://www.w3.org/2006/10/ttaf1#style" xml:lang="en">'
        '<body><div><p begin="1s" dur="1s" tts:fontStyle="italic">He</p></div></body></tt>'
    )
    assert read(text, "ttml") == [Cue(Span(1000, 2000), ("He",), Look(italic=True))]


@pytest.mark.parametrize(("origin", "anchor"), [("10% 10%", 8), ("10% 80%", 2)])
@pytest.mark.parametrize("align", ["before", "center", "after"])
def test_a_small_region_says_where_it_is(origin: str, align: str, anchor: int) -> None:
    place = f'tts:displayAlign="{align}" tts:origin="{origin}" tts:extent="80% 20%"'
    head = HEAD.replace('tts:displayAlign="before"', place)
    [cue] = read(f'{head}<body><div><p region="top" end="1s">Here</p></div></body></tt>', "ttml")
    assert cue.look.anchor == anchor


def test_a_file_is_imsc_with_a_region() -> None:
    text = write([Cue(Span(0, 1500), ("早上好 & <b>",))], "ttml", language="zh")
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<tt xmlns="http://www.w3.org/ns/ttml"')
    assert 'xml:lang="zh"' in text
    assert '<p region="r2" begin="00:00:00.000" end="00:00:01.500">' in text
    assert "早上好 &amp; &lt;b&gt;" in text


def test_a_time_that_no_other_format_can_say_is_refused() -> None:
    text = f'{HEAD}<body><div><p begin="1s" end="99999999999999:00:00">He</p></div></body></tt>'
    with pytest.raises(InputError, match="a time is out of range"):
        read(text, "ttml")


@pytest.mark.parametrize("text", ["", "hello", "<tt>", "<html/>"])
def test_other_text_is_refused(text: str, caplog) -> None:
    with pytest.raises(InputError, match="not a TTML file that can be read"):
        read(text, "ttml")
    assert not caplog.messages


def test_the_line_of_broken_xml_is_named() -> None:
    with pytest.raises(InputError, match=r"^line 2: not a TTML file that can be read"):
        read(f"{HEAD}\n<body><div><p>Tom <Jerry</p></div></body></tt>", "ttml")


def test_what_programs_write_that_xml_and_ttml_have_otherwise() -> None:
    text = (
        f'{HEAD}<body><div><p begin="00:00:01,500" end="0:0:2.5">Tom & Jerry,&nbsp;AT&amp;T</p>'
        '<p begin="3" dur="1.5">one</p></div></body></tt>'
    )
    assert read(text, "ttml") == [
        Cue(Span(1500, 2500), ("Tom & Jerry,\u00a0AT&T",)),
        Cue(Span(3000, 4500), ("one",)),
    ]


def test_time_code_counts_from_the_start_of_the_programme() -> None:
    head = HEAD.replace("<tt ", '<tt xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ttp:timeBase="smpte" ', 1)
    text = f'{head}<body><div><p begin="10:00:01:00" end="10:00:02:00">He</p></div></body></tt>'
    assert read(text, "ttml") == [Cue(Span(1000, 2000), ("He",))]
    assert read(text.replace("smpte", "media"), "ttml") == [Cue(Span(36_001_000, 36_002_000), ("He",))]
