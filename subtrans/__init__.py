"""Speech into translated, time-aligned subtitles, offline."""

from subtrans.errors import SubtransError
from subtrans.types import Audio, Caption, Cue, Hypothesis, Sentence, Span, Translation, Word

__version__ = "0.1.0"

__all__ = [
    "Audio",
    "Caption",
    "Cue",
    "Hypothesis",
    "Sentence",
    "Span",
    "SubtransError",
    "Translation",
    "Word",
    "__version__",
]
