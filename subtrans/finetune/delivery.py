"""The checkpoints of a training in; the weights that are delivered, and how each candidate for them did on dev, out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from subtrans.finetune.network import open_model
from subtrans.finetune.state import average_weights, load_weights, mix_weights, save_weights

if TYPE_CHECKING:
    from subtrans.finetune.dev import Scores


@dataclass(frozen=True, slots=True)
class Chosen:
    """The file of the weights to deliver, and the step they are of; 0: the base is better than all that was trained."""

    file: Path
    bleu: float
    step: int
    tried: dict[str, float] = field(default_factory=dict)
    """Dev BLEU of each candidate, by what it is."""


def choose(
    best: Chosen, model: Any, measure: Callable[[], Scores],
    *, kept: Sequence[Path], step: int, start: Path, base_share: float,
) -> Chosen:  # fmt: skip
    """The best checkpoint, the mean of the last ones where that is better, mixed with the base where that is wished.

    What is made goes to files of its own beside the checkpoints, so that a run can still go on from these.
    """
    tried = {f"step {best.step}" if best.step else "the base": best.bleu}
    if len(kept) > 1:
        average_weights(kept, model)
        found = measure()
        tried[f"mean of the last {len(kept)}"] = found.bleu
        if found.bleu > best.bleu:
            best = Chosen(best.file.with_name("averaged.safetensors"), found.bleu, step)
            save_weights(best.file, model)
    if base_share and best.step:
        load_weights(best.file, model)
        mix_weights(model, open_model(start, 0.0), base_share)
        found = measure()
        tried[f"{base_share:.0%} of the base mixed in"] = found.bleu
        best = Chosen(best.file.with_name("mixed.safetensors"), found.bleu, best.step)
        save_weights(best.file, model)
    return Chosen(best.file, best.bleu, best.step, tried)
