"""Trained weights in; a folder for `--mt` out: the checkpoint in half precision, the int8 model, the measured card."""

from __future__ import annotations

import contextlib
import json
import platform
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomli_w

from subtrans import __version__
from subtrans.engines import TranslatorOptions, load_translator
from subtrans.engines.models.cache import whole_folder
from subtrans.engines.models.cards import file_digest, read_card
from subtrans.engines.models.families import t5_tasks
from subtrans.engines.models.layouts import ADAPTER, TARGET_SIDE, describe_checkpoint
from subtrans.engines.quiet import quiet
from subtrans.errors import LanguageError
from subtrans.evaluate.scores import bleu, chrf
from subtrans.finetune.conversion import NotConvertibleError, convert
from subtrans.finetune.network import open_model
from subtrans.finetune.noise import spoken_form
from subtrans.finetune.state import load_weights
from subtrans.finetune.tuning import MERGEABLE, prepare, save_adapter
from subtrans.media.files import atomic_write
from subtrans.text.languages import language

if TYPE_CHECKING:
    from subtrans.finetune.config import Config, Languages
    from subtrans.finetune.corpus import Corpus
    from subtrans.finetune.readers import Pair
    from subtrans.finetune.train import Outcome

    Note = Callable[[str], None]

BEAM = 5
AS_USERS = TranslatorOptions(beam_size=BEAM)
"""What the engines that users run are told."""
FORMS: Mapping[str, Callable[[str], str]] = {"": str, ", source in lower case without punctuation": spoken_form}
"""How the test set is put to the model: as it is, and as a recogniser might write it."""


def export(
    config: Config, corpus: Corpus, *, start: Path, outcome: Outcome, folder: Path, command: str, note: Note
) -> list[dict[str, Any]]:
    """Write `folder/hf`, `folder/ct2`, `folder/card.toml` and `folder/results.json`, and return the card's scores.

    The test sets are translated by the engines that users run: by the base if there is one, by the trained model before
    it is rounded, and by its int8 model.
    """
    if not outcome.best_step:
        note("nothing that was trained is better on dev than the base: the base is delivered")
    write_checkpoint(config, start, outcome, folder / "hf")
    rows: list[dict[str, Any]] = []
    if config.model.base:
        with contextlib.suppress(LanguageError):  # it may not know the pair that it is to learn
            rows += _measure_all(str(engine_folder(config, start)), config, corpus, "before training")
    try:
        for quantization in ("float32", "int8"):
            convert(folder, config.name, quantization)
            options = TranslatorOptions(device="cpu", compute_type=quantization, beam_size=BEAM)
            found = _measure_all(str(folder / "ct2"), config, corpus, quantization, options)
            rows = [*found, *rows]  # what users run stands first in the card
    except NotConvertibleError as error:
        shutil.rmtree(folder / "ct2", ignore_errors=True)  # what an earlier run has left
        note(f"CTranslate2 cannot take this model ({error}): it runs through transformers, more slowly")
        rows = [*_measure_all(str(folder), config, corpus, "float16"), *rows]  # as it lies in hf
    with atomic_write(folder / "card.toml", overwrite=True) as file:
        file.write(tomli_w.dumps(make_card(config, corpus, folder, rows, command), multiline_strings=True))
    results = asdict(outcome) | {"best": outcome.best.name}
    results |= {
        "tuning": asdict(config.tuning),
        "sha256": corpus.hashes,
        "configuration": config.fingerprint,
        "scores": rows,
    }
    with atomic_write(folder / "results.json", overwrite=True) as file:
        file.write(json.dumps(results, indent=2, ensure_ascii=False) + "\n")
    return rows


def engine_folder(config: Config, start: Path) -> Path:
    """Where the base is that an engine can load."""
    return Path(config.model.base) if Path(config.model.base).is_dir() else start


def write_checkpoint(config: Config, start: Path, outcome: Outcome, folder: Path) -> None:
    """Write the best weights in float16, with the tokeniser and the configuration of the checkpoint they come from.

    An adapter becomes part of the weights; what cannot (a prefix) lies beside them, in the folder `adapter`.
    """
    method = config.tuning.method if outcome.best_step else "full"
    model = load_best(config, start, outcome)
    with whole_folder(folder) as unfinished:
        unfinished.mkdir(parents=True)
        with quiet():
            if method in MERGEABLE:
                model = model.merge_and_unload()
            elif method != "full":
                save_adapter(model, unfinished / ADAPTER)
                model = model.get_base_model()
            if describe_checkpoint(start, config.name).family == "t5":
                written = [language(tag) for tag in (config.languages.target, *config.data.others)]
                model.config.task_specific_params = t5_tasks(language(config.languages.source), written)
            model.half().save_pretrained(unfinished, max_shard_size="1TB")
        (unfinished / "model.safetensors").chmod(0o644)
        for path in start.iterdir():
            if path.suffix in {".json", ".spm", ".model", ".txt", ".jinja"} and not (unfinished / path.name).exists():
                shutil.copyfile(path, unfinished / path.name)
        if (start / TARGET_SIDE).is_dir():
            shutil.copytree(start / TARGET_SIDE, unfinished / TARGET_SIDE)


