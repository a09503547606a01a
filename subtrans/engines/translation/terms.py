"""A translator and a glossary in, one that says the terms as prescribed out.

A sentence without terms, or whose translation has them all, is left as it is. Else these are tried in turn, each on
what the one before has left: an output of a wide beam that has the terms; the prescribed words in the place of those by
which the model translates the term alone; in the place of what it wrote while looking at the term; and target-prefix
decoding, in which the translation is begun again at every word with the term there, and the likeliest whole is taken.
`benchmarks/glossary.py` compares them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from subtrans.ports import listed
from subtrans.text.context import own
from subtrans.text.glossary import as_begun, exchange, replace_aligned, unsaid
from subtrans.text.languages import language

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from subtrans.engines.translation.opening import Steerable
    from subtrans.text.glossary import Found, Glossary, Term
    from subtrans.types import Hypothesis

MEANS = ("beam", "words", "attention", "prefix")
"""All that is tried, in turn."""


@dataclass(frozen=True, slots=True)
class TermOptions:
    """By which means a term gets into a translation."""

    means: tuple[str, ...] = MEANS
    """Which of `MEANS` are tried, in this order."""
    beam: int = 10
    """Outputs of a wide beam that are looked through."""
    places: int = 32
    """Places of the translation at which a term is tried in target-prefix decoding."""


@runtime_checkable
class Continuing(Protocol):
    """A translator that goes on from given beginnings."""

    def continued(self, text: str, beginnings: Sequence[str]) -> list[Hypothesis]:
        """For each beginning, the best translation that starts with it."""
        ...


class TermTranslator:
    """The Translator port over another, with the terms of a glossary."""

    def __init__(
        self, translator: Steerable, glossary: Glossary, target: str, options: TermOptions = TermOptions()
    ) -> None:
        self._translator = translator
        self._wide = translator.steered(beam_size=options.beam, num_hypotheses=options.beam, alignment=True)
        self._glossary = glossary
        self._target = target
        self._find = lru_cache(maxsize=256)(glossary.find)  # asked again for each of many translations of a sentence
        self._spaced = language(target).spaced
        self._options = options
        self._own: dict[str, list[str]] = {}
        self._means: dict[str, Callable[[str, list[Hypothesis]], Hypothesis]] = {
            "beam": self._best,
            "words": self._exchange,
            "attention": self._replace,
            "prefix": self._continue,
        }

    def translate(self, texts: Sequence[str]) -> list[Hypothesis]:
        """One hypothesis for each text, in order; where a term is missing, the text is translated alone."""
        texts = listed(texts)
        said = self._translator.translate(texts)
        texts = [own(text) for text in texts]
        wrong = {text: one for text, one in zip(texts, said, strict=True) if self._missing(text, one.text)}
        outputs = dict(zip(wrong, self._wide.translate(list(wrong)), strict=True)) if wrong else {}
        mended = {}
        for text, first in wrong.items():
            mended[text] = self._mend(text, [outputs[text], *outputs[text].alternatives])
            if self._missing(text, mended[text].text):
                mended[text] = replace(mended[text], faults=("term",))
            if first.alternatives:
                mended[text] = replace(mended[text], alternatives=outputs[text].alternatives)
        return [self._sound(text, mended.get(text, one)) for text, one in zip(texts, said, strict=True)]

    def _missing(self, text: str, translation: str) -> list[Found]:
        return unsaid(self._find(text), translation)

    def _sound(self, text: str, said: Hypothesis) -> Hypothesis:
        """Without the alternatives in which a term is missing."""
        sound = tuple(one for one in said.alternatives if not self._missing(text, one.text))
        return replace(said, alternatives=sound)

    def steered(self, **changes: Any) -> Steerable:
        """The same terms over the translator with some of its options changed."""
        return TermTranslator(self._translator.steered(**changes), self._glossary, self._target, self._options)

    def _mend(self, text: str, outputs: list[Hypothesis]) -> Hypothesis:
        said = replace(outputs[0], alternatives=())
        for name in self._options.means:
            if not self._missing(text, said.text):
                break
            said = replace(self._means[name](text, [said, *outputs[1:]]), alternatives=())
        return said

    def _best(self, text: str, outputs: list[Hypothesis]) -> Hypothesis:
        """The first output with the fewest terms missing."""
        return min(outputs, key=lambda one: len(self._missing(text, one.text)))

    def _exchange(self, text: str, outputs: list[Hypothesis]) -> Hypothesis:
        said = outputs[0]
        for found in self._missing(text, said.text):
            words = self._words(text[found.start : found.end])
            said = self._changed(said, exchange(said.text, said.alignment, found, words, spaced=self._spaced), found)
        return said

    def _replace(self, text: str, outputs: list[Hypothesis]) -> Hypothesis:
        said = outputs[0]
        for found in self._missing(text, said.text):
            said = self._changed(said, replace_aligned(said.text, said.alignment, found, spaced=self._spaced), found)
        return said

    def _changed(self, said: Hypothesis, text: str | None, found: Found) -> Hypothesis:
        """With another text, aligned again: what stands before and behind the change was not moved otherwise."""
        if text is None:
            return said
        start = _alike(said.text, text)
        growth = len(text) - len(said.text)
        end = len(text) - _alike(said.text[start:][::-1], text[start:][::-1])
        before = [pair for pair in said.alignment if pair[0] < start]
        behind = [(here + growth, there) for here, there in said.alignment if here + growth >= end]
        return replace(said, text=text, alignment=(*before, (start, found.start), *behind))

    def _continue(self, text: str, outputs: list[Hypothesis]) -> Hypothesis:
        if not isinstance(self._translator, Continuing):
            return outputs[0]
        said = outputs[0]
        for found in self._missing(text, said.text):
            made = self._translator.continued(text, self._beginnings(said.text, found.term))
            said = min([said, *made], key=lambda one: (len(self._missing(text, one.text)), -(one.score or 0.0)))
        return said

    def _words(self, term: str) -> list[str]:
        """By what the model translates the term alone."""
        if term not in self._own:
            (found,) = self._wide.translate([term])
            texts = (one.text for one in (found, *found.alternatives))
            self._own[term] = [word for text in dict.fromkeys(texts) if (word := re.sub(r"^[\W_]+|[\W_]+$", "", text))]
        return self._own[term]

    def _beginnings(self, text: str, term: Term) -> list[str]:
        """The text up to each of its words, with the term there."""
        glue, units = (" ", text.split()) if self._spaced else ("", list(text))
        starts = [glue.join(units[:count]) for count in range(len(units) + 1)]
        kept = [start for start in starts if not start.endswith((*".。！？!?",))]
        return [f"{start}{glue}{term.target}" if start else as_begun(term, text) for start in kept][
            : self._options.places
        ]


def _alike(one: str, other: str) -> int:
    """How many characters both begin with."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
