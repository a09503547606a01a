"""What is asked of any engine as to where and how it computes, as a value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MachineOptions:
    """How an engine computes."""

    device: str = "auto"
    """`cpu`, `cuda`, or `auto`: CUDA if it really works."""
    compute_type: str = "auto"
    """Precision of the arithmetic: `auto` is int8 on a processor and float16 on a GPU."""
    threads: int = 0
    """Processor threads; 0 takes all cores, up to 16."""
    alone: bool = False
    """Whether what it is asked comes one at a time, as in live speech: all threads work at one then, else at several.
    A small translator takes one thread then, as more wait for each other longer than they work."""

    def __post_init__(self) -> None:
        if self.threads < 0:
            raise ValueError(f"threads are counted from 0, which is all: {self.threads}")
