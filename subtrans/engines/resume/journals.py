"""A recording in, its journal out; what is kept of all recordings, and how it is forgotten.

    CACHE/journals/RECORDING/answers          the journal
                            /recording.json   what the recording is called, for `subtrans cache list`
                            /lock             held by the runs that use the folder
    CACHE/looked                              last changed when it was seen to that they are not too many

RECORDING is the hash of the recording's content.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from subtrans.engines.models.cache import cache_folder, read_record, write_record
from subtrans.engines.resume.journal import Journal, say_lost
from subtrans.engines.resume.locks import claimed, locked
from subtrans.errors import ModelError
from subtrans.text.paths import real

VERSION = 1
"""Of the answers' shape and of how they come about; a new one forgets all journals."""
BOUND = 1 << 30
"""Bytes that all journals together may take; those that were not used for longest go first."""
SELDOM = 60
"""Seconds between two looks at what they take: a look is as long as there are many, ten thousand perhaps."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One recording of which something is remembered."""

    folder: Path
    size: int
    """Bytes of its answers."""
    used: float
    """Seconds since 1970, of the last run that wrote."""

    @property
    def name(self) -> str:
        """What the recording was called."""
        return str(read_record(self.folder / "recording.json").get("name", "?"))


@contextmanager
def journal_of(recording: Path, digest: str, bound: int = BOUND) -> Iterator[Journal | None]:
    """The journal of a recording whose content has the hash `digest`, kept from being cleared as long as it is open.

    Other recordings are forgotten where all take more than `bound`. None, which is said, where nothing can be kept.
    """
    folder = journals_folder() / digest[:32]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        using = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        say_lost(error)
        yield None
        return
    try:
        with locked(using, shared=True):
            name = recording.name.encode("utf-8", "replace").decode()
            with suppress(ModelError):
                write_record(folder / "recording.json", {"name": name})
            _tidy_up(bound)
            journal = Journal(folder / "answers")
            try:
                yield journal
            finally:
                journal.close()
    finally:
        os.close(using)


@contextmanager
def claim(result: Path) -> Iterator[bool]:
    """Whether no other run that shares the cache is making `result`; until the end none will begin.

    A byte of one file stands for each result. Where nothing can be locked it is True.
    """
    try:
        cache_folder().mkdir(parents=True, exist_ok=True)
        file = os.open(cache_folder() / "claims", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        yield True
        return
    try:
        with claimed(file, int(hashlib.sha256(os.fsencode(real(result))).hexdigest()[:14], 16)) as mine:
            yield mine
    finally:
        os.close(file)


def key_of(*parts: object) -> str:
    """A hash of all that answers depend on; what is no plain value counts by its `repr`."""
    return hashlib.sha256(json.dumps([VERSION, *parts], sort_keys=True, default=repr).encode()).hexdigest()[:32]


def journals_folder() -> Path:
    """Where the journals lie, a folder a recording."""
    return cache_folder() / "journals"


def kept() -> list[Kept]:
    """What is remembered, the latest first."""
    found = []
    for folder in journals_folder().iterdir() if journals_folder().is_dir() else ():
        with suppress(OSError):
            answers = (folder / "answers").stat()
            found.append(Kept(folder, answers.st_size, answers.st_mtime))
    return sorted(found, key=lambda one: one.used, reverse=True)


def forget(one: Kept) -> bool:
    """Delete what is remembered of a recording; False, and nothing happens, while a run uses it."""
    try:
        using = os.open(one.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except FileNotFoundError:
        return True  # somebody else was quicker
    except OSError as error:
        raise ModelError(f"cannot remove {one.folder} ({error.strerror}): delete it by hand") from error
    try:
        with locked(using, wait=False) as free:
            if free:
                (one.folder / "answers").unlink(missing_ok=True)
                shutil.rmtree(one.folder, ignore_errors=True)
            return free
    except PermissionError:  # on Windows, while a run has it open
        return False
    finally:
        os.close(using)


def _tidy_up(bound: int) -> None:
    """`forget_oldest`, unless a run of whoever shares the cache has just done it."""
    looked = cache_folder() / "looked"
    try:
        if looked.exists() and abs(time.time() - looked.stat().st_mtime) < SELDOM:
            return
        looked.touch()
    except OSError:
        pass  # so it is done more often than need be
    forget_oldest(bound)


def forget_oldest(bound: int) -> None:
    """Forget recordings that no run uses, those not used for longest first, until the rest fits `bound` bytes."""
    there = kept()
    total = sum(one.size for one in there)
    for one in reversed(there):
        if total <= bound:
            break
        if forget(one):
            total -= one.size
