"""What faster-whisper found in a window in, one `Hearing` with its words in file time out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from subtrans.engines.recognition.judgement import Hearing
from subtrans.engines.recognition.windows import GRID
from subtrans.types import SAMPLE_RATE, Span, Word, milliseconds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subtrans.engines.recognition.windows import Stretch
    from subtrans.types import Audio


def hearing_of(segments: Sequence[Any], audio: Audio, window: Stretch) -> Hearing:
    """The segments of one window as one; the window's words in file time and in order, none outside the window."""
    span = Span(milliseconds(audio.offset + window[0]), milliseconds(audio.offset + window[1]))
    words: list[Word] = []
    offset = milliseconds(audio.offset + window[0] - seek_frame(window[0]) * GRID)
    earliest = span.start
    for word in (word for segment in segments for word in segment.words or ()):
        if word.word.strip():
            start = min(max(round(word.start * 1000) + offset, earliest), span.end)
            end = min(max(round(word.end * 1000) + offset, start), span.end)
            words.append(Word(word.word, Span(start, end), min(max(float(word.probability), 0.0), 1.0)))
            earliest = start
    return Hearing(
        span,
        tuple(words),
        min((segment.avg_logprob for segment in segments), default=0.0),
        max((segment.no_speech_prob for segment in segments), default=1.0),
        max((segment.compression_ratio for segment in segments), default=0.0),
    )


def seek_frame(start: int) -> int:
    """The frame of 10 ms from which faster-whisper counts the times of a window that starts at sample `start`.

    It goes through float seconds, so that 143.95 s is frame 14394.
    """
    return int(start / SAMPLE_RATE * 100)
