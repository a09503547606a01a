"""A resolved translation model and two languages in, a Translator out: CTranslate2's, else transformers'."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from subtrans.engines.machine.devices import resolve_device
from subtrans.engines.models.abilities import translates
from subtrans.engines.translation.easing import EasingTranslator
from subtrans.engines.translation.habits import check_formality
from subtrans.errors import LanguageError
from subtrans.text.languages import language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subtrans.engines.models.store import Model
    from subtrans.engines.translation.options import TranslatorOptions
    from subtrans.types import Hypothesis


class Steerable(Protocol):
    """A translator that can also decode with other `TranslatorOptions`, over the same weights."""

    def translate(self, texts: Sequence[str]) -> list[Hypothesis]:
        """As in the Translator port."""
        ...

    def steered(self, **changes: Any) -> Steerable:
        """The same translator with some of its options changed."""
        ...


def open_translator(model: Model, source: str, target: str, options: TranslatorOptions) -> Steerable:
    """Load the model; LanguageError if its own files show that it cannot do the pair."""
    if not translates(model.description, language(source), language(target)):
        raise LanguageError(f"{model.description.name} does not translate {source} to {target}: see `subtrans models`")
    if resolve_device(options.device, options.compute_type, family=model.description.family).kind == "cuda":
        return EasingTranslator(
            model.description.name, lambda smaller: _open_translator(model, source, target, smaller), options
        )
    return _open_translator(model, source, target, options)


def _open_translator(model: Model, source: str, target: str, options: TranslatorOptions) -> Steerable:
    if model.format == "ctranslate2" and model.description.family == "prompted":
        from subtrans.engines.translation.prompted import PromptedTranslator

        return PromptedTranslator(model, source, target, options)
    if model.format == "ctranslate2":
        from subtrans.engines.translation.ct2 import CTranslate2Translator

        return CTranslate2Translator(model, source, target, options)
    check_formality(replace(model.description, card=None), options.formality)  # its tokeniser knows no habits
    from subtrans.engines.translation.hf import TransformersTranslator

    return TransformersTranslator(model, source, target, options)
