"""A translator in, one that looks over what it says out: a sentence that is surely wrong is decoded again."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from subtrans.engines.translation.splitting import join_parts, split_text
from subtrans.ports import listed
from subtrans.text.capitals import uncapitalised
from subtrans.text.context import own, predecessors
from subtrans.text.guards import faults
from subtrans.text.languages import language
from subtrans.text.numbers import respell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from subtrans.engines.translation.opening import Steerable
    from subtrans.ports import Translator
    from subtrans.types import Hypothesis

    Rewriting = Callable[[str], tuple[str, Sequence[int]]]


class GuardedTranslator:
    """The Translator port over another: `faults` of what is still wrong are named in each hypothesis.

    A sentence at fault is tried again, with a wide beam and all that it finds, then with repetition held back, then
    with its source written otherwise; the first output with the fewest faults is kept. One that stays too short is
    translated in halves. A sentence without fault is never changed. One that is all in capitals is read as it would be
    written else.
    """

    def __init__(self, translator: Steerable, source: str, target: str) -> None:
        self._translator = translator
        self._languages = language(source), language(target)
        wide = translator.steered(**_WIDE)
        strict = translator.steered(beam_size=5, num_hypotheses=5, repetition_penalty=1.2, no_repeat_ngram=3)
        self._short = translator.steered(**_WIDE, length_penalty=0.0)
        self._quick = translator.steered(alignment=False)
        self._without_loops = translator.steered(alignment=False, repetition_penalty=1.2, no_repeat_ngram=3)
        self._attempts: tuple[tuple[Translator, Rewriting], ...] = (
            (wide, _same),
            (strict, _same),
            (wide, _plain),
            (wide, _closed),
            *(((wide, respell),) if self._languages[0].base == "en" else ()),
        )

    def translate(self, texts: Sequence[str]) -> list[Hypothesis]:
        """One hypothesis for each text, in order."""
        texts = [uncapitalised(text, self._languages[0]) for text in listed(texts)]
        said = [self._judge(text, one) for text, one in zip(texts, self._translator.translate(texts), strict=True)]
        for translator, rewrite in self._attempts:
            wrong = list(dict.fromkeys(text for text, one in zip(texts, said, strict=True) if one.faults))
            rewritten = {text: _rewritten(text, rewrite) for text in wrong}
            tried = [text for text in wrong if rewrite is _same or rewritten[text][0] != text]
            if not tried:
                continue
            found = translator.translate([rewritten[text][0] for text in tried])
            better = {text: self._best(text, one, rewritten[text][1]) for text, one in zip(tried, found, strict=True)}
            said = [
                better[text] if text in better and len(better[text].faults) < len(one.faults) else one
                for text, one in zip(texts, said, strict=True)
            ]
        return [
            self._halved(text, one) if "short" in one.faults else one for text, one in zip(texts, said, strict=True)
        ]

    def _halved(self, text: str, one: Hypothesis) -> Hypothesis:
        """What is said of the two halves of a long sentence, most of which was left out, if that is better."""
        text = own(text)
        halves = split_text(text, lambda part: len(part) < len(text))
        said = [replace(half, alternatives=()) for half in self.translate(halves)]
        joined = self._judge(text, join_parts(text, halves, said, self._languages[1].glue))
        return joined if len(joined.faults) < len(one.faults) else one

    def shorten(self, texts: Sequence[str]) -> list[Hypothesis]:
        """What a wide beam finds that does not mind short outputs, with its faults; alternatives have none."""
        texts = [uncapitalised(text, self._languages[0]) for text in listed(texts)]
        return [self._judge(text, one) for text, one in zip(texts, self._short.translate(texts), strict=True)]

    def draft(self, text: str) -> str:
        """As the translator itself says it: soon it is translated again, whole. Only a loop is begun anew."""
        text = uncapitalised(text, self._languages[0])
        [said] = self._quick.translate([text])
        if {"looping", "long"}.intersection(faults(own(text), said.text, *self._languages)):
            [said] = self._without_loops.translate([text])
        return said.text

    def _best(self, text: str, found: Hypothesis, places: Sequence[int]) -> Hypothesis:
        """The output with the fewest faults, the first of equals, as one for the source as it was written."""
        outputs = [self._judge(text, _moved(one, places)) for one in (found, *found.alternatives)]
        return min(outputs, key=lambda one: len(one.faults))

    def _judge(self, text: str, one: Hypothesis) -> Hypothesis:
        """With its faults, those that the translator named among them; of its alternatives, those without any."""
        text = own(text)
        sound = tuple(other for other in one.alternatives if not faults(text, other.text, *self._languages))
        named = dict.fromkeys((*faults(text, one.text, *self._languages), *one.faults))
        return replace(one, faults=tuple(named), alternatives=sound)


_WIDE: dict[str, Any] = {"beam_size": 10, "num_hypotheses": 10, "batch_tokens": 256}  # no more memory than others take


def _moved(one: Hypothesis, places: Sequence[int]) -> Hypothesis:
    """Alone, and aligned with the source that was rewritten."""
    if places:
        moved = tuple((here, places[min(there, len(places) - 1)]) for here, there in one.alignment)
        one = replace(one, alignment=moved)
    return replace(one, alternatives=())


def _rewritten(text: str, rewrite: Rewriting) -> tuple[str, Sequence[int]]:
    """The text with its predecessors as they were, and it alone written otherwise."""
    said, places = rewrite(own(text))
    return predecessors(text) + said, places


def _same(text: str) -> tuple[str, Sequence[int]]:
    return text, ()


def _plain(text: str) -> tuple[str, Sequence[int]]:
    """In lower case and without the marks at its end."""
    lower = text.lower() if len(text.lower()) == len(text) else text
    return re.sub(r"[\W_]+$", "", lower) or text, range(len(text))


def _closed(text: str) -> tuple[str, Sequence[int]]:
    """With a capital and a full stop, as sentences are written."""
    bare = text.rstrip(" ,;:.-–—…")
    closed = bare if bare.endswith((*"?!。？！",)) else f"{bare}."
    first = closed[:1].upper()
    return (first if len(first) == 1 else closed[:1]) + closed[1:], [*range(len(bare)), max(0, len(bare) - 1)]
