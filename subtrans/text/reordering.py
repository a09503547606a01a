"""Cues in a script that runs from right to left in; the same with the marks of each line where they are read, out.

Subtitles that were made for players which know no such direction have what ends a line before it, and a dash behind:
".טוב-" for "-טוב.".
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subtrans.text.languages import Language
    from subtrans.types import Cue

_UNSEEN = "[\u200e\u200f\u202a-\u202e\u2066-\u2069]*"
_BEFORE = re.compile(rf"({_UNSEEN}\s*)([.,!?;:…؟،؛]+)(?=[^\W\d_]|[\"'(\[])")
_BEHIND = re.compile(rf"\s*([-–—])(?=\s*{_UNSEEN}\Z)")
_ENDED = re.compile(rf"[.,!?;:…؟،؛](?=[\"')\]»]*\s*{_UNSEEN}\Z)")
_SHARE = 0.3
"""The share of lines that must begin with such a mark."""


def in_reading_order(cues: Sequence[Cue], language: Language) -> Sequence[Cue]:
    """The cues as they are, or, where so many lines begin with what ends sentences, each line as it is read."""
    if language.direction != "rtl":
        return cues
    lines = [line for cue in cues for line in cue.lines]
    turned = sum(bool(_BEFORE.match(line)) for line in lines)
    if turned < _SHARE * len(lines) or turned < 2 * sum(bool(_ENDED.search(line)) for line in lines):
        return cues
    return [replace(cue, lines=tuple(map(_read, cue.lines))) for cue in cues]


def _read(line: str) -> str:
    before, behind = _BEFORE.match(line), _BEHIND.search(line)
    said = line[before.end() if before else 0 : behind.start() if behind else len(line)].strip()
    dash = f"{behind[1]} " if behind else ""
    return dash + said + (before[2][::-1] if before else "")
