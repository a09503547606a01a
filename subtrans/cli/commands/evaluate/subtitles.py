"""Subtitles and those of a person in; SubER, AS-BLEU and how far they keep the norms of their language out."""

from __future__ import annotations

from pathlib import Path

import click

from subtrans.cli import options
from subtrans.cli.commands.check import judge
from subtrans.cli.commands.evaluate.shared import as_json, print_scores
from subtrans.cli.norms import Norms
from subtrans.cli.parameters import PATH
from subtrans.cli.scripts import load_cues


@click.command(
    "subtitles",
    epilog="""\b
Example:
  subtrans evaluate subtitles talk.zh.srt by-a-person.zh.srt
""",
)
@click.argument("hypothesis", type=PATH)
@click.argument("reference", type=PATH)
@options.language("--lang", "tag", help="The language that both are in.  [default: from a name such as talk.zh.srt]")
@as_json
def command(hypothesis: Path, reference: Path, tag: str | None, in_json: bool) -> None:
    """Score subtitles of the same video against a person's.

    The cues need not be the same ones: SubER counts edits of words, breaks and times. The last line holds the share of
    cues that keep each norm of the language; subtrans check tells which do not.
    """
    from subtrans.evaluate.subtitles import subtitle_scores

    machine = judge(hypothesis, tag, None, Norms())
    written = machine.language.tag
    scores = subtitle_scores(load_cues(hypothesis, written), load_cues(reference, written), written)
    print_scores(scores, in_json, {"conforming": machine.found.shares()})
    if not in_json:
        click.echo(machine.found.summary())
