"""The `subtrans` command: arguments in; results on standard output, notes on standard error, an exit code out."""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """Run the command line of this process and end it; the help of the whole is said before anything is imported."""
    if sys.argv[1:] in (["--help"], ["-h"]) and _is_wide():
        # Not by pathlib, which takes longer to import than all that is done here.
        with open(f"{__path__[0]}/help.txt", encoding="utf-8") as help_text:  # noqa: PTH123
            try:
                print(help_text.read(), end="", flush=True)
            except OSError:
                pass  # it cannot be written: Click fails in the same way, and that is told
            else:
                return
    import signal

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # until `run` has its own: imports leave a traceback
    gc.set_threshold(100_000)  # to look for garbage among what imports make would take a tenth of the start
    from subtrans.cli.process import run

    run()


def _is_wide() -> bool:
    """Whether lines of 80 columns fit, which is where Click breaks those of help.txt (`make golden` renews it)."""
    if os.environ.get("COLUMNS"):
        return False
    try:
        return not 0 < os.get_terminal_size(1).columns < 80
    except OSError:  # no terminal
        return True
