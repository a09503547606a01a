"""A path for a result in, a file that appears under that name whole or not at all out."""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from subtrans.errors import OutputError
from subtrans.text.paths import real, reason, show, supersede

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS}
_TEMPORARY = re.compile(r"\.subtrans-[0-9a-f]{12}(\..*)?", re.DOTALL)
_WEEK = 7 * 24 * 3600


@contextmanager
def atomic_write(path: Path, overwrite: bool = False) -> Iterator[TextIO]:
    """A UTF-8 text file that takes the name `path` when the block ends well; else nothing is left.

    Line ends are written as they are given. OutputError as for `check_target`, or when the disk is full.
    """
    with atomic_path(path, overwrite) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def atomic_path(path: Path, overwrite: bool = False) -> Iterator[Path]:
    """The name of an empty file beside `path`, with its suffix, that is renamed to `path` when the block ends well.

    For programs that write files themselves. A link at `path` stays one: what it points to is replaced.
    """
    check_target(path, overwrite)
    # What it leads to and not the link itself, which a rename would replace.
    target = real(path)
    _sweep(target.parent)
    # A name of its own, not one made from the target's, which may be as long as names can be.
    temporary = target.with_name(f".subtrans-{secrets.token_hex(6)}{target.suffix[:20]}")
    try:
        # Not tempfile's 0600: the result gets the permissions that any new file of the user gets.
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        yield temporary
        check_target(path, overwrite)
        supersede(temporary, target)
    except OSError as error:
        if error.errno in _FULL or error.filename == str(temporary):
            raise _unwritable(path, error) from error
        raise
    finally:
        temporary.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Remove what runs that were killed left here: hidden files that nobody has written to for a week."""
    with suppress(OSError), os.scandir(folder) as files:
        for file in files:
            if _TEMPORARY.fullmatch(file.name) and time.time() - file.stat().st_mtime > _WEEK:
                os.unlink(file)  # noqa: PTH108 - it is no Path


def make_folder(folder: Path) -> None:
    """Make the folder if it is not there, with those above it; OutputError where it cannot be one."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{show(folder)} cannot be made a folder ({reason(error)}): give another") from error


def check_target(path: Path, overwrite: bool = False) -> None:
    """OutputError when a result cannot go to `path`, told before any work is done."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:
        raise _unwritable(path, error) from error
    else:
        if stat.S_ISDIR(mode):
            raise OutputError(f"{show(path)} is a directory: give the name of a file")
        if not stat.S_ISREG(mode):
            raise OutputError(f"{show(path)} is not a regular file: give another name")
        if not overwrite:
            raise OutputError(f"{show(path)} exists already: use --overwrite to replace it, or give another name")
    # Where the file will be: the folder of what a link points to.
    folder = real(path).parent
    if not folder.is_dir():
        raise OutputError(f"{show(path)} cannot be written: there is no directory {show(folder)}")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(f"{show(path)} cannot be written: permission denied in {show(folder)}")


def check_apart(path: Path, inputs: Collection[Path]) -> None:
    """OutputError where a result would take the place of one of the inputs, whose paths are resolved."""
    if real(path) in inputs:
        raise OutputError(f"{show(path)} is an input: give the output another name")


def check_room(folder: Path, size: int) -> None:
    """OutputError where the disk of `folder`, which need not be there yet, has no room for so many bytes."""
    there = next((place for place in (folder, *folder.absolute().parents) if place.is_dir()), None)
    try:
        free = size if there is None else shutil.disk_usage(there).free
    except OSError:
        return  # it cannot be known
    if free < size:
        raise OutputError(
            f"{show(folder)} has {free / 1e6:.1f} MB of room, and {size / 1e6:.1f} MB may be needed: make room"
        )


def _unwritable(path: Path, error: OSError | ValueError) -> OutputError:
    return OutputError(f"{show(path)} cannot be written: {reason(error)}")
