"""`subtrans subtitle --mux` and `--burn` over real files, real ffmpeg and fake engines."""

from __future__ import annotations

import os
import signal
import string
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fakes import silence, spoken, write_wav
from squares import build_font

from subtrans import formats
from subtrans.media import fonts
from subtrans.media.ffmpeg import executable
from subtrans.media.probe import probe
from subtrans.media.subtitles import extract
from subtrans.text.languages import language
from subtrans.types import Cue, Span

TALK = "one two three Stop. red green cat Why? "
NAME = 'it\'s [a] "test": 100% {ü},; 咖啡 🎬 ' + "x" * 150


def film(name: str) -> Path:
    """A blue picture with the fakes' speech, without loss."""
    write_wav(Path("speech.wav"), spoken(TALK))
    source = ["-f", "lavfi", "-i", "color=blue:size=320x180:rate=5", "-i", "speech.wav", "-shortest"]
    subprocess.run([executable(), "-v", "error", *source, "-c:a", "alac", f"file:{name}"], check=True)
    Path("speech.wav").unlink()
    return Path(name)


@pytest.fixture
def no_fonts(tmp_path_factory, monkeypatch) -> Iterator[Path]:
    """The one folder of fonts that this machine seems to have; it is empty."""
    folder = tmp_path_factory.mktemp("fonts")
    monkeypatch.setattr(fonts, "_folders", lambda: iter([folder]))
    fonts.installed.cache_clear()
    yield folder
    fonts.installed.cache_clear()


def test_all_languages_as_streams_the_first_by_default(run, fakes) -> None:
    models = [option for tag in ("de", "ja") for option in ("--mt", fakes.add_pair("en", tag))]
    path = film(f"{NAME}.mkv")
    outcome = run("subtitle", path, "--to", "de,ja", *models, "--mux", "mkv", "--transcript", "--sdh")
    assert outcome.code == 0, outcome.err
    assert "3 streams of subtitles added" in outcome.complaints[-1]
    found = probe(Path(f"{NAME}.subtitled.mkv"))
    assert [(one.language, one.title, one.default) for one in found.subtitles] == [
        ("ger", "German", True),
        ("jpn", "Japanese", False),
        ("eng", "English", False),
    ]
    assert (len(found.video), len(found.audio)) == (1, 1)


def test_videos_that_are_missing_are_made_of_an_interrupted_run(run, fakes, no_fonts) -> None:
    build_font(no_fonts / "squares.ttf", string.printable.strip() + fonts.sample(language("zh")))
    asked = "subtitle", film("talk.mp4"), "--to", "zh", "--mux", "mkv", "--burn", "--skip-existing"
    corrected = "1\n00:00:00,000 --> 00:00:01,000\nCorrected.\n"
    Path("talk.zh.srt").write_text(corrected)
    assert run(*asked).code == 0
    burned = Path("talk.zh.burned.mp4").read_bytes()
    Path("talk.subtitled.mkv").unlink()
    assert run(*asked).complaints[-2:] == [
        "talk.zh.burned.mp4: exists, kept",
        "talk.subtitled.mkv: 1 stream of subtitles added",
    ]
    assert Path("talk.zh.burned.mp4").read_bytes() == burned
    assert Path("talk.zh.srt").read_text() == corrected


@pytest.mark.parametrize("heard", [(), ("--json",)], ids=["for nothing else", "for what else is missing"])
def test_subtitles_that_a_person_corrected_are_shown_as_they_are(heard, run, fakes) -> None:
    asked = "subtitle", film("talk.mp4"), "--to", "zh,en", "--skip-existing", "--format", "ass"
    for each in "zh", "en":
        text = formats.write([Cue(Span(0, 1000), (f"Corrected {each}.",))], "ass")
        Path(f"talk.{each}.ass").write_text(text.replace("Style: Default,", "Style: House,"))
    assert run(*asked, "--mux", "mkv", *heard).code == 0
    found, _ = extract(Path("talk.subtitled.mkv"), 1)
    assert "Corrected en." in found
    assert "Style: House," in found
    assert Path("talk.en.json").exists() is bool(heard)


def test_subtitles_alone_need_no_recogniser_and_are_shown_as_they_are(run) -> None:
    film("talk.mp4")
    Path("talk.zh.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nCorrected <i>by a person</i>.\n")
    outcome = run("subtitle", "talk.mp4", "--to", "zh", "--asr", "none", "--mux", "mkv", "--skip-existing")
    assert outcome.complaints == ["talk.subtitled.mkv: 1 stream of subtitles added"]
    assert "Corrected <i>by a person</i>." in extract(Path("talk.subtitled.mkv"), 0)[0]


