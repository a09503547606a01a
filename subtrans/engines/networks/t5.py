"""T5, mT5, UMT5 and MADLAD: positions by a bias of the attention, which the layers share in all but UMT5."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from subtrans.engines.networks.parts import activation, embeddings_of, name_tokens, transformer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from subtrans.engines.networks.weights import Weights


def t5(config: Mapping[str, Any], weights: Weights, tokens: list[str]) -> Any:
    """The network of a checkpoint; `tokens` is its vocabulary."""
    kind = str(config.get("feed_forward_proj", "relu"))
    gated, nonlinear = kind.startswith("gated-"), kind.rpartition("-")[2]
    shape = {
        "pre_norm": True,
        "activation": activation("gelu_new" if kind == "gated-gelu" else nonlinear),
        "ffn_glu": gated,
        "relative_attention_bias": True,
        "rms_norm": True,
    }
    deep = {**config, "num_decoder_layers": config.get("num_decoder_layers") or config["num_layers"]}
    spec = transformer(deep, "num_layers", "num_decoder_layers", shape)
    tied = ("shared.weight", "decoder.embed_tokens.weight", "encoder.embed_tokens.weight")
    distance = np.int32(config.get("relative_attention_max_distance", 128))
    for side, name in ((spec.encoder, "encoder"), (spec.decoder, "decoder")):
        embeddings_of(side).weight = weights.first(f"{name}.embed_tokens.weight", *tied)
        side.scale_embeddings = False
        side.layer_norm.gamma = weights[f"{name}.final_layer_norm.weight"]
        for number, layer in enumerate(side.layer):
            block = f"{name}.block.{number}.layer"
            bias = "SelfAttention.relative_attention_bias.weight"
            layer.self_attention.relative_attention_bias = weights.first(
                f"{block}.0.{bias}", f"{name}.block.0.layer.0.{bias}"
            )
            layer.self_attention.relative_attention_max_distance = distance
            _attention(layer.self_attention, weights, f"{block}.0", "SelfAttention")
            if side is spec.decoder:
                _attention(layer.attention, weights, f"{block}.1", "EncDecAttention")
            last = f"{block}.{2 if side is spec.decoder else 1}"
            layer.ffn.layer_norm.gamma = weights[f"{last}.layer_norm.weight"]
            inner = ("wi_0", "wi_1") if gated else ("wi",)
            for part, matrix in zip(("linear_0", "linear_0_noact"), inner, strict=False):
                getattr(layer.ffn, part).weight = weights[f"{last}.DenseReluDense.{matrix}.weight"]
            layer.ffn.linear_1.weight = weights[f"{last}.DenseReluDense.wo.weight"]
    spec.decoder.projection.weight = weights.first("lm_head.weight", *tied)
    # T5 scales its output unless that is untied; transformers 5 calls all tied and has a key of its own for it.
    scaled = config.get("scale_decoder_outputs", config.get("tie_word_embeddings", True))
    if scaled and config["model_type"] != "mt5":
        spec.decoder.scale_outputs = config["d_model"] ** -0.5
    pad = tokens[config.get("pad_token_id", 0)]
    name_tokens(spec, tokens, start=tokens[config.get("decoder_start_token_id", 0)], bos=pad)
    return spec


def _attention(spec: Any, weights: Weights, layer: str, name: str) -> None:
    spec.queries_scale = 1.0
    queries, keys, values = (weights[f"{layer}.{name}.{part}.weight"] for part in "qkv")
    if name == "SelfAttention":
        spec.linear[0].weight = np.concatenate([queries, keys, values])
    else:
        spec.linear[0].weight, spec.linear[1].weight = queries, np.concatenate([keys, values])
    spec.linear[-1].weight = weights[f"{layer}.{name}.o.weight"]
    spec.layer_norm.gamma = weights[f"{layer}.layer_norm.weight"]
