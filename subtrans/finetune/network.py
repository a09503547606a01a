"""A checkpoint's folder in, the network that is trained out, and what its kind of network needs in a training step."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from subtrans.engines.quiet import quiet
from subtrans.errors import DeviceError, ModelError, brief
from subtrans.finetune.batches import Example, pad
from subtrans.finetune.loss import cross_entropy

if TYPE_CHECKING:
    from subtrans.finetune.options import TrainingOptions

FUSED = frozenset({"marian", "m2m_100", "mbart", "bart", "llama", "qwen2", "qwen3", "mistral"})
"""Architectures whose logits are the last hidden states times `lm_head`, plus a constant at most."""
DROPOUTS = ("dropout", "dropout_rate", "hidden_dropout_prob", "resid_pdrop", "embd_pdrop")
"""What the families call the dropout of hidden states."""

IGNORED = -100
"""The label of padding, by transformers' convention."""


def choose_device(options: TrainingOptions) -> str:
    """`cuda` or `cpu`; DeviceError if CUDA was asked for and there is none."""
    import torch

    works = torch.cuda.is_available()
    if options.device == "cuda" and not works:
        raise DeviceError("training.device is cuda, but torch finds no GPU: set it to cpu or auto")
    return "cuda" if works and options.device != "cpu" else "cpu"


def autocast(options: TrainingOptions) -> Any:
    """The context in which matrices are multiplied in the precision asked for."""
    import torch

    device = choose_device(options)
    if options.precision != "auto":
        low = options.precision == "bfloat16"
    elif device == "cuda":
        low = torch.cuda.is_bf16_supported(including_emulation=False)
    else:
        # Without matrix units (AMX), bfloat16 costs more in conversions than it saves in products.
        low = torch.cpu._is_amx_tile_supported()
    return torch.autocast(device, torch.bfloat16, enabled=low)


@contextlib.contextmanager
def full_memory_told() -> Iterator[None]:
    """Turn the complaint about a GPU that is full, or a machine that is, into DeviceError."""
    import torch

    try:
        yield
    except (MemoryError, RuntimeError) as error:
        on_gpu = isinstance(error, torch.OutOfMemoryError)
        if not on_gpu and isinstance(error, RuntimeError) and "can't allocate memory" not in str(error):
            raise
        raise DeviceError(
            f"the {'GPU' if on_gpu else 'machine'} is out of memory: lower training.batch_tokens and raise "
            "training.accumulate; the last checkpoint is kept"
        ) from error


def open_model(folder: Path, dropout: float) -> Any:
    """The checkpoint in `folder`, sequence-to-sequence or language model, in float32, from safetensors."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM

    try:
        with quiet():
            shape = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
            for part in (shape, getattr(shape, "encoder", None), getattr(shape, "decoder", None)):
                for name in DROPOUTS:
                    if hasattr(part, name):
                        setattr(part, name, dropout)
            kind = AutoModelForSeq2SeqLM if shape.is_encoder_decoder else AutoModelForCausalLM
            model = kind.from_pretrained(
                folder,
                config=shape,
                local_files_only=True,
                use_safetensors=True,
                trust_remote_code=False,
                dtype=torch.float32,
                # On a processor, torch's fused attention is slower than plain matrices for sequences this short.
                attn_implementation="eager",
            )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise ModelError(f"{folder} is no translation model that can be trained ({brief(error)})") from error
    if shape.model_type == "marian":
        # As CTranslate2 has it: the padding token is never written.
        model.final_logits_bias[0, shape.pad_token_id] = -1e4
    if not shape.is_encoder_decoder and shape.pad_token_id is None:
        model.config.pad_token_id = model.generation_config.pad_token_id = shape.eos_token_id
    return model.train()


def count_positions(config: Any) -> float:
    """How many tokens the network has positions for, on each side of a pair too; infinity where it counts none."""
    parts = (config, getattr(config, "encoder", None), getattr(config, "decoder", None))
    return min((found for part in parts if (found := getattr(part, "max_position_embeddings", None))), default=math.inf)


def make_optimiser(model: Any, options: TrainingOptions) -> Any:
    """AdamW with weight decay on matrices only: not on vectors, among which are the factors that (IA)3 learns."""
    import torch

    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    matrices, vectors = ([one for one in trained if (one.squeeze().dim() > 1) == wide] for wide in (True, False))
    groups = [
        {"params": matrices, "weight_decay": options.weight_decay},
        {"params": vectors, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=options.learning_rate, betas=(0.9, 0.98), eps=1e-9, fused=True)


def batch_loss(model: Any, batch: Sequence[Example], smoothing: float, device: str) -> tuple[Any, int]:
    """Mean cross-entropy of the batch's target tokens, and their number."""
    import torch

    silence = source_padding(model)
    if model.config.is_encoder_decoder:
        labels = pad([example.target for example in batch], IGNORED).to(device)
        inputs = {"input_ids": pad([example.source for example in batch], silence).to(device)}
        inputs["attention_mask"] = pad([[1] * len(example.source) for example in batch], 0).to(device)
        inputs["decoder_input_ids"] = shift_right(model, labels)
    else:  # the loss is on the target alone, not on the prompt before it
        rows = [[*example.source, *example.target] for example in batch]
        hints = [[*[IGNORED] * len(example.source), *example.target] for example in batch]
        labels = pad([row[1:] for row in hints], IGNORED).to(device)
        inputs = {"input_ids": pad([row[:-1] for row in rows], silence).to(device)}
        inputs["attention_mask"] = pad([[1] * (len(row) - 1) for row in rows], 0).to(device)
    real = labels != IGNORED
    adapted = getattr(model, "peft_config", {})
    prompted = any(config.is_prompt_learning for config in adapted.values())
    inner = model.get_base_model() if adapted else model
    if not prompted and inner.config.model_type in FUSED:
        hidden = inner.model(**inputs, use_cache=False).last_hidden_state[real]
        if torch.is_autocast_enabled(device):
            hidden = hidden.to(torch.get_autocast_dtype(device))
        bias = getattr(inner, "final_logits_bias", None)
        with torch.autocast(device, enabled=False):
            loss = cross_entropy(hidden, inner.lm_head.weight, labels[real], smoothing, bias)
    else:
        with quiet() if prompted else contextlib.nullcontext():  # peft names the cache as transformers no longer does
            logits = model(**inputs, use_cache=prompted).logits[real].float()
        loss = torch.nn.functional.cross_entropy(logits, labels[real], label_smoothing=smoothing)
    return loss, int(real.sum())


def source_padding(model: Any) -> int:
    """What fills sources up; masked, so that of a pair, whose decoder names its own padding, any token will do."""
    return 0 if model.config.model_type == "encoder-decoder" else int(model.config.pad_token_id)


def shift_right(model: Any, labels: Any) -> Any:
    """What the decoder has read when it is to say each label: a start token, or what the family has in its place."""
    if hasattr(model, "prepare_decoder_input_ids_from_labels"):
        return model.prepare_decoder_input_ids_from_labels(labels=labels)
    shifted = labels.roll(1, dims=1)
    shifted[:, 0] = model.generation_config.decoder_start_token_id or model.config.decoder_start_token_id
    return shifted.masked_fill(shifted == IGNORED, model.config.pad_token_id)


def keep_padding_silent(model: Any) -> None:
    """Take the gradient of Marian's padding token: decoding starts from its embedding, which is and stays zero."""
    if model.config.model_type == "marian":
        for matrix in (model.get_input_embeddings().weight, model.get_output_embeddings().weight):
            if matrix.grad is not None:
                matrix.grad[model.config.pad_token_id] = 0
