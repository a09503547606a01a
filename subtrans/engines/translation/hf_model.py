"""The folder of a checkpoint in; its tokenizers and its network, loaded by transformers, out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from subtrans.engines.machine.devices import is_full
from subtrans.engines.models.layouts import ADAPTER, TARGET_SIDE
from subtrans.engines.quiet import quiet
from subtrans.engines.translation.prefix import keep_prefix
from subtrans.engines.translation.sharing import shared
from subtrans.engines.translation.tokenisation import mended
from subtrans.errors import DeviceError, ModelError, SubtransError, brief, packages_for

if TYPE_CHECKING:
    from pathlib import Path

    from subtrans.engines.models.store import Model
    from subtrans.engines.translation.options import TranslatorOptions

WIDE = frozenset({"t5", "mt5", "umt5"})
"""Architectures whose activations do not fit float16, in which fine-tuned weights lie."""


def load_network(model: Model, options: TranslatorOptions) -> tuple[Any, Any, Any]:
    """The tokenizers of the two sides, mostly the same one, and the network."""
    name = model.description.name
    with packages_for(f"{name}, which CTranslate2 has no converter for,", "train"):
        import torch
        from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM, AutoTokenizer

    device = _device(options, torch)
    try:
        with quiet():
            safe = {"local_files_only": True, "trust_remote_code": False}
            tokenizer = mended(AutoTokenizer.from_pretrained(model.path, **safe))
            side = model.path / TARGET_SIDE
            target = AutoTokenizer.from_pretrained(side, **safe) if side.is_dir() else tokenizer
            reads = model.description.family == "prompted"
            kind = AutoModelForCausalLM if reads else AutoModelForSeq2SeqLM
            # Attention that is computed otherwise is not given away.
            known = {"use_safetensors": True, "attn_implementation": "eager", **safe}
            network = shared(model.path, device, lambda: _network(kind, model.path, known).to(device).eval())
            if reads:  # a language model goes on from the end of its prompt
                tokenizer.padding_side = "left"
                tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
                network.generation_config.pad_token_id = tokenizer.pad_token_id
    except (SubtransError, MemoryError):
        raise
    except Exception as error:  # the libraries raise anything where a file is damaged, the bare Exception too
        if is_full(error):
            raise DeviceError(f"{name} does not fit the memory of the {device}: use --device cpu") from error
        raise ModelError(f"{name} is no translator that can be loaded ({brief(error)}): choose another one") from error
    if options.threads:
        torch.set_num_threads(options.threads)
    return tokenizer, target, network


def _network(kind: Any, folder: Path, known: dict[str, Any]) -> Any:
    """The network of the folder, with a peft adapter that could not be merged into it."""
    network = kind.from_pretrained(folder, **known)
    if network.config.model_type in WIDE:
        network = network.float()
    if not (folder / ADAPTER).is_dir():
        return network
    with packages_for("a model with an adapter", "train"):
        from peft import PeftModel
    return keep_prefix(PeftModel.from_pretrained(network, folder / ADAPTER, local_files_only=True))


def _device(options: TranslatorOptions, torch: Any) -> str:
    if options.device != "cpu" and torch.cuda.is_available():
        return "cuda"
    if options.device == "cuda":
        raise DeviceError("CUDA does not work (torch finds no GPU): use --device cpu")
    return "cpu"
