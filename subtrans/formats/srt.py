"""Cues to SubRip (SRT) and back, by the `srt` package."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from subtrans.errors import InputError
from subtrans.formats.lines import cue_from, legal_lines
from subtrans.types import Cue

_MILLISECOND = timedelta(milliseconds=1)
# Simple readers take any line with an arrow for times, and a number above a time for the next cue.
_ARROW = re.compile("-{2,}>")
_TIME_AFTER_NUMBER = re.compile(r"^(-?\d+\.?\d*\s*\n)(?=\d+[,.:，．。：]\d)", re.MULTILINE)
_WORD_JOINER = "\u2060"


def write(cues: Sequence[Cue]) -> str:
    """`cues` numbered from 1; `-->` inside text becomes an arrow sign. Hours go on past 99."""
    from srt import Subtitle

    return "".join(
        Subtitle(number, cue.span.start * _MILLISECOND, cue.span.end * _MILLISECOND, _content(cue)).to_srt()
        for number, cue in enumerate(cues, 1)
    )


def _content(cue: Cue) -> str:
    text = _ARROW.sub("→", "\n".join(legal_lines(cue)))
    return _TIME_AFTER_NUMBER.sub(rf"\1{_WORD_JOINER}", text)


def read(text: str) -> list[Cue]:
    """The cues of an SRT file; numbers may be missing or wrong, times may have a point for the comma."""
    import srt

    cues = []
    try:
        for subtitle in srt.parse(text.rstrip()):
            start, end = subtitle.start // _MILLISECOND, subtitle.end // _MILLISECOND
            if cue := cue_from(start, end, subtitle.content.split("\n")):
                cues.append(cue)
    except srt.SRTParseError as error:
        raise InputError(f"line {_line(text, error.expected_start)}: expected the times of a cue") from error
    except (ValueError, OverflowError) as error:
        raise InputError(f"a time after {len(cues)} cues is out of range") from error
    return cues


def _line(text: str, position: int) -> int:
    """The number of the first line with text from `position` on."""
    rest = text[position:]
    return text.count("\n", 0, position + len(rest) - len(rest.lstrip())) + 1
