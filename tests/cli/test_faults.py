"""What befalls files, disks, caches and models; CONTRIBUTING.md has a row for each, and each row names its test."""

from __future__ import annotations

import os
import re
import shutil
import string
import subprocess
import sys
import time
import wave
from pathlib import Path

import numpy as np
import pytest
import srt
from fakes import silence, spoken, write_wav
from mutations import mutations
from squares import build_font

from subtrans.engines.models import catalogue
from subtrans.engines.resume.journals import journals_folder
from subtrans.media.ffmpeg import executable
from subtrans.media.fonts import sample
from subtrans.text.languages import language
from subtrans.types import Span

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).parent / "with_fakes.py"
TALK = "one two three Stop. "
CODECS = {"mp4": "aac", "mkv": "aac", "webm": "libopus", "mp3": "libmp3lame", "ogg": "libvorbis"}


def ffmpeg(*arguments: str) -> None:
    subprocess.run([executable(), "-v", "error", "-y", *arguments], check=True, stdin=subprocess.DEVNULL)


@pytest.mark.parametrize("form", [*CODECS, "flac", "wav"])
def test_damaged_media(run, fakes, form) -> None:
    write_wav(Path("talk.wav"), spoken(TALK * 3))
    codec = ("-c:a", CODECS[form]) if form in CODECS else ()
    ffmpeg("-i", "talk.wav", "-ar", "48000", *codec, f"whole.{form}")
    for name, data in mutations(Path(f"whole.{form}").read_bytes(), 8, seed=len(form)):
        Path(f"{name}.{form}").write_bytes(data)
        fakes.transcriber.transcribe = lambda *asked: []  # what is left of the sound is no toy code
        outcome = run("speech", f"{name}.{form}", "--from", "en", "--to", "zh", "--no-journal")
        assert outcome.code in {0, 3}, (name, outcome.err)
        assert "unexpected" not in outcome.err


def test_frames_of_any_rate(run, fakes) -> None:
    write_wav(Path("talk.wav"), np.concatenate([silence(2000), spoken(TALK), silence(3000), spoken(TALK)]))
    # The first second has 25 frames, and what follows ever fewer.
    picture = ("-f", "lavfi", "-i", "color=size=64x36:rate=25:duration=9", "-vf", "select=lt(n\\,25)+not(mod(n\\,7))")
    ffmpeg("-i", "talk.wav", *picture, "-fps_mode", "vfr", "-c:a", "pcm_s16le", "talk.mkv")
    assert run("subtitle", "talk.mkv", "--to", "zh").code == 0
    cues = list(srt.parse(Path("talk.zh.srt").read_text(encoding="utf-8")))
    # What spoken() says lasts 1.52 s; cues begin with a frame.
    assert [cue.start.total_seconds() for cue in cues] == pytest.approx([2.0, 6.52], abs=0.1)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows has other permissions")
