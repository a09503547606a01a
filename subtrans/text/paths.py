"""A path in, as it is told on one line of a terminal, out."""

from __future__ import annotations

from pathlib import Path


def show(path: Path) -> str:
    """`path` with line breaks and bytes that are no text escaped."""
    text = str(path)
    return text if text.isprintable() else ascii(text)[1:-1]
