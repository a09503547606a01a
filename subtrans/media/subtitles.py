"""A video and the number of a subtitle track in; the text of that track, as a file of its own would hold it, out."""

from __future__ import annotations

from pathlib import Path

from subtrans.errors import InputError
from subtrans.media.ffmpeg import FFmpegError, local_input, run
from subtrans.media.probe import SubtitleStream, none_such, probe
from subtrans.text.paths import show

_FORMATS = {"ass": "ass", "ssa": "ass", "webvtt": "vtt", "subrip": "srt"}
_MUXERS = {"vtt": "webvtt"}
PICTURES = frozenset({"hdmv_pgs_subtitle", "dvd_subtitle", "dvb_subtitle", "xsub"})
"""Codecs of subtitles that are pictures of text."""
ADVICE = "recognise the text in them first (OCR), or take a track of text"


def find(path: Path, track: int) -> SubtitleStream:
    """The subtitle track number `track`, counted from 0; InputError where there is none, or it is no text."""
    found = probe(path).subtitles
    if not 0 <= track < len(found):
        raise none_such(path, len(found), "subtitle track", track)
    stream = found[track]
    if stream.codec in PICTURES:
        raise InputError(f"subtitle track {track} of {show(path)} holds pictures ({stream.codec}), not text: {ADVICE}")
    return stream


def extract(path: Path, track: int) -> tuple[str, str]:
    """The text of the same and its format, srt, vtt or ass; the whole video is read for it.

    SubRip, WebVTT and ASS stay as they are; what MP4 holds comes as SubRip, with its italics.
    """
    stream = find(path, track)
    name = _FORMATS.get(stream.codec, "srt")
    kept = {"c": "copy"} if stream.codec in _FORMATS else {}
    graph = local_input(path)[str(stream.index)].output("pipe:1", format=_MUXERS.get(name, name), **kept)
    try:
        return b"".join(run(graph)).decode("utf-8", "replace"), name
    except FFmpegError as error:
        raise InputError(f"subtitle track {track} of {show(path)} cannot be read: {error}") from error
