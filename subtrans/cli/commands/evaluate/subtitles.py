"""Subtitles and those of a person in; SubER, AS-BLEU and how far they keep the norms of their language out."""

from __future__ import annotations

from pathlib import Path

import click

from subtrans.cli import options
from subtrans.cli.commands.evaluate.shared import as_json, print_scores
from subtrans.cli.norms import Norms
from subtrans.cli.parameters import PATH
from subtrans.cli.scripts import language_of, load_cues
from subtrans.text.languages import language


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
    from subtrans.evaluate.conformity import RULES, conformity
    from subtrans.evaluate.subtitles import subtitle_scores

    written = language(tag or language_of(hypothesis, "--lang"))
    machine, person = (load_cues(path, written.tag) for path in (hypothesis, reference))
    scores = subtitle_scores(machine, person, written.tag)
    kept = conformity(machine, Norms().found_beside(hypothesis).of(written), written)
    print_scores(scores, in_json, {"conforming": {rule: round(kept.share(rule), 6) for rule in RULES}})
    if not in_json:
        click.echo(kept.summary())
