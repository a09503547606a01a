"""A checkpoint's configuration, weights and vocabulary in; the same network as CTranslate2 describes it out.

Marian, M2M100, NLLB, mBART, T5, mT5, UMT5, MADLAD and Whisper, by NumPy alone: who uses these needs no PyTorch. The
descriptions say what is missing (`validate`), so that no network comes out half filled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from subtrans.engines.models.contents import read_json
from subtrans.engines.networks.bart import bart
from subtrans.engines.networks.t5 import t5
from subtrans.engines.networks.vocabularies import target_vocabulary, vocabulary
from subtrans.engines.networks.weights import Weights
from subtrans.engines.networks.whisper import whisper

if TYPE_CHECKING:
    from pathlib import Path

FAMILIES = {"whisper": whisper, "marian": bart, "m2m_100": bart, "mbart": bart, "t5": t5, "mt5": t5, "umt5": t5}
"""What fills the network of each architecture (`model_type`)."""


MOST_LAYERS = 1000
"""More than any model has; a number beyond is damage, and would take all memory."""
T5_LAYERS = ("num_layers", "num_decoder_layers")


def network(checkpoint: Path) -> Any:
    """The `ModelSpec` of a checkpoint, filled; KeyError or ValueError where its files do not say what it needs."""
    config = read_json(checkpoint / "config.json")
    generation = read_json(checkpoint / "generation_config.json", {})
    fill = FAMILIES[str(config["model_type"])]
    if any(int(config.get(name) or 0) > MOST_LAYERS for name in ("encoder_layers", "decoder_layers", *T5_LAYERS)):
        raise ValueError(f"no network has more than {MOST_LAYERS:,} layers")
    more = {"generation": generation, "said": target_vocabulary(checkpoint, config)}
    return fill({**config, **more}, Weights(checkpoint), vocabulary(checkpoint, config))