def test_an_input_that_may_not_be_read(run, fakes, monkeypatch) -> None:
    write_wav(Path("talk.wav"), spoken(TALK)).chmod(0)
    if os.geteuid() == 0:  # who may read everything
        monkeypatch.setattr(os, "access", lambda path, mode: str(path) != "talk.wav")
    outcome = run("subtitle", "talk.wav", "--to", "zh")
    assert (outcome.code, outcome.err) == (3, "subtrans: error: talk.wav cannot be read: permission denied\n")
    assert fakes.transcriber.calls == 0


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows has other permissions")
def test_a_watched_folder_that_takes_no_results(run, fakes, monkeypatch) -> None:
    Path("films").mkdir()
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    outcome = run("subtitle", "--watch", "films", "--to", "zh")
    assert outcome.code == 6
    assert outcome.err == "subtrans: error: nothing can be written in films: permission denied: use --output-dir\n"


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows has other permissions")
@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("subtitle", "locked", "--to", "zh"), "locked cannot be read: permission denied"),
        (("subtitle", "locked/talk.wav", "--to", "zh"), "locked/talk.wav cannot be read: permission denied"),
        (("subtitle", "--watch", "locked", "--to", "zh"), "locked cannot be watched: permission denied"),
        (("check", "locked"), "locked cannot be used: permission denied"),
        (("text", "Hi.", "--to", "zh", "--mt", "locked"), "locked cannot be read: permission denied"),
    ],
)
def test_a_folder_that_may_not_be_read(arguments, line, tmp_path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir()
    write_wav(locked / "talk.wav", spoken(TALK))
    locked.chmod(0)
    if not os.access(locked, os.R_OK):
        unlike = []
    elif shutil.which("setpriv"):  # root without the right to read everything
        unlike = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    else:
        pytest.skip("who runs this may read everything")
    command = [*unlike, sys.executable, "-m", "subtrans", *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    locked.chmod(0o700)
    assert done.returncode == (5 if "--mt" in arguments else 3), done.stderr
    assert done.stderr.splitlines()[0] == f"subtrans: error: {line}"


def test_three_hours_of_silence(run, fakes) -> None:
    ffmpeg("-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono", "-t", "10800", "-c:a", "pcm_mulaw", "silence.wav")
    heard: list[Span] = []
    fakes.detector.detect = lambda audio: [heard.append(audio.span)][1:]
    outcome = run("subtitle", "silence.wav", "--from", "en", "--to", "zh", "--no-journal")
    assert (outcome.code, outcome.err) == (0, "silence.zh.srt: no speech found, so no cues\n")
    assert fakes.transcriber.calls == 0
    assert max(span.duration for span in heard) <= 240_000, "more is held than a block"
    assert heard[-1].end == 10_800_000


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes in folders")
def test_a_named_pipe(run, fakes) -> None:
    os.mkfifo("talk.wav")
    outcome = run("subtitle", "talk.wav", "--to", "zh")
    assert (outcome.code, outcome.err) == (
        3,
        "subtrans: error: talk.wav is not a regular file: save it to one first\n",
    )


@pytest.mark.parametrize("form", ["file:{}", "concat:{}|{}", "subfile,,start,0,end,9,,:{}"])
def test_addresses_are_names_of_files(run, fakes, form) -> None:
    path = str(write_wav(Path("talk.wav"), spoken(TALK)).absolute())
    outcome = run("speech", form.format(path, path), "--to", "zh")
    assert outcome.code == 3
    assert outcome.err.endswith("does not exist: check the name\n")


def test_links_that_lead_to_themselves(run, fakes) -> None:
    write_wav(Path("talk.wav"), spoken(TALK))
    try:
        for name in ("talk.zh.srt", "loop", "loop.wav"):
            Path(name).symlink_to(name)
    except OSError:
        pytest.skip("links cannot be made here")
    for code, arguments in ((6, ("talk.wav",)), (6, ("talk.wav", "--output-dir", "loop/x")), (3, ("loop.wav",))):
        outcome = run("subtitle", *arguments, "--to", "zh")
        assert (outcome.code, len(outcome.complaints)) == (code, 1), outcome.err


@pytest.mark.parametrize(
    ("command", "number"),
    [(("subtitle", "talk.wav", "--max-cps"), "nan"), (("live", "talk.wav", "--replay", "--replay-speed"), "inf")],
)
def test_numbers_that_are_none(run, fakes, command, number) -> None:
    write_wav(Path("talk.wav"), spoken(TALK))
    outcome = run(*command, number, "--to", "zh")
    assert outcome.code == 2
    assert f"{number} is no number to count with" in outcome.err


@pytest.mark.parametrize("option", ["--beam-size", "--batch-size", "--max-cps", "--threads"])
def test_numbers_that_no_machine_could_bear(run, fakes, option) -> None:
    write_wav(Path("talk.wav"), spoken(TALK))
    outcome = run("subtitle", "talk.wav", "--to", "zh", option, "1000000000000")
    assert (outcome.code, "is not in the range" in outcome.err) == (2, True)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that nobody can write")
def test_an_output_folder_that_cannot_be_written(run, fakes) -> None:
    write_wav(Path("talk.wav"), spoken(TALK))
    outcome = run("subtitle", "talk.wav", "--to", "zh", "--output-dir", "/proc/self")
    assert outcome.code == 6
    assert "/proc/self" in outcome.err


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs to know which file is written")
def test_the_disk_fills_up_when_the_result_is_written(run, fakes, monkeypatch) -> None:
    write_wav(Path("talk.wav"), spoken(TALK))
    fsync = os.fsync

    def full(file: int) -> None:
        if Path(f"/proc/self/fd/{file}").readlink().suffix == ".srt":
            raise OSError(28, "No space left on device")
        fsync(file)

    monkeypatch.setattr(os, "fsync", full)
    outcome = run("subtitle", "talk.wav", "--to", "zh")
    assert (outcome.code, outcome.err) == (
        6,
        "subtrans: error: talk.zh.srt cannot be written: no space left on device\n",
    )
    assert [path.name for path in Path().iterdir()] == ["talk.wav"]
    monkeypatch.undo()


@pytest.fixture
def small_disk(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("disk")
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if not mounted or mounted.returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_small_disk_is_refused_before_the_work(run, fakes, small_disk) -> None:
    write_wav(Path("talk.wav"), spoken(TALK))
    outcome = run("subtitle", "talk.wav", "--to", "zh", "--output-dir", small_disk)
    assert (outcome.code, fakes.transcriber.calls) == (6, 0)
    assert "MB of room, and 1.0 MB may be needed: make room" in outcome.err


def test_a_cache_that_is_full_does_not_end_the_run(run, fakes, small_disk) -> None:
    write_wav(Path("talk.wav"), spoken(TALK * 40))
    (small_disk / "filler").write_bytes(b"x" * 50_000)
    outcome = run("speech", "talk.wav", "--to", "zh", SUBTRANS_CACHE=str(small_disk))
    assert outcome.code == 0, outcome.err
    assert outcome.out.count("\n") == 40
    (warning,) = [line for line in outcome.complaints if "journal" in line]
    assert warning.startswith("subtrans: warning: the journal cannot be kept (No space left on device)")


@pytest.mark.parametrize(
    ("way", "name"),
    [(("--mux", "mkv"), "talk.subtitled.mkv"), (("--burn", "--font", "squares.ttf"), "talk.zh.burned.mkv")],
)
def test_the_disk_fills_up_while_a_video_is_made(run, fakes, small_disk, monkeypatch, way, name) -> None:
    monkeypatch.setattr("subtrans.media.files.check_room", lambda *asked: None)  # so it was when the work began
    write_wav(Path("talk.wav"), spoken(TALK * 10))
    build_font(Path("squares.ttf"), string.printable.strip() + sample(language("zh")))
    picture = ("-f", "lavfi", "-i", "testsrc=size=320x240:rate=25:duration=9")
    ffmpeg("-i", "talk.wav", *picture, "-c:a", "pcm_s16le", "talk.mkv")
    outcome = run("subtitle", "talk.mkv", "--to", "zh", "--output-dir", small_disk, *way)
    assert outcome.code == 6
    error = f"subtrans: error: {small_disk / name} cannot be written: no space left on device"
    assert outcome.complaints[-1] == error
    assert [path.name for path in small_disk.iterdir()] == ["talk.zh.srt"]


def test_the_disk_fills_up_under_live_captions(run, fakes, small_disk) -> None:
    write_wav(Path("talk.wav"), spoken(TALK * 4))
    (small_disk / "filler").write_bytes(b"x" * 61_440)  # of 65,536
    command = ("live", "talk.wav", "--replay", "--replay-speed", "0", "--from", "en", "--to", "zh")
    for option, name in (("--save", "talk.srt"), ("--record", "copy.wav")):
        target = small_disk / name
        outcome = run(*command, option, target)
        assert outcome.code == 6
        assert outcome.complaints[-1] == f"subtrans: error: {target} cannot be written: no space left on device"
        if name == "talk.srt":
            list(srt.parse(target.read_text(encoding="utf-8")))
            target.unlink()
        else:
            with wave.open(str(target)) as copy:  # what its header promises is there
                assert len(copy.readframes(copy.getnframes())) == 2 * copy.getnframes()
    assert len(list(small_disk.iterdir())) == 2


def test_a_full_disk_for_a_memory(run, small_disk) -> None:
    cue = "1\n00:00:01,000 --> 00:00:02,000\n{}\n"
    Path("talk.en.srt").write_text(cue.format("We went to the sea."))
    Path("talk.zh.srt").write_text(cue.format("我们去了海边。"), encoding="utf-8")
    Path("corrected.zh.srt").write_text(cue.format("我们去过海边。"), encoding="utf-8")
    (small_disk / "filler").write_bytes(b"x" * 65_536)
    memory = small_disk / "memory.sqlite"
    outcome = run("learn", "talk.zh.srt", "corrected.zh.srt", "--source", "talk.en.srt", "--memory", memory)
    assert (outcome.code, len(outcome.complaints)) == (6, 1), outcome.err
    assert "full" in outcome.err


def test_two_runs_on_one_file(tmp_path) -> None:
    write_wav(tmp_path / "talk.wav", spoken(TALK * 40))
    command = [sys.executable, PROGRAM, "subtitle", "talk.wav", "--from", "en", "--to", "zh", "--overwrite"]
    environment = {**os.environ, "SUBTRANS_CACHE": str(tmp_path / "cache")}
    runs = [subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE) for _ in range(2)]
    for process in runs:
        _, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
    assert len(list(srt.parse((tmp_path / "talk.zh.srt").read_text(encoding="utf-8")))) == 40
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "talk.wav", "talk.zh.srt"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no locks on bytes")
def test_of_several_runs_on_one_folder_each_takes_what_no_other_has_begun(tmp_path) -> None:
    for number in range(3):
        write_wav(tmp_path / f"{number}.wav", spoken(TALK * 4 + "one " * number))
    command = [sys.executable, PROGRAM, "subtitle", ".", "--from", "en", "--to", "zh", "--skip-existing"]
    environment = {**os.environ, "SUBTRANS_CACHE": str(tmp_path / "cache")}
    sign = tmp_path / "translator"
    held = {**environment, "HANG": str(sign)}

    def told() -> str:
        run = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=True
        )
        return run.stderr

    with subprocess.Popen(command, cwd=tmp_path, env=held, stderr=subprocess.PIPE) as first:
        while not sign.exists():
            assert first.poll() is None, first.communicate()
            time.sleep(0.05)
        assert told().startswith("0.wav: another run is at it, skipped\n1.zh.srt: ")
        assert sorted(path.name for path in tmp_path.glob("*.srt")) == ["1.zh.srt", "2.zh.srt"]
        first.kill()
    assert told().splitlines()[:2] == ["1.zh.srt: exists, skipped", "2.zh.srt: exists, skipped"]
    assert (tmp_path / "0.zh.srt").exists()


@pytest.mark.parametrize("damaged", [lambda data: os.urandom(5000), lambda data: bytes(byte ^ 1 for byte in data)])
def test_a_cache_of_rubbish(run, fakes, damaged) -> None:
    write_wav(Path("talk.wav"), spoken(TALK))
    expected = run("speech", "talk.wav", "--to", "zh").out
    for path in journals_folder().rglob("*"):
        if path.is_file():
            path.write_bytes(damaged(path.read_bytes()))
    outcome = run("speech", "talk.wav", "--to", "zh")
    assert (outcome.code, outcome.out, outcome.err) == (0, expected, "")


@pytest.mark.parametrize("kind", ["--asr", "--mt"])
def test_a_model_file_cut_short(run, tmp_path, kind) -> None:
    write_wav(Path("talk.wav"), spoken(TALK))
    name = "asr-en-nano" if kind == "--asr" else "mt-en-zh-nano"
    shutil.copytree(next(folder for folder in catalogue.shipped() if folder.name == name), "model")
    for path in Path("model").rglob("model.bin"):
        path.write_bytes(path.read_bytes()[:100_000])
    outcome = run("speech", "talk.wav", "--from", "en", "--to", "zh", kind, "./model")
    assert outcome.code == 5, outcome.err
    assert len(outcome.complaints) == 1


def test_a_model_of_the_wrong_kind(run, tmp_path) -> None:
    write_wav(Path("talk.wav"), spoken(TALK))
    outcome = run("speech", "talk.wav", "--from", "en", "--to", "zh", "--asr", "mt-en-zh-nano")
    assert outcome.code == 5, outcome.err


def test_every_row_of_the_table_names_a_test() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = text.partition("<!-- faults -->")[2].partition("<!-- /faults -->")[0].strip().splitlines()[2:]
    assert len(rows) > 20
    for row in rows:
        named = re.findall(r"`(\w+)/(\w+)::(\w+)`", row)
        assert named, row
        for folder, file, name in named:
            source = (ROOT / "tests" / folder / f"{file}.py").read_text(encoding="utf-8")
            assert f"def {name}(" in source, row
