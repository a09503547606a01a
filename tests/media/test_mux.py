"""Subtitles as streams beside those that were there, read back by PyAV."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import av
import pytest

from subtrans.errors import InputError, OutputError
from subtrans.media.mux import Track, check_streams, mux
from subtrans.media.probe import SubtitleStream, probe

SRT = "1\n00:00:00,500 --> 00:00:01,000\n早上好。\n\n2\n00:00:01,500 --> 00:00:02,000\nGut\n\n"
NAME = 'it\'s [a] "test": 100% {ü},; 咖啡 🎬 ' + "x" * 150


@pytest.fixture
def video(encode: Callable[..., Path], recording: Path) -> Callable[..., Path]:
    """A picture with the standard recording in a container, and what else is asked for."""

    def make(name: str, *more: str) -> Path:
        source = ["-f", "lavfi", "-i", "color=size=64x48:duration=2.6:rate=10", "-i", str(recording)]
        return encode(*source, *more, name=name)

    return make


def track(language: str, *, default: bool = False, forced: bool = False, name: str = "srt") -> Track:
    text = SRT if name == "srt" else "WEBVTT\n\n00:00.500 --> 00:01.000\n早上好。\n"
    return Track(text, name, language, f"in {language}", default, forced)


@pytest.mark.parametrize(
    ("container", "codec", "codes"),
    [
        ("mkv", "subrip", ["chi", "ger", "fre", "ara"]),
        ("mp4", "mov_text", ["zho", "deu", "fra", "ara"]),
        ("mov", "mov_text", ["chi", "ger", "fra", "ara"]),
    ],
)
def test_streams_with_their_language_and_one_default(container, codec, codes, video, tmp_path) -> None:
    source = video(f"{NAME}.mp4", "-metadata:s:a:0", "language=eng")
    target = tmp_path / f"{NAME}.2.{container}"
    mux(source, [track("zho", default=True), track("deu", forced=True), track("fra"), track("ara")], target)
    found = probe(target)
    assert [stream.codec for stream in (*found.video, *found.audio)] == ["h264", "aac"]
    assert found.audio[0].language == "eng"
    assert [stream.codec for stream in found.subtitles] == [codec] * 4
    assert [stream.language for stream in found.subtitles] == codes
    assert [stream.default for stream in found.subtitles] == [True, False, False, False]
    if container != "mov":
        assert [stream.forced for stream in found.subtitles] == [False, True, False, False]
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []
    with av.open(str(target)) as file:
        packets = [packet for packet in file.demux(file.streams.subtitles[0]) if packet.size > 2]
        assert b"".join(bytes(packet) for packet in packets).decode("utf-8", "ignore").count("早上好。") == 1
        assert float(packets[0].pts * packets[0].time_base) == pytest.approx(0.5, abs=0.06)


@pytest.mark.parametrize(("first", "then"), [("mkv", "mp4"), ("mp4", "mkv"), ("mkv", "mkv"), ("mp4", "mov")])
def test_subtitles_that_are_there_stay_but_yield_the_default_flag(first, then, video, tmp_path) -> None:
    source, middle, target = video("a.mp4"), tmp_path / f"b.{first}", tmp_path / f"c.{then}"
    mux(source, [track("eng", default=True)], middle)
    mux(middle, [track("jpn", default=True)], target)
    assert [(stream.language, stream.default) for stream in probe(target).subtitles] == [("eng", False), ("jpn", True)]


def test_webm_takes_its_own_kinds_alone(video, tmp_path) -> None:
    source = video("a.webm", "-c:v", "libvpx", "-c:a", "libopus")
    mux(source, [track("zho", name="vtt", default=True)], tmp_path / "b.webm")
    assert [(one.codec, one.language) for one in probe(tmp_path / "b.webm").subtitles] == [("webvtt", "chi")]
    with pytest.raises(OutputError, match=r"webm holds no h264, which .*a.mp4 has: use --mux mkv"):
        mux(video("a.mp4"), [track("zho", name="vtt")], tmp_path / "c.webm")
    assert not (tmp_path / "c.webm").exists()


def test_who_is_told_how_much_is_written_gets_the_same_file(video, tmp_path) -> None:
    source, told = video("a.mp4"), []
    for name, done in ("b.mp4", None), ("c.mp4", told.append):
        mux(source, [track("zho", default=True)], tmp_path / name, done=done)
    assert (tmp_path / "b.mp4").read_bytes() == (tmp_path / "c.mp4").read_bytes()
    assert told == sorted(set(told))
    assert told[-1] == pytest.approx(probe(source).duration, abs=100)


@pytest.mark.parametrize("codec", ["hdmv_pgs_subtitle", "dvd_subtitle", "dvb_subtitle"])
def test_pictures_of_text_stay_in_matroska(codec, video) -> None:
    contents = replace(probe(video("a.mp4")), subtitles=(SubtitleStream(2, codec, "eng", None, False, False),))
    check_streams(contents, "mkv")
    with pytest.raises(OutputError, match=f"mp4 holds no {codec}, subtitle track 0: use --mux mkv"):
        check_streams(contents, "mp4")


def test_what_is_no_video_is_told(tmp_path) -> None:
    (tmp_path / "a.mp4").write_text("hello")
    with pytest.raises(InputError, match="is not audio or video"):
        mux(tmp_path / "a.mp4", [track("zho")], tmp_path / "b.mkv")


@pytest.mark.parametrize("container", ["mkv", "mp4", "mov"])
def test_covers_stay_covers_beside_attached_fonts(container, video, encode, tmp_path, caplog) -> None:
    cover = encode("-f", "lavfi", "-i", "color=red:size=32x32", "-frames:v", "1", name="cover.png")
    font = tmp_path / "a.ttf"
    font.write_bytes(b"font")
    kinds = [*("-metadata:s:t:0", "mimetype=font/ttf"), *("-metadata:s:t:1", "mimetype=image/png")]
    source = video("film.mkv", "-attach", str(font), "-attach", str(cover), *kinds)
    target = tmp_path / f"film.2.{container}"
    mux(source, [track("zho", default=True)], target)
    found = probe(target)
    assert [stream.codec for stream in (*found.video, *found.subtitles)] == [
        "h264",
        "subrip" if container == "mkv" else "mov_text",
    ]
    assert [stream.codec for stream in found.covers] == ([] if container == "mov" else ["png"])
    assert found.attachments == (container == "mkv")
    told = [f"a cover of {source} is left out of {target}: use --mux mkv"] if container == "mov" else []
    assert caplog.messages == told
