"""Speech into translated, time-aligned subtitles, offline."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

# onnxruntime reports its use to its maker, by default on Linux too from 1.32 on; here nothing leaves the machine.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
# The threads of numpy's OpenBLAS wait for each other's small products by turning round and round, a sixth of a run.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

if TYPE_CHECKING:
    from subtrans.errors import SubtransError
    from subtrans.types import Audio, Caption, Cue, Hypothesis, Look, Sentence, Span, Translation, Word

__version__ = "0.1.0"

__all__ = [
    "Audio",
    "Caption",
    "Cue",
    "Hypothesis",
    "Look",
    "Sentence",
    "Span",
    "SubtransError",
    "Translation",
    "Word",
    "__version__",
]


def __getattr__(name: str) -> object:
    """The public names, imported when they are asked for, so that the command starts at once."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from subtrans import errors, types

    return getattr(errors if name == "SubtransError" else types, name)
