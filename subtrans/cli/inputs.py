"""Inputs in, each dealt with in its turn; one that fails does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from subtrans import formats
from subtrans.cli.failures import tell
from subtrans.cli.screen import note
from subtrans.errors import InputError, LanguageError

if TYPE_CHECKING:
    from subtrans.types import Cue


@dataclass(frozen=True, slots=True)
class Recording:
    """An input that was looked into: it has sound. `duration` is in milliseconds, where the container says it."""

    path: Path
    duration: int | None


def look_into(path: Path) -> Recording:
    """The recording at `path`; InputError for what is none."""
    from subtrans.media.probe import probe

    contents = probe(path)
    stream = contents.audio_track(0)
    return Recording(path, contents.duration or stream.duration)


def stem_of(path: Path) -> str:
    """What the names of results begin with: talk of talk.mp4, and of talk.en.forced.srt as well."""
    if formats.format_of(path) is None:
        return path.stem
    from subtrans.text.languages import language

    parts = path.stem.split(".")
    if len(parts) > 1 and parts[-1].casefold() in KINDS:
        parts.pop()
    try:
        language(parts[-1] if len(parts) > 1 else "")
    except LanguageError:
        return ".".join(parts)
    return ".".join(parts[:-1])


def language_of(path: Path, option: str) -> str:
    """The language that the name of a subtitle file says, as players read it: talk.zh-Hant.forced.srt.

    LanguageError, naming the option that can say it, where the name says none.
    """
    from subtrans.media.probe import show
    from subtrans.text.languages import language

    for part in reversed(path.name.split(".")[1:-1]):
        if part.casefold() not in KINDS:
            try:
                return language(part).tag
            except LanguageError:
                break
    raise LanguageError(f"the name {show(path)} says no language: say which one it is in with {option}")


KINDS = frozenset({"forced", "sdh", "cc", "default"})
"""What may stand in the name of a subtitle file beside its language."""


def load_cues(path: Path) -> list[Cue]:
    """The cues of a subtitle file, whose suffix names its format; InputError where they cannot be read."""
    from subtrans.media.probe import check_file, show

    try:
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        check_file(path)
        raise InputError(f"{show(path)} cannot be read") from error
    name = formats.format_of(path)
    if name is None:
        raise InputError(f"{show(path)} is no subtitle file by its suffix: use one of {formats.known(readable=True)}")
    try:
        return formats.read(data.decode("utf-8"), name)
    except UnicodeDecodeError as error:
        raise InputError(f"{show(path)} is not UTF-8 text: convert it first") from error
    except InputError as error:
        raise InputError(f"{show(path)}: {error}") from error


def work_through(recordings: Sequence[Recording], work: Callable[[Recording], None]) -> None:
    """Do the work on each; failures are told as they come and summed up, and the first gives the exit code."""
    if len(recordings) == 1:
        return work(recordings[0])
    codes = []
    for recording in recordings:
        try:
            work(recording)
        except BrokenPipeError:  # noqa: PERF203 - each input fails for itself
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is
            codes.append(tell(error))
    note(f"{len(recordings) - len(codes)} of {len(recordings)} inputs done, {len(codes)} failed")
    if codes:
        raise click.exceptions.Exit(codes[0])
    return None
