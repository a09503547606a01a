"""A folder in; which kind of model lies in it, in which format, and what it can do out. No weights are loaded.

A CTranslate2 model is `model.bin` (CTranslate2's own format) beside `config.json` and its vocabulary; a Hugging Face
checkpoint is `config.json` beside safetensors. Pickled weights can run code when they are opened and are never read.
"""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from subtrans.engines.models.abilities import Description, marian_pair
from subtrans.engines.models.cards import check_files, read_card, wrong_kind
from subtrans.engines.models.contents import (
    MALFORMED,
    listed_tokens,
    read_json,
    read_notes,
    read_vocabulary,
    vocabulary_file,
)
from subtrans.engines.models.families import family_of, t5_pairs
from subtrans.errors import ModelError
from subtrans.text.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from subtrans.engines.models.cards import Card, Kind
    from subtrans.engines.models.families import Family

ADAPTER = "adapter"
"""Folder inside a checkpoint with a peft adapter that could not be merged: the model runs through transformers."""
TARGET_SIDE = "target"
"""Folder inside a checkpoint of a pretrained encoder and decoder with the decoder's tokenizer."""

PEFT = "adapter_config.json"
PICKLES = ("pytorch_model*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl", "*.bin")
SAFE = ("model.safetensors", "model.safetensors.index.json")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the weights of a model lie and in which format."""

    format: Literal["ctranslate2", "checkpoint"]
    path: Path


def find_weights(folder: Path) -> Layout:
    """The weights of the model in `folder`; CTranslate2's before a checkpoint, as they are ready to run."""
    for path in (folder / "ct2", folder):
        if (path / "model.bin").is_file() and (path / "config.json").is_file() and vocabulary_file(path):
            return Layout("ctranslate2", path)
    for path in (folder, folder / "hf"):
        if (path / "config.json").is_file() and _has_safetensors(path):
            return Layout("checkpoint", path)
    if (folder / PEFT).is_file():
        raise ModelError(f"{folder} is an adapter without its model: merge it (merge_and_unload) and save the whole")
    if any(next(folder.glob(pattern), None) for pattern in PICKLES):
        raise ModelError(
            f"{folder} holds pickled weights, which can run code when opened and are never loaded: "
            "save the model as safetensors (save_pretrained does)"
        )
    raise ModelError(f"{folder} holds no model: neither CTranslate2's model.bin nor a checkpoint's safetensors")


def has_weights(folder: Path) -> bool:
    """Whether the folder holds a whole model that may be loaded."""
    try:
        find_weights(folder)
    except ModelError:
        return False
    return True


def describe_folder(folder: Path, name: str, kind: Kind | None = None) -> Description:
    """What the model in `folder` can do; ModelError if it is damaged, or not of the kind asked for."""
    find_weights(folder)  # a folder without a model may be anybody's home, which would be long to walk through
    return _describe(folder, name, kind, tuple(sorted(_states(folder))))


@lru_cache(maxsize=32)
def _describe(folder: Path, name: str, kind: Kind | None, _: tuple[tuple[str, int, int], ...]) -> Description:
    """The same; read once for each state of the folder's files, as a run asks several times."""
    layout = find_weights(folder)
    card = read_card(folder) if (folder / "card.toml").is_file() else None
    if card:
        check_files(folder, card)
    read = describe_converted if layout.format == "ctranslate2" else describe_checkpoint
    try:
        found = read(layout.path, name)
    except MALFORMED as error:
        raise ModelError(f"{layout.path} is damaged ({error}): fetch or convert it again") from error
    if kind and found.kind != kind:
        if found.family == "plain":
            raise ModelError(f"{name} has not Whisper's architecture: choose another one, such as large-v3-turbo")
        raise wrong_kind(name, found.kind, kind)
    return with_card(found, card)


def _states(folder: Path) -> Iterator[tuple[str, int, int]]:
    """The files below the folder by size and time of change; ModelError for what may never end when it is read."""
    for place, _, names in os.walk(folder):
        for path in (Path(place, name) for name in names):
            with suppress(OSError):  # a link to nothing, or another run has removed it meanwhile
                state = path.stat()
                if not stat.S_ISREG(state.st_mode) and not stat.S_ISDIR(state.st_mode):
                    raise ModelError(f"{path} is neither a file nor a folder: take it out of the model")
                yield str(path), state.st_size, state.st_mtime_ns


