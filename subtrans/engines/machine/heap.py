"""What GNU's allocator does with memory that was let go: the next stage can have it, or the system, or who had it.

Other allocators are left alone.
"""

from __future__ import annotations

import contextlib
from functools import cache
from typing import Any

_TRIM_THRESHOLD, _TOP_PAD, _MOST_MAPS, _MOST_ARENAS = -1, -2, -4, -8  # M_... of malloc.h


def share_one_heap() -> None:
    """Let all threads of this process take memory from one heap; call it before they start.

    Else each has a heap of its own, where what one stage has let go is of no use to the next one.
    """
    if (mallopt := _function("mallopt")) is not None:
        mallopt(_MOST_ARENAS, 1)


def give_back() -> None:
    """Give the system what is free: of a heap that is full of holes the next batch would find few that it fits in."""
    if (malloc_trim := _function("malloc_trim")) is not None:
        malloc_trim(0)


def keep_freed_memory() -> None:
    """Keep memory that torch frees: a step of a training on a processor is up to twice as fast without page faults."""
    if (mallopt := _function("mallopt")) is not None:
        for parameter, value in ((_MOST_MAPS, 0), (_TRIM_THRESHOLD, 2**31 - 1), (_TOP_PAD, 2**28)):
            mallopt(parameter, value)


@cache
def _function(name: str) -> Any:
    import ctypes

    with contextlib.suppress(OSError, AttributeError, TypeError):
        return getattr(ctypes.CDLL(None), name)
    return None
