"""A configuration and what it trains on in; whether the run in a folder is this one and may go on out.

What decides the weights must be the same: settings by their values, data and base models by their content, wherever
they lie. How long to train, with which patience, who is told, where it is computed and what is mixed in at the end may
change.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from subtrans.engines.models.convert import fingerprint
from subtrans.errors import ConfigError
from subtrans.finetune.corpus import content_hash
from subtrans.finetune.start import find_base
from subtrans.media.files import atomic_write

if TYPE_CHECKING:
    from subtrans.finetune.config import Config
    from subtrans.finetune.corpus import Corpus
    from subtrans.finetune.mixture import Mixture

DECISIVE = ("languages", "model", "tuning", "noise", "replay", "denoising", "training")
FREE = frozenset(
    (*(f"training.{name}" for name in ("steps", "patience", "trackers", "device", "threads")), "tuning.base_share")
)
"""What may change between two sittings."""
NAMES = frozenset(
    ("model.base", "model.encoder", "model.decoder", "replay.pairs", "denoising.source", "denoising.target")
)
"""Of files, whose content counts."""
MADE = ("start", "log.jsonl", "tensorboard", "best.safetensors", "averaged.safetensors", "mixed.safetensors")
"""What a run that has no checkpoint yet may have left."""


def identify(config: Config, corpus: Corpus, mixture: Mixture) -> dict[str, str]:
    """All that decides the weights, as text by name."""
    content = asdict(config)
    settings = {f"{part}.{name}": value for part in DECISIVE for name, value in content[part].items()}
    found = {name: json.dumps(value) for name, value in settings.items() if name not in FREE | NAMES}
    texts = json.dumps([mixture.source_texts, mixture.target_texts])
    found |= {
        "training data": content_hash(mixture.pairs),
        "dev data": content_hash(corpus.dev),
        "replayed data": content_hash(mixture.replay),
        "masked texts": hashlib.sha256(texts.encode()).hexdigest(),
    }
    found |= {f"training data into {tag}": content_hash(pairs) for tag, pairs in mixture.others.items()}
    if config.model.base:
        found["base model"] = fingerprint(find_base(config.model))
    for side in ("encoder", "decoder"):
        if path := getattr(config.model, side):
            found[f"pretrained {side}"] = fingerprint(Path(path))
    return found


def claim(folder: Path, identity: Mapping[str, str], record: str = "run.json", work: str = "state.safetensors") -> None:
    """Take the folder for this run, and write down in `record` what it is.

    ConfigError where it holds the `work` of another run, which says what differs; another run that has not come to any
    is cleared away.
    """
    file = folder / record
    known = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    others = [name for name in {**known, **identity} if known.get(name) != identity.get(name)]
    if others and (folder / work).exists():
        first = others[0]
        values = f" ({known.get(first)}, not {identity.get(first)})" if "." in first else ""
        more = f" and {len(others) - 1} more" if len(others) > 1 else ""
        was = f"whose {first} was another{values}{more}" if known else "that says not what it was made of"
        raise ConfigError(f"{folder} holds a run {was}: give another --output, or remove it")
    if others:
        for name in MADE:
            shutil.rmtree(folder / name, ignore_errors=True)
            (folder / name).unlink(missing_ok=True)
        with atomic_write(file, overwrite=True) as target:
            target.write(json.dumps(dict(identity), indent=1) + "\n")
