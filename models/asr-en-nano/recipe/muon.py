"""Muon (Jordan et al. 2024) for matrices: the momentum of each, made orthogonal, is its step.

As torch.optim.Muon with adjust_lr_fn="match_rms_adamw", but matrices of one shape take their Newton-Schulz iterations
together, which on a GPU is the difference between waiting for kernels to start and computing.
"""

from __future__ import annotations

import math
from collections import defaultdict

import torch
from torch import Tensor


class Muon(torch.optim.Optimizer):
    """`lr` is meant as AdamW's: the root mean square of a step is 0.2 `lr`."""

    def __init__(self, matrices: list[Tensor], lr: float, momentum: float = 0.95, weight_decay: float = 0.02) -> None:
        super().__init__(matrices, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # noqa: ARG002 - as the base class has it
        for group in self.param_groups:
            alike: dict[torch.Size, list[Tensor]] = defaultdict(list)
            for matrix in group["params"]:
                if matrix.grad is not None:
                    alike[matrix.shape].append(matrix)
            for (rows, columns), matrices in alike.items():
                past = [self.state[matrix].setdefault("momentum", torch.zeros_like(matrix)) for matrix in matrices]
                gradients = [matrix.grad for matrix in matrices]
                torch._foreach_lerp_(past, gradients, 1 - group["momentum"])
                ahead = torch._foreach_lerp(gradients, past, group["momentum"])  # Nesterov's
                steps = orthogonal(torch.stack(list(ahead))).to(matrices[0].dtype).unbind()
                torch._foreach_mul_(matrices, 1 - group["lr"] * group["weight_decay"])
                torch._foreach_add_(matrices, list(steps), alpha=-group["lr"] * 0.2 * math.sqrt(max(rows, columns)))


def orthogonal(matrices: Tensor) -> Tensor:
    """The nearest orthogonal matrices (batch, rows, columns), roughly: five iterations of Newton and Schulz."""
    x = matrices.bfloat16() if matrices.is_cuda else matrices
    tall = x.shape[1] > x.shape[2]
    if tall:
        x = x.mT
    x = x / x.norm(dim=(1, 2), keepdim=True).clamp(min=1e-7)
    for _ in range(5):
        gram = x @ x.mT
        x = 3.4445 * x + (-4.7750 * gram + 2.0315 * gram @ gram) @ x
    return x.mT if tall else x
