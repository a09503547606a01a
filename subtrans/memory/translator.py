"""A translator and a translation memory in; a translator that asks the memory first out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
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

    `entries` are by source, as `Memory.entries` gives them; what is the same but for white space, or the shape of
    apostrophes, is the same sentence. One that is only like another is translated, and `tell`, if there is one, is told
    of it, once.
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
        keys = [self._key(text) for text in texts]
        unknown = [index for index, key in enumerate(keys) if key not in self._entries]
        found = {index: Hypothesis(self._entries[key].target) for index, key in enumerate(keys) if key in self._entries}
        self._look_for_like([keys[index] for index in unknown])
        if unknown or not texts:
            translated = self._translator.translate([texts[index] for index in unknown])
            found |= dict(zip(unknown, translated, strict=True))
        _log.info("%d of %d sentences are in the memory", len(texts) - len(unknown), len(texts))
        return [found[index] for index in range(len(texts))]

    def draft(self, text: str) -> str:
        """What the memory holds, else as quickly as the translator can; likeness is not looked for."""
        if entry := self._entries.get(self._key(text)):
            return entry.target
        if isinstance(self._translator, DraftTranslator):
            return self._translator.draft(text)
        [said] = self._translator.translate([text])
        return said.text

    def shorten(self, texts: Sequence[str]) -> list[Hypothesis]:
        """As the translator, but of what the memory holds there is nothing shorter."""
        unknown = [text for text in texts if self._key(text) not in self._entries]
        found = dict(zip(unknown, shorten(self._translator, unknown), strict=True))
        return [found.get(text, Hypothesis("")) for text in texts]

    def _key(self, text: str) -> str:
        """The sentence as the memory has it, with whichever apostrophes; else as it is."""
        line = " ".join(own(text).split())
        forms = line, line.replace("\u2019", "'"), line.replace("'", "\u2019")
        return next((form for form in forms if form in self._entries), line)

    def _look_for_like(self, texts: Sequence[str]) -> None:
        new = [text for text in dict.fromkeys(texts) if text and text not in self._told]
        if self._tell is None or not new or not self._entries:
            return
        self._told.update(new)
        for text, found in zip(new, likest(new, list(self._entries)), strict=True):
            if found:
                self._tell(Note(text, self._entries[found[0]], found[1]))


def likest(texts: Sequence[str], known: Sequence[str]) -> Iterator[tuple[str, float] | None]:
    """For each of the texts what is most like it, from `FUZZY` on, of several the first, and how much."""
    import numpy as np
    from rapidfuzz import fuzz, process

    for begin in range(0, len(texts), _AT_ONCE):
        some = texts[begin : begin + _AT_ONCE]
        for row in process.cdist(some, known, scorer=fuzz.ratio, score_cutoff=FUZZY, dtype=np.float64):
            best = int(row.argmax())
            yield (known[best], float(row[best])) if row[best] else None


_AT_ONCE = 16
"""Texts that are compared in one go, which takes a fraction of the time; the more, the more memory."""
