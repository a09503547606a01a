"""What a model's card says of its training in; what stands around a sentence for it, and which came before, out.

[habits]
context = 2                 # it saw so many sentences before the one that it translates
separator = "<sep>"         # the token of its vocabulary behind each of them
formal = "<formal>"         # the tokens before a text by which it was told how to address people
informal = "<informal>"
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from subtrans.errors import LanguageError, ModelError
from subtrans.ports import listed, shorten
from subtrans.text.context import CONTEXT

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from subtrans.engines.models.abilities import Description
    from subtrans.engines.models.families import Frame
    from subtrans.ports import Translator
    from subtrans.types import Hypothesis

FORMALITIES = ("formal", "informal")
MOST = 100
"""Sentences before one, more than any model was trained to see."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How a model was trained, as far as it was not trained on bare sentences."""

    context: int = 0
    separator: str = ""
    formal: str = ""
    informal: str = ""

    def __post_init__(self) -> None:
        if not all(isinstance(token, str) for token in (self.separator, self.formal, self.informal)):
            raise ValueError("separator, formal and informal are tokens")
        if type(self.context) is not int or not 0 <= self.context <= MOST or (self.context and not self.separator):
            raise ValueError(f"context needs a number of sentences, {MOST} at most, and a separator")


def habits_of(description: Description) -> Habits:
    """What the model's card says; bare sentences where it has none."""
    return description.card.habits if description.card else Habits()


def check_formality(description: Description, formality: str | None) -> None:
    """LanguageError where a formality is asked for that the model cannot be told."""
    if formality and not getattr(habits_of(description), formality, ""):
        raise LanguageError(
            f"{description.name} was not trained to be told how {formality} to be: "
            "leave out --formality, or choose a model whose card.toml names a token for it"
        )


def framed(frame: Frame, description: Description, formality: str | None, vocabulary: Collection[str]) -> Frame:
    """The frame with the token of the formality before the text; ModelError for tokens that the vocabulary has not."""
    check_formality(description, formality)
    habits = habits_of(description)
    tag = getattr(habits, formality) if formality else ""
    for token in (tag, habits.separator):
        if token and token not in vocabulary:
            raise ModelError(f"the card of {description.name} names {token!r}, which its vocabulary has not: mend it")
    return replace(frame, before=(*frame.before, tag)) if tag else frame


class ContextTranslator:
    """The Translator port over one that sees the `count` texts before each: texts come in the order of the speech."""

    def __init__(self, translator: Translator, count: int) -> None:
        self._translator = translator
        self._before: deque[str] = deque(maxlen=count)

    def translate(self, texts: Sequence[str]) -> list[Hypothesis]:
        """One hypothesis for each text, in order; an empty text is nobody's predecessor."""
        asked = []
        for text in listed(texts):
            bare = text.replace(CONTEXT, " ")
            asked.append("".join(one + CONTEXT for one in self._before) + bare if bare.strip() else text)
            if bare.strip():
                self._before.append(bare)
        return self._translator.translate(asked)

    def shorten(self, texts: Sequence[str]) -> list[Hypothesis]:
        """As the translator, of each text alone: its predecessors are gone by."""
        return shorten(self._translator, texts)
