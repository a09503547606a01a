"""`subtrans memory`: what a translation memory knows; what other tools know into it, what it knows out for them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from subtrans.cli import options
from subtrans.cli.gather import matching
from subtrans.cli.parameters import PATH
from subtrans.cli.recall import find_memory
from subtrans.cli.screen import count, note
from subtrans.errors import InputError, OutputError
from subtrans.text.paths import real, show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subtrans.memory.store import Memory

_file = click.option(
    "--memory",
    "file",
    type=PATH,
    default="default",
    show_default=True,
    metavar="FILE",
    help="The translation memory; `default` lies in your data directory.",
)

_pair = options.together(
    _file,
    options.language("-f", "--from", "source", required=True, help="The language that is translated."),
    options.language("-t", "--to", "target", required=True, help="The language of the translations."),
)


@click.group("memory")
def command() -> None:
    """List what the translation memory knows; add to it, export it, forget sentences.

    `subtrans learn` fills it with corrections, and with --memory the other commands use it.
    """


@command.command("list")
@_file
@options.language("-f", "--from", "source", help="Only from this language.")
@options.language("-t", "--to", "target", help="Only into this language.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_entries(file: Path, source: str | None, target: str | None, as_json: bool) -> None:
    """List its sentences, oldest first: languages, source, translation, where it is from and the day, with tabs."""
    from dataclasses import asdict

    from subtrans.memory.store import Memory, pairs

    path = find_memory(file)
    rows = [
        {"from": one, "to": other, **asdict(entry)}
        for one, other in pairs(path)
        if source in {None, one} and target in {None, other}
        for entry in Memory(path, one, other).entries().values()
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    for row in () if as_json else rows:
        click.echo("\t".join(row.values()))
    note(f"{count(rows, 'sentence')} in {show(path)}")


@command.command("add")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=PATH)
@_pair
def add(files: tuple[Path, ...], file: Path, source: str, target: str) -> None:
    """Add sentence pairs of files: TMX as translators' tools export it, TSV, CSV or JSON lines."""
    from datetime import date

    from subtrans.finetune.readers import Columns, read_pairs
    from subtrans.memory.store import Entry

    memory = _memory(file, source, target)
    today = date.today().isoformat()
    columns = Columns(source=source, target=target)
    entries = [
        Entry(pair.source, pair.target, one.name, today)
        for name in files
        for one in matching(name)
        for pair in read_pairs(one, columns)
        if pair.source.strip() and pair.target.strip()
    ]
    changed = memory.add(entries)
    _renew_corpus(memory, source, target)
    note(f"{count(entries, 'pair')}; {changed} new in {show(memory.path)}")


@command.command("export")
@click.argument("output", type=PATH)
@_pair
@click.option("--overwrite", is_flag=True, help="Replace a file that exists.")
def export(output: Path, file: Path, source: str, target: str, overwrite: bool) -> None:
    """Write its sentences as TMX, which translators' tools import, or with another suffix, .tsv or .txt, as TSV."""
    from subtrans.media.files import atomic_write, check_apart, check_target
    from subtrans.memory.tmx import write_tmx

    memory = _memory(find_memory(file), source, target)
    entries = memory.entries().values()
    if not entries:
        raise InputError(f"the memory knows no sentence from {source} to {target}: see `subtrans memory list`")
    check_apart(output, {real(memory.path)})
    check_target(output, overwrite)
    if output.suffix.lower() not in {".tmx", ".tsv", ".txt"}:
        raise OutputError(f"{show(output)} is no name for what is written: end it in .tmx, or .tsv for a table")
    tsv = (f"{entry.source}\t{entry.target}\n" for entry in entries)
    with atomic_write(output, overwrite) as text:
        text.writelines(write_tmx(entries, source, target) if output.suffix.lower() == ".tmx" else tsv)
    note(f"{show(output)}: {count(entries, 'pair')}")


@command.command("forget")
@click.argument("sentences", metavar="SENTENCE...", nargs=-1, required=True)
@_pair
def forget(sentences: tuple[str, ...], file: Path, source: str, target: str) -> None:
    """Forget sentences, given in the source language, here and in the corpus for fine-tuning beside the memory."""
    memory = _memory(find_memory(file), source, target)
    known = memory.entries()
    said = [" ".join(sentence.split()) for sentence in sentences]
    for sentence in said:
        if sentence not in known:
            raise InputError(
                f"the memory does not know {sentence!r} from {source} to {target}: see `subtrans memory list`"
            )
    memory.remove(said)
    _renew_corpus(memory, source, target, said)
    note(f"{count(said, 'sentence')} forgotten in {show(memory.path)}")


def _memory(file: Path, source: str, target: str) -> Memory:
    from subtrans.memory.store import Memory, memory_file

    return Memory(memory_file(file), source, target)


def _renew_corpus(memory: Memory, source: str, target: str, forgotten: Sequence[str] = ()) -> None:
    from subtrans.memory.corpus import corpus_file, write_corpus

    with memory.held() as entries:
        write_corpus(corpus_file(memory.path, source, target), entries.values(), forgotten)
