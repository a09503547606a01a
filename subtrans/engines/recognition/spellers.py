"""The name of a checkpoint for CTC in, a Speller for `align` out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from subtrans.engines.models.contents import read_json
from subtrans.engines.models.layouts import find_weights
from subtrans.engines.models.store import locate
from subtrans.engines.recognition.align import symbols_of
from subtrans.engines.recognition.heads import HEAD
from subtrans.engines.recognition.viterbi import follow_with_torchaudio
from subtrans.errors import MissingExtraError, ModelError, brief

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from subtrans.engines.recognition.align import Speller

OWN = "ctc"
"""What `--align` may be told for the CTC head of the recogniser itself, which is used anyway where there is one."""


def check_speller(name: str, recogniser: str, *, offline: bool) -> None:
    """Raise an error if the CTC model is not there, or what runs it is not; nothing is loaded or fetched."""
    from importlib.util import find_spec

    if name == OWN:
        _check_head(recogniser)
        return
    if not all(map(find_spec, ("torch", "torchaudio", "transformers"))):
        raise MissingExtraError("--align", "align")
    if offline or locate(name).folder:
        _checkpoint(name, offline=True)


def open_speller(name: str, *, offline: bool) -> Speller:
    """Load the CTC model, fetching it where that is needed."""
    return CheckpointSpeller(_checkpoint(name, offline=offline))


class CheckpointSpeller:
    """A Hugging Face checkpoint for CTC (wav2vec 2.0, HuBERT, WavLM and their kin), run by transformers."""

    def __init__(self, folder: Path) -> None:
        import torch
        from transformers import AutoFeatureExtractor, AutoModelForCTC

        from subtrans.engines.quiet import quiet

        self._symbols: dict[str, int] = read_json(folder / "vocab.json")
        self._upper = not any(len(symbol) == 1 and symbol.islower() for symbol in self._symbols)
        self.gap = self._symbols.get("|")
        safe = {"local_files_only": True, "trust_remote_code": False}
        try:
            with quiet():
                self._extract = AutoFeatureExtractor.from_pretrained(folder, **safe)
                kept = {"use_safetensors": True, "dtype": torch.float32, **safe}
                self._model = AutoModelForCTC.from_pretrained(folder, **kept).eval()
            self.blank = int(self._model.config.pad_token_id)
        except MemoryError:
            raise
        except Exception as error:  # the libraries raise anything where a file is damaged
            raise ModelError(
                f"{folder} is no model for CTC that can be loaded ({brief(error)}): fetch it again"
            ) from error

    def posteriors(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Log-probabilities (frames, symbols)."""
        import torch

        inputs = self._extract(samples, sampling_rate=16_000, return_tensors="pt")
        with torch.inference_mode():
            scores: NDArray[np.float32] = self._model(**inputs).logits[0].float().log_softmax(-1).numpy()
        return scores

    def follow(self, scores: NDArray[np.float32], path: Sequence[int]) -> list[int | None]:
        """Which symbol of the path is said in each frame."""
        return follow_with_torchaudio(scores, path, self.blank)

    def spell(self, word: str) -> list[int]:
        """The symbols of a word's letters in the model's case; empty if one is unknown."""
        return symbols_of(word.upper() if self._upper else word.lower(), self._symbols)


def _check_head(recogniser: str) -> None:
    folder = locate(recogniser).folder
    if folder is None or not (find_weights(folder).path / HEAD).is_file():
        raise ModelError(
            f"{recogniser} has no CTC head to align with: name a model for CTC in the spoken language, such as "
            "--align facebook/wav2vec2-base-960h"
        )


def _checkpoint(name: str, *, offline: bool) -> Path:
    """The folder of the CTC model, fetched where that is needed; ModelError where it is none."""
    place = locate(name)
    folder = place.folder
    if folder is None:
        from subtrans.engines.models.hub import fetch

        folder = fetch(place.repo, place.revision, offline=offline).path
    architectures = read_json(folder / "config.json", {}).get("architectures") or [""]
    if not str(architectures[0]).endswith("ForCTC") or not (folder / "vocab.json").is_file():
        raise ModelError(f"{name} is no model for CTC: --align takes one such as facebook/wav2vec2-base-960h")
    return folder
