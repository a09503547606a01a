"""Subtitles in; every breach of the norms of their language, with cue number and value, out."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from subtrans import formats
from subtrans.cli import options
from subtrans.cli.norms import House, Norms
from subtrans.cli.parameters import PATH
from subtrans.cli.screen import clock, quote
from subtrans.cli.scripts import language_of, load_numbered

if TYPE_CHECKING:
    from subtrans.evaluate.conformity import Conformity
    from subtrans.formats.lines import Numbered


@click.command(
    epilog="""\b
Examples:
  subtrans check talk.zh.srt
  subtrans check talk.srt --lang de --video film.mp4 --profile bbc --strict
"""
)
@click.argument("path", metavar="FILE", type=PATH)
@options.language("--lang", "tag", help="The language of the subtitles.  [default: from a name such as talk.zh.srt]")
@click.option(
    "--video",
    type=PATH,
    help="What they belong to: gaps are counted in its frames.  [default: the one beside them]",
)
@options.house
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--strict", is_flag=True, help="End with exit code 1 when a cue breaks a norm.")
def command(path: Path, tag: str | None, video: Path | None, house: House, as_json: bool, strict: bool) -> None:
    """Check subtitles against the norms of their language.

    Every breach is a line with the number of the cue, when it is shown, and its value; the last line holds the share of
    cues that keep each norm.
    """
    from subtrans.evaluate.conformity import conformity
    from subtrans.text.languages import language

    written = language(tag or language_of(path, "--lang"))
    numbered = load_numbered(path, written.tag)
    norms = Norms(house)
    norms = norms.found_beside(path) if video is None else norms.beside(video, snap=False)
    tolerance = 10 if formats.format_of(path) in formats.COARSE else 1
    found = conformity([cue for _, cue in numbered], norms.of(written), written, tolerance=tolerance)
    click.echo(_json(numbered, found) if as_json else _lines(numbered, found))
    if strict and found.violations:
        raise click.exceptions.Exit(1)


def _lines(numbered: list[Numbered], found: Conformity) -> str:
    breaches = [(*numbered[violation.cue - 1], violation) for violation in found.violations]
    lines = [
        f"{number}\t{clock(cue.span.start)}\t{violation}\t{quote(cue.text)}" for number, cue, violation in breaches
    ]
    return "\n".join([*lines, found.summary()])


def _json(numbered: list[Numbered], found: Conformity) -> str:
    from subtrans.evaluate.conformity import RULES

    report = {
        "cues": found.cues,
        "conforming": {rule: round(found.share(rule), 6) for rule in RULES},
        "violations": [asdict(violation) | {"cue": numbered[violation.cue - 1][0]} for violation in found.violations],
    }
    return json.dumps(report, ensure_ascii=False, indent=1)
