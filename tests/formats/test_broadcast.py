"""What broadcasters keep: EBU STL by the blocks of EBU Tech 3264, and SCC by the codes of CEA-608."""

from __future__ import annotations

from typing import Any

import pytest
from broadcast import ITALIC, NEW_LINE, TOP, UPRIGHT, block, scc, stl
from hypothesis import given
from hypothesis import strategies as st

from subtrans.errors import InputError
from subtrans.formats import read
from subtrans.formats.broadcast import as_ttml
from subtrans.types import Cue, Look, Span


def cues(data: bytes) -> list[Cue]:
    text = as_ttml(data)
    assert text is not None
    return read(text, "ttml")


def test_ebu_stl_has_times_from_the_start_of_the_programme_places_and_italics() -> None:
    data = stl(
        block(1, (10, 0, 1, 0), (10, 0, 2, 12), b"Good morning," + NEW_LINE + b"everybody."),
        block(2, (10, 0, 3, 0), (10, 0, 4, 0), ITALIC + b"Caf\xc2e!" + UPRIGHT, row=TOP),
        block(3, (10, 0, 5, 0), (10, 0, 6, 0), b"say it slowly", comment=1),
        block(4, (10, 1, 0, 24), (10, 1, 1, 0), b"The end."),
    )
    assert cues(data) == [
        Cue(Span(1000, 2480), ("Good morning,", "everybody.")),
        Cue(Span(3000, 4000), ("Café!",), Look(italic=True, anchor=8)),
        Cue(Span(60_960, 61_000), ("The end.",)),
    ]
    assert 'xml:lang="en"' in str(as_ttml(data))


def test_stl_in_other_letters() -> None:
    russian = "Доброе утро.".encode("iso8859-5")
    data = bytearray(stl(block(1, (0, 0, 1, 0), (0, 0, 2, 0), russian), language=b"56", start=b"00000000"))
    data[12:14] = b"01"  # the table of Latin and Cyrillic letters
    assert cues(bytes(data)) == [Cue(Span(1000, 2000), ("Доброе утро.",))]


def test_lines_in_several_colours_are_those_of_several_speakers() -> None:
    def lines(text: bytes) -> tuple[str, ...]:
        return cues(stl(subtitle(1, text)))[0].lines

    box = b"\x0d\x0b\x0b"
    two = box + b"Are you" + NEW_LINE + box + b"there?" + NEW_LINE + b"\x03" + box + b"Yes."
    assert lines(two) == ("- Are you", "there?", "- Yes.")
    assert lines(b"\x03" + box + b"Are you" + NEW_LINE + b"\x03" + box + b"there?") == ("Are you", "there?")
    assert lines(b"\x03-Are you?" + NEW_LINE + b"\x06-Yes.") == ("-Are you?", "-Yes.")


def test_a_file_cut_short_has_what_is_there() -> None:
    data = stl(*(block(n, (10, 0, n, 0), (10, 0, n, 20), b"One more.") for n in range(1, 6)))
    assert len(cues(data[:-100])) == 4
    data = scc(*((f"00:00:0{n};00", "LOAD ROW15 One more. SHOW") for n in range(1, 6)))
    assert len(cues(data[:-2])) == 5


def subtitle(second: int, text: bytes, end: int = 0, **more: Any) -> bytes:
    return block(second, (10, 0, second, 0), (10, 0, end or second + 1, 0), text, **more)


def spans(data: bytes) -> list[tuple[int, int]]:
    return [(cue.span.start, cue.span.end) for cue in cues(data)]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b"He said " + ITALIC + b"never" + UPRIGHT + b" again.", "He said never again."),
        (b"un" + ITALIC + b"believ" + UPRIGHT + b"able", "unbelievable"),
        (b"\x0d\x07\x0b\x0bHello. \x06There.\x0a\x0a", "Hello. There."),
        (b"\x07Hello.\x06There.", "Hello. There."),
        (b"It cost \xa45, \xa6 1.", "It cost $5, # 1."),
    ],
)
def test_words_beside_italics_and_colours_stay_words(text: bytes, line: str) -> None:
    [cue] = cues(stl(subtitle(1, text)))
    assert cue == Cue(Span(1000, 2000), (line,))


def test_every_subtitle_stays_whatever_its_number_and_its_neighbours() -> None:
    late, sign, within = subtitle(8, b"Late."), subtitle(1, b"A sign.", 7), subtitle(3, b"Said.")
    long = [subtitle(5, b"A" * 112, part=0), subtitle(5, b"B")]
    data = subtitle(5, b"\x01\x02", part=0xFE)  # of the station's own
    again = bytearray(subtitle(6, b"Again."))
    again[1] = 3  # a number that another one has
    found = cues(stl(late, sign, data, within, *long, bytes(again)))
    assert [cue.text for cue in found] == ["A sign.", "Said.", "A" * 112 + "B", "Again.", "Late."]


