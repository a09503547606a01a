"""Translations of test sets before and after a training in; what got better, worse or was forgotten out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from subtrans.evaluate.comet import comet
from subtrans.evaluate.scores import bleu, rouge_l, sacrebleu_metric, translation_scores
from subtrans.evaluate.significance import compare

SHOWN = 10
"""Sentences that improved most, and as many that got worst."""


@dataclass(frozen=True, slots=True)
class Translated:
    """A test set with what a model wrote before it was trained (None: it did not exist) and after."""

    name: str
    sources: Sequence[str]
    references: Sequence[str]
    before: Sequence[str] | None
    after: Sequence[str]


@dataclass(frozen=True, slots=True)
class Change:
    """A metric of a test set; `p` is how often chance alone gives such a difference, where a test for it was made."""

    name: str
    before: float | None
    after: float
    p: float | None
    signature: str


@dataclass(frozen=True, slots=True)
class SetReport:
    """What became of one test set."""

    name: str
    sentences: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence before and after; `change` is that of its chrF2, which sentences of their own can be scored by."""

    source: str
    reference: str
    before: str
    after: str
    change: float


@dataclass(frozen=True, slots=True)
class Report:
    """All that a training changed. The sets of `robustness` are forms of one test set."""

    name: str
    source: str
    target: str
    sets: tuple[SetReport, ...]
    robustness: tuple[SetReport, ...]
    improved: tuple[Example, ...]
    worsened: tuple[Example, ...]
    training: dict[str, Any]
    """What it cost, as name and value."""
    curves: dict[str, list[tuple[float, float]]]
    """Losses and scores by step."""


def judge(found: Translated, target: str, model: Path | None = None) -> SetReport:
    """BLEU, chrF2, TER and ROUGE-L before and after, with sacreBLEU's paired bootstrap test where there is one.

    With a `model` of COMET that is scored too.
    """
    if found.before is None:
        scores = translation_scores(found.after, found.references, target)
        changes = tuple(Change(score.name, None, score.value, None, score.signature) for score in scores)
    else:
        tested = compare(found.before, found.after, found.references, target)
        rouges = [rouge_l(texts, found.references, target) for texts in (found.before, found.after)]
        changes = (
            *(Change(one.name, one.baseline, one.system, one.p, one.signature) for one in tested),
            Change("ROUGE-L", rouges[0].value, rouges[1].value, None, rouges[1].signature),
        )
    if model:
        after, *before = (
            comet(found.sources, texts, found.references, model) for texts in (found.after, found.before) if texts
        )
        changes += (Change("COMET", before[0].value if before else None, after.value, None, after.signature),)
    return SetReport(found.name, len(found.references), changes)


def judge_form(found: Translated, target: str, name: str) -> SetReport:
    """BLEU alone, before and after, for a form of a test set."""
    before = None if found.before is None else bleu(found.before, found.references, target).value
    after = bleu(found.after, found.references, target).value
    return SetReport(name, len(found.references), (Change("BLEU", before, after, None, ""),))


def examples(found: Translated, target: str) -> tuple[tuple[Example, ...], tuple[Example, ...]]:
    """The sentences that improved most, and those that got worst, by the change of their chrF2."""
    if found.before is None:
        return (), ()
    metric = sacrebleu_metric("chrF2", target)
    rows = zip(found.sources, found.references, found.before, found.after, strict=True)
    changed = [
        Example(source, right, old, new, round(_score(metric, new, right) - _score(metric, old, right), 2))
        for source, right, old, new in rows
        if old != new
    ]
    changed.sort(key=lambda example: -example.change)
    improved = [example for example in changed if example.change > 0][:SHOWN]
    worsened = [example for example in reversed(changed) if example.change < 0][:SHOWN]
    return tuple(improved), tuple(worsened)


def _score(metric: Any, text: str, reference: str) -> float:
    return float(metric.sentence_score(text, [reference]).score)
