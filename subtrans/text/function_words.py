"""The words that lean on the one after them, or before, a language a row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True)
class FunctionWords:
    """Words, in lower case: of the first three a line breaks before them, not after."""

    conjunctions: frozenset[str] = frozenset()
    """They open a clause: the best place for a break that punctuation does not mark."""
    prepositions: frozenset[str] = frozenset()
    """They open a phrase: the next best."""
    bound: frozenset[str] = frozenset()
    """Pronouns, numbers, negations: they lean on what follows unless another phrase begins there."""
    clinging: frozenset[str] = frozenset()
    """What belongs to the word before: the "of" of a noun, what follows a verb that stands first, or ends a clause."""
    leading: frozenset[str] = frozenset()
    """Articles, possessives, auxiliaries, which end no phrase: whatever follows, nothing parts them from it."""
    complements: frozenset[str] = frozenset()
    """Conjunctions that are one with a preposition or a conjunction before them: "of which", "parce que"."""

    @cached_property
    def all(self) -> frozenset[str]:
        """Every word that is none of content."""
        return self.conjunctions | self.prepositions | self.bound | self.clinging | self.leading


def _read_function_words() -> dict[str, FunctionWords]:
    _, *rows = Path(__file__).with_name("function_words.tsv").read_text(encoding="utf-8").splitlines()
    table = [row.split("\t") for row in rows]
    return {language: FunctionWords(*(frozenset(column.split()) for column in columns)) for language, *columns in table}


FUNCTION_WORDS = _read_function_words()
"""By the primary subtag of the language's tag."""