@pytest.mark.parametrize("start", [b"00000000", b"        ", b"11000000"])
def test_a_start_that_cannot_be_is_the_full_hour_before_the_first_subtitle(start: bytes) -> None:
    assert spans(stl(subtitle(1, b"Now."), start=start)) == [(1000, 2000)]


def test_what_signs_a_file_before_the_programme_is_no_subtitle() -> None:
    signed = block(0, (0, 0, 0, 0), (0, 0, 8, 0), b"Film, reel 1")
    assert spans(stl(signed, subtitle(1, b"Now."))) == [(1000, 2000)]


def test_rows_are_as_many_as_the_file_says() -> None:
    data = bytearray(stl(subtitle(1, b"Below.", row=10)))
    data[253:255] = b"11"
    assert cues(bytes(data))[0].look.anchor == 2


def test_scc_has_its_captions() -> None:
    said = "LOAD ROW14 He said SLANT never WHITE again, ROW15 to anybody. SHOW"
    found = cues(scc(("00:00:01;00", said), ("00:00:04;00", "LOAD ROW1 A sign. SHOW"), ("00:00:06;00", "ERASE")))
    assert [(cue.lines, cue.look.anchor) for cue in found] == [
        (("He said never again,", "to anybody."), 2),
        (("A sign.",), 8),
    ]
    assert 1000 < found[0].span.start < 2500
    assert 5990 < found[1].span.end < 6010


@pytest.mark.parametrize("tab", [b"\t", b" "])
def test_what_is_painted_on_is_one_caption(tab: bytes) -> None:
    painted = scc(("00:00:01;00", "PAINT ROW14 Good morning, ROW15 all of you."), ("00:00:04;00", "ERASE"))
    [cue] = cues(painted.replace(b"\t", tab))
    assert cue.lines == ("Good morning,", "all of you.")
    assert 1000 < cue.span.start < 1100


def test_rows_that_roll_up_are_there_once() -> None:
    rolled = ("ROLL NEXT ROW15 One row.", "ROLL NEXT ROW15 Two rows.", "ERASE LOAD ROW15 One more. SHOW", "ERASE")
    found = cues(scc(*((f"00:00:0{2 * n};00", said) for n, said in enumerate(rolled, 1))))
    assert [cue.lines for cue in found] == [("One row.",), ("Two rows.",), ("One more.",)]


def test_the_last_caption_stays_though_nothing_erases_it() -> None:
    [cue] = cues(scc(("00:00:01;00", "LOAD ROW15 The end. SHOW")))
    assert cue.span.duration == 5000


@pytest.mark.parametrize("mark", [":", ";"])
def test_scc_of_the_first_hour_begins_with_it(mark: str) -> None:
    data = scc(("00:59:50:00", "ERASE"), (f"01:00:01{mark}00", "LOAD ROW15 Now. SHOW"), (f"01:00:03{mark}00", "ERASE"))
    [cue] = cues(data.replace(b"00:59:50:", b"00:59:50" + mark.encode()))
    assert 1000 < cue.span.start < 1500
    assert 2990 < cue.span.end < 3010


@pytest.mark.parametrize("data", [b"", b"1\n00:00:01,000 --> 00:00:02,000\nHi\n", b"<tt/>", b"\x00" * 2000])
def test_other_files_are_left_to_others(data: bytes) -> None:
    assert as_ttml(data) is None


@given(st.sampled_from([b"850STL25.01", b"Scenarist_SCC V1.0\n\n"]), st.binary(max_size=400))
def test_damage_is_told(head: bytes, rubbish: bytes) -> None:
    try:
        text = as_ttml(head + rubbish)
    except InputError as error:
        assert "that can be read" in str(error)  # noqa: PT017 - either is well
    else:
        assert text is not None
        read(text, "ttml")


@given(st.lists(st.binary(min_size=128, max_size=128), max_size=4), st.integers(0, 1023), st.integers(0, 255))
def test_damaged_subtitles_are_read_or_told(blocks: list[bytes], place: int, value: int) -> None:
    data = bytearray(stl(block(1, (10, 0, 1, 0), (10, 0, 2, 0), b"Good morning."), *blocks))
    data[max(place, 11)] = value
    try:
        cues(bytes(data))
    except InputError as error:
        assert "that can be read" in str(error) or "out of range" in str(error)  # noqa: PT017 - either is well
