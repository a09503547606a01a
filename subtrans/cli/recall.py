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


def with_memory(
    translator: Translator, asked: Asked, source: str, known: Known | None = None, *, telling: bool = True
) -> Translator:
    """The translator itself where no memory was asked for.

    `known` is what earlier recordings asked. `telling`: sentences that are only like one in the memory are told on
    standard error.
    """
    if asked.memory is None:
        return translator
    from subtrans.memory.translator import MemoryTranslator

    tell = (lambda found: note(str(found))) if telling else None
    return MemoryTranslator(translator, (known or Known()).of(asked, source), tell)


class Known:
    """What a memory knows, from one language each: it is read again when somebody has changed it, and then alone."""

    def __init__(self) -> None:
        self._read: dict[str, tuple[object, dict[str, Entry]]] = {}

    def of(self, asked: Asked, source: str) -> dict[str, Entry]:
        """As `read_memory`."""
        stamp = _stamp(asked)
        if source not in self._read or self._read[source][0] != stamp:
            self._read[source] = stamp, read_memory(asked, source)
        return self._read[source][1]


def _stamp(asked: Asked) -> object:
    from subtrans.memory.store import memory_file

    file = memory_file(asked.memory) if asked.memory else None
    status = file.stat() if file and file.exists() else None
    return status and (status.st_ino, status.st_size, status.st_mtime_ns)


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
