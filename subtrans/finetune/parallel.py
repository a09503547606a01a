"""One process of `torchrun`, or the only one, in; what the processes of a run do together out: share, sum, wait.

    torchrun --nproc-per-node 4 -m subtrans finetune config.toml

Each process has the whole model and every n-th batch; the gradients are averaged before each step.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

Value = TypeVar("Value")
PATIENCE = timedelta(days=30)
"""For how long a process waits for another: the leading one may translate a large corpus back, or a large dev set,
meanwhile, and where one has ended `torchrun` ends the others."""


@dataclass(frozen=True, slots=True)
class Workers:
    """The processes of a run: `count` of them, of which this is number `rank`."""

    rank: int = 0
    count: int = 1

    @property
    def leads(self) -> bool:
        """Whether this process writes the files and speaks."""
        return self.rank == 0

    def average_gradients(self, parameters: Sequence[Any]) -> None:
        """Give every process the mean of all gradients, in one exchange."""
        if self.count > 1:
            import torch
            from torch import distributed

            trained = [parameter for parameter in parameters if parameter.requires_grad]
            for parameter in trained:
                if parameter.grad is None:  # a batch may not have met it
                    parameter.grad = torch.zeros_like(parameter)
            flat = torch.cat([parameter.grad.flatten() for parameter in trained])
            distributed.all_reduce(flat)
            flat /= self.count
            for parameter, part in zip(trained, flat.split([one.numel() for one in trained]), strict=True):
                parameter.grad.copy_(part.view_as(parameter))

    def tell(self, value: Value) -> Value:
        """What the leading process says, to all; the others' own is lost."""
        if self.count > 1:
            from torch import distributed

            box = [value]
            distributed.broadcast_object_list(box, src=0)
            value = box[0]
        return value

    def gather(self, value: Value) -> list[Value]:
        """What each process says, by rank."""
        if self.count == 1:
            return [value]
        from torch import distributed

        box: list[Any] = [None] * self.count
        distributed.all_gather_object(box, value)
        return box

    def in_turn(self, function: Callable[[], Value]) -> Value:
        """Let the leading process do first what writes files, and the others then find them made."""
        if self.leads:
            try:
                value = function()
            finally:
                self.tell(None)
            return value
        self.tell(None)
        return function()


ALONE = Workers()


def join_workers(device: str) -> Workers:
    """Meet the other processes that `torchrun` has started; alone without it."""
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1:
        return ALONE
    import torch
    import torch.distributed.nn  # imported later, as transformers does, its defaults would keep the group for ever
    from torch import distributed

    if not distributed.is_initialized():
        if device == "cuda":
            torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
        distributed.init_process_group("cpu:gloo,cuda:nccl" if device == "cuda" else "gloo", timeout=PATIENCE)
    return Workers(distributed.get_rank(), count)


def leave_workers() -> None:
    """Part from the other processes, if there were any.

    The threads of the group end here. One that still had a tensor to let go of while the interpreter ends would abort.
    """
    from torch import distributed

    if distributed.is_available() and distributed.is_initialized():
        distributed.destroy_process_group()
