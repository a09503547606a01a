"""Two pretrained checkpoints, an encoder and a decoder, in; one that translates, warm-started from both, out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from subtrans.engines.models.cache import whole_folder
from subtrans.engines.models.layouts import TARGET_SIDE
from subtrans.engines.quiet import quiet
from subtrans.errors import ModelError, brief
from subtrans.finetune.texts import load_tokenizer

if TYPE_CHECKING:
    from subtrans.finetune.options import ModelOptions


def join_pretrained(options: ModelOptions, seed: int, folder: Path) -> Path:
    """Write the pair to `folder` if it is not there yet (Rothe et al. 2020).

    The decoder's attention to the encoder is new and has to be learned; all else begins as it was pretrained.
    """
    if (folder / "model.safetensors").is_file():
        return folder
    import torch
    from transformers import EncoderDecoderModel

    encoder, decoder = Path(options.encoder), Path(options.decoder)
    source, target = load_tokenizer(encoder), load_tokenizer(decoder)
    torch.manual_seed(seed)
    safe = {f"{side}_{key}": value for side in ("encoder", "decoder") for key, value in SAFE.items()}
    try:
        with quiet():
            model: Any = EncoderDecoderModel.from_encoder_decoder_pretrained(str(encoder), str(decoder), **safe)
    except (OSError, ValueError, KeyError, RuntimeError, TypeError) as error:
        raise ModelError(f"{encoder} and {decoder} make no encoder and decoder ({brief(error)})") from error
    starts = (target.cls_token_id, target.bos_token_id, target.eos_token_id)
    ends = (target.sep_token_id, target.eos_token_id)
    special = {
        "decoder_start_token_id": next(token for token in starts if token is not None),
        "eos_token_id": next(token for token in ends if token is not None),
    }
    special["pad_token_id"] = special["eos_token_id"] if target.pad_token_id is None else target.pad_token_id
    for key, value in special.items():
        setattr(model.config, key, value)
        setattr(model.generation_config, key, value)
    with whole_folder(folder) as unfinished, quiet():
        model.save_pretrained(unfinished)
        source.save_pretrained(unfinished)
        target.save_pretrained(unfinished / TARGET_SIDE)
    return folder


SAFE = {"local_files_only": True, "use_safetensors": True, "trust_remote_code": False}
