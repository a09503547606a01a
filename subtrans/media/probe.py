"""A media file in, what it holds out: its duration and its audio, video and subtitle streams."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from subtrans.errors import InputError
from subtrans.media.ffmpeg import LOCAL_OPTIONS, local_url
from subtrans.text.paths import show
from subtrans.text.reading import check_file

BARE = frozenset({"mp3", "aac", "ac3", "eac3", "dts", "amr", "loas"})
"""Sound without a container: where in it a time lies, and mostly its duration, is a guess from the bit rate."""
UNKNOWN = "unknown"
"""The codec of subtitles that nobody here can decode."""


@dataclass(frozen=True, slots=True)
class AudioStream:
    """One audio stream; `duration` in milliseconds where the container says it."""

    index: int
    codec: str
    channels: int
    layout: str
    language: str | None
    duration: int | None


@dataclass(frozen=True, slots=True)
class VideoStream:
    """One video stream; covers of albums are not counted. `transfer` is the number of its curve in ITU-T H.273."""

    index: int
    codec: str
    width: int
    height: int
    frame_rate: Fraction | None
    transfer: int


@dataclass(frozen=True, slots=True)
class Cover:
    """One picture that stands for the whole, as on an album."""

    index: int
    codec: str


@dataclass(frozen=True, slots=True)
class SubtitleStream:
    """One subtitle stream."""

    index: int
    codec: str
    language: str | None
    title: str | None
    default: bool
    forced: bool


@dataclass(frozen=True, slots=True)
class Probe:
    """What a media file holds; `index` of a stream is its number among all streams, `duration` is in milliseconds.

    In a `broadcast` container, such as an MPEG transport stream, time stamps may begin anywhere and jump.
    """

    path: Path
    container: str
    broadcast: bool
    duration: int | None
    audio: tuple[AudioStream, ...]
    video: tuple[VideoStream, ...]
    subtitles: tuple[SubtitleStream, ...]
    covers: tuple[Cover, ...]
    attachments: int
    """How many other files are attached, such as fonts."""
    unknown: int
    """How many streams of sound or pictures nobody here can decode, such as Apple's spatial sound."""

    def audio_track(self, track: int) -> AudioStream:
        """The audio stream number `track`, counted from 0 among the audio streams; InputError where there is none."""
        if not self.audio:
            raise InputError(f"{show(self.path)} has no audio stream: give a file with sound")
        if not 0 <= track < len(self.audio):
            raise none_such(self.path, len(self.audio), "audio track", track)
        return self.audio[track]


def none_such(path: Path, count: int, kind: str, number: int) -> InputError:
    """What is told of a file that has `count` of a kind, such as audio tracks, and none of that number."""
    there = f"{count} {kind}" + ("" if count == 1 else "s")
    return InputError(f"{show(path)} has {there}, counted from 0: there is no {kind.rsplit(maxsplit=1)[-1]} {number}")


