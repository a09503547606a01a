"""The words that lean on the one after them, a language a row."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class FunctionWords:
    """Words, in lower case, that lean on the word after them: a line breaks before them, not after."""

    conjunctions: frozenset[str] = frozenset()
    """They open a clause: the best place for a break that punctuation does not mark."""
    prepositions: frozenset[str] = frozenset()
    """They open a phrase: the next best."""
    bound: frozenset[str] = frozenset()
    """Articles, possessives, subject pronouns, auxiliaries, negations: nothing parts them from what follows."""


def _read_function_words() -> dict[str, FunctionWords]:
    _, *rows = files("subtrans.text").joinpath("function_words.tsv").read_text(encoding="utf-8").splitlines()
    table = [row.split("\t") for row in rows]
    return {language: FunctionWords(*(frozenset(column.split()) for column in columns)) for language, *columns in table}


FUNCTION_WORDS = _read_function_words()
"""By the primary subtag of the language's tag."""
