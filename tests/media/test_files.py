from __future__ import annotations

import errno
import os
import time
from pathlib import Path

import pytest

from subtrans.errors import OutputError
from subtrans.media.files import atomic_path, atomic_write, check_target


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_text_is_there_whole_when_the_block_ends(tmp_path: Path) -> None:
    target = tmp_path / "talk.zh.srt"
    with atomic_write(target) as file:
        file.write("早上好\n\r\n")
        assert not target.exists()
        (temporary,) = names(tmp_path)
        assert temporary.startswith(".")
    assert target.read_bytes() == "早上好\n\r\n".encode()
    assert names(tmp_path) == ["talk.zh.srt"]


def write_and_fail(target: Path, failure: type[BaseException]) -> None:
    with atomic_write(target, overwrite=True) as file:
        file.write("half")
        raise failure


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt, GeneratorExit])
def test_a_failure_leaves_nothing_and_keeps_what_was_there(tmp_path: Path, failure: type[BaseException]) -> None:
    target = tmp_path / "talk.srt"
    with pytest.raises(failure):
        write_and_fail(target, failure)
    assert names(tmp_path) == []
    target.write_text("old")
    with pytest.raises(failure):
        write_and_fail(target, failure)
    assert names(tmp_path) == ["talk.srt"]
    assert target.read_text() == "old"


def test_an_existing_file_is_kept_unless_told(tmp_path: Path) -> None:
    target = tmp_path / "talk.srt"
    target.write_text("old")
    with pytest.raises(OutputError, match=r"talk\.srt exists already: use --overwrite"), atomic_write(target):
        pytest.fail("the block must not run")
    with atomic_write(target, overwrite=True) as file:
        file.write("new")
    assert target.read_text() == "new"


def test_a_file_that_appears_meanwhile_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "talk.srt"
    with pytest.raises(OutputError, match="exists already"), atomic_write(target):
        target.write_text("theirs")
    assert target.read_text() == "theirs"
    assert names(tmp_path) == ["talk.srt"]


def test_a_program_gets_a_path_with_the_same_suffix(tmp_path: Path) -> None:
    with atomic_path(tmp_path / "talk.mkv") as temporary:
        assert temporary.parent == tmp_path
        assert temporary.suffix == ".mkv"
        temporary.write_bytes(b"video")
    assert (tmp_path / "talk.mkv").read_bytes() == b"video"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "far/real.srt").write_text("old")
    (tmp_path / "link.srt").symlink_to(tmp_path / "far/real.srt")
    with atomic_write(tmp_path / "link.srt", overwrite=True) as file:
        file.write("new")
    assert (tmp_path / "link.srt").is_symlink()
    assert (tmp_path / "far/real.srt").read_text() == "new"


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_the_result_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    with atomic_write(tmp_path / "talk.srt") as file:
        file.write("x")
    assert (tmp_path / "talk.srt").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_targets_that_cannot_be_are_told_before_any_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    for path, message in [
        (tmp_path, "is a directory"),
        (tmp_path / "none/talk.srt", "there is no directory"),
        (tmp_path / "file/talk.srt", "there is no directory|cannot be written"),
        (tmp_path / ("a" * 300), "cannot be written: file name too long"),
        (tmp_path / "a\x00b", "null"),
        (Path(os.devnull), "is not a regular file"),
    ]:
        with pytest.raises(OutputError, match=message):
            check_target(path, overwrite=True)
    check_target(tmp_path / "talk.srt")
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write everywhere
    with pytest.raises(OutputError, match=r"talk\.srt cannot be written: permission denied"):
        check_target(tmp_path / "talk.srt")


def test_a_name_as_long_as_names_can_be_works(tmp_path: Path) -> None:
    target = tmp_path / ("x" * 251 + ".srt")
    with atomic_write(target) as file:
        file.write("x")
    assert target.exists()


def test_a_full_disk_is_an_output_error_and_other_failures_are_their_own(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written: no space left"), atomic_write(tmp_path / "a.srt"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with pytest.raises(ConnectionResetError), atomic_write(tmp_path / "a.srt"):
        raise ConnectionResetError
    assert names(tmp_path) == []


class Held(PermissionError):
    """What Windows raises for a file that another program has open."""

    winerror = 32


def test_a_file_that_another_program_has_open_for_a_moment_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "caption.txt"
    target.write_text("old")
    replace, refusals = Path.replace, iter([True, True, False])

    def refused(path: Path, other: Path) -> Path:
        if next(refusals, True):
            raise Held(errno.EACCES, "Another process uses it", str(path))
        return replace(path, other)

    monkeypatch.setattr(Path, "replace", refused)
    with atomic_write(target, overwrite=True) as file:
        file.write("new")
    assert target.read_text() == "new"
    monkeypatch.setattr("subtrans.text.paths._PATIENCE", 0.1)
    with (
        pytest.raises(OutputError, match=r"caption\.txt cannot be written: another process uses it"),
        atomic_write(target, overwrite=True) as file,
    ):
        file.write("newer")
    assert (target.read_text(), names(tmp_path)) == ("new", ["caption.txt"])


def test_what_killed_runs_left_is_removed_after_a_week(tmp_path: Path) -> None:
    found = {".subtrans-0123456789ab.mkv": 8, ".subtrans-0123456789ac.mkv": 6, ".subtrans-notes.mkv": 8, "film.mkv": 8}
    for name, days in found.items():
        (tmp_path / name).write_text(name, encoding="utf-8")
        os.utime(tmp_path / name, (0, time.time() - days * 24 * 3600))
    with atomic_write(tmp_path / "film.srt") as file:
        file.write("1")
    assert set(names(tmp_path)) == {*found, "film.srt"} - {".subtrans-0123456789ab.mkv"}
