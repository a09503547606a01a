"""How far the captions are behind in; what is given up until they have caught up, out."""

from __future__ import annotations

from dataclasses import dataclass

STEPS = ("longer steps", "greedy search", "no draft translation")
"""What is given up, one after the other, and taken back in the other order."""


@dataclass(frozen=True, slots=True)
class PaceOptions:
    """When something is given up to keep up; all in milliseconds of sound."""

    step: int = 800
    """The sound between two hearings: shorter settles words sooner and computes more."""
    long_step: int = 2500
    """The same when computing cannot keep up."""
    behind: int = 1500
    """With so much sound waiting after a hearing, the next thing is given up."""
    level: int = 500
    """With no more than this waiting, hearing after hearing, the last thing is taken back."""
    long_level: int = 1000
    """The same behind longer steps, for what else is given up: there more waits when a hearing ends in good time."""
    patience: int = 10
    """Hearings in a row that must be on the level; twice as many each time that it was taken back too soon."""

    def __post_init__(self) -> None:
        levels = 0 < self.level <= self.long_level <= self.behind
        if not 0 < self.step <= self.long_step or not levels or self.patience < 1:
            raise ValueError(f"no pace can be kept by {self}")


class Pace:
    """The steps that are in force: the first `given_up` of `STEPS`."""

    def __init__(self, options: PaceOptions = PaceOptions(), *, fixed: bool = False) -> None:
        self._options = options
        self._fixed = fixed
        self._patience = options.patience
        self._calm = 0
        self._taken_back = False
        self.given_up = 0

    @property
    def step(self) -> int:
        """Milliseconds of sound until the next hearing."""
        return self._options.long_step if self.given_up else self._options.step

    @property
    def greedy(self) -> bool:
        """Whether only the likeliest hypothesis is followed."""
        return self.given_up > 1

    @property
    def drafts(self) -> bool:
        """Whether unfinished sentences are translated."""
        return self.given_up < 3

    def feel(self, waiting: int) -> tuple[str, bool] | None:
        """Take how much sound waits after a hearing; what is given up now (True) or taken back (False), if anything."""
        options = self._options
        level = options.long_level if self.given_up > 1 else options.level
        self._calm = self._calm + 1 if waiting <= level else 0
        if waiting > options.behind and self.given_up < len(STEPS) and not self._fixed:
            if self._taken_back:
                self._patience = min(2 * self._patience, 16 * options.patience)
            self._taken_back = False
            self.given_up += 1
            return STEPS[self.given_up - 1], True
        if self._calm >= self._patience and self.given_up:
            self.given_up -= 1
            self._calm, self._taken_back = 0, True
            return STEPS[self.given_up], False
        return None
