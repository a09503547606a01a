"""A network in; generation that sees the prefix which stands in its decoder, if one does, out."""

from __future__ import annotations

from typing import Any


def keep_prefix(model: Any) -> Any:
    """The network, whose `generate` begins from the prefix that peft gives to an encoder and decoder, if it does.

    Peft 0.21 calls the prefix `past_key_values`, and transformers 5 prefers what it made itself and calls `cache`.
    """
    if not hasattr(model, "prompt_encoder"):
        return model
    prepare = model.prepare_inputs_for_generation

    def begin(*given: Any, **named: Any) -> Any:
        made = prepare(*given, **{"is_first_iteration": False, **named})
        if "past_key_values" in made and "cache" in made:
            made["cache"] = made.pop("past_key_values")
        return made

    model.prepare_inputs_for_generation = begin
    return model
