"""What GNU's allocator does with memory that was let go: the next stage can have it, or the system, or who had it.

Other allocators are left alone.
"""

from __future__ import annotations

import contextlib
from functools import cache
from typing import Any

_TRIM_THRESHOLD, _TOP_PAD, _MOST_MAPS, _MOST_ARENAS = -1, -2, -4, -8  # M_... of malloc.h


def share_one_heap() -> None:
    """Let all threads of this process take memory from one heap, which keeps what they free; call it before they start.

    Else each has a heap of its own, where what one stage has let go is of no use to the next one.
    """
    if (mallopt := _function("mallopt")) is not None:
        mallopt(_MOST_ARENAS, 1)
    keep_freed_memory()


def keep_freed_memory() -> None:
    """Keep large pieces that are freed for who asks for such a piece next, instead of giving them back to the system.

    The system fills each page with zeros before it gives it out again. A recogniser asks for its attention anew in
    every layer, and spent up to 40 % of its time so; a step of a training on a processor up to half.
    """
    if (mallopt := _function("mallopt")) is not None:
        for parameter, value in ((_MOST_MAPS, 0), (_TRIM_THRESHOLD, 2**31 - 1), (_TOP_PAD, 2**28)):
            mallopt(parameter, value)


@cache
def _function(name: str) -> Any:
    import ctypes

    with contextlib.suppress(OSError, AttributeError, TypeError):
        return getattr(ctypes.CDLL(None), name)
    return None
