"""What a training reports in; a JSON line in the run's folder, and TensorBoard's and Weights & Biases' records, out."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import util
from pathlib import Path
from typing import Any

from subtrans.finetune.dev import Scores
from subtrans.finetune.options import TrainingOptions


@dataclass(frozen=True, slots=True)
class Progress:
    """How the training goes: a mean over the last steps."""

    step: int
    epoch: int
    loss: float
    learning_rate: float
    tokens_per_second: float
    minutes_left: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The dev set at one step."""

    step: int
    scores: Scores


Report = Callable[[Progress | Evaluation], None]


def make_log(folder: Path, name: str, options: TrainingOptions, step: int, report: Report) -> Report:
    """What is reported goes to `folder/log.jsonl`, to the trackers that are installed, and to `report`."""
    writers = [opened for tracker in options.trackers if (opened := OPEN[tracker](folder, name, step))]

    def log(event: Progress | Evaluation) -> None:
        kind = type(event).__name__.lower()
        with (folder / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps({"kind": kind, **asdict(event)}) + "\n")
        values = asdict(event.scores) if isinstance(event, Evaluation) else asdict(event)
        values.pop("step", None)
        for write in writers:
            write(
                {f"{'dev' if kind == 'evaluation' else 'train'}/{key}": each for key, each in values.items()},
                event.step,
            )
        report(event)

    return log


Writer = Callable[[dict[str, float], int], None]


def _tensorboard(folder: Path, name: str, step: int) -> Writer | None:
    del name
    if not util.find_spec("tensorboard"):
        return None
    # TensorBoard looks for TensorFlow, whose import takes seconds, unless it is told not to.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from torch.utils.tensorboard import SummaryWriter

    writer = SummaryWriter(str(folder / "tensorboard"), purge_step=step or None)

    def write(values: dict[str, float], at: int) -> None:
        for key, value in values.items():
            writer.add_scalar(key, value, at)
        writer.flush()

    return write


def _wandb(folder: Path, name: str, step: int) -> Writer | None:
    del step
    if not util.find_spec("wandb"):
        return None
    import wandb

    run: Any = wandb.init(project="subtrans", id=name, resume="allow", dir=str(folder))
    return lambda values, at: run.log(values, step=at)


OPEN: dict[str, Callable[[Path, str, int], Writer | None]] = {"tensorboard": _tensorboard, "wandb": _wandb}
