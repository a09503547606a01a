"""`subtrans evaluate`: what was written and what should have been in; scores with their signatures out."""

from __future__ import annotations

import click

from subtrans.cli.commands.evaluate import live, model, speech, subtitles, text


@click.group("evaluate")
def command() -> None:
    """Score translations, transcripts, subtitles, live captions and models.

    Scores go to standard output, each with the signature that makes it comparable; with --json as JSON.
    """


for part in (text, speech, subtitles, live, model):
    command.add_command(part.command)
