"""Subtitles as the machine wrote them and as a person corrected them in; what was learned from the difference out."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from subtrans.cli import options
from subtrans.cli.parameters import PATH
from subtrans.cli.screen import clock, count, note
from subtrans.cli.scripts import language_of, load_cues
from subtrans.errors import InputError, LanguageError, OutputError
from subtrans.formats.files import read_text
from subtrans.text.paths import real, show

if TYPE_CHECKING:
    from subtrans.formats.document import Document
    from subtrans.memory.corrections import Correction, Found, Unit

LEAST_ALIKE = {True: 0.3, False: 0.15}
"""Below it the two files are not versions of one text: unrelated subtitles in letters, with spaces between the words,
reach 0.25, in Chinese or Japanese 0.1."""


@click.command(
    epilog="""\b
Examples:
  subtrans learn talk.zh.srt corrected.zh.srt --source talk.en.srt
  subtrans learn talk.zh.json corrected.zh.srt
  subtrans subtitle talk.mp4 --to zh --memory default
"""
)
@click.argument("machine", type=PATH)
@click.argument("corrected", type=PATH)
@click.option(
    "--source", "said", type=PATH, metavar="FILE", help="What was said: subtitles, or the JSON that subtitle writes."
)
@options.language("-f", "--from", "source", help="The language of what was said.")
@options.language("-t", "--to", "target", help="The language of the translation.")
@click.option(
    "--memory",
    type=PATH,
    default="default",
    show_default=True,
    metavar="FILE",
    help="The translation memory that learns; `default` lies in your data directory.",
)
@click.option(
    "--corpus", type=PATH, metavar="FILE", help="Sentence pairs for fine-tuning.  [default: beside the memory]"
)
@click.option("--approved", is_flag=True, help="Learn the sentences that were left as they were, too.")
@click.option("--dry-run", is_flag=True, help="Say what would be learned, and learn nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    machine: Path,
    corrected: Path,
    said: Path | None,
    source: str | None,
    target: str | None,
    memory: Path,
    corpus: Path | None,
    approved: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Learn from a person's corrections of subtitles.

    MACHINE is what subtrans wrote, CORRECTED what a person made of it; cues may be moved, split and merged. With
    --memory the next translation uses the corrected sentences word for word, and the corpus is for fine-tuning.
    Languages come from names such as talk.zh.srt.
    """
    from subtrans.memory.corpus import corpus_file, read_corpus, write_corpus
    from subtrans.memory.corrections import corrections
    from subtrans.memory.store import Entry, Memory, memory_file
    from subtrans.text.languages import language

    spoken, written, units = _units(machine, corrected, said, source, target)
    if spoken == written:
        raise LanguageError(f"both sides are {language(written).name}: give --source in the spoken language, or --from")
    if not units:
        raise InputError(f"nothing in {show(machine)} goes with what was said: give files of the same video")
    found = corrections(units, load_cues(corrected, written), language(written))
    if found.similarity < LEAST_ALIKE[language(written).spaced]:
        raise InputError(
            f"{show(corrected)} is no version of {show(machine)} ({found.similarity:.0%} alike): "
            "give the corrected file of the same video"
        )
    edited = {pair.source for pair in found.edited}  # what was corrected once outweighs what was left elsewhere
    taken = [*found.edited, *(pair for pair in found.kept if approved and pair.source not in edited)]
    store = memory_file(memory)
    pairs = corpus or corpus_file(store, spoken, written)
    if real(pairs) == real(store):
        raise OutputError(f"{show(store)} is the memory: give the corpus another name")
    known = Memory(store, spoken, written)
    changed = 0
    if taken and not dry_run:
        read_corpus(pairs)  # what is wrong with it is told before anything is learned
        today = date.today().isoformat()
        changed = known.add(Entry(pair.source, pair.corrected, corrected.name, today) for pair in taken)
        with known.held() as entries:
            write_corpus(pairs, entries.values())
    if as_json:
        files = {"memory": str(store), "corpus": str(pairs), "changed": changed}
        click.echo(json.dumps(_as_dict(taken, found) | files, ensure_ascii=False, indent=1))
        return
    for pair in found.edited:
        click.echo(f"{clock(pair.span.start)}  {pair.source}\n  - {pair.machine}\n  + {pair.corrected}")
    _tell(found)
    kept = f"{count(found.kept, 'sentence')} left as they were{' and learned too' if approved and found.kept else ''}"
    note(f"{count(found.edited, 'correction')}, {kept}; {changed} new in {show(store)}")
    if changed:
        note(f"{show(pairs)}: pairs for fine-tuning (--set data.extra=...)")


def _units(
    machine: Path, corrected: Path, said: Path | None, source: str | None, target: str | None
) -> tuple[str, str, list[Unit]]:
    """The two languages and what the machine made of each sentence."""
    from subtrans.memory.corrections import units_of_cues, units_of_translations
    from subtrans.text.languages import language

    document = _document(machine) or (_document(said) if said else None)
    if document is None and said:
        spoken, written = source or language_of(said, "--from"), target or language_of(machine, "--to")
        cues = load_cues(said, spoken), load_cues(machine, written)
        return spoken, written, units_of_cues(*cues, language(spoken), language(written))
    if document is None:
        raise click.UsageError("give --source: the subtitles in the spoken language, or the JSON that subtitle writes")
    made = {language(one.language).tag: one for one in document.targets}
    written = target or (next(iter(made)) if len(made) == 1 else language_of(corrected, "--to"))
    if written not in made:
        raise InputError(f"{show(said or machine)} holds no translation into {written}, only {', '.join(made)}")
    spoken = source or language(document.language).tag
    return spoken, written, units_of_translations(made[written].translations, language(written))


def _document(path: Path) -> Document | None:
    """The JSON that subtitle writes; None where the suffix says something else."""
    from subtrans.formats.document import read_document

    if path.suffix.lower() != ".json":
        return None
    try:
        return read_document(read_text(path))
    except InputError as error:
        raise InputError(f"{show(path)}: {error}") from error


def _as_dict(taken: list[Correction], found: Found) -> dict[str, Any]:
    return {
        "learned": [asdict(pair) for pair in taken],
        "edited": len(found.edited),
        "kept": len(found.kept),
        "removed": [asdict(unit) for unit in found.removed],
        "added": [asdict(line) for line in found.added],
        "similarity": round(found.similarity, 4),
    }


def _tell(found: Found) -> None:
    """What could not be matched."""
    for unit in found.removed:
        note(f"{clock(unit.span.start)}  not in the corrected file: {unit.machine}")
    for line in found.added:
        note(f"{clock(line.span.start)}  goes with no sentence: {line.text}")
