from __future__ import annotations

import errno
import logging
import os
import stat
import subprocess
from pathlib import Path

import ffmpeg as graphs
import pytest

from subtrans.errors import ConfigError, SubtransError
from subtrans.media.ffmpeg import FFmpegError, executable, local_url, run, version, write


def script(path: Path, body: str) -> str:
    """A program that stands in for an ffmpeg that misbehaves."""
    if os.name == "nt":
        pytest.skip("needs a shell script")
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def graph() -> object:
    return graphs.input("anullsrc", format="lavfi", t=1).output("pipe:1", format="s16le")


def test_the_variable_comes_first_then_the_path_then_the_package(
    program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_path = script(tmp_path / "ffmpeg", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert executable() == program
    monkeypatch.delenv("SUBTRANS_FFMPEG")
    assert executable() == on_path
    monkeypatch.setenv("PATH", str(tmp_path / "nothing here"))
    assert executable() == program


def test_a_program_beside_the_films_runs_in_other_folders_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    script(tmp_path / "ffmpeg", "printf sound")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SUBTRANS_FFMPEG")
    for name, value in ("PATH", "."), ("SUBTRANS_FFMPEG", "./ffmpeg"):
        monkeypatch.setenv(name, value)
        assert b"".join(run(graph(), folder=tmp_path / "elsewhere")) == b"sound"


def test_a_variable_that_names_no_program_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUBTRANS_FFMPEG", "/no/such/ffmpeg")
    with pytest.raises(ConfigError, match="SUBTRANS_FFMPEG is /no/such/ffmpeg, which is not a program"):
        executable()


def test_the_version_is_the_one_that_ffmpeg_prints(tmp_path: Path) -> None:
    assert version(script(tmp_path / "a", "echo ffmpeg version 7.1.1-custom Copyright")) == "7.1.1-custom"
    assert version()
    for number, body in enumerate(["echo something else", "exit 3", ""]):
        with pytest.raises(SubtransError, match="ffmpeg"):
            version(script(tmp_path / f"bad{number}", body))


def test_output_comes_in_pieces_of_the_size_asked_for() -> None:
    pieces = [len(piece) for piece in run(graph(), chunk=10_000)]
    assert set(pieces[:-1]) == {10_000}
    assert sum(pieces) == 44_100 * 2 * 2


def test_a_failure_carries_status_and_cause(tmp_path: Path) -> None:
    missing = graphs.input(local_url(tmp_path / "missing.wav")).output("pipe:1", format="s16le")
    with pytest.raises(FFmpegError, match=r"missing\.wav|No such file") as caught:
        list(run(missing))
    assert caught.value.status > 0
    assert "\n" not in str(caught.value)


def test_a_crash_on_windows_is_no_failure_of_ffmpegs_own() -> None:
    assert [FFmpegError(status, ()).killed for status in (0xC0000005, -9, 1, 0xBEBBB1B7)] == [True, True, False, False]


def test_on_windows_ctrl_c_reaches_it_through_us_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, object] = {}

    def start(command: list[str], **how: object) -> None:
        asked.update(how)
        raise OSError(errno.ENOENT, "stopped here")

    monkeypatch.setattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0x200, raising=False)
    monkeypatch.setattr(subprocess, "Popen", start)
    with pytest.raises(SubtransError, match="stopped here"):
        next(run(graph()))
    assert asked["creationflags"] == 0x200


def test_floods_of_complaints_neither_block_nor_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    body = 'i=0; while [ $i -lt 20000 ]; do echo "complaint number $i" >&2; i=$((i+1)); done; printf sound'
    monkeypatch.setenv("SUBTRANS_FFMPEG", script(tmp_path / "loud", body))
    with caplog.at_level(logging.DEBUG, "subtrans.media"):
        assert b"".join(run(graph())) == b"sound"
    assert len(caplog.records) == 20


def test_what_was_written_before_a_failure_is_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUBTRANS_FFMPEG", script(tmp_path / "dies", "printf sound; echo broken >&2; exit 7"))
    pieces = run(graph())
    assert next(pieces) == b"sound"
    with pytest.raises(FFmpegError, match="ended with status 7: broken"):
        next(pieces)


def test_a_program_that_does_not_start_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "text"
    script(path, "")
    path.write_bytes(b"\x7fELF but not really")
    monkeypatch.setenv("SUBTRANS_FFMPEG", str(path))
    with pytest.raises(SubtransError, match="does not start"):
        next(run(graph()))


def test_how_much_is_written_is_told_while_it_is_and_never_less(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def report(done: object) -> str:
        more = "fps=0.00 bitrate=N/A total_size=48 out_time=N/A dup_frames=0 drop_frames=0 speed=N/A progress=continue"
        return f"printf '%s\\n' out_time_us={done} {more}"

    sign = tmp_path / "told"
    wait = f'n=0; until [ -e "{sign}" ]; do n=$((n+1)); [ $n -lt 600 ] || exit 9; sleep 0.05; done'
    body = "\n".join([report("N/A"), report(-40_000), report(500_000), wait, *map(report, (400_000, "N/A", 1_000_000))])
    monkeypatch.setenv("SUBTRANS_FFMPEG", script(tmp_path / "ffmpeg", body))
    told: list[int] = []

    def done(until: int) -> None:
        told.append(until)
        sign.touch()

    write(graph(), tmp_path / "a.mkv", tmp_path / "b.mkv", done=done)
    assert told == [500, 1000]


@pytest.mark.parametrize(("set_to", "expected"), [(None, os.devnull), ("/opt/gconv", "/opt/gconv")])
def test_a_static_build_is_kept_from_converters_that_are_not_of_its_library(
    set_to: str | None, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUBTRANS_FFMPEG", script(tmp_path / "ffmpeg", 'printf %s "$GCONV_PATH"'))
    monkeypatch.delenv("GCONV_PATH", raising=False)
    if set_to:
        monkeypatch.setenv("GCONV_PATH", set_to)
    assert b"".join(run(graph())).decode() == expected
