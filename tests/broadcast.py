"""EBU STL files, by the blocks of EBU Tech 3264."""

from __future__ import annotations

BOTTOM, TOP = 20, 2
NEW_LINE, ITALIC, UPRIGHT = b"\x8a", b"\x80", b"\x81"


def stl(*subtitles: bytes, language: bytes = b"09", start: bytes = b"10000000", display: bytes = b"0") -> bytes:
    """A file of 25 frames a second whose programme begins at `start`."""
    head = b"850STL25.01" + display + b"00" + language + b"Film".ljust(208)
    head += b"261127261127" + b"00" + b"%05d" % len(subtitles) * 2 + b"001" + b"40" + b"23" + b"1" + start
    return head.ljust(1024) + b"".join(subtitles)


def block(number: int, start: tuple, end: tuple, text: bytes, *, row: int = BOTTOM, comment: int = 0) -> bytes:
    """One subtitle of at most 112 bytes; times are hours, minutes, seconds and frames."""
    return bytes([0, number, 0, 0xFF, 0, *start, *end, row, 2, comment]) + text.ljust(112, b"\x8f")
