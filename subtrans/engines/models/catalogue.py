"""The models that ship and the well-known ones of the hub: names in, folders, repositories and suggestions out."""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import TYPE_CHECKING

import subtrans
from subtrans.engines.models.abilities import Description, marian_pair, translates
from subtrans.engines.models.cards import wrong_kind
from subtrans.engines.models.families import T5_PAIRS

if TYPE_CHECKING:
    from subtrans.engines.models.cards import Kind
    from subtrans.engines.models.families import Family
    from subtrans.text.languages import Language

FAMILIES: dict[str, Family] = {
    "nllb-200": "nllb",
    "m2m100": "m2m100",
    "madlad400": "madlad",
    "mbart-large-50": "mbart50",
    "opus-mt": "marian",
    "t5-": "t5",
}
"""What the name of a hub repository tells of its family."""

TRANSLATORS = (
    "facebook/nllb-200-distilled-600M",
    "facebook/m2m100_418M",
    "facebook/mbart-large-50-many-to-many-mmt",
    "google/madlad400-3b-mt",
)
"""Translators of many languages that are proposed where the model asked for cannot do the pair."""

OPUS_FROM_ENGLISH = "ar bg cs da de el es et fi fr he hi hu id it nl ro ru sk sv uk vi zh"
OPUS_INTO_ENGLISH = "ar bg cs da de es et fi fr hi hu id it ja ko nl pl ru sk sv tr uk vi zh"
"""The pairs for which `Helsinki-NLP/opus-mt-SOURCE-TARGET` is known to be there; there are many more."""


def shipped() -> list[Path]:
    """The folders of the models that come with the package: from the wheel, else from the repository around it."""
    package = Path(subtrans.__file__).parent
    root = package / "_models"
    if not root.is_dir():
        root = package.parent / "models"
    return [card.parent for card in sorted(root.glob("*/card.toml"))]


def repository(name: str) -> str | None:
    """The hub repository that a short name stands for: faster-whisper's aliases and the translators above."""
    if "/" in name:
        return None
    for repo in TRANSLATORS:
        if name == repo.partition("/")[2]:
            return repo
    if name.startswith("opus-mt-"):
        return f"Helsinki-NLP/{name}"
    from faster_whisper.utils import _MODELS

    found: str | None = _MODELS.get(name)
    return found


def meant(name: str) -> str | None:
    """What is like a name that stands for nothing: `whisper-large-v3`, `ggml-small.bin` and `nllb` are common."""
    from faster_whisper.utils import _MODELS

    bare = re.sub(r"^(faster-)?whisper-|^ggml-|\.(pt|bin|gguf)$", "", name.lower())
    known = [*_MODELS, *(repo.partition("/")[2] for repo in TRANSLATORS), *(folder.name for folder in shipped())]
    near = [one for one in known if bare == one] or [one for one in known if len(bare) > 2 and one.startswith(bare)]
    return next(iter(near or difflib.get_close_matches(bare, known, n=1)), None)


def describe_repository(repo: str, kind: Kind) -> Description:
    """What the name of a repository tells of the model in it, before anything was fetched."""
    last, family, other = repo.partition("/")[2].lower(), _family(repo), kind_of(repo)
    if other not in {kind, None}:
        raise wrong_kind(repo, other, kind)
    if kind == "asr":
        english = last.endswith(".en") or "distil" in last
        return Description(repo, kind, languages=("en",) if english else ())
    pairs = (marian_pair(repo),) if family == "marian" else T5_PAIRS if family == "t5" else ()
    return Description(repo, kind, family, pairs=pairs)


def kind_of(repo: str) -> Kind | None:
    """What the name of a repository tells of the kind of its model; None where it tells nothing."""
    return "asr" if "whisper" in repo.lower() else "mt" if _family(repo) else None


def _family(repo: str) -> Family | None:
    last = repo.partition("/")[2].lower()
    return next((family for part, family in FAMILIES.items() if part in last), None)


def suggest(source: Language, target: Language) -> list[str]:
    """Well-known repositories of the hub that translate the pair, the smallest first."""
    names = []
    if source.tag == "en" and target.tag in OPUS_FROM_ENGLISH.split():
        names.append(f"Helsinki-NLP/opus-mt-en-{target.tag}")
    if target.tag == "en" and source.tag in OPUS_INTO_ENGLISH.split():
        names.append(f"Helsinki-NLP/opus-mt-{source.tag}-en")
    many = (describe_repository(repo, "mt") for repo in TRANSLATORS)
    return names + [model.name for model in many if translates(model, source, target)]
