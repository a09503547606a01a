"""A configuration with a space of settings in; the settings with the best dev BLEU out, found by short trainings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from subtrans.errors import ConfigError, SubtransError, packages_for
from subtrans.finetune.trackers import Evaluation, Progress, Report

if TYPE_CHECKING:
    from subtrans.finetune.options import SearchOptions
    from subtrans.finetune.train import Outcome

Train = Callable[[list[str], Path, Report], "Outcome"]
"""Trains with these overrides in this folder."""


def search(options: SearchOptions, seed: int, folder: Path, train: Train, note: Callable[[str], None]) -> list[str]:
    """The overrides of the best of `options.trials` trainings, by Optuna (Akiba et al. 2019).

    The trials are kept in `folder/search.db`: a search that was killed goes on with the trial that it was at, from
    that training's own checkpoint. A training that is worse than the median of the others at the same step is pruned.
    """
    with packages_for("a search for settings", "search"):
        import optuna
    if not options.space:
        raise ConfigError("search.space is empty: name what is to be tried")
    optuna.logging.set_verbosity(optuna.logging.ERROR)  # a warning holds a traceback of what the cli tells
    storage = optuna.storages.RDBStorage(f"sqlite:///{(folder / 'search.db').resolve().as_posix()}")
    try:
        study = optuna.create_study(
            study_name=_fingerprint(options),
            storage=storage,
            direction="maximize",
            sampler=optuna.samplers.TPESampler(seed=seed),
            pruner=optuna.pruners.MedianPruner(n_startup_trials=3),
            load_if_exists=True,
        )
        return _best(study, options, folder, train, note)
    finally:
        storage.engine.dispose()


def _best(study: Any, options: SearchOptions, folder: Path, train: Train, note: Callable[[str], None]) -> list[str]:
    import optuna

    for trial in study.get_trials(states=[optuna.trial.TrialState.RUNNING]):  # killed: to be done first, and again
        study.enqueue_trial(trial.params)
        study.tell(trial.number, state=optuna.trial.TrialState.FAIL)

    def objective(trial: Any) -> float:
        overrides = [f"{key}={json.dumps(_suggest(trial, key, choice))}" for key, choice in options.space.items()]
        steps = [f"training.steps={options.steps}"] if options.steps else []

        def report(event: Progress | Evaluation) -> None:
            if isinstance(event, Evaluation):
                trial.report(event.scores.bleu, event.step)
                if trial.should_prune():
                    raise optuna.TrialPruned

        place = folder / f"trial-{hashlib.sha256(json.dumps(overrides).encode()).hexdigest()[:8]}"
        try:
            found = train([*overrides, *steps], place, report).best_bleu
        except SubtransError as error:
            if isinstance(error, ConfigError):
                raise
            note(f"trial {trial.number}: {error}")
            raise optuna.TrialPruned from error
        note(f"trial {trial.number}: dev BLEU {found}  {'  '.join(overrides)}")
        return found

    over = {optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.PRUNED}
    left = options.trials - len(study.get_trials(states=tuple(over)))
    study.optimize(objective, n_trials=max(0, left))
    if not study.get_trials(states=[optuna.trial.TrialState.COMPLETE]):
        raise SubtransError("no trial of the search came to its end: narrow search.space")
    note(f"best: trial {study.best_trial.number}, dev BLEU {study.best_value}")
    return [f"{key}={json.dumps(value)}" for key, value in study.best_params.items()]


def _suggest(trial: Any, key: str, choice: Any) -> Any:
    """A value for the key; ConfigError names a space that is none."""
    if isinstance(choice, list) and choice:
        return trial.suggest_categorical(key, choice)
    if isinstance(choice, Mapping) and {"from", "to"} <= choice.keys() <= {"from", "to", "log"}:
        low, high, log = choice["from"], choice["to"], bool(choice.get("log"))
        suggest = trial.suggest_int if isinstance(low, int) and isinstance(high, int) else trial.suggest_float
        try:
            return suggest(key, low, high, log=log)
        except (ValueError, TypeError) as error:
            raise ConfigError(f"search.space: {key} cannot go from {low} to {high} ({error})") from error
    raise ConfigError(f"search.space: give {key} a list of values, or {{ from = 1e-5, to = 1e-3, log = true }}")


def _fingerprint(options: SearchOptions) -> str:
    return hashlib.sha256(json.dumps([dict(options.space), options.steps]).encode()).hexdigest()[:16]
