"""A translator on a GPU in; the same port out, which asks for less where the GPU has no memory left."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from subtrans.engines.machine.easing import Easing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from subtrans.engines.translation.opening import Steerable
    from subtrans.engines.translation.options import TranslatorOptions
    from subtrans.types import Hypothesis


class EasingTranslator:
    """The Translator port over a translator that is loaded again, smaller, where it runs out of memory.

    Those that are steered from it share its weights, and are smaller with it.
    """

    def __init__(self, name: str, load: Callable[[TranslatorOptions], Steerable], options: TranslatorOptions) -> None:
        self._easing = Easing(name, load, options, "batch_tokens")
        self._changes: dict[str, Any] = {}

    def translate(self, texts: Sequence[str]) -> list[Hypothesis]:
        """As the translator."""
        return self._easing.ask(lambda engine: engine.steered(**self._changes).translate(texts))

    def continued(self, text: str, beginnings: Sequence[str]) -> list[Hypothesis]:
        """As the translator; nothing of one that cannot go on from a beginning."""
        return self._easing.ask(lambda engine: _continued(engine.steered(**self._changes), text, beginnings))

    def steered(self, **changes: Any) -> EasingTranslator:
        """The same translator with some of its options changed."""
        other = copy(self)
        other._changes = self._changes | changes
        return other


def _continued(engine: Steerable, text: str, beginnings: Sequence[str]) -> list[Hypothesis]:
    go_on = getattr(engine, "continued", None)
    found: list[Hypothesis] = go_on(text, beginnings) if go_on else []
    return found
