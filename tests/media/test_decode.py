from __future__ import annotations

import logging
import os
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from programs import children, runs

from subtrans.errors import InputError, SubtransError
from subtrans.media.decode import decode
from subtrans.media.ffmpeg import executable
from subtrans.media.listen import listen
from subtrans.media.probe import probe
from subtrans.types import SAMPLE_RATE, Span

BURSTS = (0.5, 1.25, 2.0)
VIDEO = ("-f", "lavfi", "-i", "color=c=navy:s=64x36:r=10:d=2.6")


def sound(path: Path, **options: float | Span) -> NDArray[np.float32]:
    """All of the decoded sound; the blocks must follow each other without a hole."""
    blocks = []
    part = options.get("excerpt")
    position = round(part.start * SAMPLE_RATE / 1000) if isinstance(part, Span) else 0
    for block in decode(path, **options):  # type: ignore[arg-type]
        assert block.offset == position
        position += len(block.samples)
        blocks.append(block.samples)
    return np.concatenate(blocks)


def onsets(samples: NDArray[np.float32]) -> list[float]:
    """Where sound begins after at least 0.2 s of silence, in seconds."""
    loud = np.flatnonzero(np.abs(samples) > 0.25 * np.abs(samples).max())
    first = np.concatenate([[True], np.diff(loud) > 0.2 * SAMPLE_RATE])
    return [float(position) / SAMPLE_RATE for position in loud[first]]


# Lossless: the resampler's filter alone, well under a millisecond. Lossy: the container knows the codec's delay, and
# what remains is the smear of one transform block before an attack, at most 10 ms.
@pytest.mark.parametrize(
    ("name", "arguments", "tolerance"),
    [
        ("a.wav", (), 0.001),
        ("a.flac", (), 0.001),
        ("a.mp3", ("-c:a", "libmp3lame"), 0.01),
        ("a.ogg", ("-c:a", "libvorbis"), 0.01),
        ("a.opus", ("-c:a", "libopus"), 0.01),
        ("a.m4a", ("-c:a", "aac"), 0.01),
        ("a.aac", ("-c:a", "aac"), 0.03),  # ADTS has no field for the encoder's delay of 1024 samples
        ("v.mp4", (*VIDEO, "-c:a", "aac", "-c:v", "libx264"), 0.01),
        ("v.mov", (*VIDEO, "-c:a", "pcm_s16le", "-c:v", "libx264"), 0.001),
        ("v.mkv", (*VIDEO, "-c:a", "flac", "-c:v", "libx264"), 0.001),
        ("v.webm", (*VIDEO, "-c:a", "libopus", "-c:v", "libvpx"), 0.01),
        ("v.ts", (*VIDEO, "-c:a", "aac", "-c:v", "libx264"), 0.03),
        ("v.avi", (*VIDEO, "-c:a", "libmp3lame", "-c:v", "mpeg4"), 0.04),
    ],
)
def test_every_container_gives_the_same_sound_at_the_same_time(
    recording: Path, encode: Callable[..., Path], name: str, arguments: tuple[str, ...], tolerance: float
) -> None:
    path = encode("-i", str(recording), *arguments, name=name)
    assert onsets(sound(path)) == pytest.approx(BURSTS, abs=tolerance)
    part = sound(path, excerpt=Span(1000, 2200))
    assert len(part) == pytest.approx(1.2 * SAMPLE_RATE, abs=tolerance * SAMPLE_RATE)
    assert onsets(part) == pytest.approx([0.25, 1.0], abs=tolerance)


@pytest.mark.parametrize("name", ["late.mp4", "late.mkv", "late.mov", "late.ts"])
def test_sound_that_starts_late_keeps_its_time(recording: Path, encode: Callable[..., Path], name: str) -> None:
    path = encode(
        *("-f", "lavfi", "-i", "color=c=navy:s=64x36:r=10:d=5.1"),
        *("-itsoffset", "2.5", "-i", str(recording), "-c:v", "libx264", "-c:a", "aac"),
        name=name,
    )
    assert onsets(sound(path)) == pytest.approx([2.5 + start for start in BURSTS], abs=0.03)


