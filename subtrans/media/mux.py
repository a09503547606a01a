"""A video and subtitles in; a container with all of the video's streams and the subtitles as further ones out."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, get_args

from subtrans.errors import InputError, OutputError
from subtrans.media.ffmpeg import Done, FFmpegError, local_input, local_output, run, write
from subtrans.media.files import atomic_path
from subtrans.media.held import sound_codecs
from subtrans.media.probe import UNKNOWN, Probe, SubtitleStream, probe
from subtrans.media.subtitles import PICTURES
from subtrans.text.paths import show

_log = logging.getLogger("subtrans.media")

Container = Literal["mkv", "mp4", "webm", "mov"]
TrackFormat = Literal["srt", "ass", "vtt"]
CONTAINERS: tuple[Container, ...] = get_args(Container)

_TEXT = frozenset({"subrip", "ass", "ssa", "webvtt", "mov_text", "text", "srt", "eia_608"})
_OWN = {"mp4": "mov_text", "mov": "mov_text", "webm": "webvtt"}
"""What text becomes in the containers that know one kind of it alone."""
_PICTURES = {"mjpeg": ("jpg", "image/jpeg"), "png": ("png", "image/png")}
"""The suffix and the media type of covers."""
_WEBM = frozenset({"vp8", "vp9", "av1", "opus", "vorbis"})
_MUXERS = {"mkv": "matroska"}
"""Containers that ffmpeg calls otherwise."""
# Matroska wants the bibliographic codes of ISO 639-2, MP4 the terminological ones; they differ for these.
_CODES = (
    "bod:tib ces:cze cym:wel deu:ger ell:gre eus:baq fas:per fra:fre hye:arm isl:ice "
    "kat:geo mkd:mac mri:mao msa:may mya:bur nld:dut ron:rum slk:slo sqi:alb zho:chi"
)
_BIBLIOGRAPHIC = dict(pair.split(":") for pair in _CODES.split())


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

    Text subtitles that the container does not know are turned into those it does, and sound that Matroska has no name
    for into FLAC. Where a track is the default one, no other subtitle stream stays it. A cover is kept in mkv and mp4,
    and told of elsewhere, as are streams that nobody can decode. OutputError for streams that the container cannot
    hold. `done` is told how much is written.
    """
    container = target.suffix.removeprefix(".").lower()
    contents = probe(path)
    check_streams(contents, container)
    source = _source(path)
    there = _kept(contents, container)
    streams = _seen_and_heard(contents, source) + [source[str(stream.index)] for stream in there]
    streams += [source["t?"]] if container == "mkv" else []
    with TemporaryDirectory(prefix="subtrans-") as folder, atomic_path(target, overwrite) as temporary:
        for number, track in enumerate(tracks):
            file = Path(folder) / f"{number}.{track.format}"
            file.write_text(track.text, encoding="utf-8")
            streams.append(local_input(file)["s"])
        options: dict[str, Any] = _codecs(contents, there, container) | dict(_flags(there, tracks, container))
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
    if lost := contents.unknown + len(contents.subtitles) - len(there):
        what = f"{lost} streams" if lost > 1 else "a stream"
        _log.warning("%s of %s is left out of %s: of a kind that is not known", what, show(path), show(target))


def check_held(contents: Probe, container: str) -> None:
    """OutputError where the container cannot hold the streams; ffmpeg knows when it has begun to write them."""
    import ffmpeg

    check_streams(contents, container)
    # Without the subtitles, which are far between.
    options = _codecs(contents, (), container) | {"format": _MUXERS.get(container, container), "t": 1}
    if container in {"mp4", "mov"}:
        options["movflags"] = "frag_keyframe+delay_moov"  # else they go to files alone
    streams = _seen_and_heard(contents, _source(contents.path))
    try:
        with closing(run(ffmpeg.output(*streams, "pipe:1", **options))) as begun:
            list(islice(begun, 2))  # the head of the file is in the first piece, and an error behind it
    except FFmpegError as error:
        if error.killed:
            raise
        advice = "leave out --mux" if container == "mkv" else "use --mux mkv"
        raise OutputError(f"{container} cannot hold what {show(contents.path)} has ({error}): {advice}") from error


def _source(path: Path) -> Any:
    # AVI, as MPEG-1 and 2, does not say when each picture is shown, and other containers must know.
    return local_input(path, fflags="+genpts")


def _seen_and_heard(contents: Probe, source: Any) -> list[Any]:
    numbers = [stream.index for stream in contents.video] + [stream.index for stream in contents.audio]
    return [source[str(number)] for number in numbers]


def _kept(contents: Probe, container: str) -> list[SubtitleStream]:
    """The subtitles without those that nobody can decode, and for Matroska those that it does not know."""
    held = (
        {*_TEXT, *PICTURES} - {"xsub"}
        if container == "mkv"
        else {stream.codec for stream in contents.subtitles} - {UNKNOWN}
    )
    return [stream for stream in contents.subtitles if stream.codec in held]


def check_streams(contents: Probe, container: str) -> None:
    """OutputError for the first stream that the container cannot hold; InputError for subtitles alone."""
    if not contents.video and not contents.audio:
        raise InputError(f"{show(contents.path)} has neither picture nor sound to add subtitles to: leave out --mux")
    if container == "webm":
        for codec in [stream.codec for stream in contents.video] + [stream.codec for stream in contents.audio]:
            if codec not in _WEBM:
                raise OutputError(f"webm holds no {codec}, which {show(contents.path)} has: use --mux mkv")
    for number, subtitle in enumerate(contents.subtitles):
        if container != "mkv" and subtitle.codec not in {*_TEXT, UNKNOWN}:
            raise OutputError(f"{container} holds no {subtitle.codec}, subtitle track {number}: use --mux mkv")


def _codecs(contents: Probe, existing: Sequence[SubtitleStream], container: str) -> dict[str, Any]:
    """What the streams that are there become, for ffmpeg."""
    options = {"c": "copy"} | (sound_codecs(contents.audio, container) if container == "mkv" else {})
    options |= {f"c:s:{number}": _codec(stream.codec, container) for number, stream in enumerate(existing)}
    if container in {"mp4", "mov"} and "mp4" not in contents.container:
        # Apple's players take HEVC under this name alone, and ffmpeg has another one.
        options |= {f"tag:v:{number}": "hvc1" for number, one in enumerate(contents.video) if one.codec == "hevc"}
    return options


def _flags(existing: Sequence[SubtitleStream], tracks: Sequence[Track], container: str) -> Iterator[tuple[str, str]]:
    """What ffmpeg is told of the subtitles that are there, and of those that are added."""
    default = any(track.default for track in tracks)
    for number, stream in enumerate(existing):
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
    own = _OWN.get(container, "subrip" if codec in {"mov_text", "eia_608"} else codec)
    return "copy" if codec == own or codec not in _TEXT else own
