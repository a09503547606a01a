"""A configuration file in; the corpus read, the settings searched, the model trained, measured and delivered, out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from subtrans.errors import ConfigError
from subtrans.evaluate.comet import check_comet
from subtrans.finetune.config import Config, read_config
from subtrans.finetune.corpus import load_corpus
from subtrans.finetune.export import export
from subtrans.finetune.identity import claim, identify
from subtrans.finetune.mixture import load_mixture
from subtrans.finetune.network import choose_device, full_memory_told
from subtrans.finetune.parallel import join_workers, leave_workers
from subtrans.finetune.report import write_report
from subtrans.finetune.search import search
from subtrans.finetune.start import find_base, starting_checkpoint
from subtrans.finetune.train import train, use_threads
from subtrans.media.files import make_folder

if TYPE_CHECKING:
    from subtrans.evaluate.report import Report as Findings
    from subtrans.finetune.corpus import Corpus
    from subtrans.finetune.mixture import Mixture
    from subtrans.finetune.parallel import Workers
    from subtrans.finetune.trackers import Report
    from subtrans.finetune.train import Outcome

Note = Callable[[str], None]


def run(
    file: Path, overrides: Sequence[str], folder: Path, *, command: str, note: Note, show: Report
) -> tuple[list[dict[str, Any]], Findings] | None:
    """Do all that the configuration says; the card's scores and the report, None in a process that only helps another.

    Killed at any moment and started again, it goes on where it was.
    """
    config = read_config(file, overrides)
    if config.model.base:
        find_base(config.model)  # before there is anything to undo
    if config.comet:
        check_comet(Path(config.comet))
    workers = join_workers(choose_device(config.training))
    note = note if workers.leads else lambda _: None  # who does not lead says nothing
    try:
        corpus = load_corpus(config.data, config.languages.source, config.languages.target)
        note(_describe(corpus))
        make_folder(folder)
        mixture = workers.in_turn(lambda: load_mixture(config, corpus, folder, note))
        if config.search.trials:
            config = _search(config, file, overrides, corpus, mixture, folder=folder, workers=workers, note=note)
        outcome, start = _train(config, corpus, mixture, folder, show, workers)
    finally:
        leave_workers()
    if not workers.leads:
        return None
    note(
        f"{outcome.trained_parameters:,} of {outcome.parameters:,} parameters were trained, "
        f"in {outcome.minutes} minutes and {outcome.peak_memory:,} MiB; translating the test set with the best weights"
    )
    rows = export(config, corpus, start=start, outcome=outcome, folder=folder, command=command, note=note)
    return rows, write_report(config, corpus, mixture, start=start, outcome=outcome, folder=folder, note=note)


def _train(  # noqa: PLR0917
    config: Config, corpus: Corpus, mixture: Mixture, folder: Path, report: Report, workers: Workers
) -> tuple[Outcome, Path]:
    make_folder(folder)
    use_threads(config.training)  # a new small model is computed as well
    languages, seed = config.languages, config.training.seed
    mixed = replace(mixture, replay_options=config.replay, denoising=config.denoising)

    def begin() -> Path:
        claim(folder, identify(config, corpus, mixed))
        return starting_checkpoint(config.model, corpus.train, languages, seed, folder / "start", mixed.others)

    start = workers.in_turn(begin)
    with full_memory_told():
        return train(config, corpus, start, folder, report, mixture=mixed, workers=workers), start


def _search(
    config: Config, file: Path, overrides: Sequence[str], corpus: Corpus, mixture: Mixture,
    *, folder: Path, workers: Workers, note: Note,
) -> Config:  # fmt: skip
    """The configuration with the best settings of its search."""
    if workers.count > 1:
        raise ConfigError("a search runs in one process: start it without torchrun, then train what it found")
    claim(folder, identify(config, corpus, mixture), "search.json", "search.db")

    def trial(changes: list[str], place: Path, report: Report) -> Outcome:
        return _train(read_config(file, [*overrides, *changes]), corpus, mixture, place, report, workers)[0]

    return read_config(file, [*overrides, *search(config.search, config.training.seed, folder, trial, note)])


def _describe(corpus: Corpus) -> str:
    dropped = ", ".join(f"{count} {rule}" for rule, count in corpus.dropped.most_common()) or "none"
    others = "".join(f"; {tag}: {_describe(other)}" for tag, other in corpus.others.items())
    parts = f"{len(corpus.train)} pairs to train, {len(corpus.dev)} dev, {len(corpus.test)} test"
    return f"{parts}; dropped: {dropped}{others}"
