"""What models are at hand: those that ship, those in the hub's cache and our conversions of them; and their removal."""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from subtrans.engines.models import catalogue, hub
from subtrans.engines.models.abilities import Description
from subtrans.engines.models.cache import conversions_folder, folder_size
from subtrans.engines.models.contents import read_json, read_notes
from subtrans.engines.models.layouts import PICKLES, describe_folder, find_weights, has_weights
from subtrans.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from subtrans.engines.models.cards import Kind


@dataclass(frozen=True, slots=True)
class Entry:
    """One model at hand, with all folders that belong to it."""

    description: Description
    where: Literal["ships", "cached", "folder"]
    folders: tuple[Path, ...]
    size: int
    """Bytes on disk."""
    licence: str = ""
    revision: str = ""
    problem: str = ""
    """Why it cannot be used, if it cannot."""


def inventory() -> list[Entry]:
    """All models at hand, those that ship first, then by name; no network, and a damaged one does not hide others."""
    ships = [_shipped(folder) for folder in catalogue.shipped()]
    cached: dict[str, Entry] = {}
    for entry in (*_downloads(), *_conversions()):
        name = entry.description.name
        cached[name] = _merge(cached[name], entry) if name in cached else entry
    return ships + [cached[name] for name in sorted(cached, key=str.lower)]


def translators() -> list[Description]:
    """The translators at hand that can be used."""
    return [entry.description for entry in inventory() if entry.description.kind == "mt" and not entry.problem]


def find(name: str) -> Entry:
    """The model of this name, of the repository that a short name stands for, or in this folder; else ModelError."""
    entries = inventory()
    for wanted in (name, catalogue.repository(name)):
        for entry in entries:
            if entry.description.name == wanted:
                return entry
    folder = Path(name).expanduser()
    if folder.is_dir():
        return _entry(folder, "folder")
    raise ModelError(f"there is no model {name!r} at hand: see `subtrans models`, or `subtrans models pull NAME`")


def remove(name: str) -> int:
    """Delete a model's download, conversions and pin; the bytes freed. A model that ships is never removed."""
    entry = find(name)
    if entry.where != "cached":
        why = "ships with subtrans" if entry.where == "ships" else "is a folder of your own"
        raise ModelError(f"{name} {why} and is not removed")
    try:
        for folder in entry.folders:
            shutil.rmtree(folder)
        hub.pin_file(entry.description.name).unlink(missing_ok=True)
    except OSError as error:
        raise ModelError(f"cannot remove {error.filename} ({error.strerror}): delete it by hand") from error
    return entry.size


def _shipped(folder: Path) -> Entry:
    try:
        return _entry(folder, "ships")
    except ModelError as error:
        kind: Kind = "asr" if folder.name.startswith("asr") else "mt"
        return Entry(Description(folder.name, kind), "ships", (folder,), folder_size(folder), problem=str(error))


def _entry(folder: Path, where: Literal["ships", "folder"]) -> Entry:
    found = describe_folder(folder, folder.name)
    return Entry(found, where, (folder,), folder_size(folder), found.card.licence if found.card else "")


def _downloads() -> Iterator[Entry]:
    """The repositories in the hub's cache that hold a recogniser or a translator, or the begin of one."""
    from huggingface_hub import constants

    for folder in sorted(Path(constants.HF_HUB_CACHE).glob("models--*--*")):
        repo = folder.name.removeprefix("models--").replace("--", "/")
        with contextlib.suppress(ModelError):  # other tools keep models of many kinds there
            snapshot = hub.find_snapshot(repo, None)
            if snapshot and _is_ours(snapshot.path):
                found = describe_folder(snapshot.path, repo)
                yield Entry(found, "cached", (folder,), folder_size(folder), snapshot.licence, snapshot.commit)
            elif not snapshot and (kind := _begun(folder, repo)):
                yield Entry(Description(repo, kind), "cached", (folder,), folder_size(folder), problem=_INCOMPLETE)


_INCOMPLETE = "incomplete: pull it again, or remove it"


def _conversions() -> Iterator[Entry]:
    for folder in sorted(conversions_folder().glob("[!.]*")):
        with contextlib.suppress(ModelError):  # damaged: it is made again when it is asked for
            notes = read_notes(folder)
            if notes:
                found = describe_folder(folder, str(notes.get("origin", folder.name)))
                licence, revision = str(notes.get("licence", "")), str(notes.get("revision", ""))
                yield Entry(found, "cached", (folder,), folder_size(folder), licence, revision)


def _is_ours(path: Path) -> bool:
    """Whether the snapshot is a recogniser or a translator and no other network that somebody fetched."""
    from subtrans.engines.models.convert import CONVERTIBLE

    if has_weights(path) and find_weights(path).format == "ctranslate2":
        return True
    config = read_json(path / "config.json")
    return str(config.get("model_type")) in CONVERTIBLE or bool(config.get("is_encoder_decoder"))


def _begun(folder: Path, repo: str) -> Kind | None:
    """Of which kind the model is whose download ended too soon, by its name or files; None where it is not ours."""
    snapshots = [*folder.glob("snapshots/*")]
    if any(any(snapshot.glob(name)) for snapshot in snapshots for name in PICKLES):
        return None  # another tool's, and whole to that
    ours = any((snapshot / "config.json").is_file() and _is_ours(snapshot) for snapshot in snapshots)
    return catalogue.kind_of(repo) or ("mt" if ours else None)


def _merge(one: Entry, other: Entry) -> Entry:
    return Entry(
        other.description,
        "cached",
        one.folders + other.folders,
        one.size + other.size,
        one.licence or other.licence,
        one.revision or other.revision,
    )
