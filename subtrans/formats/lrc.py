"""Cues to LRC, the lyrics that music players show, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from subtrans.errors import InputError
from subtrans.formats.lines import Numbered, cue_from, legal_lines
from subtrans.types import Cue

_STAMP = re.compile(r"\[(\d{1,6}):([0-5]?\d)(?:[.:](\d{1,3}))?\]", re.ASCII)
_TAG = re.compile(r"\[[a-zA-Z#][^\]]*\].*|\s*")
_OFFSET = re.compile(r"\[offset:\s*([+-]?\d{1,9})\s*\]", re.ASCII | re.IGNORECASE)
_WORD_TIME = re.compile(r"<\d+:\d\d[.:]\d{2,3}>", re.ASCII)
_WORD_JOINER = "\u2060"
_LAST = 5000
"""Milliseconds that a line stays which nothing follows: the format knows no ends."""


def write(cues: Sequence[Cue]) -> str:
    """A line a cue, with its start to 10 ms; where nothing follows a cue at once, an empty line ends it."""
    return "".join(_lines(cues))


def _lines(cues: Sequence[Cue]) -> Iterator[str]:
    for index, cue in enumerate(cues):
        text = " ".join(legal_lines(cue))
        # A word joiner parts what would be a time.
        text = _STAMP.sub(lambda match: "[" + _WORD_JOINER + match.group()[1:], text)
        text = _WORD_TIME.sub(lambda match: "<" + _WORD_JOINER + match.group()[1:], text)
        yield f"{_stamp(cue.span.start)}{text}\n"
        following = cues[index + 1].span.start if index + 1 < len(cues) else None
        if following is None or following - cue.span.end >= 10:
            yield f"{_stamp(cue.span.end)}\n"


def _stamp(time: int) -> str:
    hundredths = (time + 5) // 10
    return f"[{hundredths // 6000:02}:{hundredths // 100 % 60:02}.{hundredths % 100:02}]"


def read(text: str) -> list[Numbered]:
    """The cues of an LRC file in the order of their times; each lasts until the next line, the last one 5 s.

    A line without text only ends one. An offset in the head is how many milliseconds sooner all are shown.
    """
    found: list[tuple[int, str]] = []
    sooner = 0
    for number, line in enumerate(text.split("\n"), 1):
        stamps, rest = [], line.strip()
        while match := _STAMP.match(rest):
            stamps.append(_milliseconds(match))
            rest = rest[match.end() :]
        if offset := _OFFSET.fullmatch(rest):
            sooner = int(offset[1])
        if not stamps and not _TAG.fullmatch(rest):
            raise InputError(f"line {number}: expected a time such as [00:12.00]")
        found += [(stamp, _WORD_TIME.sub("", rest)) for stamp in stamps]
    found = sorted(((stamp - sooner, line) for stamp, line in found), key=lambda pair: pair[0])
    ends = [start for start, _ in found[1:]] + [found[-1][0] + _LAST] if found else []
    cues = (cue_from(start, end, [line]) for (start, line), end in zip(found, ends, strict=True))
    return list(enumerate(filter(None, cues), 1))


def _milliseconds(match: re.Match[str]) -> int:
    return (int(match[1]) * 60 + int(match[2])) * 1000 + int((match[3] or "0").ljust(3, "0"))
