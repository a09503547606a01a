"""Whisper: an encoder of sound with two convolutions, and a decoder that is a language model."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from subtrans.engines.models.abilities import tags_by_code
from subtrans.engines.networks.parts import fill_layers, fill_linear, fill_norm

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from subtrans.engines.networks.weights import Weights


def whisper(config: Mapping[str, Any], weights: Weights, tokens: list[str]) -> Any:
    """The network of a checkpoint, with what its `generation` says; `tokens` is its vocabulary."""
    from ctranslate2.specs import WhisperSpec

    generation = config["generation"]
    layers, heads = config["decoder_layers"], config["decoder_attention_heads"]
    spec = WhisperSpec(config["encoder_layers"], config["encoder_attention_heads"], layers, heads)
    for name, part in (("conv1", spec.encoder.conv1), ("conv2", spec.encoder.conv2)):
        fill_linear(part, weights, f"model.encoder.{name}")
    for side, name in ((spec.encoder, "model.encoder"), (spec.decoder, "model.decoder")):
        side.position_encodings.encodings = weights[f"{name}.embed_positions.weight"]
        fill_norm(side.layer_norm, weights, f"{name}.layer_norm")
        fill_layers(side, weights, name)
    spec.decoder.embeddings.weight = weights["model.decoder.embed_tokens.weight"]
    spec.decoder.projection.weight = weights.first("proj_out.weight", "model.decoder.embed_tokens.weight")
    spec.register_vocabulary(tokens)
    # Older fine-tunings do not say which tokens are those of languages.
    known = {f"<|{code}|>" for code in tags_by_code()}
    languages = generation.get("lang_to_id") or {token: i for i, token in enumerate(tokens) if token in known}
    spec.config.suppress_ids = generation.get("suppress_tokens", config.get("suppress_tokens"))
    spec.config.suppress_ids_begin = generation.get("begin_suppress_tokens", config.get("begin_suppress_tokens"))
    spec.config.lang_ids = sorted(languages.values())
    spec.config.alignment_heads = own_heads(generation.get("alignment_heads") or (), layers, heads)
    return spec


def own_heads(named: Iterable[Sequence[int]], layers: int, heads: int) -> list[list[int]]:
    """Those of the heads that are `named`, by layer and place, which the decoder has; else all of its upper half's.

    By them words are timed. A smaller model that was taught by a larger one often names heads of that, at which
    CTranslate2 would end the process; without a list Whisper's own code takes the upper half.
    """
    own = [[layer, head] for layer, head in named if layer < layers and head < heads]
    return own or [list(place) for place in product(range(layers // 2, layers), range(heads))]
