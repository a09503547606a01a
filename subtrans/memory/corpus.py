"""A translation memory in; a file of sentence pairs that fine-tuning reads out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from subtrans.errors import InputError
from subtrans.media.files import atomic_write, check_target, make_folder
from subtrans.memory.store import Entry
from subtrans.text.paths import show
from subtrans.text.reading import read_text


def corpus_file(memory: Path, source: str, target: str) -> Path:
    """The file beside a memory, for one pair of its languages."""
    return memory.with_suffix(f".{source}-{target}.tsv")


def write_corpus(path: Path, entries: Iterable[Entry], forgotten: Collection[str] = ()) -> None:
    """Bring the file up to date with the memory: a source, a tab and a target a line.

    Lines that were in it stay, but for those whose source the memory translates otherwise, or that are `forgotten`.
    """
    known = {entry.source: entry.target for entry in entries}
    gone = known.keys() | set(forgotten)
    lines = [line for line in read_corpus(path) if line.partition("\t")[0] not in gone]
    lines += [f"{source}\t{target}" for source, target in known.items()]
    with atomic_write(path, overwrite=True) as file:
        file.writelines(f"{line}\n" for line in lines)


def read_corpus(path: Path) -> list[str]:
    """The lines of the file, none where it is not there yet; an error where it holds no pairs or cannot be written."""
    make_folder(path.parent)
    check_target(path, overwrite=True)
    text = read_text(path) if path.exists() else ""
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    for number, line in enumerate(lines, 1):
        if line and "\t" not in line:
            raise InputError(f"{show(path)}, line {number}, has no tab: give a file of sentence pairs, or a new name")
    return [line for line in lines if line]