def test_time_counts_from_the_start_of_the_container_as_in_players(
    recording: Path, encode: Callable[..., Path]
) -> None:
    path = encode("-itsoffset", "2.5", "-i", str(recording), "-c:a", "flac", name="alone.mka")
    assert onsets(sound(path)) == pytest.approx(BURSTS, abs=0.005)


def test_a_gap_in_the_sound_is_filled_with_silence(recording: Path, encode: Callable[..., Path]) -> None:
    # Frames of 20 ms; those from 0.7 s on get time stamps 1.5 s later.
    path = encode(
        *("-i", str(recording), "-af", "asetnsamples=882,asetpts=PTS+gte(T\\,0.7)*1.5/TB", "-c:a", "pcm_s16le"),
        name="gap.mkv",
    )
    assert onsets(sound(path)) == pytest.approx([0.5, 2.75, 3.5], abs=0.005)


@pytest.mark.parametrize("name", ["a.flac", "a.webm"])
def test_a_recording_of_unknown_length_that_ends_before_the_part(recording: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    command = [executable(), "-v", "error", "-i", recording, "-f", path.suffix[1:], "pipe:1"]
    path.write_bytes(subprocess.run(command, capture_output=True, check=True).stdout)
    with pytest.raises(InputError, match=f"the sound of .*{name} ends before 600 s: choose an earlier part"):
        list(decode(path, excerpt=Span(600_000, 660_000)))


@pytest.mark.parametrize("name", ["a.ts", "a.vob", "a.ogg", "a.opus", "a.mp3"])
def test_a_part_of_recordings_that_were_joined(recording: Path, encode: Callable[..., Path], name: str) -> None:
    path = encode("-i", str(recording), *(("-c:a", "mp2") if name in {"a.ts", "a.vob"} else ()), name=name)
    path.write_bytes(path.read_bytes() * 3)
    whole = onsets(sound(path))
    assert len(whole) == 9
    for begin, end in (4000, 7000), (1000, 4400):
        part = onsets(sound(path, excerpt=Span(begin, end)))
        expected = [onset - begin / 1000 for onset in whole if begin < 1000 * onset < end]
        assert part == pytest.approx(expected, abs=0.05), (begin, end)


def test_a_path_may_be_a_string(wav: Callable[..., Path]) -> None:
    path = wav(np.zeros(16_000), 16_000)
    assert [len(block.samples) for block in decode(str(path))] == [SAMPLE_RATE]


def test_a_channel_that_is_not_there(wav: Callable[..., Path]) -> None:
    path = wav(np.zeros(16_000), 16_000)
    for channel in -1, 1:
        with pytest.raises(InputError, match=f"has 1 channel, counted from 0: there is no channel {channel}"):
            list(decode(path, channel=channel))


@pytest.mark.parametrize(
    ("rate", "channels"),
    [
        *((rate, channels) for rate in [8_000, 11_025, 16_000, 22_050, 48_000, 96_000, 192_000] for channels in [1, 2]),
        *((48_000, channels) for channels in [3, 4, 5, 6, 7, 8, 9, 12, 16]),  # without names for their places
    ],
)
def test_any_rate_and_any_number_of_channels(wav: Callable[..., Path], rate: int, channels: int) -> None:
    # The bursts are in all channels, as each of them may be the one that speaks.
    samples = np.repeat(np.concatenate([np.zeros(rate // 2), bursts_of(rate)])[:, None], channels, axis=1)
    heard = sound(wav(samples.astype(np.float32), rate))
    assert len(heard) == pytest.approx(len(samples) * SAMPLE_RATE / rate, abs=SAMPLE_RATE * 0.01)
    assert onsets(heard) == pytest.approx([0.5], abs=0.002)
    assert 0.2 < np.abs(heard).max() <= 1.0


def bursts_of(rate: int) -> NDArray[np.float64]:
    return 0.6 * np.sin(2 * np.pi * 1000 * np.arange(rate // 10) / rate)


@pytest.mark.parametrize("layout", ["2.1", "3.0", "quad", "5.0", "5.1", "6.1", "7.1"])
def test_every_channel_of_a_named_layout_is_heard(encode: Callable[..., Path], layout: str) -> None:
    """Speech may be in any channel but the one for low frequencies, which ffmpeg leaves out."""
    count = {"2.1": 3, "3.0": 3, "quad": 4, "5.0": 5, "5.1": 6, "6.1": 7, "7.1": 8}[layout]
    low = {"2.1": 2, "5.1": 3, "6.1": 3, "7.1": 3}.get(layout)
    for channel in range(count):
        if channel == low:
            continue
        gains = "|".join(f"c{n}={1 if n == channel else 0}*c0" for n in range(count))
        path = encode(
            *("-f", "lavfi", "-i", "sine=f=1000:d=0.2:r=48000", "-af", f"pan={layout}|{gains}", "-c:a", "flac"),
            name=f"{channel}.mka",
        )
        assert np.abs(sound(path)).max() > 0.005, f"channel {channel}"


def test_the_track_asked_for_is_the_one_decoded(encode: Callable[..., Path]) -> None:
    path = encode(
        *("-f", "lavfi", "-i", "sine=f=300:d=1", "-f", "lavfi", "-i", "sine=f=2000:d=1"),
        *("-map", "0:a", "-map", "1:a", "-c:a", "flac"),
        name="two.mkv",
    )
    for track, frequency in [(0, 300), (1, 2000)]:
        samples = sound(path, track=track)
        spectrum = np.abs(np.fft.rfft(samples))
        assert np.argmax(spectrum) * SAMPLE_RATE / len(samples) == pytest.approx(frequency, abs=5)
    with pytest.raises(InputError, match=r"two\.mkv has 2 audio tracks, counted from 0: there is no track 2"):
        next(decode(path, track=2))


@pytest.mark.parametrize(("name", "milliseconds"), [("a.wav", 50), ("a.flac", 10), ("a.mp3", 40), ("a.opus", 60)])
def test_a_sound_shorter_than_a_tenth_of_a_second(
    wav: Callable[..., Path], encode: Callable[..., Path], name: str, milliseconds: int
) -> None:
    source = wav(np.full(48 * milliseconds, 0.5, np.float32), 48_000, "short.wav")
    assert 0 < len(sound(encode("-i", str(source), name=name))) <= 16 * (milliseconds + 60)


def test_blocks_have_the_length_asked_for_and_do_not_change_the_sound(recording: Path) -> None:
    lengths = [len(block.samples) for block in decode(recording, block_seconds=1)]
    assert lengths[:2] == [16_000, 16_000]
    assert sum(lengths) == pytest.approx(2.6 * 16_000, abs=20)
    assert np.array_equal(sound(recording, block_seconds=0.37), sound(recording))


def test_an_excerpt_without_an_end_goes_on_to_the_end(recording: Path) -> None:
    assert onsets(sound(recording, excerpt=Span(1900, 10**9))) == pytest.approx([0.1], abs=0.001)


@pytest.mark.parametrize("name", ["a.wav", "a.mp3", "a.m4a", "a.opus", "a.ts"])
@pytest.mark.parametrize("other", ["-0.9*c0", "0.9*c0", "0*c0"])
def test_channels_that_cancel_each_other_are_heard(
    name: str, other: str, recording: Path, encode: Callable[..., Path]
) -> None:
    path = encode("-i", str(recording), "-af", f"pan=stereo|c0=c0|c1={other}", name=name)
    assert onsets(sound(path)) == pytest.approx(BURSTS, abs=0.06)
    assert np.max(np.abs(sound(path))) > 0.3


def test_samples_beyond_full_scale_and_without_value_are_made_good(tmp_path: Path) -> None:
    samples = np.array([0.5, 3.0, -3.0, np.nan, np.inf, -np.inf] * 400, "<f4").tobytes()
    path = tmp_path / "float.wav"
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 3, 1, SAMPLE_RATE, SAMPLE_RATE * 4, 4, 32)
    data = struct.pack("<4sI", b"data", len(samples)) + samples
    path.write_bytes(struct.pack("<4sI4s", b"RIFF", 4 + len(form) + len(data), b"WAVE") + form + data)
    listener = listen(str(path))
    arriving = [audio.samples for audio in iter(lambda: listener.take(1600, 16000), None)]
    for decoded in sound(path), np.concatenate(arriving):
        assert len(decoded) == 2400
        assert np.isfinite(decoded).all()
        assert np.abs(decoded).max() == 1.0


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("a.flac", ()),
        ("a.m4a", ("-movflags", "+faststart")),
        ("v.mkv", (*VIDEO, "-c:a", "flac", "-c:v", "libx264")),
    ],
)
def test_a_file_cut_short_gives_what_it_has_and_says_so(
    recording: Path,
    encode: Callable[..., Path],
    caplog: pytest.LogCaptureFixture,
    name: str,
    arguments: tuple[str, ...],
) -> None:
    path = encode("-stream_loop", "3", "-i", str(recording), *arguments, name=name)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 5])
    with caplog.at_level(logging.WARNING, "subtrans.media"):
        assert onsets(sound(path))[:3] == pytest.approx(BURSTS, abs=0.01)
    assert "is damaged or cut short" in caplog.text


def test_a_whole_file_is_decoded_without_a_word(
    recording: Path, encode: Callable[..., Path], caplog: pytest.LogCaptureFixture
) -> None:
    for name in ["a.mp3", "a.aac", "a.opus", "a.mka"]:
        sound(encode("-i", str(recording), name=name))
    # A picture that outlasts the sound is nothing to warn of.
    sound(encode("-i", str(recording), "-f", "lavfi", "-i", "color=s=64x36:r=5:d=9", name="long.mkv"))
    sound(encode("-i", str(recording), "-f", "lavfi", "-i", "color=s=64x36:r=5:d=9", name="long.mp4"))
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_a_duration_that_is_guessed_is_no_promise(
    recording: Path, encode: Callable[..., Path], caplog: pytest.LogCaptureFixture
) -> None:
    speech = ["-f", "lavfi", "-i", "anoisesrc=duration=20", "-af", "adelay=10000"]
    variable = encode(*speech, "-c:a", "libmp3lame", "-q:a", "4", "-write_xing", "0", name="a.mp3")
    jump = encode("-i", str(recording), "-c:a", "mp2", "-output_ts_offset", "5000", name="b.ts")
    jump.write_bytes(encode("-i", str(recording), "-c:a", "mp2", name="a.ts").read_bytes() + jump.read_bytes())
    for path in (variable, jump):
        contents = probe(path)
        assert contents.duration is not None
        assert contents.duration > len(sound(path)) / 16 + 1000, path
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_an_mp3_that_says_how_long_it_is_and_is_cut_short_is_told(
    recording: Path, encode: Callable[..., Path], caplog: pytest.LogCaptureFixture
) -> None:
    path = encode("-stream_loop", "8", "-i", str(recording), "-c:a", "libmp3lame", "-q:a", "4", name="a.mp3")
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 5])
    sound(path)
    assert "is damaged or cut short" in caplog.text


