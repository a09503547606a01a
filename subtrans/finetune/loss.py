"""Hidden states and labels in, the mean label-smoothed cross-entropy out, without ever holding all logits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

ROWS = 512
"""Positions whose logits exist at one time: small enough for a cache, large enough for matrix units."""
NEVER = -1e3
"""The bias below which a token is never said, as Marian's padding."""


def cross_entropy(
    hidden: torch.Tensor, weight: torch.Tensor, labels: torch.Tensor, smoothing: float, bias: torch.Tensor | None = None
) -> torch.Tensor:
    """The mean over positions of the cross-entropy of softmax(hidden @ weight.T + bias), labels smoothed uniformly.

    What the bias keeps from ever being said (`NEVER`) gets no share of the smoothing, which would only add to the loss.

    Shapes: hidden (positions, width), weight (vocabulary, width), labels (positions,), bias (vocabulary,) or None,
    which gets no gradient. Loss and gradients are made together, a block of positions at a time, so that memory grows
    with the vocabulary but not with the batch: the idea of Liger's fused linear cross-entropy (Hsu et al. 2024).
    """
    return _function().apply(hidden, weight, labels, smoothing, bias)


def _function() -> Any:
    import torch

    class CrossEntropy(torch.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, *inputs: Any) -> Any:
            hidden, weight, labels, smoothing, bias = inputs
            matrix = weight.detach().to(hidden.dtype)
            grad_hidden = torch.empty_like(hidden)
            grad_weight = torch.zeros_like(weight) if ctx.needs_input_grad[1] else None
            total = torch.zeros((), dtype=torch.float32, device=hidden.device)
            said = torch.ones(len(weight), device=hidden.device) if bias is None else (bias.flatten() > NEVER).float()
            spread = said * (smoothing / said.sum())
            for start in range(0, len(hidden), ROWS):
                block = hidden[start : start + ROWS]
                target = labels[start : start + ROWS, None]
                logits = (block @ matrix.T).float()
                if bias is not None:
                    logits += bias.flatten()
                normaliser = logits.logsumexp(1, keepdim=True)
                gold = logits.gather(1, target)
                total += (normaliser - (1 - smoothing) * gold).sum() - (logits @ spread).sum()
                error = logits.sub_(normaliser).exp_().sub_(spread)
                error.scatter_add_(1, target, torch.full_like(gold, smoothing - 1))
                error = error.to(hidden.dtype)
                grad_hidden[start : start + ROWS] = error @ matrix
                if grad_weight is not None:
                    grad_weight += error.T @ block
            ctx.save_for_backward(grad_hidden, grad_weight)
            ctx.count = len(hidden)
            return total / len(hidden)

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            grad_hidden, grad_weight = ctx.saved_tensors
            scale = grad / ctx.count
            grad_weight = None if grad_weight is None else grad_weight * scale
            return grad_hidden * scale.to(grad_hidden.dtype), grad_weight, None, None, None

    return CrossEntropy
