"""The memory that the user asked for and a translator in; a translator that asks the memory first out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from subtrans.cli.screen import note
from subtrans.errors import InputError
from subtrans.text.paths import show

if TYPE_CHECKING:
    from pathlib import Path

    from subtrans.cli.asked import Asked
    from subtrans.memory.store import Entry
    from subtrans.ports import Translator


def with_memory(translator: Translator, asked: Asked, source: str, *, telling: bool = True) -> Translator:
    """The translator itself where no memory was asked for.

    `telling`: sentences that are only like one in the memory are told on standard error.
    """
    if asked.memory is None:
        return translator
    from subtrans.memory.translator import MemoryTranslator

    tell = (lambda found: note(str(found))) if telling else None
    return MemoryTranslator(translator, read_memory(asked, source), tell)


def read_memory(asked: Asked, source: str) -> dict[str, Entry]:
    """What the memory that was asked for knows of the pair; InputError where the file is not there, or no memory."""
    if asked.memory is None:
        return {}
    from subtrans.memory.store import Memory

    return Memory(find_memory(asked.memory), source, asked.target).entries()


def find_memory(name: Path) -> Path:
    """The file of a memory, the default one of which need not be there yet; InputError where another is not."""
    from subtrans.memory.store import DEFAULT, memory_file

    file = memory_file(name)
    if str(name) != DEFAULT and not file.exists():
        raise InputError(f"{show(file)} does not exist: check the name, or make it with subtrans learn")
    return file
