"""How the real process ends: exit codes and last lines at interrupts, at closed pipes and at defects."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import programs
import pytest
from fakes import silence, spoken, write_wav
from programs import PROGRAM

SUBTRANS = [sys.executable, "-m", "subtrans"]
TALK = "one two three Stop. red green cat Why? four five six seven Again. "


def start(folder: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    write_wav(folder / "talk.wav", spoken(TALK * 40))
    return programs.start(folder, *arguments, **environment)


SUBTITLE = ("subtitle", "talk.wav", "--to", "zh")
GO_ON = "what is done is kept, the same command goes on from there"
TEXT = ("text", "Good morning.", "--from", "en", "--to", "zh")


def wait_until_it_hangs(process: subprocess.Popen[str], sign: Path) -> None:
    """Until the engine is called that has been told by HANG to make the sign and never to return."""
    while not sign.exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals between processes")
@pytest.mark.parametrize(
    ("arguments", "engine", "number", "code", "line"),
    [
        (SUBTITLE, "transcriber", signal.SIGINT, 130, f"subtrans: interrupted: {GO_ON}\n"),
        (SUBTITLE, "translator", signal.SIGINT, 130, f"subtrans: interrupted: {GO_ON}\n"),
        (SUBTITLE, "translator", signal.SIGTERM, 143, f"subtrans: terminated: {GO_ON}\n"),
        (SUBTITLE, "translator", getattr(signal, "SIGHUP", 0), 143, f"subtrans: terminated: {GO_ON}\n"),
        ((*SUBTITLE, "--no-journal"), "translator", signal.SIGTERM, 143, "subtrans: terminated\n"),
        (TEXT, "translator", signal.SIGINT, 130, "subtrans: interrupted\n"),
    ],
)
def test_a_signal_ends_it_in_the_middle_of_an_engine(
    arguments, engine, number, code, line, tmp_path, tmp_path_factory
) -> None:
    sign = tmp_path_factory.mktemp("signs") / engine
    with start(tmp_path, *arguments, HANG=str(sign)) as process:
        wait_until_it_hangs(process, sign)
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (code, "", line)
    assert [path.name for path in tmp_path.iterdir()] == ["talk.wav"], "something half-written is left"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals between processes")
def test_where_a_result_is_there_already_it_is_said_how_to_go_on(tmp_path, tmp_path_factory) -> None:
    sign = tmp_path_factory.mktemp("signs") / "translator"
    write_wav(tmp_path / "a.wav", silence(1000))
    with start(tmp_path, "subtitle", "a.wav", "talk.wav", "--to", "zh", HANG=str(sign)) as process:
        wait_until_it_hangs(process, sign)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert err.endswith(f"subtrans: interrupted: {GO_ON.replace('command', 'command with --skip-existing')}\n")
    with start(tmp_path, "subtitle", "a.wav", "talk.wav", "--to", "zh", "--skip-existing", "--no-journal") as process:
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err.splitlines()[0]) == (0, "a.zh.srt: exists, skipped")
    assert (tmp_path / "talk.zh.srt").stat().st_size > 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals between processes")
def test_what_is_to_outlive_its_terminal_does(tmp_path, tmp_path_factory) -> None:
    sign = tmp_path_factory.mktemp("signs") / "translator"
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # which the program inherits, as from nohup
    try:
        process = start(tmp_path, *SUBTITLE, HANG=str(sign))
    finally:
        signal.signal(signal.SIGHUP, before)
    with process:
        wait_until_it_hangs(process, sign)
        process.send_signal(signal.SIGHUP)
        time.sleep(0.3)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (143, f"subtrans: terminated: {GO_ON}\n")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals between processes")
@pytest.mark.parametrize(
    ("pause", "said"),
    [
        (0.05, {f"subtrans: interrupted: {GO_ON}\n"}),  # two that have not been taken yet are one anyway
        (0.5, {"", f"subtrans: interrupted: {GO_ON}\n"}),  # the first one waits a second for the engine
    ],
    ids=["that comes with the first counts for nothing", "ends it at once"],
)
def test_the_second_signal(pause, said, tmp_path, tmp_path_factory) -> None:
    sign = tmp_path_factory.mktemp("signs") / "translator"
    with start(tmp_path, *SUBTITLE, HANG=str(sign)) as process:
        wait_until_it_hangs(process, sign)
        process.send_signal(signal.SIGINT)
        time.sleep(pause)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (130, "")
    assert err in said


EARLY = """
import os, signal, sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "click":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finder())
from subtrans.cli import main
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals between processes")
def test_ctrl_c_before_anything_has_begun() -> None:
    command = [sys.executable, "-c", EARLY, "text", "Hi.", "--to", "zh"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, "", "")


