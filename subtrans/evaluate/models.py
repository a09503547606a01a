"""A translator and a test set in; its scores, its speed and the memory it took out."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from subtrans.evaluate.scores import Score, sacrebleu_metric, translation_scores
from subtrans.ports import Translator

BATCH = 256


@dataclass(frozen=True, slots=True)
class Measured:
    """What a translator did with a test set."""

    scores: tuple[Score, ...]
    hypotheses: tuple[str, ...]
    seconds: float
    """Spent in the translator, after one sentence to warm it up."""
    tokens_per_second: float
    """Target tokens as BLEU counts them, so that models with different vocabularies compare."""
    peak_memory: int | None
    """Bytes of main memory that the process held at most, so far; None where the system does not tell."""


def measure(
    translator: Translator, sources: Sequence[str], references: Sequence[str], target: str, batch: int = BATCH
) -> Measured:
    """Translate `sources`, `batch` at a time, and score what comes out against `references`, one for each."""
    translator.translate(sources[:1])
    begin = time.perf_counter()
    hypotheses = [
        found.text
        for first in range(0, len(sources), batch)
        for found in translator.translate(sources[first : first + batch])
    ]
    seconds = time.perf_counter() - begin
    cut = sacrebleu_metric("BLEU", target).tokenizer
    tokens = sum(len(cut(text).split()) for text in hypotheses)
    scores = translation_scores(hypotheses, references, target)
    return Measured(tuple(scores), tuple(hypotheses), seconds, tokens / max(seconds, 1e-9), peak_memory())


def peak_memory() -> int | None:
    """The most main memory in bytes that this process held (resident set)."""
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak
