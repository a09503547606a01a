"""A Hugging Face checkpoint in; the same model in CTranslate2's format, made once and kept by content hash, out."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import mmap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from subtrans.engines.attention import choose_attention
from subtrans.engines.cache import cache_folder, conversions_folder, read_record, unwritable, write_record
from subtrans.engines.cards import file_digest
from subtrans.engines.layouts import NOTES, describe_checkpoint, read_json
from subtrans.errors import MissingExtraError, ModelError

if TYPE_CHECKING:
    from subtrans.engines.abilities import Description

CONVERTIBLE = frozenset({"whisper", "marian", "m2m_100", "mbart", "t5", "mt5", "umt5"})
"""Architectures (`model_type`) of recognisers and translators that CTranslate2 has a converter for."""

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
    if not (folder / NOTES).is_file():
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(folder.parent / f".{key}.lock"):
                if not (folder / NOTES).is_file():
                    _make(checkpoint, folder, origin)
        except OSError as error:
            raise unwritable(folder.parent, error) from error
    return folder


def convert_checkpoint(checkpoint: Path, folder: Path, origin: Origin, *, quantization: str = "float16") -> None:
    """Write the checkpoint as a CTranslate2 model to the new folder `folder`, with its tokeniser and its notes.

    The weights are rounded to `quantization` on disk; the engine rounds further when it loads (`compute_type`).
    """
    description = describe_checkpoint(checkpoint, origin.name)
    try:
        import torch  # noqa: F401
        import transformers  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(f"converting {checkpoint.name}", "train") from error
    with quiet():
        _convert(checkpoint, folder, quantization)
    if description.kind == "mt":
        with (folder / "model.bin").open("r+b") as file, mmap(file.fileno(), 0) as weights:
            choose_attention(weights)
    with quiet():
        _copy_tokeniser(checkpoint, folder, description)
    (folder / NOTES).write_text(json.dumps(_notes(checkpoint, description, origin), indent=1), encoding="utf-8")


def fingerprint(checkpoint: Path, weights: str = ".safetensors") -> str:
    """A hash of the content of all files that make the model; a file's own hash is remembered by size and time.

    `weights` is the suffix of the files that hold them.
    """
    memory = cache_folder() / "hashes.json"
    known = read_record(memory)
    seen: dict[str, str] = {}
    digest = hashlib.sha256()
    for path in sorted(path for path in checkpoint.iterdir() if path.is_file() and path.name not in IGNORED):
        if path.suffix not in {".json", weights, ".model", ".spm", ".txt"}:
            continue
        state = path.stat()
        stamp = f"{path.resolve()}|{state.st_size}|{state.st_mtime_ns}"
        seen[stamp] = known.get(stamp) or file_digest(path)
        digest.update(f"{path.name}\0{seen[stamp]}\0".encode())
    if not seen.keys() <= known.keys():
        write_record(memory, known | seen)
    return digest.hexdigest()[:32]


def _make(checkpoint: Path, folder: Path, origin: Origin) -> None:
    unfinished = folder.parent / f".{folder.name}.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        convert_checkpoint(checkpoint, unfinished, origin)
        shutil.rmtree(folder, ignore_errors=True)
        unfinished.replace(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _convert(checkpoint: Path, folder: Path, quantization: str) -> None:
    from ctranslate2.converters import TransformersConverter

    class SafeConverter(TransformersConverter):  # type: ignore[misc]
        """CTranslate2's converter, which would open pickled weights where there are no others."""

        def load_model(self, model_class: Any, path: str, **settings: Any) -> Any:
            model = model_class.from_pretrained(path, use_safetensors=True, local_files_only=True, **settings)
            _tell_the_converter(model.config)
            return model

        def load_tokenizer(self, tokenizer_class: Any, path: str, **settings: Any) -> Any:
            tokenizer = tokenizer_class.from_pretrained(path, local_files_only=True, **settings)
            if tokenizer.bos_token is None and tokenizer.cls_token is not None:
                tokenizer.bos_token = tokenizer.cls_token  # CTranslate2 cannot load a model without one
            return tokenizer

    try:
        SafeConverter(str(checkpoint)).convert(str(folder), quantization=quantization)
    except (ValueError, KeyError, RuntimeError, NotImplementedError, AttributeError, TypeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ModelError(f"cannot convert {checkpoint} ({reason}): is the checkpoint complete?") from error


def _tell_the_converter(config: Any) -> None:
    """What the converter reads from a configuration and transformers 5 does not keep there any more."""
    if config.model_type == "mbart":
        config.normalize_before = config.normalize_embedding = True
        config.tokenizer_class = "MBart50Tokenizer"
    elif config.model_type in {"t5", "mt5"}:
        # Whether the decoder's output is scaled; transformers now calls all of T5 tied, whatever the checkpoint says.
        config.tie_word_embeddings = bool(getattr(config, "scale_decoder_outputs", False))


def _copy_tokeniser(checkpoint: Path, folder: Path, description: Description) -> None:
    """What text is split by at run time, without transformers; `tokenizer.json` is made where there is nothing else."""
    for name in (*TOKENISERS, "preprocessor_config.json"):
        if (checkpoint / name).is_file():
            shutil.copyfile(checkpoint / name, folder / name)
    needs_json = description.kind == "asr" or not any((folder / name).is_file() for name in TOKENISERS)
    if needs_json and not (folder / "tokenizer.json").is_file():
        from transformers import AutoTokenizer

        backend = getattr(AutoTokenizer.from_pretrained(checkpoint, local_files_only=True), "backend_tokenizer", None)
        if backend is None:
            raise ModelError(
                f"{checkpoint} has no tokenizer.json and no SentencePiece model: add its tokenizer's files"
            )
        backend.save(str(folder / "tokenizer.json"))


def _notes(checkpoint: Path, description: Description, origin: Origin) -> dict[str, Any]:
    config = read_json(checkpoint / "config.json")
    notes: dict[str, Any] = {"kind": description.kind, "origin": origin.name, "revision": origin.revision}
    notes |= {"licence": origin.licence, "architecture": config.get("model_type", "")}
    if description.kind == "mt":
        notes |= {"family": description.family, "pairs": description.pairs}
        notes["max_positions"] = config.get("max_position_embeddings")
    return notes


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Without the notes and bars of transformers, which are not about anything that the user could mend."""
    from transformers.utils import logging

    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            logging.set_verbosity(level)
            if bars:
                logging.enable_progress_bar()
