"""The name of a model in; a local folder that an engine can load, and what the model can do, out.

A name is, in this order: a model that ships, a folder, a short name (`large-v3-turbo`, `opus-mt-en-zh`), or a
repository of the Hugging Face hub, with `@revision` behind it where wanted.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from subtrans.engines.models import catalogue
from subtrans.engines.models.contents import read_json
from subtrans.engines.models.layouts import ADAPTER, describe_converted, describe_folder, find_weights, with_card
from subtrans.errors import ModelError

if TYPE_CHECKING:
    from subtrans.engines.models.abilities import Description
    from subtrans.engines.models.cards import Kind


@dataclass(frozen=True, slots=True)
class Model:
    """A model that is ready to be loaded."""

    description: Description
    path: Path
    format: Literal["ctranslate2", "checkpoint"]


@dataclass(frozen=True, slots=True)
class Place:
    """What a name stands for: a folder, or a repository of the hub."""

    folder: Path | None = None
    repo: str = ""
    revision: str | None = None


def resolve(name: str, kind: Kind | None = None, *, offline: bool = False, refresh: bool = False) -> Model:
    """Fetch and convert the model where needed; ModelError in one line if it cannot be had.

    What was fetched before is used as it is; `refresh` asks the hub for the newest revision.
    """
    place = locate(name)
    folder, commit, licence = place.folder, "", ""
    if folder is None:
        from subtrans.engines.models import hub

        snapshot = hub.fetch(place.repo, place.revision, offline=offline, refresh=refresh)
        folder, commit, licence = snapshot.path, snapshot.commit, snapshot.licence
    called = place.repo or name
    description = describe_folder(folder, called, kind)
    layout = find_weights(folder)
    if layout.format == "ctranslate2":
        return Model(description, layout.path, "ctranslate2")
    from subtrans.engines.models.convert import CONVERTIBLE, Origin, converted

    architecture = str(read_json(layout.path / "config.json").get("model_type", ""))
    if architecture in CONVERTIBLE and not (layout.path / ADAPTER).is_dir():
        path = converted(layout.path, Origin(called, commit, licence))
        found = with_card(describe_converted(path, description.name), description.card)
        return Model(replace(found, pairs=found.pairs or description.pairs), path, "ctranslate2")
    if description.kind == "asr":
        raise ModelError(f"{name} is a {architecture} model: only Whisper's architecture is recognised with")
    return Model(description, layout.path, "checkpoint")


def describe(name: str, kind: Kind, *, offline: bool = False) -> Description:
    """What the model can do, as far as is known without the network; ModelError if it is certain not to be had."""
    place = locate(name)
    if place.folder:
        return describe_folder(place.folder, name, kind)
    from subtrans.engines.models import hub

    snapshot = hub.find_snapshot(place.repo, place.revision)
    if snapshot:
        return describe_folder(snapshot.path, place.repo, kind)
    if offline:
        hub.fetch(place.repo, place.revision, offline=True)
    return replace(catalogue.describe_repository(place.repo, kind), name=name)


def locate(name: str) -> Place:
    """What the name stands for; ModelError if it stands for nothing."""
    for shipped in catalogue.shipped():
        if name == shipped.name:
            return Place(shipped)
    folder = Path(name).expanduser()
    if folder.is_dir():
        if not os.access(folder, os.R_OK | os.X_OK):
            raise ModelError(f"{name} cannot be read: permission denied")
        return Place(folder)
    if folder.exists():
        near = catalogue.meant(folder.name)
        raise ModelError(
            f"{name} is a file: name the folder of a model that CTranslate2 or transformers saved"
            + (f", or {near}, which is on the hub" if near else "")
        )
    bare, _, revision = name.partition("@")
    repo = catalogue.repository(bare)
    if repo is None and re.fullmatch(r"[\w.-]+/[\w.-]+", bare) and not bare.startswith("."):
        repo = bare
    if repo is None:
        if near := catalogue.meant(bare):
            raise ModelError(f"there is no model {name!r}: did you mean {near}?")
        names = ", ".join(shipped.name for shipped in catalogue.shipped())
        raise ModelError(
            f"there is no model {name!r}: name one that ships ({names or 'none here'}), a folder, "
            "or a repository of the hub such as Helsinki-NLP/opus-mt-en-zh"
        )
    return Place(repo=repo, revision=revision or None)
