"""A video and subtitles in; a container with all of the video's streams and the subtitles as further ones out."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, get_args

from subtrans.errors import InputError, OutputError
from subtrans.media.ffmpeg import Done, local_input, local_output, write
from subtrans.media.files import atomic_path
from subtrans.media.probe import Probe, SubtitleStream, probe
from subtrans.text.paths import show

_log = logging.getLogger("subtrans.media")

Container = Literal["mkv", "mp4", "webm", "mov"]
TrackFormat = Literal["srt", "ass", "vtt"]
CONTAINERS: tuple[Container, ...] = get_args(Container)

_TEXT = frozenset({"subrip", "ass", "ssa", "webvtt", "mov_text", "text", "srt"})
_OWN = {"mp4": "mov_text", "mov": "mov_text", "webm": "webvtt"}
"""What text becomes in the containers that know one kind of it alone."""
_PICTURES = {"mjpeg": ("jpg", "image/jpeg"), "png": ("png", "image/png")}
"""The suffix and the media type of covers."""
_WEBM = frozenset({"vp8", "vp9", "av1", "opus", "vorbis"})
# Matroska wants the bibliographic codes of ISO 639-2, MP4 the terminological ones; they differ for these.
_BIBLIOGRAPHIC = {
    "bod": "tib",
    "ces": "cze",
    "cym": "wel",
    "deu": "ger",
    "ell": "gre",
    "eus": "baq",
    "fas": "per",
    "fra": "fre",
    "hye": "arm",
    "isl": "ice",
    "kat": "geo",
    "mkd": "mac",
    "mri": "mao",
    "msa": "may",
    "mya": "bur",
    "nld": "dut",
    "ron": "rum",
    "slk": "slo",
    "sqi": "alb",
    "zho": "chi",
}


@dataclass(frozen=True, slots=True)
class Track:
    """One subtitle stream to be added."""

    text: str
    format: TrackFormat
    language: str
    """ISO 639-2/T."""
    title: str
    default: bool = False
    forced: bool = False
    hearing_impaired: bool = False


def mux(
    path: Path, tracks: Sequence[Track], target: Path, *, overwrite: bool = False, done: Done | None = None
) -> None:
    """Write `target`, whose suffix names its container, with the streams of `path` as they are and the `tracks`.

    Text subtitles that the container does not know are turned into those it does. Where a track is the default one,
    no other subtitle stream stays it. A cover is kept in mkv and mp4, and told of elsewhere. OutputError for
    streams that the container cannot hold. `done` is told how much is written.
    """
    container = target.suffix.removeprefix(".").lower()
    contents = probe(path)
    check_streams(contents, container)
    source = local_input(path)
    streams = [source[str(stream.index)] for stream in contents.video]
    streams += [source[selector] for selector in ("a?", "s?", *(("t?",) if container == "mkv" else ()))]
    with TemporaryDirectory(prefix="subtrans-") as folder, atomic_path(target, overwrite) as temporary:
        for number, track in enumerate(tracks):
            file = Path(folder) / f"{number}.{track.format}"
            file.write_text(track.text, encoding="utf-8")
            streams.append(local_input(file)["s"])
        options: dict[str, Any] = dict(_options(contents.subtitles, tracks, container))
        covers = [cover for cover in contents.covers if cover.codec in _PICTURES and container in {"mkv", "mp4"}][:1]
        for cover in covers:
            if container == "mp4":
                streams.append(source[str(cover.index)])
            else:
                suffix, kind = _PICTURES[cover.codec]
                # As a file: mapped as a stream it would become a film of one picture.
                image = Path(folder) / f"cover.{suffix}"
                write(local_output([source[str(cover.index)]], image, c="copy", update=1), path, target)
                options |= {"attach": str(image), f"metadata:s:t:{contents.attachments}": f"mimetype={kind}"}
        advice = "" if container == "mkv" else ": use --mux mkv"
        write(local_output(streams, temporary, **options), path, target, advice=advice, done=done)
    if len(contents.covers) > len(covers):
        _log.warning("a cover of %s is left out of %s%s", show(path), show(target), advice)


def check_streams(contents: Probe, container: str) -> None:
    """OutputError for the first stream that the container cannot hold; InputError for subtitles alone."""
    if not contents.video and not contents.audio:
        raise InputError(f"{show(contents.path)} has neither picture nor sound to add subtitles to: leave out --mux")
    if container == "webm":
        for codec in [stream.codec for stream in contents.video] + [stream.codec for stream in contents.audio]:
            if codec not in _WEBM:
                raise OutputError(f"webm holds no {codec}, which {show(contents.path)} has: use --mux mkv")
    for number, subtitle in enumerate(contents.subtitles):
        if container != "mkv" and subtitle.codec not in _TEXT:
            raise OutputError(f"{container} holds no {subtitle.codec}, subtitle track {number}: use --mux mkv")


def _options(existing: Sequence[SubtitleStream], tracks: Sequence[Track], container: str) -> Iterator[tuple[str, str]]:
    """What ffmpeg is told of each stream."""
    yield "c", "copy"
    default = any(track.default for track in tracks)
    for number, stream in enumerate(existing):
        yield f"c:s:{number}", _codec(stream.codec, container)
        if default and stream.default:
            yield f"disposition:s:{number}", "forced" if stream.forced else "0"
    for number, track in enumerate(tracks, len(existing)):
        yield f"c:s:{number}", _codec({"srt": "subrip", "vtt": "webvtt"}.get(track.format, track.format), container)
        yield f"metadata:s:s:{number}", f"language={_code(track.language, container)}"
        yield f"metadata:s:s:0{number}", f"title={track.title}"  # the same stream: each option can be given once
        flags = [name for name in ("default", "forced", "hearing_impaired") if getattr(track, name)]
        yield f"disposition:s:{number}", "+".join(flags) or "0"


def _code(language: str, container: str) -> str:
    """A code of ISO 639-2/T as the container has it; QuickTime has its own table, in which French alone is so."""
    if container == "mp4" or (container == "mov" and language == "fra"):
        return language
    return _BIBLIOGRAPHIC.get(language, language)


def _codec(codec: str, container: str) -> str:
    """What a subtitle stream becomes: text takes the container's own kind, all else stays."""
    own = _OWN.get(container, "subrip" if codec == "mov_text" else codec)
    return "copy" if codec == own or codec not in _TEXT else own
