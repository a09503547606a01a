"""A recording in, the languages that are spoken in it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from subtrans.types import Span

if TYPE_CHECKING:
    from pathlib import Path

    from subtrans.ports import Transcriber, VoiceDetector

PLACES, PLACE = 5, 45_000
"""How many places of a long recording are listened to, and for how many milliseconds each."""


def languages_of(
    path: Path, track: int, part: Span | None, detector: VoiceDetector, transcriber: Transcriber
) -> list[str]:
    """The language of the beginning; of a long recording that of most places, spread evenly; none if nobody speaks.

    Behind it what is spoken in several other places of a long recording. Only in `part`, if one is given.
    """
    from subtrans.media.decode import decode
    from subtrans.media.probe import probe
    from subtrans.pipelines.blocks import blocks
    from subtrans.pipelines.transcribe import identify, vote

    length = probe(path).duration or 0
    begin, end = (part.start, min(part.end, length)) if part else (0, length)
    if end - begin > 2 * PLACES * PLACE:
        starts = [begin + (end - begin) * (2 * place + 1) // (2 * PLACES) for place in range(PLACES)]
        excerpts = (decode(path, track=track, excerpt=Span(start, start + PLACE)) for start in starts)
        if heard := vote((blocks(excerpt, detector) for excerpt in excerpts), transcriber):
            (most, _), *others = heard
            return [most, *(language for language, places in others if places > 1)]
    first = identify(blocks(decode(path, track=track, excerpt=part), detector), transcriber)
    return [first] if first else []
