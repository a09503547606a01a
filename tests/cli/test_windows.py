"""What Windows and macOS do otherwise, in the place of what this system does: arguments, pipes, signals, names."""

from __future__ import annotations

import errno
import signal
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from fakes import spoken, write_wav
from programs import start

from subtrans.cli.commands import doctor
from subtrans.cli.commands.text import _lines
from subtrans.cli.parameters import PATH
from subtrans.text.reading import unreadable

TALK = "one two three Stop. "
ARGUMENTS = """
import click.core, os
class Windows:
    name = "nt"
    def __getattr__(self, name):
        return getattr(os, name)
click.core.os = Windows()
"""
UNREAD = """
import errno, io, sys
class Closed(io.RawIOBase):
    def writable(self):
        return True
    def fileno(self):
        return 1
    def write(self, data):
        sys.platform = "win32"  # not before: packages are imported by it
        raise OSError(errno.EINVAL, "Invalid argument")
sys.stdout = io.TextIOWrapper(io.BufferedWriter(Closed()), encoding="cp1252")
"""
BREAK = """
import signal
signal.SIGBREAK = signal.SIGUSR1
"""
NAMES = """
import os
os.fsdecode = lambda name: name.decode("utf-8", "surrogatepass") if isinstance(name, bytes) else name
"""


def end(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    with process:
        out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def test_a_name_with_brackets_is_no_pattern(tmp_path: Path) -> None:
    for name, end_of_cue in ("talk [1].en.srt", "02,500"), ("talk 1.en.srt", "01,100"):
        (tmp_path / name).write_text(f"1\n00:00:01,000 --> 00:00:{end_of_cue}\nGood morning.\n")
    (tmp_path / "talks").mkdir()
    write_wav(tmp_path / "talks/a.wav", spoken(TALK))
    (tmp_path / "talks/notes.txt").write_text("no recording")
    (tmp_path / "Who goes?").mkdir()
    assert end(start(tmp_path, "check", "talk [1].en.srt", before=ARGUMENTS))[1].startswith("conforming")
    assert end(start(tmp_path, "check", "talk*.srt", before=ARGUMENTS))[1].startswith("talk 1.en.srt\t1\t")
    text = start(tmp_path, "text", "Who *?", "--from", "en", "--to", "zh", before=ARGUMENTS)
    assert end(text) == (0, "zh:Who *?\n", "")
    assert end(start(tmp_path, "subtitle", "talks/**", "--to", "zh", before=ARGUMENTS))[0] == 0
    assert [path.name for path in sorted((tmp_path / "talks").iterdir())] == ["a.wav", "a.zh.srt", "notes.txt"]


@pytest.mark.parametrize(
    "arguments", [("--version",), ("text", "Good morning.", "--to", "zh"), ("speech", "a.wav", "b.wav", "--to", "zh")]
)
def test_a_reader_that_leaves_is_no_error(arguments, tmp_path) -> None:
    for name in "a.wav", "b.wav":
        write_wav(tmp_path / name, spoken(TALK))
    assert end(start(tmp_path, *arguments, before=UNREAD)) == (141, "", "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals between processes")
def test_ctrl_break_ends_it_well(tmp_path, tmp_path_factory) -> None:
    write_wav(tmp_path / "talk.wav", spoken(TALK))
    sign = tmp_path_factory.mktemp("signs") / "translator"
    arguments = ("subtitle", "talk.wav", "--to", "zh", "--no-journal")
    with start(tmp_path, *arguments, before=BREAK, HANG=str(sign)) as process:
        while not sign.exists():
            assert process.poll() is None, process.communicate()
            time.sleep(0.05)
        process.send_signal(signal.SIGUSR1)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (143, "", "subtrans: terminated\n")


def test_a_list_in_a_code_page_is_told(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_bytes("talk.wav\r\ncafé.wav\r\n".encode("cp1252"))
    code, out, err = end(start(tmp_path, "subtitle", "--list", "list.txt", "--to", "zh", before=NAMES))
    assert (code, out) == (3, "")
    assert err == "subtrans: error: line 2 of list.txt is not UTF-8 text: convert it first\n"


def test_a_folder_where_a_file_belongs_is_told(tmp_path: Path) -> None:
    denied = PermissionError(errno.EACCES, "Permission denied")  # as Windows says it
    assert str(unreadable(tmp_path, denied)).endswith("is a directory: give a file")
    assert str(unreadable(tmp_path / "talk.srt", denied)).endswith("cannot be read: permission denied")


def test_what_there_is_none_of_for_macos_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    needed = ["nvidia-cublas-cu12; sys_platform != 'darwin' and extra == 'cuda'", "no-such-package; extra == 'live'"]
    monkeypatch.setattr(doctor.metadata, "requires", lambda name: needed)
    assert [finding.name for finding in doctor._extras()] == ["extra cuda", "extra live"]
    monkeypatch.setattr(sys, "platform", "darwin")
    (finding,) = doctor._extras()
    assert finding.mend == f'{sys.executable} -m pip install "subtrans[live]"', (
        "single quotes are none to the shell of Windows"
    )


def test_what_no_shell_of_windows_does(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True, buffer=BytesIO(b"Good morning.\r\n")))
    assert PATH.convert("~/talk.wav", None, None) == Path.home() / "talk.wav"
    assert list(_lines((), None)) == ["Good morning."]
    assert "Ctrl-Z and Enter end it" in capsys.readouterr().err
