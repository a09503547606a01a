"""A Whisper model that was trained with a CTC head beside its decoder in; one that times words by the head out.

The head says for each frame of the encoder which character is spoken. Whisper's own way, dynamic time warping over the
attention of its decoder, looks at the whole window, so that the same word gets other times in another window; the head
looks at the sound around a frame. It costs little, as the encoder has been at work already.
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

from subtrans.engines.align import AlignmentOptions, align
from subtrans.engines.viterbi import follow

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

        arrays, notes = read_safetensors(file)
        self._weight, self._bias = (arrays[name].astype("float32") for name in ("weight", "bias"))
        self._symbols = {character: i + 1 for i, character in enumerate(notes["characters"])}
        self.gap = self._symbols.get(" ")

    def posteriors(self, encoded: NDArray[np.float32]) -> NDArray[np.float32]:
        """Log-probabilities (frames, symbols) from what the encoder says (frames, width)."""
        import numpy as np

        scores = encoded @ self._weight.T + self._bias
        scores -= scores.max(axis=-1, keepdims=True)
        found: NDArray[np.float32] = scores - np.log(np.exp(scores).sum(axis=-1, keepdims=True))
        return found

    def follow(self, scores: NDArray[np.float32], path: Sequence[int]) -> list[int | None]:
        """Which symbol of the path is said in each frame."""
        return follow(scores, path, self.blank)

    def spell(self, word: str) -> list[int]:
        """The letters, digits and apostrophes of a word; empty if it has letters of another script."""
        letters = [c for c in word.lower().replace("’", "'") if c.isalnum() or c == "'"]
        return [self._symbols[c] for c in letters] if all(c in self._symbols for c in letters) else []


def time_by_head(loaded: Any, head: Head, options: AlignmentOptions = ALIGNMENT) -> None:
    """Let faster-whisper's `loaded` model take the times of words from the head, where the sound fits the words."""
    import numpy as np

    add = loaded.add_word_timestamps

    def add_word_timestamps(windows: Any, tokenizer: Any, encoded: Any, frames: Any, *rest: Any, **more: Any) -> Any:
        last = add(windows, tokenizer, encoded, frames, *rest, **more)
        states = _to_array(encoded)
        for parts, state, length in zip(windows, states, np.broadcast_to(frames, len(states)), strict=True):
            words = [word for part in parts for word in part["words"]]
            start = parts[0]["seek"] / loaded.frames_per_second
            _retime(words, start, head.posteriors(state[: length // 2]), head, options)
        return last

    loaded.add_word_timestamps = add_word_timestamps


def _retime(
    words: list[dict[str, Any]], start: float, scores: NDArray[np.float32], head: Head, options: AlignmentOptions
) -> None:
    """Give the words of a window that begins at `start` their times by the scores, if these are to be believed."""
    found = align(scores, [head.spell(word["word"]) for word in words], head)
    if found is None or found[1] < options.weakest:
        return
    begins = [start + FRAME * begin for (begin, _) in found[0]]
    far = median(abs(begin - word["start"]) for begin, word in zip(begins, words, strict=True))
    if 1000 * far > options.farthest:
        return
    earliest = start
    for word, begin, (_, end) in zip(words, begins, found[0], strict=True):
        word["start"] = max(earliest, begin - options.lead / 1000)
        earliest = word["end"] = start + FRAME * end


def _to_array(encoded: Any) -> NDArray[np.float32]:
    """What the encoder says of some windows (windows, frames, width), from where the model runs."""
    import ctranslate2
    import numpy as np

    here = encoded.to_device(ctranslate2.Device.cpu).to(ctranslate2.DataType.float32)
    return np.array(here)
