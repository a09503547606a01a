"""A video in, how often and for how long it needs further frames so that subtitles come and go in its picture, out."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil

from subtrans.media.probe import Probe, VideoStream, opened

_LONGEST = 0.25
"""Seconds that a frame may stand in the middle: subtitles change with the next one."""
_TAIL = 1.0
"""Seconds that the last frame may stand, as the sound of most films is a little longer than the picture."""
_LEAST, _MOST, _USUAL = 20, 60, 30
"""Frames a second, where they are made."""


@dataclass(frozen=True, slots=True)
class Filling:
    """What the picture needs: `rate` frames a second, the last of them for `tail` seconds."""

    rate: Fraction
    tail: float


def filling(contents: Probe, picture: VideoStream) -> Filling | None:
    """What a picture needs that stands still without frames, as slides and shared screens do; None where none does.

    All packets of the file are read, none is decoded. What broadcasters send has all its frames, and times that jump.
    """
    import av.error

    if contents.broadcast:
        return None
    try:
        with opened(contents.path) as container:
            stream = container.streams[picture.index]
            packets = ((packet.pts, packet.dts) for packet in container.demux(stream))
            found = sorted(dts if pts is None else pts for pts, dts in packets if (pts, dts) != (None, None))
            unit, usual, begin = stream.time_base, stream.base_rate, container.start_time or 0
    except av.error.FFmpegError:
        return None
    if not found or not unit:
        return None
    longest = max((later - time for time, later in pairwise(found)), default=0) * unit
    end = found[-1] * unit - Fraction(begin, 1_000_000)
    tail = max(0.0, float(Fraction(contents.duration or 0, 1000) - end))
    if longest <= _LONGEST and tail <= _TAIL:
        return None
    rate = usual if usual and 1 <= usual <= _MOST else Fraction(_USUAL)
    return Filling(rate * ceil(_LEAST / rate) if rate < _LEAST else rate, tail)
