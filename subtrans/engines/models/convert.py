"""A Hugging Face checkpoint in; the same model in CTranslate2's format, made once and kept by content hash, out."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from subtrans.engines.models.cache import (
    cache_folder,
    conversions_folder,
    read_record,
    unwritable,
    whole_folder,
    write_record,
)
from subtrans.engines.models.cards import file_digest
from subtrans.engines.models.contents import MALFORMED, NOTES, read_json
from subtrans.engines.models.layouts import describe_checkpoint
from subtrans.engines.quiet import quiet
from subtrans.errors import ModelError, brief

if TYPE_CHECKING:
    from subtrans.engines.models.abilities import Description

CONVERTIBLE = frozenset({"whisper", "marian", "m2m_100", "mbart", "t5", "mt5", "umt5"})
"""Architectures (`model_type`) of recognisers and translators that `networks` can fill."""

CONVERSION = 2
"""Raised whenever a checkpoint's conversion comes out otherwise than before, so that older ones are made again."""
TOKENISERS = ("tokenizer.json", "source.spm", "target.spm", "sentencepiece.bpe.model", "spiece.model")
IGNORED = ("README.md", ".gitattributes", "card.toml")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a checkpoint came from: what it was called, at which revision, under which licence."""

    name: str
    revision: str = ""
    licence: str = ""


def converted(checkpoint: Path, origin: Origin) -> Path:
    """The folder of the checkpoint's conversion, made now if it is not there yet; safe under several processes."""
    from filelock import FileLock

    key = fingerprint(checkpoint)
    folder = conversions_folder() / key
    if not _is_current(folder):
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(folder.parent / f".{key}.lock"):
                if not _is_current(folder):
                    with whole_folder(folder) as unfinished:
                        convert_checkpoint(checkpoint, unfinished, origin)
        except OSError as error:
            raise unwritable(folder.parent, error) from error
    return folder


def _is_current(folder: Path) -> bool:
    return read_record(folder / NOTES).get("conversion") == CONVERSION


def convert_checkpoint(checkpoint: Path, folder: Path, origin: Origin, *, quantization: str = "float16") -> None:
    """Write the checkpoint as a CTranslate2 model to the new folder `folder`, with its tokeniser and its notes.

    The weights are rounded to `quantization` on disk; the engine rounds further when it loads (`compute_type`).
    """
    try:
        description = describe_checkpoint(checkpoint, origin.name)
        _convert(checkpoint, folder, quantization)
        _copy_tokeniser(checkpoint, folder, description)
    except (*MALFORMED, RuntimeError) as error:
        raise ModelError(f"cannot convert {checkpoint} ({brief(error)}): is the checkpoint complete?") from error
    (folder / NOTES).write_text(json.dumps(_notes(checkpoint, description, origin), indent=1), encoding="utf-8")


def convert_language_model(checkpoint: Path, folder: Path, origin: Origin, *, quantization: str) -> None:
    """The same for a language model, which is prompted: by CTranslate2's own converter, and so with torch.

    ModelError where that knows no such architecture, or the checkpoint has no `tokenizer.json`.
    """
    from ctranslate2.converters import TransformersConverter
    from transformers import AutoTokenizer

    if not (checkpoint / "tokenizer.json").is_file():
        raise ModelError(f"{checkpoint} has no tokenizer.json: save its fast tokenizer beside it")
    try:
        with quiet():
            TransformersConverter(str(checkpoint)).convert(str(folder), quantization=quantization)
            end = AutoTokenizer.from_pretrained(checkpoint, local_files_only=True, trust_remote_code=False).eos_token
    except (ValueError, KeyError, RuntimeError, AttributeError, TypeError, OSError) as error:
        raise ModelError(f"cannot convert {checkpoint} ({brief(error)})") from error
    config = read_json(folder / "config.json")  # a tokenizer without these tokens leaves null, which cannot be loaded
    config = {key: "" if value is None and key.endswith("_token") else value for key, value in config.items()}
    (folder / "config.json").write_text(json.dumps(config, indent=1), encoding="utf-8")
    shutil.copyfile(checkpoint / "tokenizer.json", folder / "tokenizer.json")
    shape = read_json(checkpoint / "config.json")
    notes = _notes(checkpoint, describe_checkpoint(checkpoint, origin.name), origin) | {"end": end}
    notes["max_positions"] = shape.get("max_position_embeddings") or shape.get("n_positions")
    (folder / NOTES).write_text(json.dumps(notes, indent=1), encoding="utf-8")


