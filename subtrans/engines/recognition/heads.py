"""A Whisper model that was trained with a CTC head beside its decoder in; one that times and judges words by it out.

The head says for each frame of the encoder which character is spoken. Whisper's own way, dynamic time warping over the
attention of its decoder, looks at the whole window, so that the same word gets other times in another window; the head
looks at the sound around a frame. And where a decoder repeats itself, or goes on behind the end, it is sure of what it
says; the head does not find that in the sound. All this costs little, as the encoder has been at work already.
"""

from __future__ import annotations

from math import log
from statistics import median
from typing import TYPE_CHECKING, Any

from subtrans.engines.models.contents import MALFORMED
from subtrans.engines.recognition.align import AlignmentOptions, align, symbols_of
from subtrans.engines.recognition.viterbi import follow
from subtrans.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

HEAD = "ctc.safetensors"
"""The head's file beside a recogniser's weights: `weight` (symbols, width), `bias` and, as metadata, its characters."""
FRAME = 0.02
"""Seconds from one frame of the encoder to the next."""
ALIGNMENT = AlignmentOptions()


class Head:
    """The CTC head of a recogniser: characters, the space between words among them."""

    blank = 0

    def __init__(self, file: Path) -> None:
        from subtrans.engines.networks.weights import read_safetensors

        self._file = file
        arrays, notes = read_safetensors(file)
        try:
            self._weight, self._bias = (arrays[name].astype("float32") for name in ("weight", "bias"))
            self._symbols = {character: i + 1 for i, character in enumerate(notes["characters"])}
            if not len(self._weight) == len(self._bias) == len(notes["characters"]) + 1:
                raise ValueError("it has weights for other characters")
        except MALFORMED as error:
            raise ModelError(f"{file} is no CTC head ({error}): fetch the model again") from error
        self.gap = self._symbols.get(" ")

    def posteriors(self, encoded: NDArray[np.float32]) -> NDArray[np.float32]:
        """Log-probabilities (frames, symbols) from what the encoder says (frames, width).

        ModelError where that is wider or narrower than what the head was made for.
        """
        import numpy as np

        if self._weight.shape[1:] != encoded.shape[-1:]:
            raise ModelError(f"{self._file} is the head of another model: fetch the model again")
        scores = encoded @ self._weight.T + self._bias
        scores -= scores.max(axis=-1, keepdims=True)
        found: NDArray[np.float32] = scores - np.log(np.exp(scores).sum(axis=-1, keepdims=True))
        return found

    def follow(self, scores: NDArray[np.float32], path: Sequence[int]) -> list[int | None]:
        """Which symbol of the path is said in each frame."""
        return follow(scores, path, self.blank)

    def spell(self, word: str) -> list[int]:
        """The symbols of a word; empty if it has letters of another script."""
        return symbols_of(word.lower(), self._symbols)


def heed(loaded: Any, head: Head, options: AlignmentOptions = ALIGNMENT) -> None:
    """Let faster-whisper's `loaded` model take the times of words from the head, where the sound fits the words.

    And let it be no surer of a window (`avg_logprob`) than the head is that the window's characters are said.
    """
    import numpy as np

    add = loaded.add_word_timestamps

    def add_word_timestamps(windows: Any, tokenizer: Any, encoded: Any, frames: Any, *rest: Any, **more: Any) -> Any:
        last = add(windows, tokenizer, encoded, frames, *rest, **more)
        states = _to_array(encoded)
        for parts, state, length in zip(windows, states, np.broadcast_to(frames, len(states)), strict=True):
            words = [word for part in parts for word in part["words"]]
            scores = head.posteriors(state[: length // 2])
            if (found := align(scores, [head.spell(word["word"]) for word in words], head)) is None:
                continue
            spans, likelihood = found
            _retime(words, parts[0]["seek"] / loaded.frames_per_second, spans, likelihood, options)
            for part in parts:
                part["avg_logprob"] = min(part.get("avg_logprob", 0.0), log(likelihood))
        return last

    loaded.add_word_timestamps = add_word_timestamps


def _retime(
    words: list[dict[str, Any]],
    start: float,
    spans: Sequence[tuple[int, int]],
    likelihood: float,
    options: AlignmentOptions,
) -> None:
    """Give the words of a window that begins at `start` the times of their frames, if these are believed.

    In float16 the attention by which the decoder's words are timed can put half a window into one place.
    """
    moved = [abs(start + FRAME * begin - word["start"]) for word, (begin, _) in zip(words, spans, strict=True)]
    if not options.believed(likelihood, 1000 * median(moved)):
        return
    earliest = start
    for word, (begin, end) in zip(words, spans, strict=True):
        word["start"] = max(earliest, start + FRAME * begin - options.lead / 1000)
        earliest = word["end"] = start + FRAME * end


def _to_array(encoded: Any) -> NDArray[np.float32]:
    """What the encoder says of some windows (windows, frames, width), from where the model runs."""
    import ctranslate2
    import numpy as np

    here = encoded.to_device(ctranslate2.Device.cpu).to(ctranslate2.DataType.float32)
    return np.array(here)
