"""A path, what the system says of it, or any text in; as it is told on a terminal, out; and how a path is renamed."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path


def show(path: Path) -> str:
    """`path` with line breaks and bytes that are no text escaped."""
    text = str(path)
    return text if text.isprintable() else ascii(text)[1:-1]


def real(path: Path) -> Path:
    """Where `path` leads; a link that leads to itself stays, and who opens it can tell (`resolve` raises at it)."""
    return Path(os.path.realpath(path))


def supersede(path: Path, target: Path) -> None:
    """Give `path` the name `target`, in the place of what has it.

    Windows refuses that while another program has either open. Who looks for viruses has any new file open for a
    moment, and OBS what it shows: they are waited for.
    """
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            path.replace(target)
        except PermissionError as error:  # noqa: PERF203 - it is tried again
            if getattr(error, "winerror", None) not in _HELD or time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


_HELD = {5, 32, 33}
"""Access denied, and two names for what another program has open or locked."""
_PATIENCE = 2.0


def harmless(text: str) -> str:
    """`text` without what a terminal obeys, as names and texts of others may hold it; lines and tabs stay."""
    return _CONTROL.sub("\ufffd", text)


_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def reason(error: OSError | ValueError) -> str:
    """Why a file cannot be opened, as part of a sentence; ValueError is for a name that none can have."""
    return (error.strerror or "unknown reason").lower() if isinstance(error, OSError) else str(error)
