"""How GNU's allocator keeps memory that was let go, so that the next stage, or the system, can have it.

Other allocators are left alone.
"""

from __future__ import annotations

import contextlib
from functools import cache
from typing import Any

_MOST_ARENAS = -8  # M_ARENA_MAX of malloc.h


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


@cache
def _function(name: str) -> Any:
    import ctypes

    with contextlib.suppress(OSError, AttributeError, TypeError):
        return getattr(ctypes.CDLL(None), name)
    return None
