"""A network and what of it is to be trained in; the same network with the rest frozen, or with an adapter, out."""

from __future__ import annotations

import contextlib
import fnmatch
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from subtrans.engines.quiet import quiet
from subtrans.engines.translation.prefix import keep_prefix
from subtrans.errors import ConfigError, brief, packages_for
from subtrans.finetune.network import FUSED

if TYPE_CHECKING:
    from subtrans.finetune.options import TrainingOptions

METHODS = ("full", "lora", "adalora", "ia3", "prefix")
MERGEABLE = frozenset({"lora", "adalora", "ia3"})
"""Adapters that become part of the weights, and so of a CTranslate2 model."""
ATTENDED = {"k_proj", "v_proj", "k", "v", "key", "value", "c_attn", "query_key_value"}
FED_FORWARD = {"fc2", "wo", "down_proj", "c_proj", "dense_4h_to_h"}
"""What (IA)3 rescales by the names of each family: keys and values, and what the feed-forward block passes on."""


@dataclass(frozen=True, slots=True)
class TuningOptions:
    """Which weights learn."""

    method: str = "full"
    """`full`; or an adapter over frozen weights: `lora`, `adalora`, `ia3`, `prefix`."""
    freeze: tuple[str, ...] = ()
    """Parts that keep their weights (method `full`): `embeddings`, `encoder`, `decoder`, or patterns of parameters'
    names such as `*.encoder.layers.0.*`."""
    top_layers: int = 0
    """Train only so many of the last layers of the encoder and of the decoder; 0 trains all (method `full`)."""
    base_share: float = 0.0
    """Share of the base's own weights in what is delivered (method `full`): what was learned is kept in the main, and
    less of what the base could do is forgotten (WiSE-FT, Wortsman et al. 2022)."""
    rank: int = 16
    """Of LoRA's matrices, and what AdaLoRA keeps of them on average."""
    alpha: int = 32
    """LoRA's change is scaled by alpha / rank."""
    adapter_dropout: float = 0.05
    modules: tuple[str, ...] = ()
    """Names of the linear layers that an adapter changes, not of embeddings; empty: all of them except the last."""
    prefix_tokens: int = 16
    """Virtual tokens of prefix tuning before each layer's keys and values in the decoder."""

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ValueError(f"method must be one of {', '.join(METHODS)}, not {self.method}")
        if self.method != "full" and (self.freeze or self.top_layers):
            raise ValueError(f"freeze and top_layers go with the method full: {self.method} freezes all weights")
        if not 0 <= self.base_share < 1 or (self.base_share and self.method != "full"):
            raise ValueError("base_share goes with the method full, from 0 to below 1: of an adapter lower alpha")
        if self.top_layers < 0:
            raise ValueError("top_layers must be at least 0")
        if not 0 <= self.adapter_dropout < 1:
            raise ValueError("adapter_dropout must be at least 0 and below 1")
        for name in ("rank", "alpha", "prefix_tokens"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1")


def prepare(model: Any, tuning: TuningOptions, options: TrainingOptions) -> Any:
    """The network in which only what `tuning` says learns."""
    if tuning.method == "full":
        freeze(model, tuning)
        return model
    with packages_for(f"tuning.method = {tuning.method}", "train"):
        import peft
    _check_modules(model, tuning.modules)
    kind = "SEQ_2_SEQ_LM" if model.config.is_encoder_decoder else "CAUSAL_LM"
    wanted: Any = list(tuning.modules) or "all-linear"
    scale = {"lora_alpha": tuning.alpha, "lora_dropout": tuning.adapter_dropout, "target_modules": wanted}
    if tuning.method == "lora":
        adapter: Any = peft.LoraConfig(task_type=kind, r=tuning.rank, **scale)
    elif tuning.method == "adalora":
        # The paper starts from one and a half times the rank and prunes until 70 % of the steps are done.
        adapter = peft.AdaLoraConfig(
            task_type=kind,
            init_r=tuning.rank * 3 // 2 + 1,
            target_r=tuning.rank,
            tinit=options.steps // 10,
            tfinal=options.steps * 3 // 10,
            deltaT=10,
            total_step=options.steps + 1,
            **scale,
        )
    elif tuning.method == "ia3":
        names = {name.rpartition(".")[2] for name, _ in model.named_modules()}
        forward = sorted(names & FED_FORWARD)
        targets = list(tuning.modules) or sorted(names & ATTENDED) + forward
        adapter = peft.IA3Config(task_type=kind, target_modules=targets, feedforward_modules=forward)
    else:
        adapter = peft.PrefixTuningConfig(
            task_type=kind, num_virtual_tokens=tuning.prefix_tokens, **_decoder_shape(model.config)
        )
    try:
        with quiet():
            return keep_prefix(peft.get_peft_model(model, adapter, autocast_adapter_dtype=False))
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise ConfigError(f"tuning.method = {tuning.method} does not fit this base model ({brief(error)})") from error


def _check_modules(model: Any, modules: tuple[str, ...]) -> None:
    """ConfigError where one of them is the embeddings, or the last layer, which mostly is the same matrix.

    What is merged into it would change both sides and what is said alike, and training has its own way through it.
    """
    import torch

    layers = dict(model.named_modules())
    held = {id(layer.weight) for layer in layers.values() if isinstance(layer, torch.nn.Embedding)}
    held |= {id(model.get_output_embeddings().weight)} if model.config.model_type in FUSED else set()
    for one in modules:
        for name, layer in layers.items():
            if f".{name}".endswith(f".{one}") and id(getattr(layer, "weight", None)) in held:
                raise ConfigError(f"tuning.modules: {one} holds embeddings, which no adapter can change: leave it out")


def freeze(model: Any, tuning: TuningOptions) -> None:
    """Take the gradient of the parts that `tuning` names; ConfigError where a pattern names nothing or all."""
    patterns = {
        "embeddings": ("*shared*", "*embed_tokens*", "*embeddings*", "*.wte.*", "*.wpe.*", "lm_head*"),
        "encoder": ("*encoder.*",),
        "decoder": ("*decoder.*",),
    }
    parameters = dict(model.named_parameters())
    if tuning.top_layers:
        for parameter in parameters.values():
            parameter.requires_grad = False
        for stack in _stacks(model):
            for parameter in stack[-tuning.top_layers :].parameters():
                parameter.requires_grad = True
    for part in tuning.freeze:
        found = [
            name for name in parameters if any(fnmatch.fnmatch(name, each) for each in patterns.get(part, (part,)))
        ]
        if part == "encoder":  # cross-attention of a decoder is called encoder_attn, and that is the decoder's
            found = [name for name in found if ".decoder." not in f".{name}"]
        if not found:
            raise ConfigError(
                f"tuning.freeze: no parameter of this model is called {part}, such as {next(iter(parameters))}"
            )
        for name in found:
            parameters[name].requires_grad = False
    if not any(parameter.requires_grad for parameter in parameters.values()):
        raise ConfigError("tuning.freeze leaves nothing to train: freeze less")


def _stacks(model: Any) -> list[Any]:
    """The outermost lists of layers: the encoder's and the decoder's, or the only one of a language model."""
    from torch.nn import ModuleList

    found = {name: module for name, module in model.named_modules() if isinstance(module, ModuleList)}
    return [module for name, module in found.items() if not any(name.startswith(f"{other}.") for other in found)]


def _decoder_shape(config: Any) -> dict[str, int]:
    """What peft cannot read from every family: the prefix stands in the decoder, whatever the encoder's shape."""
    decoder = getattr(config, "decoder", None) or config
    layers = getattr(decoder, "decoder_layers", None) or getattr(decoder, "num_decoder_layers", None)
    heads = getattr(decoder, "decoder_attention_heads", None) or decoder.num_attention_heads
    kept = getattr(decoder, "num_key_value_heads", None) or heads
    size = getattr(decoder, "d_kv", None) or getattr(decoder, "head_dim", None)
    width = size * kept if size else decoder.hidden_size // heads * kept
    shape = {"num_layers": layers or decoder.num_hidden_layers, "num_attention_heads": kept, "token_dim": width}
    return shape | {"num_transformer_submodules": 2 if config.is_encoder_decoder else 1}


def shares(model: Any) -> tuple[int, int]:
    """How many parameters learn, and how many there are."""
    sizes = [(parameter.numel(), parameter.requires_grad) for parameter in model.parameters()]
    return sum(size for size, learns in sizes if learns), sum(size for size, _ in sizes)


def regularisation(model: Any) -> Any:
    """What AdaLoRA adds to the loss: how far its singular vectors are from orthogonal (Zhang et al. 2023); else 0."""
    if not _allocator(model):
        return 0.0
    import torch

    found = []
    for name, matrix in model.named_parameters():
        if "lora_A" in name or "lora_B" in name:
            products = matrix @ matrix.T if "lora_A" in name else matrix.T @ matrix
            found.append(torch.linalg.norm(products - torch.eye(len(products), device=products.device)))
    weight: float = model.peft_config["default"].orth_reg_weight
    return weight * sum(found) / len(found)


def untuned(model: Any) -> Any:
    """A context in which the network is its base: without its adapter, if it has one."""
    return model.disable_adapter() if hasattr(model, "peft_config") else contextlib.nullcontext()


def allocate(model: Any, step: int) -> None:
    """Let AdaLoRA move its budget of ranks, after a step and before its gradients are gone."""
    if _allocator(model):
        for parameter in model.parameters():
            if parameter.requires_grad and parameter.grad is None:  # of a part that this kind of network does not use
                parameter.grad = parameter.new_zeros(parameter.shape)
        model.base_model.update_and_allocate(step)


def adapter_state(model: Any) -> tuple[dict[str, Any], str]:
    """What AdaLoRA remembers of the importance of its ranks, and which of them it has kept: a run goes on with it."""
    allocator = _allocator(model)
    if not allocator:
        return {}, ""
    tensors = {
        f"{kind}/{name}": tensor.cpu().contiguous()
        for kind in ("exp_avg_ipt", "exp_avg_unc")
        for name, tensor in getattr(allocator, kind).items()
    }
    return tensors, json.dumps(model.peft_config["default"].rank_pattern)


def restore_adapter(model: Any, tensors: Mapping[str, Any], pattern: str) -> None:
    """Put back what `adapter_state` gave."""
    allocator = _allocator(model)
    if not allocator:
        return
    for key, tensor in tensors.items():
        kind, _, name = key.partition("/")
        getattr(allocator, kind)[name] = tensor.to(model.device, copy=True)
        allocator.ipt[name] = tensor.to(model.device, copy=True)
    model.peft_config["default"].rank_pattern = json.loads(pattern)


def save_adapter(model: Any, folder: Path) -> None:
    """Write the adapter alone, as `PeftModel.from_pretrained` reads it."""
    model.peft_config["default"].base_model_name_or_path = None
    model.save_pretrained(folder, safe_serialization=True)
    (folder / "README.md").unlink(missing_ok=True)


def _allocator(model: Any) -> Any:
    return getattr(getattr(model, "base_model", None), "rankallocator", None) if hasattr(model, "peft_config") else None
