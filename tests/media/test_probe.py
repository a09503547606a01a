from __future__ import annotations

import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from subtrans.errors import InputError
from subtrans.media.probe import probe
from subtrans.text.paths import show


def test_streams_are_described(recording: Path, tmp_path: Path, encode: Callable[..., Path]) -> None:
    (tmp_path / "s.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nHello\n")
    path = encode(
        *("-i", str(recording), "-f", "lavfi", "-i", "color=s=64x36:r=24000/1001:d=2.6", "-i", "s.srt"),
        *("-map", "0", "-map", "0", "-map", "1", "-map", "2", "-c:a:0", "flac", "-c:a:1", "libopus", "-ac:a:1", "2"),
        *("-c:v", "libx264", "-c:s", "srt", "-metadata:s:a:0", "language=eng"),
        *("-metadata:s:s:0", "language=ger", "-disposition:s:0", "forced"),
        name="all.mkv",
    )
    found = probe(path)
    assert probe(str(path)) == found
    assert found.duration == pytest.approx(2600, abs=60)
    assert not found.broadcast
    first, second = found.audio
    assert (first.codec, first.channels, first.language) == ("flac", 1, "eng")
    assert first.duration == pytest.approx(2600, abs=60)
    assert (second.codec, second.channels, second.layout) == ("opus", 2, "stereo")
    assert second.language is None
    (video,) = found.video
    assert (video.codec, video.width, video.height, video.frame_rate) == ("h264", 64, 36, Fraction(24000, 1001))
    (subtitles,) = found.subtitles
    assert (subtitles.codec, subtitles.language, subtitles.forced) == ("subrip", "ger", True)
    assert [stream.index for stream in (*found.audio, *found.video, *found.subtitles)] == [0, 1, 2, 3]


def test_the_cover_of_an_album_is_no_video(recording: Path, encode: Callable[..., Path]) -> None:
    cover = encode("-f", "lavfi", "-i", "color=s=64x64", "-frames:v", "1", name="cover.png")
    path = encode(
        *("-i", str(recording), "-i", str(cover), "-map", "0", "-map", "1"),
        *("-disposition:v", "attached_pic", "-c:v", "png"),
        name="song.mp3",
    )
    assert probe(path).video == ()
    assert len(probe(path).audio) == 1


def test_a_picture_is_told_to_have_no_audio(encode: Callable[..., Path]) -> None:
    path = encode("-f", "lavfi", "-i", "color=s=64x64", "-frames:v", "1", name="photo.png")
    with pytest.raises(InputError, match=r"photo\.png has no audio stream"):
        probe(path).audio_track(0)


def test_tracks_are_counted_from_zero(recording: Path) -> None:
    found = probe(recording)
    assert found.audio_track(0) is found.audio[0]
    for track in (1, -1):
        with pytest.raises(InputError, match=rf"has 1 audio track, counted from 0: there is no track {track}"):
            found.audio_track(track)


def test_metadata_that_is_no_utf8_is_no_failure(recording: Path, encode: Callable[..., Path]) -> None:
    path = encode("-i", str(recording), "-metadata", "title=XXXXXXXX", name="a.mka")
    path.write_bytes(path.read_bytes().replace(b"XXXXXXXX", b"\xff\xfe\xe9XXXXX"))
    assert len(probe(path).audio) == 1


def test_a_directory_and_a_pipe_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a directory"):
        probe(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(InputError, match="is not a regular file"):
            probe(tmp_path / "pipe")


@pytest.mark.parametrize("name", ["a" * 300, "a\x00b", "file.wav/inside"])
def test_names_that_no_file_can_have_are_refused(recording: Path, tmp_path: Path, name: str) -> None:
    recording.rename(tmp_path / "file.wav")
    with pytest.raises(InputError):
        probe(tmp_path / name)


def test_a_file_that_may_not_be_read_is_refused(recording: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recording.chmod(0)
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may read everything
    with pytest.raises(InputError, match="permission denied"):
        probe(recording)


def test_noise_is_media_or_refused_but_never_a_crash(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    path = tmp_path / "noise.mp4"
    refused = 0
    for start in (b"", b"\x1aE\xdf\xa3", b"ID3\x03", b"OggS", b"RIFF", b"fLaC", b"\x00\x00\x00\x20ftypisom", b"\x47"):
        path.write_bytes(start + random.bytes(3000))
        try:
            probe(path).audio_track(0)
        except InputError:
            refused += 1
    assert refused > 0


def test_a_name_is_shown_on_one_line() -> None:
    assert show(Path("two\nlines")) == "two\\nlines"
    assert show(Path(os.fsdecode(b"\xff.mp4"))) == "\\udcff.mp4"
    assert show(Path("字幕 it's.mp4")) == "字幕 it's.mp4"