def with_card(found: Description, card: Card | None) -> Description:
    """The description with what the card says taken before what the files tell."""
    if card is None:
        return found
    pairs = card.pairs or found.pairs
    return replace(found, card=card, languages=card.languages or found.languages, pairs=pairs)


def describe_converted(path: Path, name: str) -> Description:
    """What a CTranslate2 model can do, by its notes and its vocabulary."""
    vocabulary = read_vocabulary(path)
    if "<|startoftranscript|>" in vocabulary:
        return Description(name, "asr", languages=_whisper_languages(vocabulary))
    notes, spelt = read_notes(path), (path / "source.spm").is_file()
    family: Family | None = notes.get("family") or family_of(vocabulary) or ("marian" if spelt else None)
    pairs = tuple((source, target) for source, target in notes.get("pairs", ()))
    return Description(name, "mt", family or "plain", pairs=pairs, tokens=_language_tokens(vocabulary))


def describe_checkpoint(path: Path, name: str) -> Description:
    """What a Hugging Face checkpoint can do, by its configuration and its tokenizer's."""
    config, tokenizer = read_json(path / "config.json"), read_json(path / "tokenizer_config.json", {})
    architecture = str(config.get("model_type", ""))
    if architecture == "whisper":
        english = config.get("vocab_size") == ENGLISH_ONLY
        return Description(name, "asr", languages=("en",) if english else ())
    if any(str(name).endswith(LANGUAGE_MODELS) for name in config.get("architectures") or ()):
        return Description(name, "mt", "prompted")
    tokens = {*listed_tokens(path), *read_json(path / "added_tokens.json", {})}
    family = family_of(tokens) or _family_by_name(architecture, str(tokenizer.get("tokenizer_class", "")))
    pairs: tuple[tuple[str | None, str | None], ...] = ()
    if family == "marian":
        named = (marian_pair(name), marian_pair(str(config.get("_name_or_path", ""))), _tokenizer_pair(tokenizer))
        pairs = tuple(pair for pair in named if pair != (None, None))[:1]
    elif family == "t5":
        pairs = t5_pairs(config.get("task_specific_params") or ())
    found = _language_tokens(tokens)
    return Description(name, "mt", family, pairs=pairs, tokens=found if found or family == "marian" else None)


ENGLISH_ONLY = 51_864
"""Vocabulary size of Whisper's `.en` models, which take no language token; all others do."""

LANGUAGE_MODELS = ("ForCausalLM", "LMHeadModel")
"""How the class names of decoders end that continue a text."""


def _has_safetensors(path: Path) -> bool:
    """Whether the weights are all there: in one file, or in all files that the index names."""
    whole, index = (path / name for name in SAFE)
    if whole.is_file() or not index.is_file():
        return whole.is_file()
    named = read_json(index).get("weight_map")
    return isinstance(named, dict) and all((path / name).is_file() for name in set(map(str, named.values())))


def _whisper_languages(vocabulary: frozenset[str]) -> tuple[str, ...]:
    if len(vocabulary) == ENGLISH_ONLY:
        return ("en",)
    return tuple(tag for tag, row in LANGUAGES.items() if f"<|{row.whisper}|>" in vocabulary)


def _language_tokens(vocabulary: Iterable[str]) -> frozenset[str]:
    """The tokens that may name a language, in any family's way."""
    pattern = re.compile(r">>[\w-]+<<|__[a-z]+__|<2\w+>|[a-z]{3}_[A-Z][a-z]{3}|[a-z]{2}_[A-Z]{2}")
    return frozenset(token for token in vocabulary if ("_" in token or ">" in token) and pattern.fullmatch(token))


def _family_by_name(architecture: str, tokenizer: str) -> Family:
    if architecture in {"marian", "t5"}:
        return cast("Family", architecture)
    if architecture in {"m2m_100", "nllb-moe"}:
        return "nllb" if tokenizer.startswith("Nllb") else "m2m100"
    if tokenizer.startswith("MBart50"):
        return "mbart50"
    if architecture == "mbart":
        raise ModelError("mBART-25 is not supported: use facebook/mbart-large-50-many-to-many-mmt")
    return "plain"


def _tokenizer_pair(tokenizer: dict[str, Any]) -> tuple[str | None, str | None]:
    source, target = tokenizer.get("source_lang"), tokenizer.get("target_lang")
    return marian_pair(f"opus-mt-{source}-{target}") if source and target else (None, None)
