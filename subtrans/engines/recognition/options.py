"""What is asked of a recogniser in; what that means where it runs, out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from subtrans.engines.machine.devices import resolve_device
from subtrans.engines.machine.options import MachineOptions
from subtrans.engines.recognition.judgement import Bounds


@dataclass(frozen=True, slots=True)
class TranscriberOptions(MachineOptions):
    """How a recogniser works."""

    beam_size: int = 5
    """Hypotheses kept while decoding: more is slower and a little better; 1 is greedy."""
    batch_size: int = 0
    """Windows decoded at once, at most: more is faster on a GPU and takes more memory. 0 is 16 there and else 8."""
    bounds: Bounds | None = field(default_factory=Bounds)
    """When a window is decoded again; None: never."""
    temperatures: tuple[float, ...] = ()
    """At which a window that stays in doubt is sampled, in turn. CTranslate2's random numbers cannot be had twice, so
    with any the same run may end with other words."""
    allowed: tuple[str, ...] = ()
    """Languages of which one is spoken, where it is to be identified; empty: any."""
    hotwords: str = ""
    """Words to expect, which makes them likelier; a model with a vocabulary of its own never learned to be told."""

    def __post_init__(self) -> None:
        MachineOptions.__post_init__(self)
        if self.beam_size < 1 or self.batch_size < 0:
            raise ValueError(f"nothing can be heard by {self}")


def fitted(options: TranscriberOptions) -> TranscriberOptions:
    """The options with a batch for where the recogniser will run."""
    return replace(options, batch_size=options.batch_size or (16 if _on_gpu(options) else 8))


def windows_ahead(options: TranscriberOptions) -> int:
    """How many windows the recogniser should be given at once, so that all that can work does.

    On a processor half a batch, as it is given the other half meanwhile (see `pipelines.transcribe`).
    """
    size = fitted(options).batch_size
    return 2 * size if _on_gpu(options) else max(1, size // 2)


def _on_gpu(options: TranscriberOptions) -> bool:
    return resolve_device(options.device, options.compute_type).kind == "cuda"
