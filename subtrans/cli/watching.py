"""A job and a folder in; each recording that comes into it dealt with when it is whole, out."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from subtrans.cli.failures import tell
from subtrans.cli.gather import recordings_in
from subtrans.cli.inputs import work_through
from subtrans.cli.problems import Preflight
from subtrans.cli.screen import note
from subtrans.cli.subtitling import make_results
from subtrans.errors import InputError, OutputError
from subtrans.text.paths import show

if TYPE_CHECKING:
    from subtrans.cli.job import Job

STEADY = 3
"""Looks, a second apart, through which a new file must stay as it is before it counts as whole."""


def check_folder(folder: Path, results: Path | None) -> None:
    """InputError unless there is a folder that can be watched, OutputError unless it, or another, takes the results."""
    if not folder.is_dir():
        raise InputError(f"{show(folder)} cannot be watched: it is no folder")
    if not os.access(folder, os.R_OK | os.X_OK):
        raise InputError(f"{show(folder)} cannot be watched: permission denied")
    if results is None and not os.access(folder, os.W_OK):
        raise OutputError(f"nothing can be written in {show(folder)}: permission denied: use --output-dir")


def keep_watch(job: Job, folder: Path, named: Sequence[Path]) -> None:
    """Do the job on what is in the folder and on what comes, until Ctrl-C.

    Results of those that were `named` are not those of a file that comes.
    """
    made: dict[Path, tuple[int, int]] = {}
    for path in arrivals(folder):
        before = job.wanted.stamps(path, job.source)
        # One that seemed whole and has grown: what was made of its beginning is replaced, if nobody changed it.
        stale = before is not None and before.items() <= made.items()
        wanted = replace(job.wanted, overwrite=True, keep=False) if stale else job.wanted
        _take(replace(job, wanted=wanted), path, named)
        after = wanted.stamps(path, job.source) or {}
        made.update(after.items() - (before or {}).items())


def _take(job: Job, path: Path, named: Sequence[Path]) -> None:
    """Deal with a recording that has come; what is wrong with it is told and the watch goes on."""
    try:
        job.wanted.check_owners([*named, path])
        if job.is_done(path, job.source):
            return
        with Preflight() as preflight:
            recording = preflight.check(job.look, path)
            job.wanted.check(preflight, [path], job.source)
        if recording:
            work_through([recording], partial(make_results, job))
    except Exception as error:  # noqa: BLE001 - whatever it is
        tell(error)


def arrivals(folder: Path, wait: Callable[[float], None] = time.sleep) -> Iterator[Path]:
    """The recordings in a folder, those that are there and then those that come, each when it has stopped growing.

    One that changes later comes again. This never ends; a folder that is gone may come back.
    """
    seen: dict[Path, tuple[tuple[int, int], int]] = {}
    there = True
    while True:
        if there != (there := folder.is_dir()):
            note(f"{show(folder)} is {'back' if there else 'gone: waiting for it to come back'}")
        for path in recordings_in(folder):
            try:
                status = path.stat()
            except OSError:
                continue  # gone again
            stamp = (status.st_size, status.st_mtime_ns)
            before, looks = seen.get(path, (stamp, 0))
            looks = looks + 1 if before == stamp else 1
            seen[path] = stamp, looks
            if looks == STEADY and status.st_size:
                yield path
        wait(1)
