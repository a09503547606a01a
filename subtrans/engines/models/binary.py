"""The weights of a CTranslate2 model in, of which no more is read than the names; how deep its decoder is out."""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MOST = 1 << 20
"""Variables that no model has."""


def decoder_size(weights: Path) -> tuple[int, int] | None:
    """The layers of the decoder and the heads of each; None where `weights` do not say.

    As CTranslate2 4's `ModelSpec.save` writes: the version, the name and revision of the kind of model and, for each
    variable, its name, its dimensions, its type and its bytes. Text has its length before it and a zero behind.
    """
    layers, heads = set(), 0
    try:
        with weights.open("rb") as file:
            for name, place, size in _variables(file):
                if found := re.match(r"decoder/layer_(\d+)/", name):
                    layers.add(int(found[1]))
                elif name == "decoder/num_heads" and size == 2:
                    file.seek(place)
                    (heads,) = _numbers(file, "h")
    except (OSError, ValueError, struct.error):
        return None
    return (len(layers), heads) if layers and heads > 0 else None


def _variables(file: BinaryIO) -> Iterator[tuple[str, int, int]]:
    """The name of each, where its bytes begin, and how many they are."""
    _numbers(file, "I")
    _text(file)
    _, count = _numbers(file, "II")
    for _ in range(min(count, _MOST)):
        name = _text(file)
        (rank,) = _numbers(file, "B")
        *_, _, size = _numbers(file, f"{rank}IBI")
        place = file.tell()
        yield name, place, size
        file.seek(place + size)


def _text(file: BinaryIO) -> str:
    (length,) = _numbers(file, "H")
    return file.read(length).rstrip(b"\0").decode("utf-8")


def _numbers(file: BinaryIO, kinds: str) -> tuple[int, ...]:
    kinds = f"<{kinds}"
    return struct.unpack(kinds, file.read(struct.calcsize(kinds)))
