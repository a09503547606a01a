"""A video in, the times at which its picture changes out: where one shot ends and the next begins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from subtrans.errors import InputError
from subtrans.media.ffmpeg import FFmpegError, local_input, run
from subtrans.text.paths import show

THRESHOLD = 0.3
"""ffmpeg's scene score, from 0 to 1, above which a frame begins a shot: its manual's example; a cut scores far more."""


def shots(path: Path) -> Iterator[int]:
    """The first frame of each shot but the first, in milliseconds of the file and in order.

    The whole video is decoded, at a width of 160 pixels.
    """
    frames = local_input(path).video.filter("scale", 160, -2).filter("select", f"gt(scene,{THRESHOLD})")
    # The filter prints what it knows of every frame that is left; the frames themselves go nowhere.
    graph = frames.filter("metadata", "print", file="-").output("-", format="null")
    text = b""
    try:
        for chunk in run(graph):
            *lines, text = (text + chunk).split(b"\n")
            for line in lines:
                if found := re.search(rb"\bpts_time:(\d+(\.\d+)?)", line):
                    yield round(1000 * float(found[1]))
    except FFmpegError as error:
        raise InputError(f"{show(path)} has no video that can be read: leave out --shots") from error
