"""The blockwise cross-entropy is torch's, in value and gradients."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from subtrans.finetune import loss as module  # noqa: E402
from subtrans.finetune.loss import cross_entropy  # noqa: E402


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("biased", [False, True])
@pytest.mark.parametrize("positions", [1, 16, 37])
def test_equals_torch(monkeypatch: pytest.MonkeyPatch, smoothing: float, biased: bool, positions: int) -> None:
    monkeypatch.setattr(module, "ROWS", 16)  # so that there are several blocks, the last one short
    torch.manual_seed(positions)
    hidden = torch.randn(positions, 8, dtype=torch.float64, requires_grad=True)
    weight = torch.randn(11, 8, dtype=torch.float64, requires_grad=True)
    labels = torch.randint(0, 11, (positions,))
    bias = torch.randn(1, 11) if biased else None
    logits = hidden @ weight.T + (bias if biased else 0)
    expected = torch.nn.functional.cross_entropy(logits, labels, label_smoothing=smoothing)
    wanted = torch.autograd.grad(expected, (hidden, weight))
    found = cross_entropy(hidden, weight, labels, smoothing, bias)
    gradients = torch.autograd.grad(found, (hidden, weight))
    assert found.item() == pytest.approx(expected.item(), rel=1e-5)
    for one, other in zip(gradients, wanted, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-6)


def test_what_is_never_said_has_no_part_in_the_smoothing() -> None:
    torch.manual_seed(1)
    hidden, weight = torch.randn(20, 8), torch.randn(11, 8)
    labels, bias = torch.randint(0, 10, (20,)), torch.zeros(1, 11)
    bias[0, 10] = -1e4
    expected = torch.nn.functional.cross_entropy(hidden @ weight[:10].T, labels, label_smoothing=0.1)
    assert cross_entropy(hidden, weight, labels, 0.1, bias).item() == pytest.approx(expected.item(), rel=1e-5)
