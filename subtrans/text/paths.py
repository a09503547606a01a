"""A path, or what the system says of it, in; as it is told on one line of a terminal, out."""

from __future__ import annotations

from pathlib import Path


def show(path: Path) -> str:
    """`path` with line breaks and bytes that are no text escaped."""
    text = str(path)
    return text if text.isprintable() else ascii(text)[1:-1]


def reason(error: OSError | ValueError) -> str:
    """Why a file cannot be opened, as part of a sentence; ValueError is for a name that none can have."""
    return (error.strerror or "unknown reason").lower() if isinstance(error, OSError) else str(error)
