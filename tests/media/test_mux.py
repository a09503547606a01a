"""Subtitles as streams beside those that were there, read back by PyAV."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import av
import pytest

from subtrans.errors import InputError, OutputError
from subtrans.media.mux import Track, check_held, check_streams, mux
from subtrans.media.probe import SubtitleStream, probe
from subtrans.media.subtitles import extract

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


@pytest.mark.parametrize("container", ["mkv", "mp4"])
@pytest.mark.parametrize("name", ["a.avi", "a.mpg"])
def test_pictures_without_times_of_their_own_get_some(name, container, video, tmp_path) -> None:
    codec = "mpeg4" if name == "a.avi" else "mpeg1video"
    source = video(name, "-r", "25", "-c:v", codec, "-bf", "2", "-c:a", "mp2")
    mux(source, [track("zho", default=True)], tmp_path / f"b.{container}")
    with av.open(str(tmp_path / f"b.{container}")) as file:
        shown = [frame.time for frame in file.decode(video=0)]
    assert len(shown) == 65
    assert [round(later - time, 2) for time, later in pairwise(shown)] == [0.04] * 64


@pytest.mark.parametrize(
    ("name", "picture", "sound", "rate", "channels"),
    [("a.vob", "mpeg2video", "pcm_dvd", 48_000, 2), ("a.flv", "flv", "nellymoser", 22_050, 1)],
)
def test_sound_that_matroska_has_no_name_for_stays_as_flac(
    name, picture, sound, rate, channels, video, tmp_path
) -> None:
    source = video(name, *("-r", "25", "-c:v", picture, "-c:a", sound, "-ar", str(rate), "-ac", str(channels)))
    check_held(probe(source), "mkv")
    mux(source, [track("zho", default=True)], tmp_path / "b.mkv")
    with av.open(str(tmp_path / "b.mkv")) as file:
        heard = file.streams.audio[0].codec_context
        assert (heard.name, heard.sample_rate, heard.channels) == ("flac", rate, channels)


@pytest.mark.parametrize("container", ["mp4", "mov"])
def test_hevc_has_the_name_that_every_player_knows(container, video, tmp_path) -> None:
    source = video("a.mkv", "-c:v", "libx265", "-x265-params", "log-level=error", "-pix_fmt", "yuv420p")
    mux(source, [track("zho", default=True)], tmp_path / f"b.{container}")
    with av.open(str(tmp_path / f"b.{container}")) as file:
        assert file.streams.video[0].codec_context.codec_tag == "hvc1"


@pytest.mark.parametrize("container", ["mkv", "mp4"])
def test_closed_captions_become_text(container, video, tmp_path) -> None:
    words = "9420 9420 9470 9470 c8e5 ecec ef80 942f 942f"
    (tmp_path / "a.scc").write_text(f"Scenarist_SCC V1.0\n\n00:00:00:10\t{words}\n\n00:00:02:00\t942c 942c\n\n")
    source = video("a.mov", "-i", str(tmp_path / "a.scc"), "-map", "0", "-map", "1", "-map", "2", "-c:s", "copy")
    assert [one.codec for one in probe(source).subtitles] == ["eia_608"]
    check_held(probe(source), container)
    target = tmp_path / f"b.{container}"
    mux(source, [track("zho", default=True)], target)
    assert [one.codec for one in probe(target).subtitles] == ["subrip" if container == "mkv" else "mov_text"] * 2
    assert "Hello" in extract(target, 0)[0]


@pytest.mark.parametrize("container", ["mkv", "mp4"])
def test_a_stream_that_nobody_can_decode_is_left_out_and_told(container, video, tmp_path, caplog) -> None:
    source = video("a.mov", "-map", "0", "-map", "1", "-map", "1")
    data = source.read_bytes()
    last = data.rindex(b"stsd")  # of the second sound, which becomes Apple's spatial one
    source.write_bytes(data[:last] + data[last:].replace(b"mp4a", b"apac", 1).replace(b"esds", b"free", 1))
    assert (len(probe(source).audio), probe(source).unknown) == (1, 1)
    check_held(probe(source), container)
    target = tmp_path / f"b.{container}"
    mux(source, [track("zho", default=True)], target)
    assert [one.codec for one in probe(target).audio] == ["aac"]
    assert caplog.messages == [f"a stream of {source} is left out of {target}: of a kind that is not known"]


def test_what_a_container_cannot_hold_is_known_before_it_is_made(video) -> None:
    contents = probe(video("a.mov", "-c:v", "prores", "-c:a", "pcm_s16le"))
    check_held(contents, "mkv")
    check_held(contents, "mov")
    with pytest.raises(OutputError, match=r"^mp4 cannot hold what .*a.mov has \(.*prores.*\): use --mux mkv$"):
        check_held(contents, "mp4")


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
