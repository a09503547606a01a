"""A checkpoint's safetensors in; its arrays by name, read from the disk when they are asked for, out.

The format (https://huggingface.co/docs/safetensors): the length of a header in eight bytes, the header as JSON, the
numbers. Nothing in such a file can run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from subtrans.engines.models.contents import MALFORMED, read_json
from subtrans.engines.models.layouts import SAFE
from subtrans.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BFLOAT16 = np.dtype("<u2")
_TYPES: dict[str, np.dtype[Any]] = {"F32": np.dtype("<f4"), "F16": np.dtype("<f2"), "BF16": _BFLOAT16}


class Weights(Mapping[str, "NDArray[Any]"]):
    """The arrays of a checkpoint, float16 or float32; bfloat16, which NumPy lacks, is widened to float32."""

    def __init__(self, folder: Path) -> None:
        whole = folder / SAFE[0]
        named = [SAFE[0]] if whole.is_file() else set(read_json(folder / SAFE[1]).get("weight_map", {}).values())
        self._stored: dict[str, NDArray[Any]] = {}
        for file in sorted(folder / Path(str(name)).name for name in named):
            self._stored |= read_safetensors(file)[0]

    def __getitem__(self, name: str) -> NDArray[Any]:
        array = self._stored[name]
        return (array.astype("<u4") << 16).view("<f4") if array.dtype == _BFLOAT16 else array

    def __iter__(self) -> Iterator[str]:
        return iter(self._stored)

    def __len__(self) -> int:
        return len(self._stored)

    def first(self, *names: str) -> NDArray[Any]:
        """The array under the first of these names that is there: what is tied to another one is not stored again."""
        for name in names:
            if name in self._stored:
                return self[name]
        raise ModelError(
            f"the checkpoint has no {names[0]}: is it complete, and of the kind that its config.json says?"
        )


def read_safetensors(file: Path) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """The arrays of floats in a file, mapped into memory, and what is noted there; ModelError if it is damaged."""
    try:
        content = np.memmap(file, dtype=np.uint8, mode="r")
        begin = 8 + int.from_bytes(content[:8].tobytes(), "little")
        if begin > len(content):
            raise ValueError(f"a header of {begin - 8:,} bytes")
        arrays, header = {}, json.loads(content[8:begin].tobytes())
        notes: dict[str, str] = header.pop("__metadata__", {})
        for name, entry in header.items():
            if entry["dtype"] not in _TYPES:
                continue  # counters of training steps and the like
            start, end = (begin + int(offset) for offset in entry["data_offsets"])
            if not begin <= start <= end <= len(content):
                raise ValueError(f"{name} lies outside of the file")
            arrays[name] = np.asarray(content[start:end]).view(_TYPES[entry["dtype"]]).reshape(entry["shape"])
    except (OSError, *MALFORMED) as error:
        raise ModelError(f"{file} is damaged or not complete ({error}): fetch the model again") from error
    return arrays, notes
