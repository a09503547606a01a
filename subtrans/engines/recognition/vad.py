"""Audio in, the stretches of it that hold speech out: Silero's detector as it comes with faster-whisper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from subtrans.engines.machine.threads import rest_while_waiting
from subtrans.types import Span, milliseconds

if TYPE_CHECKING:
    from subtrans.types import Audio

FRAMES = 125
"""Of 32 ms, which the model is given at once: four seconds are computed in the processor's cache."""


@dataclass(frozen=True, slots=True)
class DetectorOptions:
    """When something counts as speech."""

    threshold: float = 0.5
    """Probability above which a frame of 32 ms is speech: lower finds quiet speakers and takes noise for speech."""
    minimum_silence: int = 160
    """Milliseconds of silence that part two stretches: shorter ones belong to the speech around them."""
    minimum_speech: int = 0
    """Stretches of fewer milliseconds are dropped: a door or a click, but a short 'yes' too."""
    maximum_speech: int = 28_000
    """Milliseconds after which a stretch is cut at its last short pause: the recogniser hears 30 s at once."""
    padding: int = 100
    """Milliseconds added on both sides, so that soft first and last sounds are kept."""


class SileroDetector:
    """The VoiceDetector port over Silero's model, run by onnxruntime on the processor."""

    def __init__(self, options: DetectorOptions) -> None:
        rest_while_waiting()  # the package loads CTranslate2
        from faster_whisper.vad import VadOptions, get_vad_model

        model = get_vad_model()
        if not isinstance(model.session, _Piecewise):
            model.session = _Piecewise(model.session)
        self._options = VadOptions(
            threshold=options.threshold,
            min_silence_duration_ms=options.minimum_silence,
            min_speech_duration_ms=options.minimum_speech,
            max_speech_duration_s=options.maximum_speech / 1000,
            speech_pad_ms=options.padding,
        )

    def detect(self, audio: Audio) -> list[Span]:
        """The stretches that hold speech, in order, disjoint, in file time."""
        from faster_whisper.vad import get_speech_timestamps

        if len(audio.samples) == 0:
            return []
        found = get_speech_timestamps(audio.samples, self._options)
        spans = [
            Span(milliseconds(audio.offset + int(stretch["start"])), milliseconds(audio.offset + int(stretch["end"])))
            for stretch in found
        ]
        return [span for span in spans if span.duration]


class _Piecewise:
    """An onnxruntime session with Silero's model, which is given a recording in pieces.

    What the model remembers goes on from one to the next, so it says the same; all at once it takes half a megabyte for
    each second, and a sixth more time.
    """

    def __init__(self, session: Any) -> None:
        self._session = session

    def run(self, outputs: Any, inputs: dict[str, Any]) -> tuple[Any, Any, Any]:
        """As the session's: probabilities of speech, and the two states at the end."""
        import numpy as np

        said, h, c = [], inputs["h"], inputs["c"]
        for i in range(0, len(inputs["input"]), FRAMES):
            probabilities, h, c = self._session.run(outputs, {"input": inputs["input"][i : i + FRAMES], "h": h, "c": c})
            said.append(probabilities)
        return np.concatenate(said), h, c
