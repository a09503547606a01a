"""Subtitle files that were judged by their norms in; one HTML page that shows how far each keeps them out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from subtrans.evaluate.conformity import RULES, Conformity, total
from subtrans.evaluate.html import document, table
from subtrans.formats.lines import Numbered, legal
from subtrans.formats.srt import time
from subtrans.text.languages import Language
from subtrans.text.profiles import Profile


@dataclass(frozen=True, slots=True)
class Checked:
    """One file: what it keeps of the norms of its language."""

    name: str
    language: Language
    profile: Profile
    broken: Mapping[int, Numbered]
    """The cues that break a norm, by `Violation.cue`, each with its number in the file; of thousands of files the
    others would fill the memory."""
    found: Conformity


def conformity_page(files: Sequence[Checked]) -> str:
    """The norms by language, the shares of each file and of all, and every breach with its time and its text."""
    title = f"Conformity of {files[0].name if len(files) == 1 else f'{len(files)} files'}"
    parts = [f"<h1>{escape(title)}</h1>", _shares(files), "<h2>The norms</h2>", _norms(files)]
    for place, one in enumerate(files):
        if one.found.violations:
            parts += [f'<h2 id="file{place}">{_name(one)}</h2>', _breaches(one)]
    return document(title, parts)


def _shares(files: Sequence[Checked]) -> str:
    rows = []
    for place, one in enumerate(files):
        name = f'<a href="#file{place}">{_name(one)}</a>' if one.found.violations else _name(one)
        rows.append(_row(name, one.language.name, one.found))
    if len(files) > 1:
        rows.append(_row("all", "", total(one.found for one in files)))
    return table(("File", "Language", "*Cues", *(f"*{rule[0].upper()}{rule[1:]}" for rule in RULES)), rows)


def _name(one: Checked) -> str:
    """In any script; its direction does not spill over."""
    return f"<bdi>{escape(one.name)}</bdi>"


def _row(name: str, language: str, found: Conformity) -> str:
    cells = []
    for rule in RULES:
        share = found.percentage(rule)
        cells.append(f'<td class="number {"better" if share == 100 else "worse"}">{share:g} %</td>')
    return (
        f'<tr><td class="name">{name}</td><td>{escape(language)}</td><td class="number">{found.cues}</td>'
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
    names = "Language", "*CPS: characters a second", "*CPL: characters a line", "*Lines", "*Duration, ms", "*Gap, ms"
    return table(names, rows)


def _breaches(one: Checked) -> str:
    rows = []
    for place, violations in groupby(one.found.violations, key=lambda violation: violation.cue):
        number, cue = one.broken[place]
        what = "<br>".join(escape(str(violation)) for violation in violations)
        text = "<br>".join(escape(legal(line)) for line in cue.lines)
        rows.append(
            f'<tr><td class="number">{number}</td><td class="number">{time(cue.span.start)}</td>'
            f'<td class="breach">{what}</td><td dir=auto lang="{one.language.tag}">{text}</td></tr>'
        )
    return table(("*Cue", "*Time", "What", "Text"), rows, stacked=True)
