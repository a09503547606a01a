"""`subtrans models`: what models are at hand and what they can do; fetch, look at and remove them."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from subtrans.cli.parameters import ModelType
from subtrans.cli.screen import note, results, size
from subtrans.text.paths import harmless

if TYPE_CHECKING:
    from subtrans.engines.models.inventory import Entry


@click.group("models", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """List the models that ship and those in the cache; fetch, look at and remove them."""
    if context.invoked_subcommand is None:
        context.invoke(list_models, as_json=as_json)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_models(as_json: bool) -> None:
    """List the models that ship and those in the cache (the default)."""
    from subtrans.engines.models.inventory import inventory

    entries = inventory()
    if as_json:
        click.echo(json.dumps([_as_json(entry) for entry in entries], ensure_ascii=False, indent=2))
    else:
        _print_table(entries)


@command.command("pull")
@click.argument("name")
@click.option("--offline", is_flag=True, help="Use only what is in the cache.")
def pull(name: str, offline: bool) -> None:
    """Fetch the newest revision of a model of the hub, or NAME@REVISION, and convert it for use."""
    from subtrans.engines.models.store import resolve

    model = resolve(name, offline=offline, refresh=True)
    note(f"{model.description.name}: ready in {model.path}")


@command.command("info")
@click.argument("name", type=ModelType())
@click.option("--verify", is_flag=True, help="Read all files and compare them with the card's checksums.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def info(name: str, verify: bool, as_json: bool) -> None:
    """Show all that is known of one model at hand."""
    from subtrans.engines.models.cards import check_files
    from subtrans.engines.models.inventory import find

    entry = find(name)
    if verify and entry.description.card:
        check_files(entry.folders[0], entry.description.card, checksums=True)
    content = _as_json(entry) | ({"verified": True} if verify and entry.description.card else {})
    if as_json:
        click.echo(json.dumps(content, ensure_ascii=False, indent=2))
        return
    for key, value in content.items():
        if value not in (None, "", []):
            click.echo(harmless(f"{key:12} {_as_text(key, value)}"))


@command.command("remove")
@click.argument("name", type=ModelType())
def remove(name: str) -> None:
    """Delete a model's download and conversion from the cache; a model that ships stays."""
    from subtrans.engines.models import inventory

    note(f"{name}: {size(inventory.remove(name))} freed")


_TOLD = ("WER", "BLEU", "chrF2")
"""The metrics that the table shows, each by the first score of a card; `info` tells on what, and the rest."""


_WIDE = 140
"""Columns of a terminal that has room for what `info` says too."""


def _print_table(entries: list[Entry]) -> None:
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Column, Table

    # A listing that goes to a file or a pipe keeps its lines whole.
    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
    wide = console.width >= _WIDE
    heads = ("Model", "Kind", "Languages", "Size", *(("Licence", "Scores") if wide else ()), "Where")
    # A name is cut nowhere, and stands in one line where the languages leave room, so that it can be copied.
    columns = {head: Column(head, overflow="fold") for head in heads}
    room = console.width - max(len(entry.description.name) for entry in entries) - 30
    columns["Languages"].max_width = None if wide else max(12, room)
    table = Table(*columns.values(), box=box.SIMPLE_HEAD, pad_edge=False)
    for entry in entries:
        known = _as_json(entry)
        languages = f"[red]{escape(entry.problem)}[/red]" if entry.problem else _languages(known)
        first = {score["metric"]: score["value"] for score in reversed(known["scores"])}
        scores = ", ".join(f"{metric} {first[metric]}" for metric in _TOLD if metric in first)
        row = {"Model": escape(known["name"]), "Kind": known["kind"], "Languages": languages}
        row |= {"Size": size(entry.size), "Licence": escape(entry.licence or "?"), "Scores": escape(scores)}
        row["Where"] = escape(entry.where)
        table.add_row(*(harmless(row[head]) for head in heads))
    results(table, console)


def _as_json(entry: Entry) -> dict[str, Any]:
    from dataclasses import asdict

    from subtrans.engines.models.abilities import spoken_languages

    description, card = entry.description, entry.description.card
    return {
        "name": description.name,
        "kind": description.kind,
        "description": card.description if card else "",
        "architecture": (card.architecture if card else "") or description.family or "",
        "base": card.base if card else "",
        "languages": spoken_languages(description),
        "pairs": [list(pair) for pair in description.pairs],
        "parameters": card.parameters if card else None,
        "bytes": entry.size,
        "licence": entry.licence,
        "revision": entry.revision,
        "scores": [asdict(score) for score in card.scores] if card else [],
        "where": entry.where,
        "folders": [str(folder) for folder in entry.folders],
        "problem": entry.problem,
    }


def _languages(known: dict[str, Any]) -> str:
    if known["pairs"]:
        return _as_text("pairs", known["pairs"])
    spoken = known["languages"]
    return ", ".join(spoken) if 0 < len(spoken) <= 6 else f"{len(spoken)} languages" if spoken else "not known"


def _as_text(key: str, value: Any) -> str:
    if key == "bytes":
        return size(value)
    if key == "scores":
        return ("\n" + " " * 13).join(_score(score) for score in value)
    if key == "pairs":
        return ", ".join(f"{source or 'many'} → {target or 'many'}" for source, target in value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _score(score: dict[str, Any]) -> str:
    on = ", ".join(part for part in (score["test_set"], score["precision"]) if part)
    return f"{score['metric']} {score['value']} {on}".rstrip()
