"""The folder of a model in; what the files beside its weights hold (its configuration, tokens and notes), out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from subtrans.errors import ModelError

NOTES = "subtrans.json"
"""What a conversion writes beside the weights: origin, revision, licence, family, pairs, longest input."""

MALFORMED = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)
"""What is raised where a file of a model holds other values than it should."""


def read_vocabulary(path: Path) -> frozenset[str]:
    """All tokens of a CTranslate2 model's source vocabulary."""
    file = vocabulary_file(path)
    if file is None:
        raise ModelError(f"{path} has no vocabulary: the CTranslate2 model is not complete, convert it again")
    tokens = frozenset(_load(file) if file.suffix == ".json" else file.read_text(encoding="utf-8").splitlines())
    if not tokens:
        raise ModelError(f"{file} is empty: the CTranslate2 model is not complete, convert it again")
    return tokens


def read_notes(path: Path) -> dict[str, Any]:
    """What the conversion noted; empty for a model that was converted elsewhere."""
    return read_json(path / NOTES, {})


def read_json(path: Path, default: dict[str, Any] | None = None) -> dict[str, Any]:
    """The object in a JSON file; `default` if there is no such file."""
    if default is not None and not path.is_file():
        return default
    content = _load(path)
    if not isinstance(content, dict):
        raise ModelError(f"{path} is damaged: it holds no JSON object")
    return content


def listed_tokens(path: Path) -> dict[str, int]:
    """The tokens of a checkpoint that JSON files list with their numbers."""
    if (path / "vocab.json").is_file():
        return {**read_json(path / "vocab.json"), **read_json(path / "added_tokens.json", {})}
    content = read_json(path / "tokenizer.json", {})
    pieces = content.get("model", {}).get("vocab", {})
    numbered = pieces if isinstance(pieces, dict) else {piece[0]: number for number, piece in enumerate(pieces)}
    return numbered | {str(token["content"]): int(token["id"]) for token in content.get("added_tokens", ())}


def vocabulary_file(path: Path) -> Path | None:
    """The file with the tokens of a CTranslate2 model, or of its source; None where there is none."""
    for name in ("vocabulary", "shared_vocabulary", "source_vocabulary"):
        for suffix in (".json", ".txt"):
            if (path / f"{name}{suffix}").is_file():
                return path / f"{name}{suffix}"
    return None


def _load(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"cannot read {path}: the model is not complete or damaged ({error})") from error