@pytest.mark.parametrize("name", ["a.wav", "a.mp3", "a.ogg", "a.m4a", "a.flac", "a.mka"])
def test_flipped_bits_never_end_in_a_traceback(recording: Path, encode: Callable[..., Path], name: str) -> None:
    whole = encode("-i", str(recording), name=name).read_bytes()
    random = np.random.default_rng(7)
    outcomes = []
    for share in [0.0005, 0.01, 0.3]:
        damaged = np.frombuffer(whole, np.uint8).copy()
        places = random.integers(0, len(damaged), max(1, int(len(damaged) * share)))
        damaged[places] ^= random.integers(1, 256, len(places), dtype=np.uint8)
        path = encode("-i", "source.wav", name=name)
        path.write_bytes(damaged.tobytes())
        try:
            outcomes.append(np.isfinite(sound(path)).all())
        except InputError as error:
            assert "\n" not in str(error)  # noqa: PT017 - either outcome is right
            outcomes.append(True)
    assert all(outcomes)


@pytest.mark.parametrize(
    "name",
    [
        'it\'s "quoted".wav',
        "[brackets] (and) {braces}.wav",
        "http:colons:in it.wav",
        "two\nlines.wav",
        "-i leading dash.wav",
        " spaces .wav",
        "100%d %03d.wav",
        "back\\slash.wav",
        "字幕 🎬.wav",
        "a" * 200 + ".wav",
        "no suffix",
        os.fsdecode(b"latin-1 \xe9\xff.wav"),
    ],
)
@pytest.mark.parametrize("relative", [True, False])
def test_any_file_name_works(
    recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, relative: bool
) -> None:
    try:
        recording.rename(tmp_path / name)
    except OSError:
        pytest.skip("this file system does not take the name")
    monkeypatch.chdir(tmp_path)
    assert onsets(sound(Path(name) if relative else tmp_path / name)) == pytest.approx(BURSTS, abs=0.001)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "does not exist"),
        (b"", "is empty"),
        (b"This is no recording.\n" * 50, "is not audio or video that ffmpeg can read"),
        (b"\x00" * 5000, "is not audio or video that ffmpeg can read"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00", "x.wav"),
    ],
)
def test_what_is_no_media_is_told_in_one_line(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "x.wav"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        sound(path)
    assert "\n" not in str(caught.value)


def test_a_wav_without_samples_has_no_sound(wav: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match="no sound could be decoded"):
        sound(wav(np.zeros(0, np.float32)))


def test_a_video_without_sound_is_refused(encode: Callable[..., Path]) -> None:
    path = encode(*VIDEO, "-c:v", "libx264", name="silent film.mp4")
    with pytest.raises(InputError, match=r"silent film\.mp4 has no audio stream"):
        next(decode(path))


def test_a_playlist_cannot_open_the_network(tmp_path: Path) -> None:
    path = tmp_path / "list.m3u8"
    path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n")
    with pytest.raises(InputError):
        next(decode(path))


def test_an_ffmpeg_that_is_killed_is_no_end_of_file(recording: Path, encode: Callable[..., Path]) -> None:
    path = encode("-stream_loop", "200", "-i", str(recording), name="long.flac")
    before = children(os.getpid())
    blocks = decode(path, block_seconds=1)
    next(blocks)
    (child,) = children(os.getpid()) - before
    os.kill(child, signal.SIGKILL)
    with pytest.raises(SubtransError, match="was killed by signal 9"):
        list(blocks)


@pytest.mark.parametrize("way", ["closed", "deleted", "interrupted"])
def test_no_ffmpeg_outlives_its_reader(recording: Path, encode: Callable[..., Path], way: str) -> None:
    path = encode("-stream_loop", "200", "-i", str(recording), name="long.flac")
    before = children(os.getpid())
    blocks = decode(path, block_seconds=1)
    next(blocks)
    assert len(children(os.getpid()) - before) == 1
    if way == "closed":
        blocks.close()
    elif way == "deleted":
        del blocks
    else:
        with pytest.raises(KeyboardInterrupt):
            blocks.throw(KeyboardInterrupt)
    assert children(os.getpid()) == before


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_no_ffmpeg_outlives_a_process_that_is_ended(
    recording: Path, encode: Callable[..., Path], tmp_path: Path, name: str
) -> None:
    path = encode("-stream_loop", "200", "-i", str(recording), name="long.flac")
    program = "import sys, time; from pathlib import Path; from subtrans.media.decode import decode"
    program += "; blocks = decode(Path(sys.argv[1])); next(blocks); print('heard', flush=True); time.sleep(60)"
    command = [sys.executable, "-c", program, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"heard\n"
        (child,) = children(process.pid)
        process.send_signal(signal.Signals[name])
        process.wait()
    while runs(child):
        time.sleep(0.05)  # the test's own time limit ends a wait in vain


def test_one_channel_is_taken_as_it_is(encode) -> None:
    source = ["-f", "lavfi", "-i", "aevalsrc=0.25|0.5|-0.125:c=3.0:s=16000:d=1", "-c:a", "pcm_s16le"]
    path = encode(*source, name="three.wav")
    levels = [float(np.median(np.concatenate([block.samples for block in decode(path, channel=n)]))) for n in range(3)]
    assert levels == pytest.approx([0.25, 0.5, -0.125], abs=1e-3)
