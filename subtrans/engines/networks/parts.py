"""The parts that networks have in common, filled from weights by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from subtrans.engines.translation.attention import aligning_layer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from subtrans.engines.networks.weights import Weights


def transformer(config: Mapping[str, Any], encoder: str, decoder: str, shape: Mapping[str, Any]) -> Any:
    """An empty encoder and decoder; `encoder` and `decoder` are the keys of their numbers of layers."""
    from ctranslate2.specs import TransformerSpec
    from ctranslate2.specs.transformer_spec import TransformerDecoderSpec, TransformerEncoderSpec

    heads = [config.get(f"{side}_attention_heads") or config["num_heads"] for side in ("encoder", "decoder")]
    layers = config[decoder]
    looks = {"alignment_layer": aligning_layer(layers), "alignment_heads": heads[1]}
    return TransformerSpec(
        TransformerEncoderSpec(config[encoder], heads[0], **shape),
        TransformerDecoderSpec(layers, heads[1], **shape, **looks),
    )


def embeddings_of(side: Any) -> Any:
    """The embeddings of an encoder, which may have several, or of a decoder."""
    return side.embeddings[0] if isinstance(side.embeddings, list) else side.embeddings


def fill_layers(side: Any, weights: Weights, name: str) -> None:
    """The layers of an encoder or a decoder as BART has them."""
    for number, layer in enumerate(side.layer):
        block = f"{name}.layers.{number}"
        fill_attention(layer.self_attention, weights, f"{block}.self_attn", together=(3,))
        if hasattr(layer, "attention"):
            fill_attention(layer.attention, weights, f"{block}.encoder_attn", together=(1, 2))
        fill_linear(layer.ffn.linear_0, weights, f"{block}.fc1")
        fill_linear(layer.ffn.linear_1, weights, f"{block}.fc2")
        fill_norm(layer.ffn.layer_norm, weights, f"{block}.final_layer_norm")


def fill_attention(spec: Any, weights: Weights, name: str, together: Sequence[int]) -> None:
    """Queries, keys and values, of which so many are one matrix each; one without a bias has a bias of nothing."""
    parts = [f"{name}.{part}_proj" for part in "qkv"]
    for linear, count in zip(spec.linear, together, strict=False):
        taken, parts = parts[:count], parts[count:]
        matrices = [weights[f"{part}.weight"] for part in taken]
        biases = [weights.get(f"{part}.bias") for part in taken]
        linear.weight = np.concatenate(matrices)
        if any(bias is not None for bias in biases):
            zeros = np.zeros(len(matrices[0]), matrices[0].dtype)
            linear.bias = np.concatenate([zeros if bias is None else bias for bias in biases])
    fill_linear(spec.linear[-1], weights, f"{name}.out_proj")
    fill_norm(spec.layer_norm, weights, f"{name}_layer_norm")


def fill_linear(spec: Any, weights: Weights, name: str) -> None:
    """A matrix, or a convolution, with its bias if it has one."""
    spec.weight = weights[f"{name}.weight"]
    if (bias := weights.get(f"{name}.bias")) is not None:
        spec.bias = bias


def fill_norm(spec: Any, weights: Weights, name: str) -> None:
    """A layer norm."""
    spec.gamma, spec.beta = weights[f"{name}.weight"], weights[f"{name}.bias"]


def name_tokens(spec: Any, tokens: list[str], *, start: str, said: list[str] | None = None, bos: str = "<s>") -> None:
    """The vocabulary of both sides, or what is read and what is `said`; `start` is what the decoder begins with."""
    spec.register_source_vocabulary(tokens)
    spec.register_target_vocabulary(said or tokens)
    spec.config.bos_token, spec.config.eos_token, spec.config.unk_token = bos, "</s>", "<unk>"
    spec.config.decoder_start_token = start


def activation(name: str) -> Any:
    """CTranslate2's number of an activation function; KeyError for one that it does not have."""
    from ctranslate2.specs import common_spec

    return getattr(common_spec.Activation, _ACTIVATIONS[name])


_ACTIVATIONS = {
    "relu": "RELU",
    "gelu": "GELU",
    "gelu_python": "GELU",
    "gelu_new": "GELUTanh",
    "gelu_fast": "GELUTanh",
    "gelu_pytorch_tanh": "GELUTanh",
    "silu": "SWISH",
    "swish": "SWISH",
}
