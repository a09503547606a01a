"""A network in; generation that sees the prefix which stands in its decoder, if one does, out."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any


def keep_prefix(model: Any) -> Any:
    """The network, whose `generate` begins from the prefix that peft gives to a decoder, if it does; call it once.

    Transformers from 5.21 on calls `cache` what peft 0.21 looks for, and gives back, as `past_key_values`.
    """
    if hasattr(model, "prompt_encoder") and "cache" in signature(model.get_base_model().forward).parameters:
        inner, outer = model.base_model_prepare_inputs_for_generation, model.prepare_inputs_for_generation
        model.base_model_prepare_inputs_for_generation = _rename(inner, "cache", "past_key_values")
        model.prepare_inputs_for_generation = _rename(outer, "past_key_values", "cache")
    return model


def _rename(prepare: Callable[..., dict[str, Any]], old: str, new: str) -> Callable[..., dict[str, Any]]:
    @wraps(prepare)  # generation looks at its signature
    def renamed(*given: Any, **named: Any) -> dict[str, Any]:
        made = prepare(*given, **named)
        if old in made:
            made[new] = made.pop(old)
        return made

    return renamed
