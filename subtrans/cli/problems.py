"""Checks in, all that they find told at once out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from subtrans.errors import LanguageError, SubtransError

if TYPE_CHECKING:
    from pathlib import Path

    from subtrans.cli.asked import Asked

_log = logging.getLogger("subtrans.cli")

Args = ParamSpec("Args")
Result = TypeVar("Result")


class PreflightError(SubtransError):
    """Several errors, to be told a line each; the exit code is that of the first."""

    def __init__(self, problems: list[SubtransError]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
        self.exit_code = problems[0].exit_code


class Preflight:
    """Runs checks before any work is done, and keeps what they find until all have run.

    Used as a context: at its end `PreflightError` is raised if something was found that leaves nothing to do; else the
    inputs that cannot be used are told, and left out.
    """

    def __init__(self) -> None:
        self.problems: list[SubtransError] = []
        self.left_out: list[SubtransError] = []
        """Those of the problems that are about one input alone."""
        self._told: set[str] = set()
        self._useful = 0

    def __enter__(self) -> Preflight:  # noqa: PYI034 - Self is not in Python 3.10
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is not None or not self.problems:
            return
        if len(self.problems) > len(self.left_out) or not self._useful:
            raise PreflightError(self.problems)
        from subtrans.cli.failures import tell

        tell(PreflightError(self.problems))

    def check(self, call: Callable[Args, Result], *args: Args.args, **kwargs: Args.kwargs) -> Result | None:
        """What the call returns, or None when it finds a problem."""
        try:
            return call(*args, **kwargs)
        except SubtransError as error:
            # The same fault of a model must not be told once for every input.
            if str(error) not in self._told:
                self._told.add(str(error))
                self.problems.append(error)
            return None

    def check_inputs(self, look: Callable[[Path], Result], paths: Sequence[Path]) -> list[Result]:
        """What is found in each input; of several, what is wrong with one does not stop the others."""
        before = len(self.problems)
        found = [result for path in paths if (result := self.check(look, path)) is not None]
        if len(paths) > 1:
            self.left_out += self.problems[before:]
            self._useful += len(found)
        return found


def check_device(asked: Asked) -> None:
    """DeviceError where the device that was asked for does not work."""
    from subtrans.engines.machine.devices import resolve_device

    device = resolve_device(asked.device or "auto", asked.compute_type or "auto")
    _log.info("models run on %s in %s (%s)", device.kind, device.compute_type, device.reason)


def check_translator(preflight: Preflight, asked: Asked) -> str:
    """The language of the text, as told or as the translator's only one; whether it can be translated is checked.

    Where none is known, which is a problem, English stands for it in the checks that follow.
    """
    source = asked.source or preflight.check(_only_source, asked)
    if source:
        preflight.check(asked.check_translator, asked.mt, source)
    return source or "en"


def _only_source(asked: Asked) -> str:
    """The language that the translator translates from, if there is but one."""
    from subtrans.engines.models.store import describe

    sources = {source for source, _ in describe(asked.mt.split(",")[0], "mt", offline=asked.offline).pairs}
    only = sources.pop() if len(sources) == 1 else None
    if only is None:
        raise LanguageError(f"{asked.mt} is not made for one language alone: say which one the text is in with --from")
    return only
