"""A model that ships in, a checkpoint to go on training from out: int8 weights back to float, optimisers' moments anew.

    python restart.py CT2 RUN [--ctc ctc.safetensors]

For whoever has the weights but not the run. CTranslate2's model.bin (version 6) is read as it documents it: a list of
named arrays, where an int8 matrix has one float32 scale a row. Without --ctc the head of CTC is drawn anew.
"""

from __future__ import annotations

import argparse
import re
import shutil
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
import torch
import vocabulary
from network import Recogniser, Shape
from safetensors.torch import load_file, save_file

TYPES = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}
NAMES = {
    "self_attention/layer_norm": ["self_attn_layer_norm"],
    "self_attention/linear_0": ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"],
    "self_attention/linear_1": ["self_attn.out_proj"],
    "attention/layer_norm": ["encoder_attn_layer_norm"],
    "attention/linear_0": ["encoder_attn.q_proj"],
    "attention/linear_1": ["encoder_attn.k_proj", "encoder_attn.v_proj"],
    "attention/linear_2": ["encoder_attn.out_proj"],
    "ffn/layer_norm": ["final_layer_norm"],
    "ffn/linear_0": ["fc1"],
    "ffn/linear_1": ["fc2"],
    "position_encodings": ["embed_positions"],
    "embeddings": ["embed_tokens"],
    "conv1": ["conv1"],
    "conv2": ["conv2"],
    "layer_norm": ["layer_norm"],
}
KINDS = {"gamma": "weight", "beta": "bias", "encodings": "weight", "weight": "weight", "bias": "bias"}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("ct2", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--ctc", type=Path)
    parser.add_argument("--step", type=int, default=0, help="the step at which counting goes on")
    options = parser.parse_args()
    options.run.mkdir(parents=True, exist_ok=True)
    shutil.copy(options.ct2 / "tokenizer.json", options.run / "tokenizer.json")
    tokenizer = vocabulary.load(options.run / "tokenizer.json")
    model = Recogniser(Shape(vocab_size=tokenizer.get_vocab_size()))
    weights = model.state_dict()
    if options.ctc:
        weights |= {f"ctc.{name}": tensor.float() for name, tensor in load_file(options.ctc).items()}
    weights |= dict(named(read_arrays(options.ct2 / "model.bin")))
    model.load_state_dict(weights)
    tensors = {f"model.{name}": tensor.contiguous() for name, tensor in model.state_dict().items()}
    save_file(tensors, options.run / "checkpoint.safetensors", metadata={"step": str(options.step)})


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """The arrays of model.bin by name, matrices of whole numbers scaled back."""
    arrays: dict[str, np.ndarray] = {}
    with path.open("rb") as file:
        version, _, _ = number(file, "I"), string(file), number(file, "I")
        if version != 6:
            raise SystemExit(f"{path}: version {version} of CTranslate2's format, not 6")
        for _ in range(number(file, "I")):
            name = string(file)
            shape = [number(file, "I") for _ in range(number(file, "B"))]
            kind, size = number(file, "B"), number(file, "I")
            arrays[name] = np.frombuffer(file.read(size), TYPES[kind]).reshape(shape)
    return {
        name: rescaled(array, arrays.get(f"{name}_scale"))
        for name, array in arrays.items()
        if not name.endswith("_scale")
    }


def rescaled(array: np.ndarray, scale: np.ndarray | None) -> np.ndarray:
    return array if scale is None else array / scale.reshape(-1, *[1] * (array.ndim - 1))


def named(arrays: dict[str, np.ndarray]) -> Iterator[tuple[str, torch.Tensor]]:
    """The arrays as (transformers' name, tensor); fused projections are cut into their parts."""
    for path, array in arrays.items():
        side, *places, kind = path.split("/")
        layer = re.fullmatch(r"layer_(\d+)", places[0]) if places else None
        stem = f"{side}.layers.{layer[1]}" if layer else side
        modules = NAMES.get("/".join(places[1:] if layer else places), [])
        for module, part in zip(modules, np.split(array, len(modules)) if modules else [], strict=True):
            if not (module.endswith("k_proj") and kind == "bias"):  # Whisper's keys have none
                yield f"{stem}.{module}.{KINDS[kind]}", torch.from_numpy(part.astype(np.float32))


def number(file: BinaryIO, kind: str) -> int:
    return struct.unpack(kind, file.read(struct.calcsize(kind)))[0]


def string(file: BinaryIO) -> str:
    return file.read(number(file, "H"))[:-1].decode()


if __name__ == "__main__":
    main()
