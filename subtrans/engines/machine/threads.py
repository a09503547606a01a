"""The cores that there are in; how many threads each of the engines that work at once has, out; and how they share."""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from contextlib import suppress
from math import ceil
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Item = TypeVar("Item")
Result = TypeVar("Result")

CONTROL = Path("/sys/fs/cgroup")
MOST = 16
"""Threads of one engine: with more, those that wait for each other cost more than the others gain."""
HELPERS = frozenset({"lane", "in order"})
"""Names of threads that work for others: those below, and those of `pipelines.prefetch.in_order`."""


def cores() -> int:
    """The cores that this process may use, at most `MOST`."""
    here = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return max(1, min(here, MOST, ceil(_quota())))


def _quota() -> float:
    """The cores whose time a container is given, by version 2 or 1 of Linux's control groups; no end of them elsewhere.

    Threads beyond these would all be stopped together for the rest of each tenth of a second.
    """
    with suppress(OSError, ValueError):
        time, period = (CONTROL / "cpu.max").read_text().split()
        return int(time) / int(period)  # "max 100000" where there is no limit
    with suppress(OSError, ValueError):
        time, period = ((CONTROL / "cpu" / f"cpu.cfs_{name}_us").read_text() for name in ("quota", "period"))
        return int(time) / int(period) if int(time) > 0 else MOST
    return MOST


def shares() -> tuple[int, int]:
    """The threads of a recogniser and of a translator that are both on the processor.

    A quarter of the cores writes: far more is computed to hear a sentence than to translate it.
    """
    quarter = cores() // 4
    return cores() - quarter, max(1, quarter)


def rest_while_waiting() -> None:
    """Let threads that wait for work sleep, unless the environment says otherwise; call it before CTranslate2 loads.

    GNU's OpenMP, which CTranslate2 uses on Linux, lets them turn round and round instead. With two engines at work, or
    anybody else on the same cores, they then take the time of those that compute.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def lanes(threads: int) -> tuple[int, int]:
    """How many windows are dealt with at the same time on a processor, and the threads of each.

    Threads that share one window wait for each other at every product of matrices, those of lanes never.
    """
    count = next((count for count in (4, 3, 2) if threads % count == 0), min(2, threads))
    return count, -(-threads // count)


def side_by_side(call: Callable[[Item], Result], items: Sequence[Item], count: int) -> list[Result]:
    """What the call returns for each item, made by `count` threads of which each takes the next item when it is free.

    What a call raises is raised here, and no further item is begun; nor is one when the program ends, as nobody waits
    for it any more. For the calls that have begun then Python waits: if it took a thread away inside an engine's C++,
    the process would abort.
    """
    if min(count, len(items)) < 2:
        return [call(item) for item in items]
    waiting = deque(enumerate(items))
    done: SimpleQueue[tuple[int, Result] | BaseException] = SimpleQueue()

    def work() -> None:
        with suppress(IndexError):
            while _awaited():
                number, item = waiting.popleft()
                try:
                    done.put((number, call(item)))
                except BaseException as error:  # noqa: BLE001 - whatever it is, it is the caller's to handle
                    waiting.clear()
                    done.put(error)
            done.put(RuntimeError("the program ends"))

    for _ in range(min(count, len(items))):
        threading.Thread(target=work, name="lane", daemon=False).start()
    results: dict[int, Result] = {}
    while len(results) < len(items):
        one = done.get()
        if isinstance(one, BaseException):
            raise one
        results[one[0]] = one[1]
    return [results[number] for number in range(len(items))]


def _awaited() -> bool:
    """Whether anybody goes on: a thread that the program does not end without, and that is none of our helpers'."""
    return any(one.is_alive() for one in threading.enumerate() if not (one.daemon or one.name in HELPERS))
