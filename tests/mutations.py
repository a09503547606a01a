"""A media file in, damaged copies of it out: cut short, bits flipped, parts zeroed, swapped, doubled or taken out."""

from __future__ import annotations

import random
from collections.abc import Iterator


def mutations(whole: bytes, count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """So many damaged copies, each with the name of its damage; the same for the same seed."""
    chance = random.Random(seed)
    damages = (cut, flip_some, flip_many, flip_head, zero, swap, double, drop)
    for number in range(count):
        damage = damages[number % len(damages)]
        yield f"{damage.__name__}-{number}", bytes(damage(bytearray(whole), chance))


def cut(data: bytearray, chance: random.Random) -> bytearray:
    return data[: chance.randrange(1, len(data))]


def flip_some(data: bytearray, chance: random.Random) -> bytearray:
    return _flip(data, chance, 3, len(data))


def flip_many(data: bytearray, chance: random.Random) -> bytearray:
    return _flip(data, chance, len(data) // 50, len(data))


def flip_head(data: bytearray, chance: random.Random) -> bytearray:
    return _flip(data, chance, 8, min(512, len(data)))


def zero(data: bytearray, chance: random.Random) -> bytearray:
    start, end = _part(data, chance)
    data[start:end] = bytes(end - start)
    return data


def swap(data: bytearray, chance: random.Random) -> bytearray:
    start, end = _part(data, chance)
    return data[start:end] + data[:start] + data[end:]


def double(data: bytearray, chance: random.Random) -> bytearray:
    start, end = _part(data, chance)
    return data[:end] + data[start:]


def drop(data: bytearray, chance: random.Random) -> bytearray:
    start, end = _part(data, chance)
    return data[:start] + data[end:]


def _flip(data: bytearray, chance: random.Random, count: int, within: int) -> bytearray:
    for _ in range(count):
        data[chance.randrange(within)] ^= 1 << chance.randrange(8)
    return data


def _part(data: bytearray, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(data) - 1)
    return start, chance.randrange(start + 1, len(data))
