"""The sound of a file and the container of a result in; what each track becomes in it out."""

from __future__ import annotations

from collections.abc import Sequence

from subtrans.media.probe import AudioStream

_NAMELESS = frozenset({"adpcm_ima_qt", "adpcm_swf", "nellymoser", "pcm_bluray", "pcm_dvd", "s302m"})
"""Sound from discs, broadcasters and old cameras for which Matroska has no name."""
_MP4 = frozenset({"aac", "ac3", "alac", "dts", "eac3", "flac", "mp2", "mp3", "opus"})
"""What MP4 surely holds; files of that name from cameras and phones hold other things too."""


def sound_codecs(audio: Sequence[AudioStream], container: str) -> dict[str, str]:
    """What ffmpeg is told of the tracks that are not copied: without loss to FLAC in mkv, to AAC in mp4."""
    if container == "mkv":
        return {f"c:a:{number}": "flac" for number, stream in enumerate(audio) if stream.codec in _NAMELESS}
    if container == "mp4":
        return {f"c:a:{number}": "aac" for number, stream in enumerate(audio) if stream.codec not in _MP4}
    return {}
