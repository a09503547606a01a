"""A media file in, its sound out: 16 kHz mono blocks in order, on the timeline that players show."""

from __future__ import annotations

import logging
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np

from subtrans.errors import InputError, SubtransError
from subtrans.media.ffmpeg import FFmpegError, local_input, run
from subtrans.media.phase import cancels
from subtrans.media.probe import BARE, AudioStream, Probe, none_such, probe
from subtrans.text.paths import show
from subtrans.types import SAMPLE_RATE, Audio, Span, milliseconds, samples

_SAMPLE_BYTES = 4
_LAYOUTS_WITH_A_DOWNMIX = 8
"""Above 7.1, and for layouts that have no name, ffmpeg has no rule for mixing down."""
_log = logging.getLogger("subtrans.media")


def decode(
    path: Path | str,
    *,
    track: int = 0,
    channel: int | None = None,
    block_seconds: float = 30,
    excerpt: Span | None = None,
) -> Generator[Audio, None, None]:
    """The sound of one audio track of a local file, as consecutive blocks of `block_seconds` (the last is shorter).

    Zero is where the container starts, as in players: silence stands in for sound that starts later than the picture
    and for gaps of more than 0.1 s, so that times hold to the end. Memory is bounded by the block. `track` counts the
    audio tracks from 0. All channels are mixed down, so that none cancels another, or one is taken, counted from 0. Of
    an `excerpt` nothing before it is decoded where the container says where that is.

    What a damaged file still holds is given, and a warning is logged to `subtrans.media`; InputError when it holds
    nothing, or the path is no media file; SubtransError when ffmpeg itself is killed, as the rest would be missing.
    """
    path = Path(path)
    contents = probe(path)
    stream = contents.audio_track(track)
    if channel is not None and not 0 <= channel < stream.channels:
        raise none_such(path, stream.channels, "channel", channel)
    size = max(1, round(block_seconds * SAMPLE_RATE)) * _SAMPLE_BYTES
    begin = position = samples(excerpt.start) if excerpt else 0
    failure: FFmpegError | None = None
    chunks = run(_graph(contents, track, channel, excerpt), chunk=size)
    try:
        for data in chunks:
            block = to_samples(data)
            if len(block):
                yield Audio(block, position)
                position += len(block)
    except FFmpegError as error:
        if error.killed:
            at = milliseconds(position) / 1000
            raise SubtransError(f"{error}, at {at:.1f} s of {show(path)}: free some memory and try again") from error
        failure = error
    finally:
        chunks.close()
    if position == begin and begin and failure is None:
        raise InputError(f"the sound of {show(path)} ends before {begin / SAMPLE_RATE:g} s: choose an earlier part")
    if position == begin:
        raise InputError(f"no sound could be decoded from {show(path)}: it is damaged or empty") from failure
    if excerpt is None:
        _warn_when_short(contents, stream, milliseconds(position), failure)


def _graph(contents: Probe, track: int, channel: int | None, excerpt: Span | None) -> Any:
    """The ffmpeg-python graph from the track to raw samples on standard output."""
    import ffmpeg

    part = {"ss": excerpt.start / 1000, "t": excerpt.duration / 1000} if excerpt else {}
    # Broadcasts that were joined, in which times begin anew, go on behind what seems their end.
    joined = contents.broadcast and excerpt is not None and excerpt.end > (contents.duration or 0)
    sought = contents.container not in BARE and not joined
    # Sound is decoded fast enough by one thread; several pass its small frames to and fro.
    file = local_input(contents.path, threads=1, **(part if sought else {}))
    stream = contents.audio[track]
    sound = file[str(stream.index)]
    if channel is not None:
        sound = sound.filter("pan", f"mono|c0<c{channel}")
    elif cancels(contents, stream):
        sound = sound.filter("pan", "mono|c0<c0-c1")
    elif _needs_an_average(stream):
        sound = sound.filter("pan", "mono|c0<" + "+".join(f"c{n}" for n in range(stream.channels)))
    # async=1 fills and trims by the time stamps; first_pts=0 fills from the start of the container.
    sound = sound.filter("aresample", SAMPLE_RATE, **{"async": 1, "first_pts": 0})
    sound = sound.filter("aformat", sample_fmts="flt", sample_rates=SAMPLE_RATE, channel_layouts="mono")
    if part and not sought:
        sound = sound.filter("atrim", start=part["ss"], duration=part["t"])
    raw = sound.output("pipe:1", format="f32le", acodec="pcm_f32le")
    if not (contents.broadcast and contents.video):
        return raw
    # There ffmpeg counts time from the first stream in use, not from the first of all: so the picture is used too.
    return ffmpeg.merge_outputs(raw, file["v:0"].output("-", format="null", vcodec="copy"))


def _needs_an_average(stream: AudioStream) -> bool:
    """Whether ffmpeg has no rule to mix this layout down, as for "12 channels" or a bare "3 channels"."""
    return stream.channels > _LAYOUTS_WITH_A_DOWNMIX or (stream.channels > 2 and stream.layout.endswith("channels"))


def to_samples(data: bytes) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Raw bytes as samples in [-1, 1]; lossy codecs overshoot, and broken float files hold what is no number."""
    whole = len(data) - len(data) % _SAMPLE_BYTES
    block = np.frombuffer(data[:whole], dtype="<f4").astype(np.float32)
    return np.clip(np.nan_to_num(block, copy=False), -1.0, 1.0, out=block)


def _warn_when_short(contents: Probe, stream: AudioStream, decoded: int, failure: FFmpegError | None) -> None:
    """Log it when the sound ended before its container says it does, or ffmpeg gave up."""
    promised = stream.duration
    if promised is None and not contents.video and not contents.broadcast and contents.container not in BARE:
        promised = contents.duration
    if promised is not None and decoded < promised - max(1000, promised // 50):
        _log.warning(
            "%s is damaged or cut short: %.1f s of %.1f s could be decoded",
            show(contents.path),
            decoded / 1000,
            promised / 1000,
        )
    elif failure is not None:
        _log.warning("%s is damaged after %.1f s: %s", show(contents.path), decoded / 1000, failure)
