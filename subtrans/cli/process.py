"""The command line in; what its process needs around the commands (signals, streams, the exit code) out."""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from io import TextIOWrapper
from types import FrameType
from typing import NoReturn

from subtrans.cli.group import Terminated, subtrans

Handler = Callable[[int, FrameType | None], None]
TOGETHER = 0.3
"""Seconds in which nobody presses Ctrl-C twice."""


def ends() -> list[signal.Signals]:
    """The signals at which a run ends well: Ctrl-C, that of the system, of a terminal that is closed, and Ctrl-Break.

    Not those that who started it had it ignore, as nohup does, or a shell for what is in the background.
    """
    known = (getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name))
    return [each for each in known if signal.getsignal(each) is not signal.SIG_IGN]


def run() -> NoReturn:
    """Run the command that the arguments of this process name, and end the process."""
    handler = in_turn(_stop, _stop_at_once)
    for each in ends():
        signal.signal(each, handler)
    if not sys.warnoptions:
        # What the libraries warn of is for their developers; our own notes go through logging.
        warnings.simplefilter("ignore")
    for name, mode in ("stdin", "r"), ("stdout", "w"), ("stderr", "w"):
        if getattr(sys, name) is None:  # closed by who started us, as some services do
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123 - for as long as we run
    if isinstance(sys.stdout, TextIOWrapper):
        # Results are UTF-8 in files and pipes on every system; a terminal shows what it can.
        with suppress(OSError):  # of what could not be written before; the next attempt is told of
            sys.stdout.reconfigure(encoding=None if sys.stdout.isatty() else "utf-8", errors="replace")
    try:
        # Click would expand every argument on Windows: a text as if it were a pattern, "Film [1].mkv" to "Film 1.mkv".
        colour = False if os.environ.get("NO_COLOR") else None
        subtrans.main(prog_name="subtrans", color=colour, windows_expand_args=False)
    except SystemExit as end:
        if isinstance(end.code, int) and end.code:
            # A thread may be in the middle of a call into an engine, which cannot be stopped; nobody waits for it.
            with suppress(OSError):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(end.code)
        try:
            sys.stderr.flush()
        except OSError:  # notes that cannot be written are no failure; Python would try again as it ends
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
        raise
    finally:
        gc.freeze()  # what is left ends with the process, without a last look for garbage
    raise SystemExit(0)


def in_turn(first: Handler, then: Handler) -> Handler:
    """Does `first` at the first signal and `then` at the second.

    Not at one that comes with the first, as where a terminal and what runs us (`uv run`, `timeout`) both send it.
    """
    began: float | None = None

    def handle(number: int, frame: FrameType | None) -> None:
        nonlocal began
        if began is None:
            began = time.monotonic()
            first(number, frame)
        elif time.monotonic() - began > TOGETHER:
            then(number, frame)

    return handle


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt if number == signal.SIGINT else Terminated


def _stop_at_once(number: int, frame: FrameType | None) -> NoReturn:
    os._exit(128 + number)
