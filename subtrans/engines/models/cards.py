"""A model's `card.toml` in; what the model is, what it can do, how it scored and which files it has out."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

from subtrans.engines.translation.habits import Habits
from subtrans.errors import LanguageError, ModelError
from subtrans.text.languages import language
from subtrans.text.reading import read_toml

Kind = Literal["asr", "mt"]
KINDS: dict[Kind, str] = {"asr": "speech recogniser", "mt": "translator"}


def wrong_kind(name: str, kind: Kind, wanted: Kind) -> ModelError:
    """What to tell where a model is of another kind than the one that is asked for."""
    return ModelError(f"{name} is a {KINDS[kind]}, not a {KINDS[wanted]}: choose another one, see `subtrans models`")


@dataclass(frozen=True, slots=True)
class Score:
    """One measured figure; a figure never travels without its signature."""

    metric: str
    value: float
    test_set: str
    signature: str
    precision: str = ""
    """What the model had been rounded to; of a training, also `before training`."""


@dataclass(frozen=True, slots=True)
class WeightFile:
    """A file of the model, by its path inside the model's folder."""

    path: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Card:
    """What a model says of itself. `languages` are spoken ones; `pairs` are (source, target); either may be empty."""

    kind: Kind
    name: str
    description: str = ""
    architecture: str = ""
    base: str = ""
    licence: str = ""
    parameters: int | None = None
    window: int | None = None
    """Milliseconds that a recogniser hears well at once, where that is less than it takes; no silence is put behind."""
    follows: bool = False
    """Whether a recogniser hears better when it is told what was said before, as OpenAI's do, which have no card."""
    languages: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    scores: tuple[Score, ...] = ()
    files: tuple[WeightFile, ...] = ()
    habits: Habits = field(default_factory=Habits)

    def __post_init__(self) -> None:
        if self.window is not None and self.window < 1000:
            raise ValueError("window needs a second at least")


def read_card(folder: Path) -> Card:
    """Read `folder/card.toml`; tables and keys that are not known here are left to their readers."""
    path = folder / "card.toml"
    try:
        return _card(read_toml(path))
    except OSError as error:
        raise ModelError(f"cannot read the model's card {path}: {error.strerror or error}") from error
    except (KeyError, TypeError, ValueError, OverflowError, LanguageError) as error:
        raise ModelError(f"{path} is not a model card ({_reason(error)}): mend or remove it") from error


def check_files(folder: Path, card: Card, *, checksums: bool = False) -> None:
    """Raise ModelError if a file of the card is missing or damaged; sizes always, SHA-256 if `checksums`."""
    for file in card.files:
        path = folder / file.path
        if not path.is_file():
            raise ModelError(f"{path} is missing: the model {card.name} is not complete, fetch it again")
        with path.open("rb") as stream:
            if stream.read(23) == b"version https://git-lfs":
                raise ModelError(f"{path} is a Git LFS pointer and not the weights: run `git lfs pull`")
        size = path.stat().st_size
        if size != file.bytes:
            raise ModelError(f"{path} is damaged ({size:,} bytes, not {file.bytes:,}): fetch the model again")
        if checksums and file_digest(path) != file.sha256:
            raise ModelError(f"{path} is damaged (its SHA-256 differs from the card's): fetch the model again")


def file_digest(path: Path) -> str:
    """The file's SHA-256 in hexadecimal."""
    import hashlib

    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _card(content: dict[str, Any]) -> Card:
    model = content["model"]
    if model["kind"] not in KINDS:
        raise ValueError(f"unknown kind {model['kind']!r}")
    languages = content.get("languages", model.get("languages", []))
    scores = content.get("scores", [])
    return Card(
        kind=cast("Kind", model["kind"]),
        name=str(model["name"]),
        description=str(model.get("description", "")),
        architecture=str(model.get("architecture", "")),
        base=str(model.get("base", "")),
        licence=str(model.get("licence", "")),
        parameters=int(model["parameters"]) if "parameters" in model else None,
        follows=bool(model.get("follows", False)),
        window=int(model["window"]) if "window" in model else None,
        languages=tuple(_known(entry) for entry in languages if isinstance(entry, str)),
        pairs=tuple((_known(one["source"]), _known(one["target"])) for one in languages if not isinstance(one, str)),
        scores=tuple(
            Score(
                metric=str(row["metric"]),
                value=float(row["value"]),
                test_set=str(row.get("test_set", "")),
                signature=str(row.get("signature", "")),
                precision=str(row.get("precision", "")),
            )
            for row in scores
        ),
        habits=Habits(**content.get("habits", {})),
        files=tuple(WeightFile(str(r["path"]), str(r["sha256"]), int(r["bytes"])) for r in content.get("files", [])),
    )


def _known(tag: Any) -> str:
    """The tag as the card has it, which is a language's; LanguageError else."""
    language(str(tag))
    return str(tag)


def _reason(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)
