"""A file of EBU STL in, by EBU Tech 3264; its subtitles as cues, and their language as far as it says one, out.

Read here, as `ttconv` 1.2 joins the words at both sides of italics and colours and leaves out subtitles that overlap,
are out of order or share a number. Its tables of letters and languages are used.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from subtrans.formats.lines import cue_from, told_apart
from subtrans.formats.programme import since_start
from subtrans.types import Cue, Look

if TYPE_CHECKING:
    from ttconv.stl.datafile import DataFile

_HEAD = 1024
_BLOCK = struct.Struct("3xBx4B4BBxB112s")
"""Of a subtitle the number of its block, when it begins and ends, its row, whether it is a comment, and its text."""
_USER_DATA, _LAST = range(0xF0, 0xFF), 0xFF
"""Numbers of blocks: with no text, and with the end of one."""
_UNUSED = b"\x8f"
_SPACE, _ITALIC, _UPRIGHT, _NEW_LINE = 0x20, 0x80, 0x81, 0x8A
_COLOURS, _WHITE = range(8), 7
_CONTROLS = range(0x7F, 0xA0)
_LETTERS = {b"01": "iso8859-5", b"02": "iso8859-6", b"03": "iso8859-7", b"04": "iso8859-8"}
_LATIN = bytes.maketrans(b"\xa4\xa6\xc9", b"$#\xc8")
"""What the ISO 6937 of 1983, to which STL keeps, has otherwise than that of today: $, # and a second umlaut."""
_ROWS = 23
"""How many there are on a page of teletext."""


def read(data: bytes) -> tuple[list[Cue], str]:
    """The cues with the times since the programme began, and the language, "" where the file does not say it.

    Comments, and the last subtitle of a file that was cut short in it, are left out.
    """
    from ttconv.stl.datafile import DataFile

    head = DataFile(data[:_HEAD])
    start = head.gsi.TCP
    begin = _milliseconds([int(start[place : place + 2]) for place in range(0, 8, 2)], data) if start.isdigit() else 0
    return since_start([*_cues(data, head)], begin, _milliseconds([1, 0, 0, 0], data)), head.get_language()


def _cues(data: bytes, head: DataFile) -> Iterator[Cue]:
    rows = int(head.gsi.MNR) if head.gsi.MNR.isdigit() and not head.is_teletext() else _ROWS
    text = b""
    for place in range(_HEAD, len(data) - _BLOCK.size + 1, _BLOCK.size):
        number, *times, row, comment, part = _BLOCK.unpack_from(data, place)
        if number in _USER_DATA or comment:
            continue
        text += part.replace(_UNUSED, b"")
        if number == _LAST:
            lines, italic = _lines(text, head.get_cct())
            begin, end = _milliseconds(times[:4], data), _milliseconds(times[4:], data)
            cue = cue_from(begin, end, lines, Look(italic, 8 if row < rows // 2 else 2))
            text = b""
            if cue and begin < end:
                yield cue


def _milliseconds(code: list[int], data: bytes) -> int:
    """The moment of a time code; film at 23.976 frames a second is counted in 24."""
    film = data[6:8] == b"23"
    rate = 24 if film else round(float(data[6:11])) or 25
    hours, minutes, seconds, frames = code
    time = Fraction(((hours * 60 + minutes) * 60 + seconds) * 1000) + Fraction(1000 * frames, rate)
    return round(time * Fraction(1001, 1000) if film else time)


def _lines(text: bytes, letters: bytes) -> tuple[list[str], bool]:
    """The lines, and whether they are in italics; what changes colours in teletext stands where a space is seen.

    Where lines begin in several colours, as teletext tells speakers apart, each that another one says begins with a
    dash.
    """
    lines, colours = [bytearray()], [_WHITE]
    italic, slanted = False, []
    for code in text:
        if code == _NEW_LINE:
            lines.append(bytearray())
            colours.append(_WHITE)
        elif code in {_ITALIC, _UPRIGHT}:
            italic = code == _ITALIC
        elif code <= _SPACE:
            if code in _COLOURS and not lines[-1].strip():
                colours[-1] = code
            lines[-1].append(_SPACE)
        elif code not in _CONTROLS:
            lines[-1].append(code)
            slanted.append(italic)
    said = [" ".join(_decode(bytes(line), letters).split()) for line in lines]
    return told_apart(said, colours), bool(slanted) and all(slanted)


def _decode(line: bytes, letters: bytes) -> str:
    from ttconv.stl import iso6937

    if letters in _LETTERS:
        return line.decode(_LETTERS[letters], "replace")
    return str(iso6937.decode(line.translate(_LATIN), "replace")[0])
