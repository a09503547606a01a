"""Where this project keeps what it made or learned about models: conversions and pins, written whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import platformdirs

from subtrans.errors import ModelError
from subtrans.text.paths import supersede


def cache_folder() -> Path:
    """`$SUBTRANS_CACHE`, else the platform's cache folder for this user."""
    return Path(os.environ.get("SUBTRANS_CACHE") or platformdirs.user_cache_dir("subtrans", appauthor=False))


def conversions_folder() -> Path:
    """Where models converted to CTranslate2 lie, one folder each, by the hash of what they were made from."""
    return cache_folder() / "models"


def read_record(path: Path) -> dict[str, Any]:
    """The object in a JSON file of the cache; empty where there is none or it is damaged, as all can be made again."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def write_record(path: Path, content: dict[str, Any]) -> None:
    """Write a JSON file under a temporary name beside it, then rename it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, prefix=f".{path.name}.", delete=False, encoding="utf-8"
        ) as file:
            json.dump(content, file, ensure_ascii=False, indent=1)
        supersede(Path(file.name), path)
    except OSError as error:
        raise unwritable(path, error) from error


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """The name of a folder beside `folder`, to be made and filled; it takes the place of that when the block ends well.

    Else nothing is left of it.
    """
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        yield unfinished
        shutil.rmtree(folder, ignore_errors=True)
        supersede(unfinished, folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def unwritable(path: Path, error: OSError) -> ModelError:
    """What to tell when the cache cannot be written."""
    return ModelError(
        f"cannot write {path} ({error.strerror or error}): make room, or set SUBTRANS_CACHE to another folder"
    )


def folder_size(folder: Path) -> int:
    """Bytes of all files below `folder`; a file that is linked to counts where it lies."""
    size = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):  # another run, or another tool, has taken it away meanwhile
                state = Path(place, name).lstat()
                size += state.st_size if stat.S_ISREG(state.st_mode) else 0
    return size