def probe(path: Path | str) -> Probe:
    """Read the headers of a local media file; InputError for anything that is none, however damaged.

    A file without audio is good here: `Probe.audio_track` is what refuses it.
    """
    import av.error

    path = Path(path)
    check_file(path)
    try:
        with opened(path) as container:
            return Probe(
                path=path,
                container=container.format.name,
                broadcast=_is_broadcast(container),
                duration=None if container.duration is None else max(0, container.duration // 1000),
                audio=tuple(_audio(stream, container) for stream in container.streams.audio if _known(stream)),
                video=tuple(_video(stream) for stream in container.streams.video if _is_video(stream)),
                subtitles=tuple(_subtitle(stream) for stream in container.streams.subtitles),
                covers=tuple(
                    Cover(stream.index, stream.codec_context.codec.canonical_name)
                    for stream in container.streams.video
                    if _known(stream) and not _is_video(stream)
                ),
                attachments=sum(stream.type == "attachment" for stream in container.streams),
                unknown=sum(not _known(one) for one in (*container.streams.audio, *container.streams.video)),
            )
    except (av.error.FFmpegError, ValueError, OverflowError) as error:
        raise InputError(f"{show(path)} is not audio or video that ffmpeg can read") from error


def shown_size(path: Path, picture: VideoStream) -> tuple[int, int]:
    """The width and height of a picture as players show it: upright, of square pixels. Its first frame is decoded."""
    import av.error

    try:
        with opened(path) as container:
            stream = container.streams[picture.index]
            width = max(1, round(picture.width * (stream.sample_aspect_ratio or 1)))
            turned = next(container.decode(stream)).rotation % 180 == 90
    except (av.error.FFmpegError, StopIteration):
        return picture.width, picture.height
    return (picture.height, width) if turned else (width, picture.height)


def opened(path: Path) -> Any:
    """The container, whatever its metadata: PyAV fails on what is no UTF-8 unless told not to.

    The options are told to the container alone: PyAV before 18 tells them to its streams too, and crashes where it
    finds more of these than it first saw, as in recordings of broadcasts.
    """
    import av

    return av.open(local_url(path), container_options=dict(LOCAL_OPTIONS), metadata_errors="replace")


def _known(stream: Any) -> bool:
    """Whether libav has a decoder for the stream; without one it knows neither its rate nor its channels."""
    return stream.codec_context is not None


def _audio(stream: Any, container: Any) -> AudioStream:
    return AudioStream(
        index=stream.index,
        codec=stream.codec_context.codec.canonical_name,
        channels=stream.codec_context.channels,
        layout=stream.codec_context.layout.name,
        language=_language(stream),
        duration=None if _is_guessed(stream, container) else _duration(stream),
    )


def _is_broadcast(container: Any) -> bool:
    from av.format import Flags

    return bool(container.format.flags & Flags.ts_discont.value)


def _is_guessed(stream: Any, container: Any) -> bool:
    """Whether the duration comes from time stamps that may jump, or from a bit rate, which the whole file has then."""
    if _is_broadcast(container):
        return True
    rate = stream.codec_context.bit_rate or 0
    return container.format.name in BARE and abs(container.bit_rate - rate) <= rate / 50


def _is_video(stream: Any) -> bool:
    return _known(stream) and not _has(stream, "attached_pic")


def _video(stream: Any) -> VideoStream:
    return VideoStream(
        index=stream.index,
        codec=stream.codec_context.codec.canonical_name,
        width=stream.codec_context.width,
        height=stream.codec_context.height,
        frame_rate=stream.average_rate or stream.guessed_rate,
        transfer=stream.codec_context.color_trc,
    )


def _subtitle(stream: Any) -> SubtitleStream:
    return SubtitleStream(
        index=stream.index,
        codec=stream.codec_context.codec.canonical_name if _known(stream) else UNKNOWN,
        language=_language(stream),
        title=stream.metadata.get("title"),
        default=_has(stream, "default"),
        forced=_has(stream, "forced"),
    )


def _language(stream: Any) -> str | None:
    """The language tag as the container has it (mostly ISO 639-2), or None."""
    tag = stream.metadata.get("language", "").strip()
    return None if tag in {"", "und"} else tag


def _has(stream: Any, flag: str) -> bool:
    # A disposition shows every flag as an attribute; the ones that are set are its bits.
    return bool(stream.disposition & getattr(stream.disposition, flag))


def _duration(stream: Any) -> int | None:
    """Milliseconds, from the stream's own header or from the tag that Matroska keeps it in."""
    if stream.duration is not None and stream.time_base is not None:
        return max(0, int(stream.duration * stream.time_base * 1000))
    hours, _, rest = stream.metadata.get("DURATION", "").partition(":")
    minutes, _, seconds = rest.partition(":")
    try:
        return int((int(hours) * 3600 + int(minutes) * 60 + float(seconds)) * 1000)
    except ValueError:
        return None
