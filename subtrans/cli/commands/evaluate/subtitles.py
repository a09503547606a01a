"""Subtitles and those of a person in; SubER, AS-BLEU and how far they keep the norms of their language out."""

from __future__ import annotations

from pathlib import Path

import click

from subtrans.cli import options
from subtrans.cli.commands.evaluate.shared import as_json, print_scores
from subtrans.cli.norms import Norms, judge_cues, videos_in
from subtrans.cli.parameters import PATH
from subtrans.cli.scripts import language_of, load_cues
from subtrans.formats.files import read_file


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
    from subtrans.text.languages import language

    written = language(tag or language_of(hypothesis, "--lang"))
    numbered = read_file(hypothesis, written.tag).cues
    machine = judge_cues(hypothesis, numbered, written, Norms().found_beside(hypothesis, videos_in))
    cues = [cue for _, cue in numbered]
    scores = subtitle_scores(cues, load_cues(reference, written.tag), written.tag)
    print_scores(scores, in_json, {"conforming": machine.found.shares()})
    if not in_json:
        click.echo(machine.found.summary())
