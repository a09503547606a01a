"""A text in one piece, and what it should be sentence by sentence, in; its piece for each sentence out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate, pairwise

from subtrans.errors import packages_for
from subtrans.text.languages import language


def units(text: str, tag: str) -> list[str]:
    """What is counted of a text: words between white space, or characters in a script that has none between words."""
    return [unit.group() for unit in _units(text, tag)]


def matches(found: Sequence[str], right: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of positions at which both say the same, in the alignment of the fewest edits (Levenshtein)."""
    return [
        pair
        for tag, a, b, c, d in _opcodes(found, right)
        if tag == "equal"
        for pair in zip(range(a, b), range(c, d), strict=True)
    ]


def resegment(text: str, references: Sequence[str], tag: str) -> list[str]:
    """`text`, in the language `tag`, cut into one piece for each reference, by the fewest edits from all of them.

    What mwerSegmenter does (Matusov et al. 2005), so that a translation with sentences of its own can be scored against
    references. Joined, the pieces are the text but for white space between them; a piece may be empty.
    """
    found = _units(text, tag)
    wanted = [units(reference, tag) for reference in references]
    operations = _opcodes([unit.group() for unit in found], [unit for sentence in wanted for unit in sentence])
    # Where the text has come to when the first unit of a sentence is due; what was added before it ends the last piece.
    cuts = [0]
    for unit in accumulate(map(len, wanted[:-1])):
        due = (a + (unit - c) * (kind != "insert") for kind, a, _, c, d in operations if c <= unit < d)
        cuts.append(next(due, len(found)))
    return [
        text[found[begin].start() : found[end - 1].end()] if begin < end else ""
        for begin, end in pairwise([*cuts, len(found)])
    ]


def _units(text: str, tag: str) -> list[re.Match[str]]:
    return list(re.finditer(r"\S+" if language(tag).spaced else r"\S", text))


def _opcodes(found: Sequence[str], right: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """Stretches that are equal, replaced, in `found` alone ("delete") or in `right` alone ("insert")."""
    with packages_for("an alignment with a reference", "evaluate"):
        from rapidfuzz.distance import Levenshtein
    codes = Levenshtein.opcodes(found, right)
    return [(code.tag, code.src_start, code.src_end, code.dest_start, code.dest_end) for code in codes]
