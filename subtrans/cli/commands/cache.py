"""`subtrans cache`: what is kept of recordings, so that a run can go on after an interruption; list it and clear it."""

from __future__ import annotations

import json
import time
from pathlib import Path

import click

from subtrans.cli.screen import note, size
from subtrans.errors import InputError
from subtrans.text.paths import show


@click.group("cache", invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """List and clear the stored results from which an interrupted run continues.

    It holds the words that were heard and their translations. The models are listed by `subtrans models`.
    """
    if context.invoked_subcommand is None:
        context.invoke(list_journals)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_journals(as_json: bool) -> None:
    """List the recordings of which something is kept (the default)."""
    from subtrans.engines.resume.journals import kept

    found = kept()
    if as_json:
        rows = [
            {"name": one.name, "bytes": one.size, "used": round(one.used), "folder": str(one.folder)} for one in found
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for one in found:
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(one.used))
        click.echo(f"{when}  {size(one.size):>7}  {show(Path(one.name))}")


@command.command("clear")
@click.argument("names", metavar="[NAME]...", nargs=-1)
def clear(names: tuple[str, ...]) -> None:
    """Forget all recordings, or those of the names given."""
    from subtrans.engines.resume.journals import forget, kept

    chosen = [one for one in kept() if not names or one.name in names]
    for name in sorted(set(names) - {one.name for one in chosen}):
        raise InputError(f"nothing is kept of {show(Path(name))}: see `subtrans cache list`")
    done = [one for one in chosen if forget(one)]
    note(f"{len(done)} forgotten, {size(sum(one.size for one in done))} freed")
    if len(done) < len(chosen):
        note(f"{len(chosen) - len(done)} kept: runs that go on now use them")
