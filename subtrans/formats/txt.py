"""Cues to plain text, a line for each line of a cue."""

from __future__ import annotations

from collections.abc import Sequence

from subtrans.formats.lines import legal_lines
from subtrans.types import Cue


def write(cues: Sequence[Cue], behind: int = 0) -> str:  # noqa: ARG001 - all that stands before is text too
    """The text alone."""
    return "".join(line + "\n" for cue in cues for line in legal_lines(cue))
