"""Two systems' translations of the same sentences in; whether they differ by more than chance out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from subtrans.evaluate.scores import check_lengths, sacrebleu_metric

METRICS = ("BLEU", "chrF2", "TER")
RESAMPLES = 1000
SEED = 12345
"""SacreBLEU's own, so that the figures are those of its program."""
_AT_ONCE = 50
"""Resamples that are summed in one go: the more, the more memory."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One metric of two systems; `p` is how often chance alone gives such a difference."""

    name: str
    baseline: float
    system: float
    p: float
    signature: str

    def __str__(self) -> str:
        change = f"{self.baseline:.2f} -> {self.system:.2f} ({self.system - self.baseline:+.2f})"
        verdict = "significant" if self.p < 0.05 else "not significant"
        return f"{self.name:8} {change}, p = {self.p:.4f}: {verdict}  {self.signature}"


def compare(baseline: Sequence[str], system: Sequence[str], references: Sequence[str], target: str) -> list[Comparison]:
    """SacreBLEU's paired bootstrap test with 1,000 resamples and a fixed seed, for each of `METRICS` (Koehn 2004).

    Where both wrote the same, p is 1: there the test itself, which counts what exceeds a difference of nothing, fails.
    The metrics and what they count in each sentence are sacreBLEU's; its own test holds every resample of every
    sentence at once, which are gigabytes for thousands of sentences.
    """
    check_lengths(baseline, references)
    check_lengths(system, references)
    metrics = [sacrebleu_metric(name, target) for name in METRICS]
    counted = [
        [np.array(metric._extract_corpus_statistics(list(texts), [list(references)]), float) for metric in metrics]
        for texts in (baseline, system)
    ]
    return [
        _compared(name, metric, one, other, list(baseline) == list(system))
        for name, metric, one, other in zip(METRICS, metrics, *_resampled(counted), strict=True)
    ]


def _resampled(counted: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """For each system and metric the sums over all sentences, and below them those over each resample."""
    parts = [part for system in counted for part in system]
    every = np.hstack(parts)
    sentences = len(every)
    random = np.random.default_rng(SEED)
    sums = [every.sum(0, keepdims=True)]
    for _ in range(0, RESAMPLES, _AT_ONCE):
        drawn = random.choice(sentences, size=(_AT_ONCE, sentences))
        sums.append(np.stack([np.bincount(one, minlength=sentences) for one in drawn]).astype(float) @ every)
    found = np.split(np.vstack(sums), np.cumsum([part.shape[1] for part in parts])[:-1], axis=1)
    return [found[: len(METRICS)], found[len(METRICS) :]]


def _compared(name: str, metric: Any, baseline: Any, system: Any, same: bool) -> Comparison:
    first, second = (_scores(metric, sums[:1].astype(int))[0] for sums in (baseline, system))
    # The test computes in single precision, in which counts below 17 million are exact.
    differences = np.abs(np.subtract(*(_scores(metric, sums[1:].astype("float32")) for sums in (system, baseline))))
    beyond = int(np.sum(differences - differences.mean() > abs(first - second)))
    signature = metric.get_signature()
    signature.update("seed", str(SEED))
    signature.update("bs", RESAMPLES)
    p = 1.0 if same else (beyond + 1) / (RESAMPLES + 1)
    return Comparison(name, float(first), float(second), p, str(signature))


def _scores(metric: Any, sums: Any) -> Any:
    return np.array([metric._compute_score_from_stats(one).score for one in sums])
