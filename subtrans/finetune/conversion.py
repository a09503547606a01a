"""The checkpoint of a run in; its CTranslate2 model, or the reason why it can have none, out."""

from __future__ import annotations

from pathlib import Path

from subtrans.engines.models.cache import whole_folder
from subtrans.engines.models.contents import read_json
from subtrans.engines.models.convert import CONVERTIBLE, Origin, convert_checkpoint, convert_language_model
from subtrans.engines.models.layouts import ADAPTER
from subtrans.errors import ModelError
from subtrans.finetune.texts import is_language_model


class NotConvertibleError(Exception):
    """The reason why a checkpoint has no CTranslate2 form."""


def convert(folder: Path, name: str, quantization: str) -> None:
    """Write `folder/ct2`, whole or not at all, from `folder/hf`."""
    checkpoint = folder / "hf"
    if (checkpoint / ADAPTER).is_dir():
        raise NotConvertibleError("a prefix is no part of the weights")
    architecture = str(read_json(checkpoint / "config.json").get("model_type", ""))
    with whole_folder(folder / "ct2") as unfinished:
        if is_language_model(checkpoint):
            try:
                convert_language_model(checkpoint, unfinished, Origin(name), quantization=quantization)
            except ModelError as error:
                raise NotConvertibleError(str(error)) from error
        elif architecture in CONVERTIBLE:
            convert_checkpoint(checkpoint, unfinished, Origin(name), quantization=quantization)
        else:
            raise NotConvertibleError(f"no converter for {architecture}")
