"""The folder of a Whisper model in CTranslate2's format in; it, loaded by faster-whisper, out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from subtrans.engines.store import Model
    from subtrans.engines.whisper import TranscriberOptions


def load_whisper(model: Model, options: TranscriberOptions) -> Any:
    """The model, loaded by faster-whisper; DeviceError or ModelError where it cannot be."""
    from faster_whisper import WhisperModel

    from subtrans.engines.devices import opening, resolve_device
    from subtrans.engines.layouts import ENGLISH_ONLY, read_vocabulary
    from subtrans.engines.threads import cores

    device = resolve_device(options.device, options.compute_type)
    with opening(model.path, device):
        loaded = WhisperModel(
            str(model.path),
            device=device.kind,
            compute_type=device.compute_type,
            cpu_threads=options.threads or cores(),
        )
    if not loaded.model.is_multilingual and len(read_vocabulary(model.path)) != ENGLISH_ONLY:
        loaded.model = Multilingual(loaded.model)
    return loaded


class Multilingual:
    """A model of few tokens that was trained with language tokens all the same.

    CTranslate2 tells the models without language tokens by the size of their vocabulary, below 51,865, so that it takes
    a small model with a vocabulary of its own for one, and faster-whisper would leave the tokens out.
    """

    is_multilingual = True

    def __init__(self, model: Any) -> None:
        self._model = model

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)
