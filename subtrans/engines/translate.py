"""A resolved translation model and two languages in, a Translator out: CTranslate2's, else transformers'."""

from __future__ import annotations

from typing import TYPE_CHECKING

from subtrans.engines.abilities import translates
from subtrans.errors import LanguageError
from subtrans.text.languages import language

if TYPE_CHECKING:
    from subtrans.engines.ct2 import TranslatorOptions
    from subtrans.engines.store import Model
    from subtrans.ports import Translator


def open_translator(model: Model, source: str, target: str, options: TranslatorOptions) -> Translator:
    """Load the model; LanguageError if its own files show that it cannot do the pair."""
    if not translates(model.description, language(source), language(target)):
        raise LanguageError(f"{model.description.name} does not translate {source} to {target}: see `subtrans models`")
    if model.format == "ctranslate2":
        from subtrans.engines.ct2 import CTranslate2Translator

        return CTranslate2Translator(model, source, target, options)
    from subtrans.engines.hf import TransformersTranslator

    return TransformersTranslator(model, source, target, options)
