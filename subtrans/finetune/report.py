"""A run that has been exported in; `report.json` and `report.html`, which say what the training changed, out."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from subtrans.engines import load_translator
from subtrans.errors import LanguageError
from subtrans.evaluate.page import page
from subtrans.evaluate.report import Report, SetReport, Translated, examples, judge, judge_form
from subtrans.finetune.export import AS_USERS, engine_folder
from subtrans.finetune.noise import confuse_words, spoken_form
from subtrans.finetune.readers import Pair
from subtrans.media.files import atomic_write

if TYPE_CHECKING:
    from subtrans.finetune.config import Config
    from subtrans.finetune.corpus import Corpus
    from subtrans.finetune.mixture import Mixture
    from subtrans.finetune.train import Outcome
    from subtrans.ports import Translator

WORD_ERRORS = 0.1
"""Share of the words that are dropped, doubled or swapped."""


def write_report(
    config: Config, corpus: Corpus, mixture: Mixture,
    *, start: Path, outcome: Outcome, folder: Path, note: Callable[[str], None],
) -> Report:  # fmt: skip
    """Translate all test sets with the base, if there was one, and with what users run now; write what differs."""
    note("translating for the report what was held out, before and after")
    # Of a base that is delivered nothing has changed, though rounded anew it may write a word otherwise.
    base = engine_folder(config, start) if outcome.best_step else folder
    before = _open_base(config, base, config.languages.target)
    after = _open(config, folder, config.languages.target)
    target, name = config.languages.target, config.name
    parts = {"test": corpus.test, "dev": corpus.dev, "general": corpus.general}
    found = {part: _translate(part, pairs, before, after) for part, pairs in parts.items() if pairs}
    comet = Path(config.comet) if config.comet else None
    judged = [judge(each, target, comet) for each in found.values()]
    for tag, other in corpus.others.items():
        into = _translate(f"test {tag}", other.test, _open_base(config, base, tag), _open(config, folder, tag))
        judged.append(judge(into, tag, comet))
    improved, worsened = examples(found["test"], target)
    report = Report(
        name=name,
        source=config.languages.source,
        target=target,
        sets=tuple(judged),
        robustness=tuple(_forms(found["test"], corpus.test, before, after, config)),
        improved=improved,
        worsened=worsened,
        training=_costs(config, corpus, mixture, outcome),
        curves=read_curves(folder / "log.jsonl"),
    )
    with atomic_write(folder / "report.json", overwrite=True) as file:
        file.write(json.dumps(asdict(report), indent=1, ensure_ascii=False) + "\n")
    with atomic_write(folder / "report.html", overwrite=True) as file:
        file.write(page(report))
    return report


def read_curves(log: Path) -> dict[str, list[tuple[float, float]]]:
    """Losses and scores by step; of a step that was repeated after a kill, the last."""
    curves: dict[str, dict[float, float]] = {name: {} for name in ("training loss", "dev loss", "dev BLEU", "dev chrF")}
    for line in log.read_text(encoding="utf-8").splitlines() if log.is_file() else ():
        event: Mapping[str, Any] = json.loads(line)
        if event["kind"] == "progress":
            curves["training loss"][event["step"]] = event["loss"]
        elif event["kind"] == "evaluation":
            for name, key in (("dev loss", "loss"), ("dev BLEU", "bleu"), ("dev chrF", "chrf")):
                curves[name][event["step"]] = event["scores"][key]
    return {name: sorted(points.items()) for name, points in curves.items()}


def _open(config: Config, folder: Path, target: str) -> Translator:
    return load_translator(str(folder), source=config.languages.source, target=target, options=AS_USERS)


def _open_base(config: Config, base: Path, target: str) -> Translator | None:
    """What was there before; None if nothing was, or nothing for this language."""
    try:
        return _open(config, base, target) if config.model.base else None
    except LanguageError:
        return None


def _translate(name: str, pairs: Sequence[Pair], before: Translator | None, after: Translator) -> Translated:
    sources = [pair.source for pair in pairs]
    old = None if before is None else [found.text for found in before.translate(sources)]
    new = [found.text for found in after.translate(sources)]
    return Translated(name, sources, [pair.target for pair in pairs], old, new)


def _forms(
    test: Translated, pairs: Sequence[Pair], before: Translator | None, after: Translator, config: Config
) -> list[SetReport]:
    """The test set as it is, as a recogniser writes it, and with a recogniser's mistakes."""
    draw = random.Random(config.training.seed)  # noqa: S311 - not for secrets
    spoken = [spoken_form(pair.source) or pair.source for pair in pairs]
    wrong = [confuse_words(text, WORD_ERRORS, draw) for text in spoken]
    named = {
        "without case and punctuation": spoken,
        f"the same, with {WORD_ERRORS:.0%} of the words dropped, doubled or swapped": wrong,
    }
    forms = [judge_form(test, config.languages.target, "as it is written")]
    for name, sources in named.items():
        changed = [Pair(source, pair.target) for source, pair in zip(sources, pairs, strict=True)]
        forms.append(judge_form(_translate(name, changed, before, after), config.languages.target, name))
    return forms


def _costs(config: Config, corpus: Corpus, mixture: Mixture, outcome: Outcome) -> dict[str, Any]:
    """What was trained on and how, and what it took."""
    noise, denoising = config.noise, mixture.denoising
    masked = len(mixture.source_texts) + len(mixture.target_texts)
    made = len(mixture.pairs) - len(corpus.train)
    shares = (("spoken", noise.spoken), ("words confused", noise.words), ("joined", noise.joined))
    means = {
        "further targets": ", ".join(f"{len(pairs):,} pairs into {tag}" for tag, pairs in mixture.others.items()),
        "replay": f"{len(mixture.replay):,} pairs, {mixture.replay_options.share:.0%} of an epoch"
        * bool(mixture.replay),
        "masked texts": f"{masked:,}, {denoising.epochs} epochs first, then {denoising.share:.0%} of one"
        * bool(masked),
        "back-translated": f"{made:,} pairs" * bool(made),
        "noise in sources": ", ".join(f"{value:.0%} {name}" for name, value in shares if value),
    }
    share = outcome.trained_parameters / max(1, outcome.parameters)
    return {
        "trained": config.tuning.method,
        "training pairs": f"{len(corpus.train):,}",
        **{name: value for name, value in means.items() if value},
        "parameters": f"{outcome.trained_parameters:,} of {outcome.parameters:,} ({share:.1%})",
        "steps": outcome.steps,
        **{f"dev BLEU, {name}": bleu for name, bleu in outcome.tried.items()},
        "minutes": outcome.minutes,
        "peak memory": f"{outcome.peak_memory:,} MiB",
    }
