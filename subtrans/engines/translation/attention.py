"""Tokens, texts and a decoder's attention in; which character was written while looking at which character, out."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Alignment = tuple[tuple[int, int], ...]
MARKS = "▁Ġ#@"
"""What stands for white space and for the inside of a word in tokens."""
SMALL = 256 << 20
"""Bytes of weights up to which a CTranslate2 model is loaded through memory, so that its attention can be chosen."""


def align(attention: Sequence[Sequence[float]], sources: Sequence[int | None], targets: Sequence[int]) -> Alignment:
    """Pairs (character in the text, character in the source), in order of the text, one for each place in it.

    `attention` has a row for each token of the text, with a weight for each token of the source; `sources` and
    `targets` say where those begin, None for a token that is none of the source's.
    """
    looked = [column for column, place in enumerate(sources) if place is not None]
    pairs: dict[int, int] = {}
    for row, place in zip(attention, targets, strict=False):
        best = max((column for column in looked if column < len(row)), key=lambda column: row[column], default=None)
        if best is not None:
            pairs.setdefault(place, sources[best] or 0)
    return tuple(sorted(pairs.items()))


def borrow(text: str, other: str, alignment: Alignment) -> Alignment:
    """The alignment of `text` as far as it is written like `other`, whose alignment is known."""
    from difflib import SequenceMatcher

    known = dict(alignment)
    alike = SequenceMatcher(None, other, text, autojunk=False).get_matching_blocks() if known else ()
    return tuple(
        (block.b + place, known[block.a + place])
        for block in alike
        for place in range(block.size)
        if block.a + place in known
    )


def locate(tokens: Sequence[str], text: str) -> list[int]:
    """Where each token begins in the text that they were made of or make, whatever the tokeniser.

    A token that is not found as it is written (a byte, a normalised character) begins where the one before it ended.
    """
    begins = []
    cursor = missed = 0
    for token in tokens:
        surface = token.removesuffix("</w>").strip(MARKS)
        if surface and cursor < len(text) and text[cursor].isspace():
            cursor += 1
        found = text.find(surface, cursor, cursor + missed + len(surface) + 1) if surface else -1
        begins.append(min(found if found >= 0 else cursor, max(0, len(text) - 1)))
        if found >= 0:
            cursor, missed = found + len(surface), 0
        else:
            missed += len(surface)
    return begins


def unfold(text: str) -> list[int]:
    """For each character of the text on one line, with single spaces: where it stands in the text."""
    places: list[int] = []
    for place, character in enumerate(text):
        if not character.isspace():
            if places and text[place - 1].isspace():
                places.append(place - 1)
            places.append(place)
    return places


def aligning_layer(layers: int) -> int:
    """Which of a decoder's layers aligns best, counted from the end.

    The last one in shallow decoders, the last but one in those of four layers or more (Garg et al., Jointly Learning to
    Align and Translate with Transformer Models, 2019).
    """
    return -2 if layers >= 4 else -1


def choose_attention(weights: bytearray) -> None:
    """Make a CTranslate2 model return the attention that aligns best: the mean over the heads of `aligning_layer`.

    Its converters choose the first head of the last layer.
    """
    heads = _field(weights, b"decoder/num_heads")
    layers = next(layer for layer in range(1000) if weights.find(b"decoder/layer_%d/" % layer) < 0)
    if heads is None or not layers:
        return
    layer = struct.pack("<h", aligning_layer(layers))
    for name, value in ((b"decoder/alignment_heads", weights[heads]), (b"decoder/alignment_layer", layer)):
        if place := _field(weights, name):
            weights[place] = value


_SCALAR = b"\0\0" + b"\2" + struct.pack("<I", 2)  # the end of the name; no dimension; int16, of two bytes


def _field(weights: bytearray, name: bytes) -> slice | None:
    """Where the number of that name stands."""
    begin = weights.find(name + _SCALAR)
    start = begin + len(name + _SCALAR)
    return slice(start, start + 2) if begin >= 0 else None
