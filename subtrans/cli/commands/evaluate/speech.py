"""Transcripts and what was really said in; word and character error rates out."""

from __future__ import annotations

from pathlib import Path

import click

from subtrans.cli.commands.evaluate.shared import as_json, lang, print_scores, read_parallel
from subtrans.cli.parameters import PATH


@click.command("speech")
@click.argument("hypothesis", type=PATH)
@click.argument("reference", type=PATH)
@lang
@click.option(
    "--normaliser",
    type=click.Choice(["whisper", "plain"]),
    default="whisper",
    show_default=True,
    help="What to normalise first: as Whisper does, or only case and punctuation.",
)
@as_json
def command(hypothesis: Path, reference: Path, tag: str, normaliser: str, in_json: bool) -> None:
    """Score transcripts, an utterance a line, or whole texts; one of the two may be - for standard input.

    The error rates are those of all lines together, in per cent; lower is better.
    """
    from subtrans.evaluate.normalisers import plain, whisper
    from subtrans.evaluate.scores import cer, wer
    from subtrans.text.languages import language

    said, heard = read_parallel(reference, hypothesis, between=language(tag).glue)
    rule = (whisper if normaliser == "whisper" else plain)(tag)
    print_scores([wer(heard, said, rule), cer(heard, said, rule)], in_json)
