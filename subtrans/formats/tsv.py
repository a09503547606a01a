"""Cues to tab-separated values and back: start and end in milliseconds, text; as Whisper's own tool writes them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from subtrans.errors import InputError
from subtrans.formats.lines import Numbered, cue_from, legal_lines
from subtrans.types import Cue

_HEAD = "start\tend\ttext"
_ROW = re.compile(r"(\d{1,15})\t(\d{1,15})\t(.*)", re.ASCII)


def write(cues: Sequence[Cue], behind: int = 0) -> str:
    """A head and a row a cue; its lines are joined by spaces, and tabs become spaces."""
    rows = (
        f"{cue.span.start}\t{cue.span.end}\t{' '.join(line.replace(chr(9), ' ') for line in legal_lines(cue))}\n"
        for cue in cues
    )
    return ("" if behind else f"{_HEAD}\n") + "".join(rows)


def read(text: str) -> list[Numbered]:
    """The cues of such a file, of one line each."""
    head, *rows = text.split("\n")
    if head != _HEAD:
        raise InputError("line 1: expected start, end and text with tabs between them")
    cues: list[Numbered] = []
    for number, row in enumerate(rows, 2):
        match = _ROW.fullmatch(row)
        if match is None and row.strip():
            raise InputError(f"line {number}: expected two times in milliseconds and text, with tabs between them")
        if match and (cue := cue_from(int(match[1]), int(match[2]), [match[3]])):
            cues.append((number - 1, cue))
    return cues
