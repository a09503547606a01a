"""What can befall a training between two checkpoints: one line, the last good checkpoint kept, the way on from it."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tinymodels
from click.testing import CliRunner, Result

torch = pytest.importorskip("torch")

from subtrans.cli.group import subtrans  # noqa: E402
from subtrans.finetune import state, train  # noqa: E402

SHORT = (
    *("training.steps=6", "training.evaluate_every=2", "training.warmup_steps=2", "training.batch_tokens=300"),
    *("training.subword_sampling=0", "training.average=1", "training.max_length=30", "training.trackers=[]"),
)


def tune(toy: Path, base: Path, out: Path) -> Result:
    settings = (part for one in (f"model.base={base}", *SHORT) for part in ("--set", one))
    return CliRunner().invoke(subtrans, ["finetune", str(toy), "-o", str(out), *settings])


def after(count: int, function: Callable[..., Any], fault: Callable[..., Any]) -> Callable[..., Any]:
    """The function for so many calls, then the fault."""
    calls = iter(range(count))

    def called(*given: object, **named: object) -> Any:
        return (fault if next(calls, None) is None else function)(*given, **named)

    return called


def fail(error: Exception) -> Callable[..., Any]:
    def fault(*given: object, **named: object) -> None:
        raise error

    return fault


def lose_number(*given: object, **named: object) -> tuple[Any, int]:
    return torch.tensor(float("nan"), requires_grad=True), 1


NO_ROOM = OSError(errno.ENOSPC, "No space left on device")
FULL_GPU = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
FAULTS = {
    "the loss is no number": ("batch_loss", 3, lose_number, 1, "the loss is no number at step 3: lower training."),
    "the GPU is full": ("batch_loss", 3, fail(FULL_GPU), 7, "the GPU is out of memory: lower training.batch_tokens"),
    "the disk is full": ("save_state", 1, fail(NO_ROOM), 6, "the disk is full: make room"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_the_last_good_checkpoint_is_kept(
    toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    function, count, fault, code, message = FAULTS[name]
    base, out = tinymodels.marian(tmp_path / "base"), tmp_path / "out"
    assert tune(toy, base, tmp_path / "whole").exit_code == 0
    monkeypatch.setattr(train, function, after(count, getattr(train, function), fault))
    result = tune(toy, base, out)
    assert result.exit_code == code, result.output
    assert result.stderr.splitlines()[-1].startswith(f"subtrans: error: {message}")
    assert not list(out.glob("*.part"))
    monkeypatch.undo()
    result = tune(toy, base, out)
    assert result.exit_code == 0, result.output
    for file in ("state.safetensors", "best.safetensors", "hf/model.safetensors"):
        one, two = ((folder / file).read_bytes() for folder in (out, tmp_path / "whole"))
        # The numbers alone: before them stands a head with the time that it took, which has more digits or fewer.
        assert len(one) - int.from_bytes(one[:8], "little") == len(two) - int.from_bytes(two[:8], "little")
    one, two = (state._read(folder / "best.safetensors")[0] for folder in (out, tmp_path / "whole"))
    assert all(tensor.equal(two[key]) for key, tensor in one.items())


def test_a_checkpoint_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import safetensors.torch

    model = torch.nn.Linear(2, 2)
    state.save_weights(tmp_path / "weights.safetensors", model)
    before = (tmp_path / "weights.safetensors").read_bytes()

    def fill_up(tensors: object, path: Path, **named: object) -> None:
        path.write_bytes(b"half")
        raise NO_ROOM

    monkeypatch.setattr(safetensors.torch, "save_file", fill_up)
    with pytest.raises(state.OutputError, match=r"the disk is full\): the checkpoint before it is kept"):
        state.save_weights(tmp_path / "weights.safetensors", torch.nn.Linear(2, 2))
    assert [path.name for path in tmp_path.iterdir()] == ["weights.safetensors"]
    assert (tmp_path / "weights.safetensors").read_bytes() == before


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="only Linux lists the files that are in use")
def test_a_state_that_is_taken_up_is_in_use_no_more(tmp_path) -> None:
    import torch

    path, model = tmp_path / "state.safetensors", torch.nn.Linear(64, 64)
    optimiser = torch.optim.AdamW(model.parameters())
    model(torch.ones(1, 64)).sum().backward()
    optimiser.step()
    state.save_state(path, model, optimiser, done=state.Done(), states=[state.random_state()])
    before = optimiser.state_dict()["state"][0]["exp_avg"].clone()
    optimiser = torch.optim.AdamW(model.parameters())
    state.restore(path, model, optimiser)
    assert optimiser.state_dict()["state"][0]["exp_avg"].equal(before)
    assert str(path) not in Path("/proc/self/maps").read_text(encoding="utf-8"), "Windows would not let it be replaced"
