"""The name of a CTC model in, a Speller for `align` out: a recogniser's own CTC head, or a checkpoint for CTC."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from subtrans.engines.store import locate
from subtrans.errors import MissingExtraError, ModelError

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from subtrans.engines.align import Speller

OWN = "ctc"
"""What `--align` is told to use the CTC head of the recogniser itself."""
HEAD = "ctc.safetensors"
"""The head's file in a recogniser's folder: `weight` (symbols, width), `bias` and, as metadata, its characters."""


def check_speller(name: str, recogniser: str, *, offline: bool) -> None:
    """Raise an error if the CTC model is not there, or torchaudio is not; nothing is loaded or fetched."""
    from importlib.util import find_spec

    if not find_spec("torchaudio"):
        raise MissingExtraError("--align", "align")
    if name == OWN:
        _head(recogniser)
        return
    place = locate(name)
    if place.folder:
        _check_checkpoint(place.folder, name)
    elif offline:
        from subtrans.engines.hub import fetch

        _check_checkpoint(fetch(place.repo, place.revision, offline=True).path, name)


def open_speller(name: str, recogniser: str, *, offline: bool) -> Speller:
    """Load the CTC model, fetching it where that is needed."""
    if name == OWN:
        return HeadSpeller(_head(recogniser))
    place = locate(name)
    folder = place.folder
    if folder is None:
        from subtrans.engines.hub import fetch

        folder = fetch(place.repo, place.revision, offline=offline).path
    _check_checkpoint(folder, name)
    return CheckpointSpeller(folder)


class HeadSpeller:
    """The CTC head on the encoder of a Whisper-shaped recogniser: characters, the space between words among them."""

    blank = 0

    def __init__(self, folder: Path) -> None:
        from faster_whisper import WhisperModel
        from safetensors import safe_open

        from subtrans.engines.layouts import find_weights

        with safe_open(folder / HEAD, "np") as file:
            self._weight = file.get_tensor("weight").astype("float32")
            self._bias = file.get_tensor("bias").astype("float32")
            self._symbols = {character: i + 1 for i, character in enumerate(file.metadata()["characters"])}
        self.gap = self._symbols.get(" ")
        self._model = WhisperModel(str(find_weights(folder).path), device="cpu", compute_type="int8")

    def posteriors(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Log-probabilities (frames of 20 ms, symbols) of at most 30 s."""
        import numpy as np
        from faster_whisper.audio import pad_or_trim

        features = self._model.feature_extractor(samples)
        frames = max(1, round(len(samples) / 320))
        encoded = np.array(self._model.encode(pad_or_trim(features)[None]).to_device(_cpu()))[0]
        return _log_softmax(encoded[:frames].astype(np.float32) @ self._weight.T + self._bias)

    def spell(self, word: str) -> list[int]:
        """The letters, digits and apostrophes of a word; empty if it has letters of another script."""
        letters = [c for c in word.lower().replace("’", "'") if c.isalnum() or c == "'"]
        return [self._symbols[c] for c in letters] if all(c in self._symbols for c in letters) else []


class CheckpointSpeller:
    """A Hugging Face checkpoint for CTC (wav2vec 2.0, HuBERT, WavLM and their kin), run by transformers."""

    def __init__(self, folder: Path) -> None:
        import torch
        from transformers import AutoFeatureExtractor, AutoModelForCTC

        from subtrans.engines.convert import quiet

        self._symbols: dict[str, int] = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
        self._upper = not any(len(symbol) == 1 and symbol.islower() for symbol in self._symbols)
        self.gap = self._symbols.get("|")
        with quiet():
            self._extract = AutoFeatureExtractor.from_pretrained(folder, local_files_only=True)
            self._model = AutoModelForCTC.from_pretrained(
                folder, local_files_only=True, use_safetensors=True, trust_remote_code=False, dtype=torch.float32
            ).eval()
        self.blank = int(self._model.config.pad_token_id)

    def posteriors(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Log-probabilities (frames, symbols)."""
        import torch

        inputs = self._extract(samples, sampling_rate=16_000, return_tensors="pt")
        with torch.inference_mode():
            scores: NDArray[np.float32] = self._model(**inputs).logits[0].float().log_softmax(-1).numpy()
        return scores

    def spell(self, word: str) -> list[int]:
        """The symbols of a word's letters in the model's case; empty if one is unknown."""
        cased = word.upper() if self._upper else word.lower()
        letters = [c for c in cased.replace("’", "'") if c.isalnum() or c == "'"]
        return [self._symbols[c] for c in letters] if all(c in self._symbols for c in letters) else []


def _head(recogniser: str) -> Path:
    folder = locate(recogniser).folder
    if folder is None or not (folder / HEAD).is_file():
        raise ModelError(
            f"{recogniser} has no CTC head to align with: name a model for CTC in the spoken language, such as "
            "--align facebook/wav2vec2-base-960h"
        )
    return folder


def _check_checkpoint(folder: Path, name: str) -> None:
    from subtrans.engines.layouts import read_json

    architectures = read_json(folder / "config.json", {}).get("architectures") or [""]
    if not str(architectures[0]).endswith("ForCTC") or not (folder / "vocab.json").is_file():
        raise ModelError(f"{name} is no model for CTC: --align takes one such as facebook/wav2vec2-base-960h")


def _log_softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np

    peak = scores.max(axis=-1, keepdims=True)
    normalised: NDArray[np.float32] = scores - peak - np.log(np.exp(scores - peak).sum(axis=-1, keepdims=True))
    return normalised


def _cpu() -> Any:
    import ctranslate2

    return ctranslate2.Device.cpu
