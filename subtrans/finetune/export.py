"""Trained weights in; a folder for `--mt` out: the checkpoint in half precision, the int8 model, the measured card."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomli_w

from subtrans import __version__
from subtrans.engines import TranslatorOptions, load_translator
from subtrans.engines.cards import file_digest, read_card
from subtrans.engines.convert import CONVERTIBLE, Origin, convert_checkpoint, quiet
from subtrans.evaluate.scores import bleu, chrf
from subtrans.finetune.network import open_model
from subtrans.finetune.noise import spoken_form
from subtrans.finetune.state import load_weights
from subtrans.media.files import atomic_write

if TYPE_CHECKING:
    from subtrans.finetune.config import Config, Languages
    from subtrans.finetune.corpus import Corpus, Pair

BEAM = 5
FORMS = {"": lambda text: text, ", source in lower case without punctuation": spoken_form}
"""How the test set is put to the model: as it is, and as a recogniser might write it."""


def export(
    config: Config, corpus: Corpus, *, start: Path, weights: Path, folder: Path, command: str
) -> list[dict[str, Any]]:
    """Write `folder/hf`, `folder/ct2` and `folder/card.toml`, and return the card's scores.

    The test set is translated by the engines that users run: by the base if there is one, by the trained model before
    it is rounded, and by its int8 model.
    """
    write_checkpoint(start, weights, folder / "hf")
    rows: list[dict[str, Any]] = []
    if config.model.base:
        rows += measure(config.model.base, config.languages, corpus.test, "before training", "default")
    architecture = load_best(start, weights).config.model_type
    if architecture in CONVERTIBLE:
        for quantization in ("float32", "int8"):
            _replace(folder / "ct2", folder / "hf", config.name, quantization)
            found = measure(str(folder / "ct2"), config.languages, corpus.test, quantization, quantization)
            rows = [*found, *rows]  # what users run stands first in the card
    else:
        rows += measure(str(folder / "hf"), config.languages, corpus.test, "float32", "default")
    with atomic_write(folder / "card.toml", overwrite=True) as file:
        file.write(tomli_w.dumps(make_card(config, corpus, folder, rows, command), multiline_strings=True))
    return rows


def write_checkpoint(start: Path, weights: Path, folder: Path) -> None:
    """Write the weights in float16, with the tokeniser and the configuration of the checkpoint they come from."""
    model = load_best(start, weights)
    with quiet():
        unfinished = folder.with_name(folder.name + ".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        model.half().save_pretrained(unfinished)
    (unfinished / "model.safetensors").chmod(0o644)
    for path in start.iterdir():
        if path.suffix in {".json", ".spm", ".model", ".txt"} and not (unfinished / path.name).exists():
            shutil.copyfile(path, unfinished / path.name)
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.replace(folder)


def load_best(folder: Path, weights: Path) -> Any:
    """The checkpoint `folder` with other weights."""
    model = open_model(folder, 0.0)
    load_weights(weights, model)
    return model.eval()


def measure(
    name: str, languages: Languages, pairs: Sequence[Pair], precision: str, compute_type: str
) -> list[dict[str, Any]]:
    """BLEU and chrF of the model on the pairs in each form, as rows of a card."""
    options = TranslatorOptions(device="cpu", compute_type=compute_type, beam_size=BEAM)
    if compute_type == "default":
        options = TranslatorOptions(beam_size=BEAM)
    translator = load_translator(name, source=languages.source, target=languages.target, options=options)
    references = [pair.target for pair in pairs]
    rows: list[dict[str, Any]] = []
    for form, change in FORMS.items():
        texts = [found.text for found in translator.translate([change(pair.source) for pair in pairs])]
        for score in (bleu(texts, references, languages.target), chrf(texts, references)):
            row: dict[str, Any] = {"metric": score.name, "value": round(score.value, 2)}
            row |= {"test_set": f"test split, {len(pairs)} sentences{form}", "precision": precision}
            rows.append(row | {"signature": f"{score.signature}|beam:{BEAM}"})
    return rows


def make_card(
    config: Config, corpus: Corpus, folder: Path, rows: Sequence[Mapping[str, Any]], command: str
) -> dict[str, Any]:
    """What the model says of itself."""
    from transformers import AutoConfig

    shape = AutoConfig.from_pretrained(folder / "hf", local_files_only=True)
    words = dict(config.card)
    files = sorted(path for part in ("ct2", "hf") for path in (folder / part).glob("*"))
    return {
        "model": {
            "kind": "mt",
            "name": config.name,
            "description": words.pop("description", f"{config.languages.source} to {config.languages.target}"),
            "architecture": shape.model_type,
            "base": _name_of_base(config.model.base),
            "licence": words.pop("licence", "as the data and the base"),
            "parameters": count_parameters(folder / "hf" / "model.safetensors"),
            **words,
        },
        "languages": [asdict(config.languages)],
        "scores": list(rows),
        "data": {
            "files": [*config.data.train, *(Path(path).name for path in config.data.extra)],
            "pairs": {name: len(getattr(corpus, name)) for name in ("train", "dev", "test")},
            "sha256": corpus.hashes,
            "dropped": dict(corpus.dropped),
        },
        "training": {
            "command": command,
            "configuration": config.fingerprint,
            "versions": {name: metadata.version(name) for name in ("torch", "transformers", "ctranslate2")}
            | {"subtrans": __version__, "python": platform.python_version()},
            "model": {"base": _name_of_base(config.model.base)} if config.model.base else asdict(config.model),
            "noise": asdict(config.noise),
            "options": asdict(config.training),
        },
        "files": [
            {"path": path.relative_to(folder).as_posix(), "sha256": file_digest(path), "bytes": path.stat().st_size}
            for path in files
        ],
    }


def _name_of_base(base: str) -> str:
    if not base:
        return "none: trained from random initialisation"
    return read_card(Path(base)).name if (Path(base) / "card.toml").is_file() else Path(base).name


def count_parameters(path: Path) -> int:
    """The numbers in a safetensors file."""
    from math import prod

    from safetensors import safe_open

    with safe_open(path, framework="np") as file:
        return sum(prod(file.get_slice(name).get_shape()) for name in file.keys())  # noqa: SIM118


def _replace(target: Path, checkpoint: Path, name: str, quantization: str) -> None:
    unfinished = target.with_name(target.name + ".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    convert_checkpoint(checkpoint, unfinished, Origin(name), quantization=quantization)
    shutil.rmtree(target, ignore_errors=True)
    unfinished.replace(target)
