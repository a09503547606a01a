"""Sentence pairs in, links between their words out: IBM model 1 with a leaning to the diagonal, as fast_align has it.

Brown et al. 1993, Dyer et al. 2013. It stands in for a translator's attention where the translation is a person's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

TENSION = 5.0
ROUNDS = 6
_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+")


def tokens(text: str) -> list[tuple[str, int]]:
    """Words, or Chinese and Japanese characters, in lower case, and where they begin."""
    return [(found.group().casefold(), found.start()) for found in _TOKEN.finditer(text)]


def align(pairs: Sequence[tuple[str, str]]) -> list[tuple[tuple[int, int], ...]]:
    """For each pair of a source and its translation: characters of the translation and of the source that belong."""
    sources, targets = ([tokens(text) for text in side] for side in zip(*pairs, strict=True))
    known: dict[str, int] = {"": 0}
    written: dict[str, int] = {}
    for side, table in ((sources, known), (targets, written)):
        for row in side:
            for word, _ in row:
                table.setdefault(word, len(table))
    cells, near, owners, shapes, count = [], [], [], [], 0
    for source, target in zip(sources, targets, strict=True):
        here = np.array([written[word] for word, _ in target], dtype=np.int64)
        there = np.array([0, *(known[word] for word, _ in source)], dtype=np.int64)
        shapes.append((len(here), len(there)))
        cells.append((there[None, :] * len(written) + here[:, None]).ravel())
        at = np.arange(len(here))[:, None] / max(1, len(here)), np.arange(len(source))[None, :] / max(1, len(source))
        weight = np.exp(-TENSION * np.abs(at[0] - at[1]))
        near.append(np.hstack([np.full((len(here), 1), 0.5), weight]).ravel())
        owners.append(np.repeat(np.arange(count, count + len(here)), len(there)))
        count += len(here)
    cell, inverse = np.unique(np.concatenate(cells), return_inverse=True)
    owner, leaning = np.concatenate(owners), np.concatenate(near)
    chance = np.ones(len(cell))
    for _ in range(ROUNDS):
        share = chance[inverse] * leaning
        share /= np.bincount(owner, share, count)[owner]
        expected = np.bincount(inverse, share, len(cell))
        source_word = cell // len(written)
        chance = expected / np.bincount(source_word, expected, len(known))[source_word]
    scores = np.split(chance[inverse] * leaning, np.cumsum([rows * columns for rows, columns in shapes])[:-1])
    return [_links(*one) for one in zip(scores, shapes, sources, targets, strict=True)]


def _links(
    scores: np.ndarray, shape: tuple[int, int], source: list[tuple[str, int]], target: list[tuple[str, int]]
) -> tuple[tuple[int, int], ...]:
    if not shape[0]:
        return ()
    best = scores.reshape(shape).argmax(axis=1)
    return tuple((target[row][1], source[column - 1][1]) for row, column in enumerate(best.tolist()) if column)
