"""The cores that there are in; how many threads each of the engines that work at once has, out."""

from __future__ import annotations

import os
import sys

MOST = 16
"""Threads of one engine: with more, those that wait for each other cost more than the others gain."""


def cores() -> int:
    """The cores that this process may use, at most `MOST`."""
    here = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return min(here, MOST)


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
