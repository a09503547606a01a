"""Cues and the norms of their language in; every breach with the cue's number and its value, and shares, out.

Nothing is read or written here, so the same judgement serves the command line, the end of a run and a benchmark.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from subtrans.text.languages import Language
from subtrans.text.profiles import Profile, width
from subtrans.types import Cue

Rule = Literal["CPS", "CPL", "lines", "duration", "gap", "overlap"]
RULES: tuple[Rule, ...] = get_args(Rule)
"""Characters a second, characters a line, lines a cue, and the times in milliseconds."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One breach: `value` is what cue number `cue`, counted from 1, has, and `limit` what it should keep to.

    A gap and an overlap are those to the cue before it.
    """

    cue: int
    rule: Rule
    value: float
    limit: float

    def __str__(self) -> str:
        if self.rule == "overlap":
            return f"shown {self.value:.0f} ms before the cue before it is gone"
        name, unit = _WORDS[self.rule]
        side = "over" if self.value > self.limit else "under"
        if self.rule == "gap" and side == "over":
            return f"{name} of {self.value:.0f} ms: neither {self.limit:g} ms nor long enough to be seen as a gap"
        value = f"{self.value:.1f}".removesuffix(".0")
        return f"{name} {value}{unit}, {side} {self.limit:g}"


_WORDS = {
    "CPS": ("reading speed", " characters a second"),
    "CPL": ("line of", " characters"),
    "lines": ("lines:", ""),
    "duration": ("duration", " ms"),
    "gap": ("gap", " ms"),
}


@dataclass(frozen=True, slots=True)
class Conformity:
    """How far `cues` cues keep the norms; the violations are in the order of the cues."""

    cues: int
    violations: tuple[Violation, ...]

    def share(self, rule: Rule) -> float:
        """The share of cues, from 0 to 1, that keep the rule; 1 where there are no cues."""
        failing = {violation.cue for violation in self.violations if violation.rule == rule}
        return 1 - len(failing) / self.cues if self.cues else 1.0

    def shares(self) -> dict[str, float]:
        """The shares of all rules, for a program."""
        return {rule: round(self.share(rule), 6) for rule in RULES}

    def percentage(self, rule: Rule) -> float:
        """The same in per cent, rounded down to tenths, so that 100 means all."""
        return int(1000 * self.share(rule) + 1e-6) / 10

    def summary(self) -> str:
        """The shares in one line."""
        return f"conforming: {', '.join(f'{rule} {self.percentage(rule):g} %' for rule in RULES)}"


def total(found: Iterable[Conformity]) -> Conformity:
    """What several files keep together, their cues counted through."""
    cues, violations = 0, []
    for one in found:
        violations += [replace(violation, cue=violation.cue + cues) for violation in one.violations]
        cues += one.cues
    return Conformity(cues, tuple(violations))


def conformity(cues: Sequence[Cue], profile: Profile, language: Language, *, tolerance: int = 1) -> Conformity:
    """Judge `cues`, in the order in which they are shown, by the `profile` of their `language`.

    A cue breaks CPL once, with its widest line; gaps and overlaps are those of cues in the same place on the picture.
    `tolerance` milliseconds are what a file's rounding of times may take from a duration or a gap: 10 for ASS and LRC,
    which count hundredths of a second.
    """
    found: list[Violation] = []
    shown: dict[object, Cue] = {}
    for number, cue in enumerate(cues, 1):
        place = cue.look.anchor, cue.look.position
        found += (
            Violation(number, *breach) for breach in _breaches(shown.get(place), cue, profile, language, tolerance)
        )
        shown[place] = cue
    return Conformity(len(cues), tuple(found))


def _breaches(
    before: Cue | None, cue: Cue, profile: Profile, language: Language, tolerance: int
) -> Iterator[tuple[Rule, float, float]]:
    widths = [width(line, language) for line in cue.lines]
    duration = cue.span.duration
    speed = 1000 * sum(widths) / max(1, duration)
    # What the rounding of the times may have cost is no breach.
    if 1000 * sum(widths) > profile.characters_per_second * (duration + tolerance) + 1e-6:
        yield "CPS", speed, profile.characters_per_second
    if max(widths) > profile.characters_per_line:
        yield "CPL", max(widths), profile.characters_per_line
    if len(cue.lines) > profile.lines:
        yield "lines", len(cue.lines), profile.lines
    if duration < profile.minimum_duration - tolerance:
        yield "duration", duration, profile.minimum_duration
    if duration > profile.maximum_duration + tolerance:
        yield "duration", duration, profile.maximum_duration
    if before is None:
        return
    gap = cue.span.start - before.span.end
    if gap < 0:
        yield "overlap", -gap, 0
    elif gap < profile.minimum_gap - tolerance or (
        profile.minimum_gap + tolerance < gap < profile.chaining_gap - tolerance
    ):
        yield "gap", gap, profile.minimum_gap
