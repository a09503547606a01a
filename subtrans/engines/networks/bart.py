"""Marian, M2M100 (and NLLB) and mBART: BART's layers, with the norms and positions of each."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from subtrans.engines.networks.parts import activation, embeddings_of, fill_layers, fill_norm, name_tokens, transformer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from subtrans.engines.networks.weights import Weights

NEVER = -1e4
"""Added to the logit of what must not be said; float16 holds it."""


def bart(config: Mapping[str, Any], weights: Weights, tokens: list[str]) -> Any:
    """The network of a checkpoint; `tokens` is its vocabulary, of what is read where what is said has its own."""
    said = config["said"] or tokens
    marian, mbart = (config["model_type"] == name for name in ("marian", "mbart"))
    shape = {
        "pre_norm": not marian,
        "activation": activation(config.get("activation_function", "gelu" if marian or mbart else "relu")),
        "layernorm_embedding": mbart,
    }
    spec = transformer(config, "encoder_layers", "decoder_layers", shape)
    # Of arrays that are one and the same only one is stored; under which name depends on who saved them.
    tied = ("model.shared.weight", "model.decoder.embed_tokens.weight", "lm_head.weight")
    scale = math.sqrt(config["d_model"]) if config.get("scale_embedding", not (marian or mbart)) else 1.0
    for side, name in ((spec.encoder, "model.encoder"), (spec.decoder, "model.decoder")):
        embeddings_of(side).weight = weights.first(f"{name}.embed_tokens.weight", *tied)
        side.scale_embeddings = scale
        side.position_encodings.encodings = _positions(config, weights, f"{name}.embed_positions.weight")
        if mbart:
            fill_norm(side.layernorm_embedding, weights, f"{name}.layernorm_embedding")
        if not marian:
            fill_norm(side.layer_norm, weights, f"{name}.layer_norm")
        fill_layers(side, weights, name)
    projection = spec.decoder.projection
    projection.weight = weights.first("lm_head.weight", "model.decoder.embed_tokens.weight", *tied)
    bias = weights.get("final_logits_bias")
    if bias is not None and bias.any():
        projection.bias = bias.reshape(-1)
    if marian:
        spec.decoder.start_from_zero_embedding = True
        if said[-1] != "<pad>" and "<pad>" in said:  # tokens were added behind it
            bias = np.zeros(len(said), np.float32) if bias is None else bias.reshape(-1).astype(np.float32)
            bias[said.index("<pad>")] = NEVER
            projection.bias = bias
        tokens = _without_padding(tokens, embeddings_of(spec.encoder))
        said = _without_padding(said, embeddings_of(spec.decoder), projection)
    start = "</s>" if marian or mbart else said[config.get("decoder_start_token_id", 2)]
    name_tokens(spec, tokens, start=start, said=said)
    return spec


def _without_padding(tokens: list[str], *parts: Any) -> list[str]:
    """The vocabulary of some matrices without <pad>, with which transformers begins, and which must not be said."""
    if tokens[-1] != "<pad>":
        return tokens
    for part in parts:
        part.weight = part.weight[:-1]
        if isinstance(getattr(part, "bias", None), np.ndarray):
            part.bias = part.bias[:-1]
    return tokens[:-1]


def _positions(config: Mapping[str, Any], weights: Weights, name: str) -> NDArray[Any]:
    """Learned positions, or waves (Vaswani et al. 2017), which need not be stored: of Marian's kind or of fairseq's."""
    if config["model_type"] == "mbart":
        return weights[name][2:]  # fairseq counts from the number of padding, which is 1
    if name in weights:
        return weights[name]
    count, width = int(config.get("max_position_embeddings", 1024)), int(config["d_model"])
    half = width // 2
    if config["model_type"] == "marian":
        rates = 1 / np.power(10_000.0, np.arange(0, width, 2) / width)
        angles = np.arange(count)[:, None] * rates
    else:
        rates = np.exp(np.arange(half, dtype=np.float32) * np.float32(-math.log(10_000) / (half - 1)))
        angles = np.arange(2, count + 2, dtype=np.float32)[:, None] * rates
    waves = np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)
    return np.pad(waves, ((0, 0), (0, width - waves.shape[1])))
