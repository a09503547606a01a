"""Folders, patterns, lists and watched folders as inputs; what is wrong with one of many."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from fakes import spoken, write_wav

from subtrans.cli.gather import gather
from subtrans.cli.inputs import Recording, look_into, work_through
from subtrans.cli.problems import Preflight
from subtrans.cli.watching import STEADY, arrivals
from subtrans.errors import InputError
from subtrans.media.files import check_room

PROGRAM = Path(__file__).parent / "with_fakes.py"
TALK = "one two three Stop. "


def talks(*names: str) -> None:
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        write_wav(Path(name), spoken(TALK))


def results(folder: str = ".") -> list[str]:
    return sorted(str(path) for path in Path(folder).rglob("*.srt"))


def test_a_folder_stands_for_the_recordings_in_it(run, fakes) -> None:
    talks("talks/b.wav", "talks/A.WAV", "talks/deeper/c.wav")
    Path("talks/notes.txt").write_text("no recording")
    assert run("subtitle", "talks", "--to", "zh").code == 0
    assert results() == ["talks/A.zh.srt", "talks/b.zh.srt"]


def test_a_pattern_that_no_shell_has_expanded(run, fakes) -> None:
    talks("talks/a.wav", "talks/deeper/c.wav", "[a].wav")
    assert run("subtitle", "talks/**/*.wav", "[a].wav", "--to", "zh").code == 0
    assert results() == ["[a].zh.srt", "talks/a.zh.srt", "talks/deeper/c.zh.srt"]


def test_a_pattern_stands_for_what_is_in_the_folders_that_it_matches(run, fakes) -> None:
    talks("talks/a.wav", "talks/deeper/c.wav")
    for pattern in "talks/**", "talks/*":
        assert gather([Path(pattern)]) == (Path("talks/a.wav"), Path("talks/deeper/c.wav"))
    for other in "talks/a.zh.srt", "talks/deeper/notes.txt":
        Path(other).write_text("no recording")
    assert gather([Path("talks/**")]) == (Path("talks/a.wav"), Path("talks/deeper/c.wav"))


def test_neither_hidden_files_nor_what_was_made_of_others_are_recordings(run, fakes) -> None:
    made = "talks/a.subtitled.mkv", "talks/a.zh.burned.mp4"
    talks("talks/a.wav", "talks/.subtrans-0.mkv", "talks/._a.wav", *made)
    for name in "talks", "talks/*", "talks/**/*.*":
        assert gather([Path(name)]) == (Path("talks/a.wav"),)
    assert gather([Path("talks/*.subtitled.*")]) == (Path(made[0]),)
    assert gather([Path(made[1])]) == (Path(made[1]),)


def test_a_file_that_is_named_twice_is_done_once(run, fakes) -> None:
    talks("talks/a.wav")
    assert gather([Path("talks"), Path("talks/a.wav"), Path("talks/*.wav")]) == (Path("talks/a.wav"),)


@pytest.mark.parametrize("end", ["\n", "\0"])
def test_a_list(run, fakes, end) -> None:
    names = ["a.wav", "-b.wav", os.fsdecode(b"\xe9.wav")] + (["line\nbreak.wav"] if end == "\0" else [])
    try:
        talks(*names)
    except OSError:
        pytest.skip("this file system does not take the name")
    listed = b"\xef\xbb\xbf" + os.fsencode(end.join(names) + end)
    Path("list").write_bytes(listed)
    assert run("subtitle", "--list", "list", "--to", "zh").code == 0
    assert len(results()) == len(names)
    outcome = run("speech", "--list", "-", "--to", "zh", stdin=listed)
    assert outcome.out.count("zh:one two three Stop.\n") == len(names)


def test_a_list_in_utf_16_as_powershell_writes_it(run, fakes) -> None:
    talks("a.wav", "é.wav")
    Path("list").write_bytes("a.wav\r\né.wav\r\n".encode("utf-16"))
    assert run("subtitle", "--list", "list", "--to", "zh").code == 0
    assert results() == ["a.zh.srt", "é.zh.srt"]


def test_nothing_to_do_is_wrong_usage_but_an_empty_list_is_not(run, fakes) -> None:
    assert run("subtitle", "--to", "zh").code == 2
    Path("list").touch()
    assert run("subtitle", "--list", "list", "--to", "zh").code == 0
    outcome = run("subtitle", "--list", "none", "--to", "zh")
    assert (outcome.code, outcome.complaints) == (
        3,
        ["subtrans: error: none does not exist: check the name"],
    )


def test_a_bad_input_is_told_before_the_work_and_does_not_stop_the_others(run, fakes) -> None:
    talks("a.wav", "c.wav")
    Path("b.wav").write_text("no recording")
    outcome = run("subtitle", "a.wav", "b.wav", "c.wav", "--to", "zh")
    assert outcome.code == 3
    assert results() == ["a.zh.srt", "c.zh.srt"]
    assert outcome.complaints[0] == "subtrans: error: b.wav is not audio or video that ffmpeg can read"
    assert outcome.complaints[-1] == "2 of 3 inputs done, 1 failed"


def test_an_address_is_no_file(run, fakes) -> None:
    outcome = run("subtitle", "http://127.0.0.1:9/watch?v=abc", "--to", "zh")
    assert outcome.code == 3
    assert outcome.complaints == [
        "subtrans: error: http://127.0.0.1:9/watch?v=abc is an address and no file: "
        "fetch it first, or hear it with `subtrans live`"
    ]


@pytest.mark.parametrize("folder", ["there", "new/"])
def test_a_folder_for_the_output(folder, run, fakes, tmp_path) -> None:
    talks("talk.wav")
    (tmp_path / "there").mkdir()
    outcome = run("subtitle", "talk.wav", "--to", "zh", "-o", folder)
    assert outcome.code == 6
    assert f"for a folder, use --output-dir {folder.strip('/')}" in outcome.err


def test_skip_existing(run, fakes) -> None:
    talks("a.wav", "b.wav")
    Path("a.zh.srt").write_text("precious")
    outcome = run("subtitle", "a.wav", "b.wav", "--to", "zh", "--skip-existing")
    assert (outcome.code, outcome.complaints[0]) == (0, "a.zh.srt: exists, skipped")
    assert Path("a.zh.srt").read_text() == "precious"
    assert results() == ["a.zh.srt", "b.zh.srt"]
    assert run("subtitle", "a.wav", "b.wav", "--to", "zh", "--skip-existing").code == 0


def test_of_many_that_exist_the_first_are_named(run, fakes) -> None:
    names = [f"{number:02}.wav" for number in range(13)]
    talks(*names)
    for name in names[:12]:
        Path(name).with_suffix(".zh.srt").write_text("precious")
    told = run("subtitle", *names, "--to", "zh", "--skip-existing").complaints
    assert told[8:11] == ["08.zh.srt: exists, skipped", "09.zh.srt: exists, skipped", "2 more exist, skipped"]
    assert told[11].startswith("12.zh.srt: 1 cue")


@pytest.mark.parametrize("more", [(), ("--overwrite",)])
def test_skip_existing_makes_what_is_missing(run, fakes, more) -> None:
    talks("a.wav")
    Path("a.zh.srt").write_text("precious")
    Path("a.en.vtt").write_text("precious too")
    asked = "--format", "srt,vtt", "--transcript", "--skip-existing"
    outcome = run("subtitle", "a.wav", "--to", "zh", *asked, *more)
    assert outcome.code == 0, outcome.err
    assert outcome.complaints[:2] == ["a.en.vtt: exists, kept", "a.zh.srt: exists, kept"]
    assert (Path("a.zh.srt").read_text(), Path("a.en.vtt").read_text()) == ("precious", "precious too")
    assert "zh:one two three Stop." in Path("a.zh.vtt").read_text()
    assert "one two three Stop." in Path("a.en.srt").read_text()


def test_skip_existing_makes_a_transcript_that_is_missing(run, fakes) -> None:
    talks("a.wav")
    Path("a.zh.srt").write_text("precious")
    asked = "subtitle", "a.wav", "--to", "zh", "--transcript", "--skip-existing"
    assert run(*asked, "--from", "en").code == 0
    assert "one two three Stop." in Path("a.en.srt").read_text()
    assert Path("a.zh.srt").read_text() == "precious"
    for known in ((), ("--from", "en")):
        fakes.transcriber.calls = 0
        assert run(*asked, *known).complaints == ["a.zh.srt: exists, skipped"]
        assert fakes.transcriber.calls == 0
    Path("a.en.srt").unlink()
    assert run(*asked).code == 0
    assert results() == ["a.en.srt", "a.zh.srt"]
    assert run("subtitle", "a.wav", "--to", "en", "--transcript").code == 6
    assert run("subtitle", "a.wav", "--to", "en", "--transcript", "--skip-existing").code == 0


def test_a_recording_named_twice_is_one(run, fakes) -> None:
    talks("w/a.wav")
    outcome = run("subtitle", "w/a.wav", "w/../w/a.wav", Path("w/a.wav").absolute(), "--to", "zh")
    assert (outcome.code, outcome.err.count("w/a.zh.srt: 1 cue ")) == (0, 1), outcome.err


def test_a_recording_is_not_skipped_for_the_subtitles_of_another(run, fakes) -> None:
    talks("one/a.wav", "two/a.wav")
    asked = "--to", "zh", "--output-dir", "results", "--skip-existing"
    assert run("subtitle", "one", *asked).code == 0
    outcome = run("subtitle", "one", "two", *asked)
    assert (outcome.code, outcome.err) == (
        6,
        "subtrans: error: results/a.zh.srt would be written twice, for one/a.wav and two/a.wav:"
        " use a run with -o for each\n",
    )


def test_a_track_that_is_not_there(run, fakes) -> None:
    talks("a.wav")
    outcome = run("subtitle", "a.wav", "--to", "zh", "--audio-track", "1")
    assert (outcome.code, outcome.err) == (
        3,
        "subtrans: error: a.wav has 1 audio track, counted from 0: there is no track 1\n",
    )


def test_a_file_that_changes_while_it_is_read_gives_nothing(run, fakes) -> None:
    talks("a.wav")
    transcribe = fakes.transcriber.transcribe

    def and_change(*asked):
        talks("a.wav")
        os.utime("a.wav", (1, 1))
        return transcribe(*asked)

    fakes.transcriber.transcribe = and_change
    outcome = run("subtitle", "a.wav", "--to", "zh")
    assert (outcome.code, outcome.err) == (
        3,
        "subtrans: error: a.wav changed while it was read: run it again when it is whole\n",
    )
    assert results() == []


def test_an_unchanged_file_is_no_other(run) -> None:
    talks("a.wav")
    recording = look_into(Path("a.wav"))
    recording.check_unchanged()
    with Path("a.wav").open("ab") as file:
        file.write(b"more")
    with pytest.raises(InputError, match="changed while it was read"):
        recording.check_unchanged()


def test_no_room_on_the_disk_is_told_before_the_work(run, fakes, monkeypatch) -> None:
    talks("a.wav")
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 1000}))
    outcome = run("subtitle", "a.wav", "--to", "zh", "--output-dir", "new/folder")
    assert (outcome.code, outcome.complaints) == (
        6,
        ["subtrans: error: new/folder has 0.0 MB of room, and 1.0 MB may be needed: make room"],
    )
    assert fakes.transcriber.calls == 0
    monkeypatch.undo()
    check_room(Path("new/folder"), 1)


def test_new_files_are_taken_when_they_have_stopped_growing(tmp_path) -> None:
    looks = 0

    def wait(seconds: float) -> None:
        nonlocal looks
        looks += 1
        if looks <= 5:
            (tmp_path / "growing.wav").write_bytes(b"x" * looks)
        if looks == 2:
            (tmp_path / "whole.mp4").write_bytes(b"x")
            (tmp_path / "notes.txt").write_bytes(b"x")
            (tmp_path / "empty.mp4").touch()
        if looks == 20:
            (tmp_path / "whole.mp4").write_bytes(b"another")
        if looks == 30:
            raise KeyboardInterrupt

    found = []
    with pytest.raises(KeyboardInterrupt):
        found.extend((path.name, looks) for path in arrivals(tmp_path, wait))
    # Seen first at look n, whole at look n + STEADY - 1.
    assert found == [("whole.mp4", 1 + STEADY), ("growing.wav", 4 + STEADY), ("whole.mp4", 19 + STEADY)]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals between processes")
def test_a_folder_is_watched_until_ctrl_c(tmp_path) -> None:
    (tmp_path / "bad.wav").write_text("no recording")
    write_wav(tmp_path / "a.wav", spoken(TALK))
    command = [sys.executable, PROGRAM, "subtitle", "--watch", str(tmp_path), "--from", "en", "--to", "zh"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        while not (tmp_path / "a.zh.srt").exists() and process.poll() is None:
            time.sleep(0.05)
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "a.zh.srt: 1 cue from 1 sentence" in err
    assert "bad.wav is not audio or video" in err
    assert err.endswith("subtrans: interrupted\n")


def test_what_comes_into_a_folder_replaces_results_only_if_that_is_asked_for(run, fakes, monkeypatch) -> None:
    monkeypatch.setattr("subtrans.cli.watching.arrivals", lambda folder: iter([Path("a.wav")]))
    talks("a.wav")
    Path("a.zh.srt").write_text("precious")
    watch = "subtitle", "--watch", ".", "--to", "zh", "--format"
    assert run(*watch, "srt").complaints == ["a.zh.srt: exists, skipped"]
    run(*watch, "srt,vtt")
    assert Path("a.zh.vtt").exists()
    assert Path("a.zh.srt").read_text() == "precious"
    run(*watch, "srt", "--overwrite")
    assert Path("a.zh.srt").read_text() != "precious"


def test_a_recording_that_grows_after_it_was_done_is_done_again(run, fakes, monkeypatch) -> None:
    def coming(folder: Path):
        for sound in ("one Stop. ", TALK, TALK):
            write_wav(Path("a.wav"), spoken(sound))
            yield Path("a.wav")
            lengths.append(len(Path("a.zh.srt").read_text()))
            if len(lengths) == 2:
                Path("a.zh.srt").write_text("corrected")

    lengths: list[int] = []
    monkeypatch.setattr("subtrans.cli.watching.arrivals", coming)
    run("subtitle", "--watch", ".", "--to", "zh")
    assert lengths[0] < lengths[1]
    assert lengths[2] == len("corrected")


@pytest.mark.parametrize("more", [(), ("--overwrite",)])
def test_what_comes_is_not_skipped_for_the_subtitles_of_another(run, fakes, monkeypatch, more) -> None:
    talks("one/a.wav", "two/a.wav", "two/b.wav")
    monkeypatch.setattr("subtrans.cli.watching.arrivals", lambda folder: sorted(Path("two").iterdir()))
    asked = "--to", "zh", "--output-dir", "results", *more
    outcome = run("subtitle", "one/a.wav", "--watch", "two", *asked)
    assert "results/a.zh.srt would be written twice, for one/a.wav and two/a.wav" in outcome.err
    assert Path("results/b.zh.srt").exists()


def test_a_watched_folder_that_is_gone_is_told_once(tmp_path, capsys) -> None:
    looks = 0

    def wait(seconds: float) -> None:
        nonlocal looks
        looks += 1
        if looks == 2:
            (tmp_path / "in").rename(tmp_path / "away")
        if looks == 6:
            (tmp_path / "away").rename(tmp_path / "in")
            (tmp_path / "in" / "b.wav").write_bytes(b"x")
        if looks == 12:
            raise KeyboardInterrupt

    (tmp_path / "in").mkdir()
    found = []
    with pytest.raises(KeyboardInterrupt):
        found.extend(path.name for path in arrivals(tmp_path / "in", wait))
    assert found == ["b.wav"]
    gone, back = capsys.readouterr().err.splitlines()
    assert gone.endswith("in is gone: waiting for it to come back")
    assert back.endswith("in is back")


def test_what_cannot_be_watched(run, fakes) -> None:
    assert run("subtitle", "--watch", "nowhere", "--to", "zh").err == (
        "subtrans: error: nowhere cannot be watched: it is no folder\n"
    )


def test_what_is_wrong_with_thousands_of_inputs_is_compared_with_nothing_but_itself() -> None:
    class Told(InputError):
        times = 0

        def __str__(self) -> str:
            Told.times += 1
            return super().__str__()

    def fail(path: Path) -> None:
        raise Told(str(path))

    preflight = Preflight()
    preflight.check_inputs(fail, [Path(str(number)) for number in range(1000)])
    assert len(preflight.left_out) == 1000
    assert Told.times < 5000


def test_a_long_run_tells_once_a_minute_how_far_it_is(monkeypatch, capsys) -> None:
    seconds = [0.0]
    monkeypatch.setattr("subtrans.cli.inputs.time.monotonic", lambda: seconds[0])

    def work(recording: Recording) -> None:
        seconds[0] += recording.end / 100  # ten times as fast as it is spoken
        if recording.path == Path("2"):
            raise InputError("gone")

    def told(lengths: list[int]) -> list[str]:
        with pytest.raises(click.exceptions.Exit):
            work_through([Recording(Path(str(n)), length, (0, 0)) for n, length in enumerate(lengths, 1)], work)
        return capsys.readouterr().err.splitlines()

    monkeypatch.setattr(Recording, "check_unchanged", lambda self: None)
    assert told([3000, 3000, 3000, 21_000]) == [
        "subtrans: error: gone",
        "2 of 4 inputs, 1 failed, in 1:00; about 4:00 to go",
        "failed: 2",
        "3 of 4 inputs done, 1 failed",
    ]
    assert told([100, 200, 300])[1:] == ["failed: 2", "2 of 3 inputs done, 1 failed"]
