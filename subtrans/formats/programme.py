"""Cues with the times that run beside a programme in, those since it began out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from subtrans.types import Cue, Span


def since_start(cues: Sequence[Cue], begin: int, hour: int = 3_600_000) -> list[Cue]:
    """The cues by the time since `begin`; those before it, with which broadcasters sign a file, go.

    Where `begin` is 0, as where nothing says it, or would leave no cue, the programme begins with the full hour before
    the first, as at 10:00:00 or 01:00:00. An `hour` of time code has so many milliseconds.
    """
    first = min((cue.span.start for cue in cues), default=0)
    if not begin or all(cue.span.start < begin for cue in cues):
        begin = first // hour * hour
    kept = (cue for cue in cues if cue.span.start >= begin)
    return [replace(cue, span=Span(cue.span.start - begin, cue.span.end - begin)) for cue in kept]
