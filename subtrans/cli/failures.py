"""An exception in; a line on standard error for each thing that is wrong, and the exit code, out."""

from __future__ import annotations

import errno
import sys
import traceback
from pathlib import Path

import click

from subtrans.cli.problems import PreflightError
from subtrans.cli.screen import note
from subtrans.errors import DeviceError, InputError, OutputError, SubtransError
from subtrans.text.paths import show

DEBUG = "subtrans.debug"
"""Set in the context's `meta` when tracebacks are wanted."""

UNEXPECTED = 70
"""The exit code of a defect in this program (EX_SOFTWARE of sysexits.h)."""


def tell(error: Exception) -> int:
    """Say what went wrong and give the exit code; call it where the exception is caught."""
    context = click.get_current_context(silent=True)
    if context is not None and context.meta.get(DEBUG):
        traceback.print_exception(error)
    lines, code = _explain(error)
    for line in lines:
        say(f"error: {line}")
    return code


def say(message: str) -> None:
    """One line of the program's own on standard error; where nobody can read it, its work and its end are the same."""
    note(f"subtrans: {' '.join(message.splitlines())}")


def is_unread(error: Exception) -> bool:
    """Whether the reader of our results has gone, which Windows mostly calls an argument that is invalid."""
    if isinstance(error, OSError) and sys.platform == "win32" and error.errno == errno.EINVAL:
        return error.filename is None
    return isinstance(error, BrokenPipeError)


def _explain(error: Exception) -> tuple[list[str], int]:
    if isinstance(error, PreflightError):
        return [str(problem) for problem in error.problems], error.exit_code
    if isinstance(error, SubtransError):
        return [str(error)], error.exit_code
    if told := _of_the_machine(error):
        return [told[0]], told[1]
    report = "please report it (--debug shows the traceback)"
    return [f"unexpected {type(error).__name__}: {error}; {report}"], UNEXPECTED


def _of_the_machine(error: Exception) -> tuple[str, int] | None:
    """What a machine that cannot do more says through whatever library is at work; None for other errors."""
    said = str(error) if isinstance(error, RuntimeError) else ""
    if isinstance(error, MemoryError) or "failed to allocate memory" in said:
        return "there is not enough memory: use a smaller model, or --batch-size 1", SubtransError.exit_code
    if said.startswith(("CUDA", "cuBLAS", "cuDNN")):
        return f"the GPU failed ({said.partition(chr(10))[0]}): use --device cpu", DeviceError.exit_code
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "the disk is full: make room and run it again", OutputError.exit_code
    if isinstance(error, PermissionError) and error.filename is not None:  # such as what is in a folder of another user
        return f"{show(Path(error.filename))} cannot be used: permission denied", InputError.exit_code
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        return f"{str(error.filename)[:40]!a}... is too long for the name of a file", InputError.exit_code
    return None
