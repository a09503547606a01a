"""A recogniser on a GPU in; the same port out, which asks for less where the GPU has no memory left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from subtrans.engines.machine.easing import Easing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from subtrans.engines.recognition.options import TranscriberOptions
    from subtrans.engines.recognition.whisper import WhisperTranscriber
    from subtrans.types import Audio, Span, Word


class EasingTranscriber:
    """The Transcriber port over a recogniser that is loaded again, smaller, where it runs out of memory."""

    def __init__(
        self, name: str, load: Callable[[TranscriberOptions], WhisperTranscriber], options: TranscriberOptions
    ) -> None:
        self._easing = Easing(name, load, options, "batch_size")

    def identify(self, audio: Audio) -> str:
        """As the recogniser."""
        return self._easing.ask(lambda engine: engine.identify(audio))

    def transcribe(self, audio: Audio, speech: Sequence[Span], language: str, said: str = "") -> list[Word]:
        """As the recogniser."""
        return self._easing.ask(lambda engine: engine.transcribe(audio, speech, language, said))

    def greedy(self) -> WhisperTranscriber:
        """As the recogniser."""
        return self._easing.ask(lambda engine: engine.greedy())
