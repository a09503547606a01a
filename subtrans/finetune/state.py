"""A model and its optimiser in, one safetensors file that appears whole or not at all out, and back."""

from __future__ import annotations

import errno
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from subtrans.errors import ModelError, OutputError
from subtrans.finetune.tuning import adapter_state, restore_adapter
from subtrans.text.paths import supersede


@dataclass(frozen=True, slots=True)
class Done:
    """How far a run has come."""

    step: int = 0
    epoch: int = 0
    batch: int = 0
    """Index in the epoch of the batch that comes next."""
    best_bleu: float = -1.0
    best_loss: float = 0.0
    best_step: int = 0
    worse: int = 0
    """Evaluations since the best one."""
    seconds: float = 0.0
    """Time spent in training, in all sittings."""
    memory: int = 0
    """The most that was in use in any of them, in MiB."""
    kept: Sequence[str] = ()
    """Names of the weights that were kept for averaging."""


def save_weights(path: Path, model: Any) -> None:
    """Write the parameters of the model that learn."""
    _write(path, _parameters(model), {})


def load_weights(path: Path, model: Any) -> None:
    """Put the parameters of the file into the model; the others stay as they are."""
    tensors, _ = _read(path)
    _fill(model, tensors)


def average_weights(paths: Sequence[Path], model: Any) -> None:
    """Put the mean of the files' parameters into the model."""
    total: dict[str, Any] = {}
    for path in paths:
        for name, tensor in _read(path)[0].items():
            total[name] = total[name] + tensor if name in total else tensor
    _fill(model, {name: tensor / len(paths) for name, tensor in total.items()})


def mix_weights(model: Any, other: Any, share: float) -> None:
    """Put so large a share of another network's parameters into the model, which keeps the rest of its own."""
    theirs = _parameters(other)
    _fill(model, {name: own * (1 - share) + theirs[name] * share for name, own in _parameters(model).items()})


def random_state() -> dict[str, Any]:
    """The state of this process' random numbers; of a GPU's only where it is in use, as to ask wakes it."""
    import torch

    states = {"cpu": torch.get_rng_state()}
    return states | ({"cuda": torch.cuda.get_rng_state()} if torch.cuda.is_initialized() else {})


def save_state(path: Path, model: Any, optimiser: Any, *, done: Done, states: Sequence[Mapping[str, Any]]) -> None:
    """Write all that the run needs to go on as if it had never stopped, each process' `random_state` included."""
    tensors = {f"model.{name}": tensor for name, tensor in _parameters(model).items()}
    for index, values in optimiser.state_dict()["state"].items():
        tensors |= {f"optimiser.{index}.{name}": tensor.cpu().contiguous() for name, tensor in values.items()}
    for rank, state in enumerate(states):
        tensors |= {f"random.{rank}.{kind}": tensor for kind, tensor in state.items()}
    remembered, pattern = adapter_state(model)
    tensors |= {f"adapter.{name}": tensor for name, tensor in remembered.items()}
    _write(path, tensors, {"done": json.dumps(asdict(done)), "adapter": pattern})


def restore(path: Path, model: Any, optimiser: Any, rank: int = 0) -> Done:
    """Take up the run in the file, if there is one."""
    import torch

    if not path.is_file():
        return Done()
    tensors, notes = _read(path)
    _fill(model, _under("model.", tensors))
    state: dict[int, dict[str, Any]] = {}
    for name, tensor in _under("optimiser.", tensors).items():
        index, _, key = name.partition(".")
        # A copy, as what was read is the file itself: as long as it is in use Windows lets nobody replace the file.
        state.setdefault(int(index), {})[key] = tensor.clone()
    optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})
    restore_adapter(model, _under("adapter.", tensors), notes.get("adapter", ""))
    states = _under(f"random.{rank}.", tensors)
    if "cpu" in states:  # a run may go on with more processes
        torch.set_rng_state(states["cpu"])
    if "cuda" in states and torch.cuda.is_initialized():
        torch.cuda.set_rng_state(states["cuda"])
    return Done(**json.loads(notes["done"]))


def _parameters(model: Any) -> dict[str, Any]:
    """Each parameter that learns once, though it may have several names."""
    learning = ((name, parameter) for name, parameter in model.named_parameters() if parameter.requires_grad)
    return {name: parameter.detach().cpu().contiguous() for name, parameter in learning}


def _fill(model: Any, tensors: Mapping[str, Any]) -> None:
    import torch

    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.requires_grad:
                parameter.copy_(tensors[name])


def _under(prefix: str, tensors: Mapping[str, Any]) -> dict[str, Any]:
    return {name[len(prefix) :]: tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def _write(path: Path, tensors: Mapping[str, Any], notes: Mapping[str, str]) -> None:
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    temporary = path.with_name(path.name + ".part")
    try:
        save_file(dict(tensors), temporary, metadata=dict(notes))
        temporary.chmod(0o644)  # safetensors makes files that only their owner can read
        supersede(temporary, path)
    except (OSError, SafetensorError) as error:
        full = getattr(error, "errno", None) == errno.ENOSPC or "No space" in str(error)
        temporary.unlink(missing_ok=True)
        reason = "the disk is full" if full else error
        raise OutputError(f"cannot write {path} ({reason}): the checkpoint before it is kept") from error


def _read(path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}, dict(file.metadata() or {})  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise ModelError(f"cannot read {path} ({error}): remove it") from error
