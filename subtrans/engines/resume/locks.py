"""An open file in, a lock on it or a byte of it out; the system lets go when its process ends, however it ends.

Where there are no such locks, as on some disks of networks, nothing is locked, and that counts as held.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

_FURTHEST = 2**31 - 1
"""Where in a file Windows can lock a byte."""


@contextmanager
def locked(file: int, *, shared: bool = False, wait: bool = True) -> Iterator[bool]:
    """Hold a lock on the open file; False is given where it is taken and `wait` is off.

    Windows has no such locks for what is read at the same time: there nothing is locked, and it is True.
    """
    if sys.platform == "win32":
        yield True
        return
    import fcntl

    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        yield False
        return
    except OSError:
        yield True
        return
    try:
        yield True
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


@contextmanager
def claimed(file: int, place: int) -> Iterator[bool]:
    """Hold the byte at `place` of the open file, which need not be so long; False where another process holds it."""
    if sys.platform == "win32":
        import msvcrt

        def lock(how: int) -> None:
            os.lseek(file, place % _FURTHEST, os.SEEK_SET)
            msvcrt.locking(file, how, 1)

        take, let_go = partial(lock, msvcrt.LK_NBLCK), partial(lock, msvcrt.LK_UNLCK)
    else:
        import fcntl

        take = partial(fcntl.lockf, file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
        let_go = partial(fcntl.lockf, file, fcntl.LOCK_UN, 1, place)
    try:
        take()
    except (BlockingIOError, PermissionError):
        yield False
        return
    except OSError:
        yield True
        return
    try:
        yield True
    finally:
        let_go()
