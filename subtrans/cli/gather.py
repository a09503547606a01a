"""What the user named in (files, folders, patterns, lists); the files that are meant, out."""

from __future__ import annotations

import glob
import os
import re
import sys
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from subtrans.cli.parameters import PATH
from subtrans.errors import InputError
from subtrans.text.paths import show
from subtrans.text.reading import read_bytes

Function = TypeVar("Function", bound=Callable[..., Any])

_NAMES = (
    "3gp aac ac3 aif aifc aiff amr asf au avi caf dts eac3 f4v flac flv m2ts m4a m4b m4v mka mkv mov mp2 mp3 mp4 mpeg"
    " mpg mts mxf oga ogg ogv opus ra rm spx tta ts vob wav weba webm wma wmv wv"
)
SUFFIXES = frozenset(f".{name}" for name in _NAMES.split(" "))
"""What the names of recordings end with; a file named by itself may end as it likes."""


def named_inputs(function: Function) -> Function:
    """The INPUTs of a command, and --list, as the files that are meant."""
    named = click.argument("inputs", metavar="INPUT...", nargs=-1, type=PATH, callback=_gather)
    return named(_lists(function))


def gather(named: Sequence[Path]) -> tuple[Path, ...]:
    """The files that are meant, each once however it is named; those in a folder or of a pattern by their names.

    A folder stands for its recordings without those that are hidden or that an earlier run has made of others.
    A folder or a pattern that stands for nothing stays, so that it is told with all other problems.
    """
    found: dict[tuple[str, str], Path] = {}
    for name in named:
        for path in _meant(name):
            # A link to a file is another one, with results of its own.
            found.setdefault((os.path.realpath(path.parent), path.name), path)
    return tuple(found.values())


def read_list(path: Path) -> list[Path]:
    """The names in a file, a line each, or with a NUL behind each; `-` is standard input. They need not be UTF-8."""
    content = sys.stdin.buffer.read() if str(path) == "-" else read_bytes(path)
    content = content.removeprefix(b"\xef\xbb\xbf")  # what some editors begin a text with
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):  # as PowerShell writes what it lists
        content = content.decode("utf-16", "replace").encode()
    names = content.split(b"\0") if b"\0" in content else content.splitlines()
    return [_named(name, number, path) for number, name in enumerate(names, 1) if name.strip()]


def _named(name: bytes, number: int, source: Path) -> Path:
    try:
        return Path(os.fsdecode(name))
    except UnicodeDecodeError as error:  # on Windows, where every name is text
        raise InputError(f"line {number} of {show(source)} is not UTF-8 text: convert it first") from error


def _gather(context: click.Context, parameter: click.Parameter, named: tuple[Path, ...]) -> tuple[Path, ...]:
    """The files meant by all that was named; nothing named is wrong usage, unless a folder is watched."""
    listed = [read_list(path) for path in context.meta.get("subtrans.lists", ())]
    found = gather([*named, *(path for paths in listed for path in paths)])
    if not found and not listed and not context.params.get("watch"):
        raise click.MissingParameter(ctx=context, param=parameter)
    return found


def _note_lists(context: click.Context, parameter: click.Parameter, lists: tuple[Path, ...]) -> None:
    context.meta["subtrans.lists"] = lists


_lists = click.option(
    "--list",
    type=PATH,
    multiple=True,
    is_eager=True,
    expose_value=False,
    callback=_note_lists,
    help="A file with the name of an INPUT a line; - is standard input.",
)


def _meant(name: Path) -> Sequence[Path]:
    try:
        if name.is_dir():
            return recordings_in(name) or [name]
    except PermissionError:
        return [name]  # in a folder that may not be read, which is told where it is read
    found = matching(name)
    if found == [name]:
        return found
    if name.name == "**":  # the folder and those below it, each of which stands for its recordings
        found = [path for path in found if path.is_dir()]
    files = [file for path in found for file in (recordings_in(path) if path.is_dir() else [path])]
    return [file for file in files if not _is_made(file)] or files or [name]


def matching(name: Path) -> list[Path]:
    """The files and folders that a pattern stands for which no shell has expanded, as on Windows; else the name."""
    if os.path.lexists(name) or not glob.has_magic(str(name)):
        return [name]
    return sorted(map(Path, glob.glob(str(name), recursive=True))) or [name]  # noqa: PTH207


def recordings_in(folder: Path) -> list[Path]:
    """The recordings that a folder stands for, by their names; none where it cannot be read."""
    try:
        return sorted(path for path in folder.iterdir() if _is_recording(path))
    except OSError:
        return []


def _is_recording(path: Path) -> bool:
    shown = not path.name.startswith(".")
    return shown and path.suffix.lower() in SUFFIXES and not _is_made(path) and path.is_file()


def _is_made(path: Path) -> bool:
    """Whether it is named as the videos that --mux and --burn make: see `Wanted.muxed` and `Wanted.burned`."""
    return re.search(r"\.subtitled$|\.[^.]+\.burned$", path.stem) is not None
