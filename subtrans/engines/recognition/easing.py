"""A recogniser on a GPU in; the same port out, which asks for less where the GPU has no memory left.

First the batches are halved, down to a quarter; then the weights are int8; then the processor computes. That is said
once, and it stays so to the end of the run.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from subtrans.engines.machine.devices import is_full
from subtrans.engines.recognition.whisper import TranscriberOptions
from subtrans.errors import DeviceError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from subtrans.engines.recognition.whisper import WhisperTranscriber
    from subtrans.types import Audio, Span, Word

Answer = TypeVar("Answer")
_log = logging.getLogger("subtrans.engines")


def eased(options: TranscriberOptions, asked: TranscriberOptions) -> TranscriberOptions | None:
    """What takes less memory than `options`, which came of `asked`; None where nothing does."""
    if options.device == "cpu":
        return None
    if options.batch_size > max(1, asked.batch_size // 4):
        return replace(options, batch_size=options.batch_size // 2)
    if not options.compute_type.startswith("int8"):
        return replace(options, compute_type="int8")
    return replace(asked, device="cpu", compute_type="auto")


class EasingTranscriber:
    """The Transcriber port over a recogniser that is loaded again, smaller, where it runs out of memory."""

    def __init__(self, load: Callable[[TranscriberOptions], WhisperTranscriber], options: TranscriberOptions) -> None:
        self._load = load
        self._asked = self._options = options
        self._engine: WhisperTranscriber | None = None
        self._ask(lambda engine: engine)

    def identify(self, audio: Audio) -> str:
        """As the recogniser."""
        return self._ask(lambda engine: engine.identify(audio))

    def transcribe(self, audio: Audio, speech: Sequence[Span], language: str, said: str = "") -> list[Word]:
        """As the recogniser."""
        return self._ask(lambda engine: engine.transcribe(audio, speech, language, said))

    def greedy(self) -> WhisperTranscriber:
        """As the recogniser."""
        return self._ask(lambda engine: engine.greedy())

    def _ask(self, question: Callable[[WhisperTranscriber], Answer]) -> Answer:
        while True:
            try:
                if self._engine is None:
                    self._engine = self._load(self._options)
                return question(self._engine)
            except (RuntimeError, DeviceError) as error:
                smaller = eased(self._options, self._asked) if is_full(error) else None
                if smaller is None:
                    raise
            self._engine = None  # its memory is let go before another is loaded
            if self._options == self._asked:
                _log.warning("the GPU has too little memory: smaller batches, then int8, then the processor are tried")
            self._options = smaller
            _log.info("now batches of %d on %s in %s", smaller.batch_size, smaller.device, smaller.compute_type)