def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    # More than a pipe holds, so that the program is still writing when its reader goes.
    (tmp_path / "letter.txt").write_text("A line of a long letter.\n" * 20_000)
    with start(tmp_path, "text", "--file", "letter.txt", "--from", "en", "--to", "zh") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "zh:A line of a long letter.\n"
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(20) == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_is_said_once(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("A line.\n")
    command = [sys.executable, PROGRAM, "text", "--file", "letter.txt", "--from", "en", "--to", "zh"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (6, "subtrans: error: the disk is full: make room and run it again\n")


PRINTING = (["--help"], ["--version"], ["models", "--help"], ["models"])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize("arguments", PRINTING, ids=" ".join)
def test_help_that_cannot_be_written_is_told(arguments) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*SUBTRANS, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (6, "subtrans: error: the disk is full: make room and run it again\n")


@pytest.mark.parametrize("arguments", PRINTING, ids=" ".join)
def test_help_that_nobody_reads_is_no_error(arguments) -> None:
    read, write = os.pipe()
    os.close(read)
    with open(write, "w") as pipe:  # noqa: PTH123 - a number, not a name
        done = subprocess.run([*SUBTRANS, *arguments], stdout=pipe, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (141, "")


COMPLETING = {"_SUBTRANS_COMPLETE": "bash_source"}, {"_SUBTRANS_COMPLETE": "bash_complete", "COMP_WORDS": "subtrans "}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize("asked", COMPLETING)
def test_what_completes_in_a_shell_and_cannot_be_written_is_told(asked) -> None:
    environment = {**os.environ, "COMP_CWORD": "1", **asked}
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(SUBTRANS, env=environment, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (6, "subtrans: error: the disk is full: make room and run it again\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_work_does_not_end_with_the_log_of_it(tmp_path: Path) -> None:
    write_wav(tmp_path / "talk.wav", spoken(TALK))
    for path, code in ("talk.wav", 0), ("none.wav", 3):
        command = [sys.executable, PROGRAM, "subtitle", path, "--to", "zh"]
        with Path("/dev/full").open("w") as full:
            assert subprocess.run(command, cwd=tmp_path, stderr=full, check=False).returncode == code
    assert (tmp_path / "talk.zh.srt").exists()


def test_a_defect_is_one_line(tmp_path: Path) -> None:
    with start(tmp_path, "speech", "talk.wav", "--to", "zh", BROKEN="1") as process:
        out, err = process.communicate(timeout=60)
    assert out == ""
    assert err == (
        "subtrans: error: unexpected RuntimeError: wires crossed; please report it (--debug shows the traceback)\n"
    )
    assert process.returncode == 70


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    with start(tmp_path, "speech", "talk.wav", "--to", "zh", "--debug", BROKEN="1") as process:
        _, err = process.communicate(timeout=60)
    assert "Traceback (most recent call last)" in err
    assert err.splitlines()[-1].startswith("subtrans: error: unexpected RuntimeError: wires crossed;")


def test_results_are_utf_8_whatever_the_locale(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Café — 咖啡\n", encoding="utf-8")
    arguments = ("text", "--file", "letter.txt", "--from", "en", "--to", "zh")
    with start(tmp_path, *arguments, PYTHONIOENCODING="ascii") as process:
        assert process.communicate(timeout=60) == ("zh:Café — 咖啡\n", "")
    assert process.returncode == 0


def test_python_m_subtrans(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "subtrans", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("subtrans ")


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such shell")
@pytest.mark.parametrize("arguments", [SUBTITLE, ("text", "--from", "en", "--to", "zh")])
def test_closed_streams_are_no_defect(arguments, tmp_path) -> None:
    write_wav(tmp_path / "talk.wav", spoken(TALK))
    closed = ["sh", "-c", 'exec "$0" "$@" <&- 2>&-', sys.executable, str(PROGRAM), *arguments]
    done = subprocess.run(closed, cwd=tmp_path, stdout=subprocess.PIPE, check=False)
    assert (done.returncode, done.stdout) == (0, b"")
    assert (tmp_path / "talk.zh.srt").exists() == (arguments is SUBTITLE)
