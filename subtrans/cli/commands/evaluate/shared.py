"""Lines of a file in, as many as it has; scores in, what standard output shows of them out."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from subtrans.cli import options
from subtrans.cli.screen import note
from subtrans.cli.scripts import is_script
from subtrans.errors import InputError
from subtrans.formats.files import read_text
from subtrans.text.encoding import decode
from subtrans.text.paths import show

if TYPE_CHECKING:
    from subtrans.evaluate.scores import Score


STANDARD_INPUT = Path("-")
as_json = click.option("--json", "in_json", is_flag=True, help="Print JSON.")
lang = options.language("--lang", "tag", required=True, help="The language that both are in.")


def read_lines(path: Path) -> list[str]:
    """The lines of a UTF-8 file, `-` being standard input.

    They end at line feeds alone, so that their number is what other tools count.
    """
    text = decode(sys.stdin.buffer.read(), "standard input") if path == STANDARD_INPUT else read_text(path)
    return [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")] if text else []


def read_parallel(*paths: Path, between: str | None = None) -> list[list[str]]:
    """The lines of each file, one of which may be standard input; InputError where one has more than another.

    With what stands `between` lines each is then one line, which standard error tells. Subtitles are no lines of text:
    their times would be scored as words.
    """
    for path in paths:
        if is_script(path) and path.suffix.lower() != ".tsv":
            raise InputError(f"{show(path)} holds subtitles and no lines of text: use `subtrans evaluate subtitles`")
    if paths.count(STANDARD_INPUT) > 1:
        raise click.UsageError("only one of the files can be standard input (-)")
    files = [read_lines(path) for path in paths]
    for path, lines in zip(paths, files, strict=True):
        if len(lines) != len(files[0]):
            found = f"{show(path)} has {len(lines)} lines and {show(paths[0])} {len(files[0])}"
            if between is None or not all(files):
                raise InputError(f"{found}: they must go together")
            note(f"{found}: each is scored as one text")
            return [[between.join(lines)] for lines in files]
    return files


def print_scores(scores: Sequence[Score], in_json: bool, more: Mapping[str, Any] | None = None) -> None:
    """One line a score: its name, its value, its signature; or all in one JSON object, with whatever else there is."""
    if in_json:
        found = {"scores": [asdict(score) for score in scores], **(more or {})}
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for score in scores:
        click.echo(f"{score.name:8} {score.value:7.2f}  {score.signature}")
