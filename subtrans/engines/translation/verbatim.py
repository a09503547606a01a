"""Texts in, the same texts out: the Translator for what is to be read in the language that it is spoken in."""

from __future__ import annotations

from collections.abc import Sequence

from subtrans.types import Hypothesis


class VerbatimTranslator:
    """The Translator port from a language into itself."""

    def translate(self, texts: Sequence[str]) -> list[Hypothesis]:
        """Each text as it is."""
        return [Hypothesis(text.strip()) for text in texts]
