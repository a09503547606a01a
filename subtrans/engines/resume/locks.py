"""An open file in, a lock on it that the system lets go when its process ends, however it ends, out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


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
    try:
        yield True
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)
