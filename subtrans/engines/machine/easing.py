"""An engine on a GPU in; answers of it, or of one that asks for less where the GPU has no memory left, out.

First the batches are halved, down to a quarter; then the weights are int8; then the processor computes. That is said
once, and it stays so to the end of the run.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from subtrans.engines.machine.devices import is_full
from subtrans.engines.machine.options import MachineOptions
from subtrans.errors import DeviceError

if TYPE_CHECKING:
    from collections.abc import Callable

Engine = TypeVar("Engine")
Options = TypeVar("Options", bound=MachineOptions)
Answer = TypeVar("Answer")
_log = logging.getLogger("subtrans.engines")


class Easing(Generic[Engine, Options]):
    """An engine that is loaded again, smaller, where it runs out of memory; `batch` names its option for batches."""

    def __init__(self, name: str, load: Callable[[Options], Engine], options: Options, batch: str) -> None:
        self._name = name
        self._load = load
        self._asked = self._options = options
        self._batch = batch
        self._engine: Engine | None = None
        self._turn = Lock()
        self.ask(lambda engine: engine)

    def ask(self, question: Callable[[Engine], Answer]) -> Answer:
        """The engine's answer, one at a time; what it raises where it is not memory that lacks, or none takes less."""
        with self._turn:
            return self._answer(question)

    def _answer(self, question: Callable[[Engine], Answer]) -> Answer:
        while True:
            try:
                if self._engine is None:
                    self._engine = self._load(self._options)
                return question(self._engine)
            except (RuntimeError, DeviceError) as error:
                smaller = eased(self._options, self._asked, self._batch) if is_full(error) else None
                if smaller is None:
                    raise
            self._engine = None  # its memory is let go before another is loaded
            if self._options == self._asked:
                _log.warning(
                    "the GPU has too little memory for %s: smaller batches, then int8, then the processor are tried",
                    self._name,
                )
            self._options = smaller
            size = getattr(smaller, self._batch)
            _log.info("%s now has batches of %d on %s in %s", self._name, size, smaller.device, smaller.compute_type)


def eased(options: Options, asked: Options, batch: str) -> Options | None:
    """What takes less memory than `options`, which came of `asked`; None where nothing does."""
    size: int = getattr(options, batch)
    if options.device == "cpu":
        return None
    if size > max(1, getattr(asked, batch) // 4):
        halved: dict[str, Any] = {batch: size // 2}
        return replace(options, **halved)
    if not options.compute_type.startswith("int8"):
        return replace(options, compute_type="int8")
    return replace(asked, device="cpu", compute_type="auto")
