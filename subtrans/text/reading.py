"""A file in; its text, or its tables of TOML, out; what keeps it from being read is told in one wording."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import Any

from subtrans.errors import InputError
from subtrans.text.encoding import decode
from subtrans.text.paths import reason, show

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def read_text(path: Path) -> str:
    """What a file in UTF-8 or UTF-16 holds, its line ends as they are; InputError where it holds no text."""
    return decode(read_bytes(path), show(path))


def read_bytes(path: Path) -> bytes:
    """What any file holds; InputError where it cannot be read."""
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error


def check_file(path: Path, content: str = "sound") -> None:
    """InputError unless `path` is a file with something in it, called `content`, that may be read."""
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error
    if not os.access(path, os.R_OK):
        raise InputError(f"{show(path)} cannot be read: permission denied")
    if stat.S_ISDIR(status.st_mode):
        raise InputError(f"{show(path)} is a directory: give the files in it")
    if not stat.S_ISREG(status.st_mode):
        raise InputError(f"{show(path)} is not a regular file: save it to one first")
    if status.st_size == 0:
        raise InputError(f"{show(path)} is empty: give a file with {content}")


def unreadable(path: Path, error: OSError | ValueError) -> InputError:
    """What is told of a file that cannot be opened."""
    if isinstance(error, FileNotFoundError):
        return InputError(f"{show(path)} does not exist: check the name")
    # Windows says of a folder that it may not be read; Path.is_dir fails where that holds of the folder above.
    if isinstance(error, IsADirectoryError) or (isinstance(error, PermissionError) and os.path.isdir(path)):  # noqa: PTH112
        return InputError(f"{show(path)} is a directory: give a file")
    return InputError(f"{show(path)} cannot be read: {reason(error)}")


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a file, which may begin with a mark as some editors write it; OSError or ValueError where none."""
    return parse_toml(path.read_text(encoding="utf-8-sig"))


def parse_toml(text: str) -> dict[str, Any]:
    """The same of a text; ValueError where it is not TOML."""
    try:
        tables: dict[str, Any] = tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    return tables