def test_a_video_older_than_corrected_subtitles_is_told(run) -> None:
    film("talk.mp4")
    Path("talk.zh.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nCorrected.\n")
    asked = "subtitle", "talk.mp4", "--to", "zh", "--asr", "none", "--mux", "mkv", "--skip-existing"
    run(*asked)
    assert run(*asked).complaints == ["talk.subtitled.mkv: exists, skipped"]
    os.utime("talk.zh.srt", ns=(time.time_ns(), time.time_ns() + 10**9))
    assert run(*asked).complaints == [
        "talk.subtitled.mkv: exists, skipped",
        "talk.subtitled.mkv is older than its subtitles: delete it, and it is made again with them",
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals between processes")
@pytest.mark.parametrize("way", [("--mux", "mp4"), ("--burn", "--font", "squares.ttf")], ids=["muxed", "burned"])
def test_a_signal_while_a_video_is_made_leaves_nothing(way, run, tmp_path) -> None:
    film("talk.mp4")
    Path("talk.zh.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nCorrected.\n")
    build_font(Path("squares.ttf"), string.printable.strip() + fonts.sample(language("zh")))
    # ffmpeg with a first input that never ends.
    program = tmp_path / "endless"
    program.write_text(f'#!/bin/sh\nexec "{executable()}" -stream_loop -1 -re "$@"\n')
    program.chmod(0o755)
    before = set(tmp_path.iterdir())
    asked = "subtitle", "talk.mp4", "--to", "zh", "--asr", "none", "--skip-existing", *way
    with subprocess.Popen(
        [sys.executable, "-m", "subtrans", *asked],
        env={**os.environ, "SUBTRANS_FFMPEG": str(program)},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        while not any(path.stat().st_size for path in set(tmp_path.iterdir()) - before):
            assert process.poll() is None, process.communicate()
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert (process.returncode, err.splitlines()[-1].partition(": ")[2][:11]) == (130, "interrupted")
    assert set(tmp_path.iterdir()) == before


def test_a_bar_is_told_how_much_of_a_video_is_made(run, monkeypatch) -> None:
    film("talk.mp4")
    Path("talk.zh.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nCorrected.\n")
    bars: list[tuple[str, int | None, list[tuple[int, str]]]] = []

    @contextmanager
    def progress(path: Path, end: int | None) -> Iterator[Callable[[int, str], None]]:
        bars.append((path.name, end, []))
        yield lambda done, what: bars[-1][2].append((done, what))

    monkeypatch.setattr("subtrans.cli.video.progress", progress)
    run("subtitle", "talk.mp4", "--to", "zh", "--asr", "none", "--mux", "mp4", "--skip-existing")
    ((name, end, told),) = bars
    assert (name, end) == ("talk.subtitled.mp4", probe(Path("talk.mp4")).duration)
    assert told[0] == (0, "writing the streams")
    assert told[-1] == (pytest.approx(end, abs=1000), "writing the streams")


def test_burned_beside_the_subtitles(run, fakes, no_fonts) -> None:
    build_font(no_fonts / "squares.ttf", string.printable.strip() + fonts.sample(language("zh")))
    path = film(f"{NAME}.mp4")
    outcome = run("subtitle", path, "--to", "zh", "--burn", "--format", "srt,ass")
    assert outcome.code == 0, outcome.err
    found = probe(Path(f"{NAME}.zh.burned.mp4"))
    assert (found.video[0].codec, found.audio[0].codec, found.subtitles) == ("h264", "alac", ())
    assert "drawn into the picture" in outcome.complaints[-1]


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--mux", "webm"], 6, "webm holds no h264, which talk.mkv has: use --mux mkv"),
        (["--burn"], 6, "no font on this machine has the letters of Chinese: install one such as Noto Sans"),
        (["--burn", "--font", "talk.mkv"], 3, "talk.mkv is not a font"),
        (["--mux", "mkv"], 6, "talk.subtitled.mkv exists already: use --overwrite"),
    ],
)
def test_what_cannot_be_made_is_told_before_any_work(options, code, message, run, fakes, no_fonts) -> None:
    film("talk.mkv")
    Path("talk.subtitled.mkv").write_text("precious")
    outcome = run("subtitle", "talk.mkv", "--to", "zh", *options)
    assert (outcome.code, len(outcome.complaints)) == (code, 1)
    assert message in outcome.err
    assert fakes.transcriber.calls == 0


def test_a_picture_that_mp4_does_not_hold_is_told_before_any_work(run, fakes) -> None:
    source = ["-i", film("talk.mkv"), "-c:v", "wmv2", "-c:a", "wmav2"]
    subprocess.run([executable(), "-v", "error", *source, "talk.wmv"], check=True)
    outcome = run("subtitle", "talk.wmv", "--to", "zh", "--mux", "mp4")
    assert (outcome.code, len(outcome.complaints)) == (6, 1)
    assert "mp4 cannot hold what talk.wmv has" in outcome.err
    assert fakes.transcriber.calls == 0


def test_subtitles_are_not_muxed_into_subtitles(run, fakes) -> None:
    Path("talk.en.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nHi.\n")
    outcome = run("subtitle", "talk.en.srt", "--to", "zh", "--mux", "mkv")
    assert (outcome.code, len(outcome.complaints)) == (3, 1)
    assert "talk.en.srt has neither picture nor sound to add subtitles to: leave out --mux" in outcome.err


def test_a_video_without_speech_is_not_made_again(run, fakes) -> None:
    write_wav(Path("rain.wav"), silence(1000))
    outcome = run("subtitle", "rain.wav", "--to", "zh", "--mux", "mkv")
    assert (outcome.code, Path("rain.subtitled.mkv").exists()) == (0, False)
    assert outcome.complaints[-1] == "rain.wav: there is nothing to show, so no video is written"


def test_sound_alone_cannot_be_burned(run, fakes) -> None:
    write_wav(Path("talk.wav"), spoken(TALK))
    outcome = run("subtitle", "talk.wav", "--to", "zh", "--burn")
    assert outcome.code == 3
    assert "talk.wav has no picture to draw subtitles into: leave out --burn" in outcome.err


def test_of_several_inputs_the_one_without_a_picture_is_left_out(run, fakes, no_fonts) -> None:
    build_font(no_fonts / "squares.ttf", string.printable.strip() + fonts.sample(language("zh")))
    film("film.mkv")
    write_wav(Path("talk.wav"), spoken(TALK))
    outcome = run("subtitle", "talk.wav", "film.mkv", "--to", "zh", "--burn")
    assert outcome.code == 3
    assert "talk.wav has no picture to draw subtitles into" in outcome.err
    assert Path("film.zh.burned.mkv").exists()
    assert not Path("talk.zh.srt").exists()
