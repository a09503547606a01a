"""A translator and a translation memory in; a translator that asks the memory first out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from subtrans.memory.store import Entry
from subtrans.ports import DraftTranslator, Translator, listed, shorten
from subtrans.text.context import own
from subtrans.types import Hypothesis

_log = logging.getLogger("subtrans.memory")

FUZZY = 75.0
"""From here on a sentence in the memory is like another one: the share of equal letters, in per cent."""


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence that is like one in the memory, and how much, in per cent."""

    text: str
    entry: Entry
    likeness: float

    def __str__(self) -> str:
        seen = f"{self.entry.source} -> {self.entry.target} ({self.entry.origin})"
        return f"memory: {self.text!r} is {int(self.likeness)} % like {seen}"


class MemoryTranslator:
    """The Translator port: a sentence that the memory holds gets its translation verbatim, others the translator's.

    `entries` are by source, as `Memory.entries` gives them; what is the same but for white space is the same sentence.
    One that is only like another is translated, and `tell`, if there is one, is told of it, once.
    """

    def __init__(
        self, translator: Translator, entries: Mapping[str, Entry], tell: Callable[[Note], object] | None = None
    ) -> None:
        self._translator, self._tell = translator, tell
        self._entries = entries
        self._told: set[str] = set()

    def translate(self, texts: Sequence[str]) -> list[Hypothesis]:
        """One hypothesis for each text, in order; one from the memory has no score."""
        texts = listed(texts)
        keys = [_key(text) for text in texts]
        unknown = [index for index, key in enumerate(keys) if key not in self._entries]
        found = {index: Hypothesis(self._entries[key].target) for index, key in enumerate(keys) if key in self._entries}
        for index in unknown:
            self._look_for_like(keys[index])
        if unknown or not texts:
            translated = self._translator.translate([texts[index] for index in unknown])
            found |= dict(zip(unknown, translated, strict=True))
        _log.info("%d of %d sentences are in the memory", len(texts) - len(unknown), len(texts))
        return [found[index] for index in range(len(texts))]

    def draft(self, text: str) -> str:
        """What the memory holds, else as quickly as the translator can; likeness is not looked for."""
        if entry := self._entries.get(_key(text)):
            return entry.target
        if isinstance(self._translator, DraftTranslator):
            return self._translator.draft(text)
        [said] = self._translator.translate([text])
        return said.text

    def shorten(self, texts: Sequence[str]) -> list[Hypothesis]:
        """As the translator, but of what the memory holds there is nothing shorter."""
        unknown = [text for text in texts if _key(text) not in self._entries]
        found = dict(zip(unknown, shorten(self._translator, unknown), strict=True))
        return [found.get(text, Hypothesis("")) for text in texts]

    def _look_for_like(self, text: str) -> None:
        from rapidfuzz import fuzz, process

        if self._tell is None or not text or text in self._told or not self._entries:
            return
        self._told.add(text)
        best = process.extractOne(text, self._entries.keys(), scorer=fuzz.ratio, score_cutoff=FUZZY)
        if best is not None:
            source, likeness, _ = best
            self._tell(Note(text, self._entries[source], likeness))


def _key(text: str) -> str:
    return " ".join(own(text).split())