def load_best(config: Config, start: Path, outcome: Outcome) -> Any:
    """The checkpoint `start` with what was trained, if that is better than itself."""
    model = open_model(start, 0.0)
    if outcome.best_step:
        model = prepare(model, config.tuning, config.training)
        load_weights(outcome.best, model)
    return model.eval()


def _measure_all(
    name: str, config: Config, corpus: Corpus, precision: str, options: TranslatorOptions = AS_USERS
) -> list[dict[str, Any]]:
    """BLEU and chrF of all test sets, as rows of a card; of the test split in each of its `FORMS`."""
    rows: list[dict[str, Any]] = []

    def measure(languages: Languages, pairs: Sequence[Pair], test_set: str, forms: Iterable[str] = ("",)) -> None:
        translator = load_translator(name, source=languages.source, target=languages.target, options=options)
        references = [pair.target for pair in pairs]
        for form in forms:
            texts = [found.text for found in translator.translate([FORMS[form](pair.source) for pair in pairs])]
            for score in (bleu(texts, references, languages.target), chrf(texts, references)):
                row: dict[str, Any] = {"metric": score.name, "value": round(score.value, 2)}
                row |= {"test_set": f"{test_set}, {len(pairs)} sentences{form}", "precision": precision}
                rows.append(row | {"signature": f"{score.signature}|beam:{BEAM}"})

    measure(config.languages, corpus.test, "test split", FORMS)
    for tag, other in corpus.others.items():
        with contextlib.suppress(LanguageError):  # a base may not know what it is to learn
            measure(replace(config.languages, target=tag), other.test, f"{tag} test split")
    if corpus.general:
        measure(config.languages, corpus.general, "general set")
    return rows


def make_card(
    config: Config, corpus: Corpus, folder: Path, rows: Sequence[Mapping[str, Any]], command: str
) -> dict[str, Any]:
    """What the model says of itself."""
    from transformers import AutoConfig

    shape = AutoConfig.from_pretrained(folder / "hf", local_files_only=True)
    words = dict(config.card)
    files = sorted(path for part in ("ct2", "hf") for path in (folder / part).rglob("*") if path.is_file())
    return {
        "model": {
            "kind": "mt",
            "name": config.name,
            "description": words.pop("description", f"{config.languages.source} to {config.languages.target}"),
            "architecture": shape.model_type,
            "base": _name_of_base(config),
            "licence": words.pop("licence", "as the data and the base"),
            "parameters": count_parameters(folder / "hf" / "model.safetensors"),
            **words,
        },
        "languages": [
            asdict(replace(config.languages, target=tag)) for tag in (config.languages.target, *corpus.others)
        ],
        "scores": list(rows),
        "data": {
            "files": [*config.data.train, *(Path(path).name for path in config.data.extra)],
            "pairs": {name: len(getattr(corpus, name)) for name in ("train", "dev", "test", "general")},
            "sha256": corpus.hashes,
            "dropped": dict(corpus.dropped),
        },
        "training": {
            "command": command,
            "configuration": config.fingerprint,
            "versions": {name: metadata.version(name) for name in ("torch", "transformers", "ctranslate2")}
            | {"subtrans": __version__, "python": platform.python_version()},
            "model": asdict(config.model)
            if config.model == replace(config.model, base="", encoder="", decoder="")
            else {"base": _name_of_base(config)},
            "tuning": asdict(config.tuning),
            "noise": asdict(config.noise),
            "mixed": _mixed(config),
            "options": asdict(config.training),
        },
        "files": [
            {"path": path.relative_to(folder).as_posix(), "sha256": file_digest(path), "bytes": path.stat().st_size}
            for path in files
        ],
    }


def _name_of_base(config: Config) -> str:
    if config.model.encoder:
        return f"{Path(config.model.encoder).name} and {Path(config.model.decoder).name}"
    base = Path(config.model.base)
    base = base.parent if base.name == "hf" and (base.parent / "card.toml").is_file() else base
    if not config.model.base:
        return "none: trained from random initialisation"
    return read_card(base).name if (base / "card.toml").is_file() else base.name


def _mixed(config: Config) -> dict[str, Any]:
    """What was mixed in; where it lies on this machine is nobody's business."""
    found = {name: asdict(getattr(config, name)) for name in ("replay", "denoising", "back_translation")}
    found["back_translation"]["model"] = Path(config.back_translation.model).name
    return {
        name: rows
        for name, rows in found.items()
        if any(rows.get(key) for key in ("pairs", "source", "target", "texts"))
    }


def count_parameters(path: Path) -> int:
    """The numbers in a safetensors file."""
    from math import prod

    from safetensors import safe_open

    with safe_open(path, framework="np") as file:
        return sum(prod(file.get_slice(name).get_shape()) for name in file.keys())  # noqa: SIM118
