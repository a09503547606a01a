"""Two systems' translations of the same sentences in; whether they differ by more than chance out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from subtrans.errors import MissingExtraError
from subtrans.evaluate.scores import sacrebleu_metric

METRICS = ("BLEU", "chrF2", "TER")


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
    """
    metrics = {name: sacrebleu_metric(name, target) for name in METRICS}
    try:
        from sacrebleu.significance import PairedTest
    except ImportError as error:
        raise MissingExtraError("a significance test", "evaluate") from error
    systems = [("baseline", list(baseline)), ("system", list(system))]
    same = list(baseline) == list(system)
    signatures, found = PairedTest(systems, metrics, [list(references)], test_type="bs")()
    return [
        Comparison(
            name, float(first.score), float(second.score), 1.0 if same else float(second.p_value), str(signatures[name])
        )
        for name, (first, second) in ((name, found[name]) for name in found if name != "System")
    ]
