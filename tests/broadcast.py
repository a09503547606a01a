"""EBU STL files, by the blocks of EBU Tech 3264."""

from __future__ import annotations

import re

BOTTOM, TOP = 20, 2
NEW_LINE, ITALIC, UPRIGHT = b"\x8a", b"\x80", b"\x81"


def stl(*subtitles: bytes, language: bytes = b"09", start: bytes = b"10000000", display: bytes = b"0") -> bytes:
    """A file of 25 frames a second whose programme begins at `start`."""
    head = b"850STL25.01" + display + b"00" + language + b"Film".ljust(208)
    head += b"261127261127" + b"00" + b"%05d" % len(subtitles) * 2 + b"001" + b"40" + b"23" + b"1" + start
    return head.ljust(1024) + b"".join(subtitles)


def block(
    number: int, start: tuple, end: tuple, text: bytes, *, row: int = BOTTOM, comment: int = 0, part: int = 0xFF
) -> bytes:
    """One subtitle of at most 112 bytes, or a `part` of a longer one; times are hours, minutes, seconds and frames."""
    return bytes([0, number, 0, part, 0, *start, *end, row, 2, comment]) + text.ljust(112, b"\x8f")


def scc(*lines: tuple[str, str]) -> bytes:
    """Closed captions of CEA-608: a time code and what is sent then, text and the names of codes, which are doubled."""
    return "\n\n".join(["Scenarist_SCC V1.0", *(f"{time}\t{_words(said)}" for time, said in lines)]).encode()


CODES = {"LOAD": 0x1420, "SHOW": 0x142F, "ERASE": 0x142C, "ROLL": 0x1425, "NEXT": 0x142D, "PAINT": 0x1429}
CODES |= {"ROW1": 0x1150, "ROW14": 0x1450, "ROW15": 0x1470, "SLANT": 0x112E, "WHITE": 0x1120, "NOTE": 0x1137}


def _words(said: str) -> str:
    """Text between codes in pairs of bytes, in which the number of ones is odd."""
    sent: list[int] = []
    for piece in filter(None, re.split(rf" ?\b({'|'.join(CODES)})\b ?", said)):
        if code := CODES.get(piece):
            sent += 2 * [code >> 8, code & 0xFF]
        else:
            sent += piece.encode("ascii") + b"\0" * (len(piece) % 2)
    odd = [byte | 0x80 * (byte.bit_count() % 2 == 0) for byte in sent]
    return " ".join(f"{one:02x}{two:02x}" for one, two in zip(odd[::2], odd[1::2], strict=True))
