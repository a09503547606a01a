"""What broadcasters keep: EBU STL by the blocks of EBU Tech 3264, and SCC by the codes of CEA-608."""

from __future__ import annotations

import pytest
from broadcast import ITALIC, NEW_LINE, TOP, UPRIGHT, block, stl
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


def test_a_file_cut_short_has_what_is_there() -> None:
    data = stl(*(block(n, (10, 0, n, 0), (10, 0, n, 20), b"One more.") for n in range(1, 6)))
    assert len(cues(data[:-100])) == 4


def test_scc_has_its_captions() -> None:
    # Resume caption loading, erase memory, row 15, white italics; "Hello" and "there."; end of caption; erase display.
    line = "94ae 94ae 9420 9420 94f2 94f2 c8e5 ecec ef80 942c 942c 942f 942f"
    text = f"Scenarist_SCC V1.0\n\n00:00:01:00\t{line}\n\n00:00:03:00\t942c 942c\n"
    [cue] = cues(text.encode())
    assert cue.lines == ("Hello",)
    assert 1000 <= cue.span.start < 1600
    assert 3000 <= cue.span.end < 3200


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
