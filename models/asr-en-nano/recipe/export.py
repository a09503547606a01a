"""A checkpoint in, the models out: a transformers checkpoint, the int8 CTranslate2 model that ships and the CTC head.

    python export.py RUN OUT

OUT/hf is WhisperForConditionalGeneration in safetensors; OUT/ct2 is what faster-whisper loads, with the head beside it.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import transformers
import vocabulary
from ctranslate2.converters import TransformersConverter
from network import CHARACTERS, Shape
from safetensors.torch import load_file, save_file

NEVER_SAID = (
    "<|startoftranscript|>", "<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>",
    "<|notimestamps|>",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("run", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    tensors = load_file(options.run / "checkpoint.safetensors")
    weights = {name[6:]: tensor for name, tensor in tensors.items() if name.startswith("model.")}
    tokenizer = vocabulary.load(options.run / "tokenizer.json")
    shape = Shape(vocab_size=tokenizer.get_vocab_size())

    hf = options.out / "hf"
    save_transformers(weights, shape, tokenizer, options.run / "tokenizer.json", hf)
    ct2 = options.out / "ct2"
    shutil.rmtree(ct2, ignore_errors=True)
    TransformersConverter(str(hf), copy_files=["tokenizer.json", "preprocessor_config.json"]).convert(
        str(ct2), quantization="int8"
    )
    save_file({name[4:]: weights[name].half() for name in ("ctc.weight", "ctc.bias")}, ct2 / "ctc.safetensors",
              metadata={"characters": CHARACTERS})  # fmt: skip


def save_transformers(weights: dict, shape: Shape, tokenizer, tokenizer_file: Path, folder: Path) -> None:
    """Weights, configurations and tokenizer files as transformers itself saves them."""
    ids = {token: tokenizer.token_to_id(token) for token in vocabulary.special_tokens()}
    end, start = ids["<|endoftext|>"], ids["<|startoftranscript|>"]
    config = transformers.WhisperConfig(
        vocab_size=shape.vocab_size, d_model=shape.d_model, num_mel_bins=shape.num_mel_bins,
        encoder_layers=shape.encoder_layers, decoder_layers=shape.decoder_layers,
        encoder_attention_heads=shape.attention_heads, decoder_attention_heads=shape.attention_heads,
        encoder_ffn_dim=shape.ffn_dim, decoder_ffn_dim=shape.ffn_dim,
        max_source_positions=shape.max_source_positions, max_target_positions=shape.max_target_positions,
        pad_token_id=end, bos_token_id=end, eos_token_id=end, decoder_start_token_id=start,
        suppress_tokens=None, begin_suppress_tokens=None,
    )  # fmt: skip
    model = transformers.WhisperForConditionalGeneration(config)
    mapped = {f"model.{name}": tensor for name, tensor in weights.items() if not name.startswith("ctc.")}
    mapped["proj_out.weight"] = mapped["model.decoder.embed_tokens.weight"]
    model.load_state_dict(mapped)
    model.generation_config = transformers.GenerationConfig(
        decoder_start_token_id=start, bos_token_id=end, eos_token_id=end, pad_token_id=end, max_length=448,
        is_multilingual=True, task_to_id={"transcribe": ids["<|transcribe|>"], "translate": ids["<|translate|>"]},
        lang_to_id={token: i for token, i in ids.items() if start < i < ids["<|translate|>"]},
        no_timestamps_token_id=ids["<|notimestamps|>"], prev_sot_token_id=ids["<|startofprev|>"],
        max_initial_timestamp_index=1500, return_timestamps=False, alignment_heads=[[shape.decoder_layers - 1, 0]],
        suppress_tokens=[ids[token] for token in NEVER_SAID],
        begin_suppress_tokens=[],
    )  # fmt: skip
    model.half().save_pretrained(folder)
    save_tokenizer(tokenizer_file, folder)
    transformers.WhisperFeatureExtractor().save_pretrained(folder)


def save_tokenizer(tokenizer_file: Path, folder: Path) -> None:
    """tokenizer.json as it is, with vocab.json and merges.txt beside it for the slow class."""
    shutil.copy(tokenizer_file, folder / "tokenizer.json")
    content = json.loads(tokenizer_file.read_text())
    (folder / "vocab.json").write_text(json.dumps(content["model"]["vocab"], ensure_ascii=False))
    merges = [" ".join(merge) if isinstance(merge, list) else merge for merge in content["model"]["merges"]]
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n")
    special = "<|endoftext|>"
    settings = {"tokenizer_class": "WhisperTokenizer", "model_max_length": 448, "errors": "replace",
                "bos_token": special, "eos_token": special, "unk_token": special, "pad_token": special}  # fmt: skip
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=2))


if __name__ == "__main__":
    main()
