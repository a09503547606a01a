"""A folder with the exported model, its training run and its figures in; the model's card.toml out.

python card.py FOLDER --run RUN --speech RUN/speech [--figures figures.json]
"""

from __future__ import annotations

import argparse
import json
from importlib.metadata import version
from math import prod
from pathlib import Path

import tomli_w
from safetensors import safe_open

from subtrans.engines.models.cards import file_digest
from subtrans.types import SAMPLE_RATE

VERSIONS = f"jiwer {version('jiwer')}, faster-whisper {version('faster-whisper')}"
SIGNATURE = f"{VERSIONS}, int8, beam 5, Whisper's English normaliser"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--figures", type=Path, help="what evaluate.py wrote; a first card has none")
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--speech", type=Path, required=True)
    options = parser.parse_args()
    figures = json.loads(options.figures.read_text()) if options.figures else {}
    log = map(json.loads, (options.run / "log.jsonl").read_text().splitlines())
    curve = [{name: line[name] for name in ("step", "stage", "text", "ctc")} for line in log if line["step"] % 250 == 0]
    card = {
        "languages": ["en"],
        "model": {
            "kind": "asr",
            "name": options.folder.resolve().name,
            "description": "English as synthesisers speak it; small enough to ship",
            "architecture": "whisper",
            "base": "none: trained from random weights",
            "licence": "CC-BY-2.0-FR",
            "parameters": parameters(options.run / "checkpoint.safetensors"),
            "window": 14_000,  # in windows of half a minute it loses a sentence now and then
            "can": "clear English spoken by espeak-ng and flite, with some noise",
            "cannot": "people in a room or a film, rare names, other languages: use --asr large-v3-turbo for those",
        },
        "data": {
            "sentences": "the English of Tatoeba's Mandarin pairs (CC BY 2.0 FR) and of the Tanaka corpus (CC BY), the "
            "examples of WordNet 3.0 (WordNet License); without any sentence of the held-out parts and of samples/",
            "speech": f"{hours(options.speech):.0f} hours by espeak-ng 1.51 (8 accents, 64 variants) and flite 2.2 "
            "(slt, rms, awb, kal16)",
            "attribution": "the contributors of Tatoeba (https://tatoeba.org); the Tanaka corpus "
            "(http://www.edrdg.org); WordNet 3.0, Copyright 2006 by Princeton University (https://wordnet.princeton.edu)",
            "recipe": "recipe/README.md",
        },
        "scores": [score(name, value) for name, value in figures.items()],
        "curve": curve,
        "files": [
            {"path": str(path.relative_to(options.folder)), "sha256": file_digest(path), "bytes": path.stat().st_size}
            for path in sorted((options.folder / "ct2").iterdir())
        ],
    }
    (options.folder / "card.toml").write_text(tomli_w.dumps(card), encoding="utf-8")


def score(name: str, value: float) -> dict[str, object]:
    """One row: the metric, and the test set by what follows it in the figure's name."""
    metric, _, test_set = name.partition(": ")
    return {"metric": metric, "value": round(value, 2), "test_set": test_set, "signature": SIGNATURE}


def hours(folder: Path) -> float:
    """How long the utterances in the shards of a folder are together."""
    shards = (json.loads(path.read_text()) for path in folder.glob("[0-9]*[0-9].json"))
    return sum(entry["length"] for shard in shards for entry in shard) / SAMPLE_RATE / 3600


def parameters(checkpoint: Path) -> int:
    """The numbers of the network as it ships, without the CTC head."""
    with safe_open(checkpoint, "np") as file:
        names = [name for name in file.keys() if name.startswith("model.") and not name.startswith("model.ctc.")]  # noqa: SIM118
        return sum(prod(file.get_slice(name).get_shape()) for name in names)


if __name__ == "__main__":
    main()
