"""Cues to WebVTT and back, after the W3C's specification."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from subtrans.errors import InputError
from subtrans.formats.lines import cue_from, legal_lines
from subtrans.types import Cue

_TIME = r"(?:(\d{2,9}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMES = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?", re.ASCII)
_TAG = re.compile(r"<[^>]*>?")


def write(cues: Sequence[Cue]) -> str:
    """`cues` with `&`, `<` and `>` escaped; one that lasts no time lasts 1 ms, as the end must follow the start."""
    return "WEBVTT\n\n" + "\n".join(
        f"{_time(cue.span.start)} --> {_time(max(cue.span.end, cue.span.start + 1))}\n"
        + "".join(html.escape(line, quote=False) + "\n" for line in legal_lines(cue))
        for cue in cues
    )


def _time(value: int) -> str:
    seconds, rest = divmod(value, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"


def read(text: str) -> list[Cue]:
    """The cues of a WebVTT file; markup, settings, identifiers, notes, styles and regions are dropped."""
    lines = text.split("\n")
    if not re.fullmatch(r"WEBVTT([ \t].*)?", lines[0]):
        raise InputError("line 1: a WebVTT file begins with WEBVTT")
    cues = []
    number = 0
    while number < len(lines):
        if "-->" not in lines[number]:
            number += 1
            continue
        match = _TIMES.fullmatch(lines[number])
        if match is None:
            raise InputError(f"line {number + 1}: expected times such as 00:01.000 --> 00:02.000")
        first = number = number + 1
        while number < len(lines) and lines[number].strip() and "-->" not in lines[number]:
            number += 1
        start, end = _milliseconds(match.groups()[:4]), _milliseconds(match.groups()[4:])
        if cue := cue_from(start, end, map(_plain, lines[first:number])):
            cues.append(cue)
    return cues


def _milliseconds(fields: Sequence[str | None]) -> int:
    hours, minutes, seconds, rest = (int(field or 0) for field in fields)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest


def _plain(line: str) -> str:
    return html.unescape(_TAG.sub("", line))
