"""Inputs in, each dealt with in its turn; one that fails does not stop the others."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from subtrans.cli.failures import is_unread, tell
from subtrans.cli.screen import clock, note
from subtrans.cli.scripts import Script, extract_script, find_script, is_script, read_script, with_cues
from subtrans.errors import InputError, SubtransError
from subtrans.text.paths import show
from subtrans.text.reading import check_file

if TYPE_CHECKING:
    from subtrans.types import Span


SELDOM = 60
"""Seconds between two notes of how far a run over many inputs is."""


@dataclass(frozen=True, slots=True)
class Recording:
    """An input that was looked into: it has sound. `end` is in milliseconds, where the container says it."""

    path: Path
    end: int | None
    stamp: tuple[int, int]
    """Its size and the time of its last change, when it was looked into."""
    begin: int = 0
    """Where the part that is wanted begins."""
    script: Script | None = None
    """What is translated in the place of the sound, where subtitles were given or asked for."""

    @property
    def styles(self) -> str | None:
        """The ASS file that it is translated from, for its styles."""
        return self.script.styles if self.script else None

    def check_unchanged(self) -> None:
        """InputError if the file has become another one meanwhile, so that what was found in it fits neither."""
        try:
            unchanged = _stamp(self.path) == self.stamp
        except OSError:
            return  # what was read is whole, though its name is gone
        if not unchanged:
            raise InputError(f"{show(self.path)} changed while it was read: run it again when it is whole")


def look_into(
    path: Path,
    *,
    track: int | None = None,
    part: Span | None = None,
    subtitles: int | None = None,
    language: str | None = None,
) -> Recording:
    """The recording at `path`; InputError for what is none, has no audio track of that number, or not that part.

    A file of subtitles, or the track number `subtitles` of a video, is a recording with a script; `language` is what
    the user says that it is in. Of a track nothing is read yet: see `whole`.
    """
    from subtrans.media.probe import BARE, probe

    check_file(path, "subtitles" if is_script(path) else "sound")
    stamp = _stamp(path)
    begin = part.start if part else 0
    if subtitles is not None:
        return Recording(path, None, stamp, begin, find_script(path, subtitles))
    if is_script(path):
        return _saying(Recording(path, None, stamp, begin), read_script(path, language), part)
    contents = probe(path)
    stream = contents.audio_track(track or 0)
    end = contents.duration or stream.duration
    if part and end is not None:
        guessed = contents.broadcast or contents.container in BARE
        if part.start >= end and not guessed:
            raise InputError(f"{show(path)} ends at {clock(end)}: --part begins behind that")
        end = None if part.start >= end else min(end, part.end)
    return Recording(path, end, stamp, begin)


def whole(recording: Recording, part: Span | None, subtitles: int | None) -> Recording:
    """The same with what its script says, which waits for its turn: that of thousands would fill the memory."""
    if recording.script is None:
        return recording
    read = with_cues(recording.script) if subtitles is None else extract_script(recording.path, subtitles)
    return _saying(recording, read, part)


def _saying(recording: Recording, script: Script, part: Span | None) -> Recording:
    """The same with a script; what begins in the part belongs to it."""
    cues = tuple(cue for cue in script.cues if part is None or part.start <= cue.span.start < part.end)
    last = max((cue.span.end for cue in cues), default=0)
    return replace(recording, end=last, script=replace(script, cues=cues))


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def work_through(
    recordings: Sequence[Recording], work: Callable[[Recording], None], left_out: Sequence[SubtransError] = ()
) -> None:
    """Do the work on each; failures are told as they come and summed up, and the first gives the exit code.

    Once a minute it is told how far this is. `left_out` is what was wrong, and is told already, with inputs that are
    not among the recordings.
    """
    if len(recordings) == 1 and not left_out:
        return work_on(recordings[0], work)
    codes = [error.exit_code for error in left_out]
    failed: list[Recording] = []
    started = told = time.monotonic()
    for number, recording in enumerate(recordings, 1):
        try:
            work_on(recording, work)
        except Exception as error:
            if is_unread(error):
                raise
            codes.append(tell(error))
            failed.append(recording)
        if (now := time.monotonic()) - told >= SELDOM and number < len(recordings):
            told = now
            note(_how_far(recordings, number, len(failed), now - started))
    for recording in failed:  # what was told of it may be thousands of lines above, and need not name it
        note(f"failed: {show(recording.path)}")
    total = len(recordings) + len(left_out)
    note(f"{total - len(codes)} of {total} inputs done, {len(codes)} failed")
    if codes:
        raise click.exceptions.Exit(codes[0])
    return None


def _how_far(recordings: Sequence[Recording], number: int, failed: int, seconds: float) -> str:
    """So many of them are done; the rest is taken to need as long for its sound, where all say how long they are."""
    lengths = [(one.end or 0) - one.begin for one in recordings]
    done, whole = (sum(lengths[:number]), sum(lengths)) if min(lengths) > 0 else (number, len(recordings))
    so_far, left = clock(round(1000 * seconds)), clock(round(1000 * seconds * (whole / done - 1)))
    return f"{number} of {len(recordings)} inputs, {failed} failed, in {so_far}; about {left} to go"


def work_on(recording: Recording, work: Callable[[Recording], None]) -> None:
    """Do the work on a recording that must stay what it is."""
    work(recording)
    recording.check_unchanged()