def fingerprint(checkpoint: Path, weights: str = ".safetensors") -> str:
    """A hash of the content of all files that make the model; a file's own hash is remembered by size and time.

    `weights` is the suffix of the files that hold them, beside safetensors.
    """
    memory = cache_folder() / "hashes.json"
    known = read_record(memory)
    seen: dict[str, str] = {}
    digest = hashlib.sha256()
    for path in sorted(path for path in checkpoint.iterdir() if path.is_file() and path.name not in IGNORED):
        if path.suffix not in {".json", ".safetensors", weights, ".model", ".spm", ".txt"}:
            continue
        state = path.stat()
        stamp = f"{path.resolve()}|{state.st_size}|{state.st_mtime_ns}"
        seen[stamp] = known.get(stamp) or file_digest(path)
        digest.update(f"{path.name}\0{seen[stamp]}\0".encode())
    if not seen.keys() <= known.keys():
        write_record(memory, known | seen)
    return digest.hexdigest()[:32]


def _convert(checkpoint: Path, folder: Path, quantization: str) -> None:
    from subtrans.engines.networks import network

    spec = network(checkpoint)
    spec.validate()
    spec.optimize(quantization=quantization)
    folder.mkdir(parents=True)
    spec.save(str(folder))


def _copy_tokeniser(checkpoint: Path, folder: Path, description: Description) -> None:
    """What text is split by at run time."""
    for name in (*TOKENISERS, "preprocessor_config.json"):
        if (checkpoint / name).is_file():
            shutil.copyfile(checkpoint / name, folder / name)
    known = [name for name in TOKENISERS if (folder / name).is_file()]
    if description.kind == "asr" and "tokenizer.json" not in known:
        _save_byte_level(checkpoint, folder / "tokenizer.json")
    elif not known:
        raise ModelError(f"{checkpoint} has no tokenizer.json and no SentencePiece model: add its tokenizer's files")


def _save_byte_level(checkpoint: Path, file: Path) -> None:
    """Write the `tokenizer.json` of a Whisper checkpoint that has its parts alone, as older fine-tunings do."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    parts = [checkpoint / "vocab.json", checkpoint / "merges.txt"]
    if not all(part.is_file() for part in parts):
        raise ModelError(
            f"{checkpoint} has no tokenizer.json, nor vocab.json and merges.txt: add its tokenizer's files"
        )
    tokenizer = Tokenizer(models.BPE.from_file(*map(str, parts)))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    added = read_json(checkpoint / "added_tokens.json", {})
    for token in sorted(added, key=lambda token: int(added[token])):
        tokenizer.add_tokens([AddedToken(token, special=not re.fullmatch(r"<\|[\d.]+\|>", token), normalized=False)])
    tokenizer.save(str(file))


def _notes(checkpoint: Path, description: Description, origin: Origin) -> dict[str, Any]:
    config = read_json(checkpoint / "config.json")
    notes: dict[str, Any] = {"conversion": CONVERSION, "kind": description.kind}
    notes |= {"origin": origin.name, "revision": origin.revision}
    notes |= {"licence": origin.licence, "architecture": config.get("model_type", "")}
    if description.kind == "mt":
        notes |= {"family": description.family, "pairs": description.pairs}
        notes["max_positions"] = config.get("max_position_embeddings")
    return notes
