"""Subtitle files that were judged by their norms in; one HTML page that shows how far each keeps them out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from subtrans.evaluate.conformity import RULES, Conformity, total
from subtrans.evaluate.html import document, head
from subtrans.formats.lines import Numbered, legal
from subtrans.formats.srt import time
from subtrans.text.languages import Language
from subtrans.text.profiles import Profile


@dataclass(frozen=True, slots=True)
class Checked:
    """One file: its cues, each with its number there, and what they keep of the norms of their language."""

    name: str
    language: Language
    profile: Profile
    numbered: Sequence[Numbered]
    found: Conformity


def conformity_page(files: Sequence[Checked]) -> str:
    """The norms by language, the shares of each file and of all, and every breach with its time and its text."""
    title = f"Conformity of {files[0].name if len(files) == 1 else f'{len(files)} files'}"
    parts = [f"<h1>{escape(title)}</h1>", _shares(files), "<h2>The norms</h2>", _norms(files)]
    for one in files:
        if one.found.violations:
            parts += [f"<h2>{escape(one.name)}</h2>", _breaches(one)]
    return document(title, parts)


def _shares(files: Sequence[Checked]) -> str:
    rows = [_row(one.name, one.language.name, one.found) for one in files]
    if len(files) > 1:
        rows.append(_row("all", "", total(one.found for one in files)))
    return f"<table>{head('File', 'Language', '*Cues', *(f'*{rule}' for rule in RULES))}{''.join(rows)}</table>"


def _row(name: str, language: str, found: Conformity) -> str:
    cells = []
    for rule in RULES:
        share = found.percentage(rule)
        cells.append(f'<td class="number {"better" if share == 100 else "worse"}">{share:g} %</td>')
    return (
        f'<tr><td>{escape(name)}</td><td>{escape(language)}</td><td class="number">{found.cues}</td>'
        f"{''.join(cells)}</tr>"
    )


def _norms(files: Iterable[Checked]) -> str:
    rows = []
    for language, norms in dict.fromkeys((one.language, one.profile) for one in files):
        values = (
            f"{norms.characters_per_second:g}",
            f"{norms.characters_per_line:g}",
            norms.lines,
            f"{norms.minimum_duration} to {norms.maximum_duration}",
            f"{norms.minimum_gap}, or {norms.chaining_gap} and more",
        )
        numbers = "".join(f'<td class="number">{value}</td>' for value in values)
        rows.append(f"<tr><td>{escape(language.name)}</td>{numbers}</tr>")
    names = "Language", "*Characters a second", "*Characters a line", "*Lines", "*Shown for, ms", "*Gap, ms"
    return f"<table>{head(*names)}{''.join(rows)}</table>"


def _breaches(one: Checked) -> str:
    rows = []
    for place, violations in groupby(one.found.violations, key=lambda violation: violation.cue):
        number, cue = one.numbered[place - 1]
        what = "<br>".join(escape(str(violation)) for violation in violations)
        text = "<br>".join(escape(legal(line)) for line in cue.lines)
        rows.append(
            f'<tr><td class="number">{number}</td><td class="number">{time(cue.span.start)}</td>'
            f"<td>{what}</td><td dir=auto>{text}</td></tr>"
        )
    return f"<table>{head('*Cue', '*Time', 'What', 'Text')}{''.join(rows)}</table>"
