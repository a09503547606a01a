"""The events of a live run in; how late, how steady and how right its captions were out."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from subtrans.cli import options
from subtrans.cli.commands.evaluate.shared import as_json, print_scores, read_lines
from subtrans.cli.lateness import report_lines
from subtrans.cli.parameters import PATH
from subtrans.cli.screen import note
from subtrans.errors import InputError
from subtrans.events import CaptionEvent
from subtrans.formats.events import event_from_line
from subtrans.text.languages import language
from subtrans.text.paths import show

if TYPE_CHECKING:
    from subtrans.events import LiveEvent


@click.command(
    "live",
    epilog="""\b
Examples:
  subtrans live samples/memo.flac --replay --to zh --json > memo.jsonl
  subtrans evaluate live memo.jsonl -f en --to zh \\
      --reference samples/memo.json
""",
)
@click.argument("events", type=PATH)
@options.language("-f", "--from", "source", required=True, help="What was spoken.")
@options.language(
    "-t", "--to", "target", required=True, help="The language of the captions, or the one of several to measure."
)
@click.option("--reference", type=PATH, metavar="JSON", help="What was really said, with the times of its words.")
@click.option("--translation", type=PATH, metavar="TXT", help="Its translation, a line for each of its sentences.")
@as_json
def command(
    events: Path, source: str, target: str, reference: Path | None, translation: Path | None, in_json: bool
) -> None:
    """Measure live captions by their events, as subtrans live --json prints them.

    Delays run from the end of a spoken word, or of a sentence's last word, until its source or its translation is on
    screen in its final form. They are given with computing time and, in brackets, without it.
    """
    from subtrans.evaluate.live import live_report, read_spoken

    if translation and not reference:
        raise click.UsageError("--translation needs --reference, which tells when its sentences were spoken")
    spoken = read_spoken("\n".join(read_lines(reference))) if reference else []
    translations = read_lines(translation) if translation else []
    if translation and reference and len(translations) != len(spoken):
        raise InputError(
            f"{show(translation)} has {len(translations)} lines and {show(reference)} {len(spoken)} sentences: "
            "they must go together"
        )
    report = live_report(_events(events, target), source, target, spoken, translations)
    if any(delay.aware.mean < 0 for delay in report.delays.values()):
        note("captions came before they were spoken: the delays are those of a talk only with subtrans live --replay")
    if in_json:
        click.echo(json.dumps(asdict(report), ensure_ascii=False, indent=1))
        return
    for line in report_lines(report):
        click.echo(line)
    print_scores(report.scores, in_json=False)


def _events(path: Path, target: str) -> list[LiveEvent]:
    """Those of the file, without the captions in other languages than `target`."""
    found: list[LiveEvent] = []
    try:
        found.extend(map(event_from_line, read_lines(path)))
    except ValueError as error:
        raise InputError(f"line {len(found) + 1} of {show(path)} is no event of subtrans live --json") from error
    written = {event.caption.language or target for event in found if isinstance(event, CaptionEvent)}
    wanted = {tag for tag in written if language(tag) == language(target)}
    if written and not wanted:
        raise InputError(f"the captions in {show(path)} are in {', '.join(sorted(written))}: say which with --to")
    return [
        event for event in found if not isinstance(event, CaptionEvent) or (event.caption.language or target) in wanted
    ]
