"""Sentences with the translations that a person gave them in an SQLite file: the translation memory.

Several processes may use one file at once. A sentence has one translation a pair of languages: the last that was given.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from subtrans.errors import InputError, OutputError
from subtrans.media.files import make_folder
from subtrans.text.paths import show

DEFAULT = "default"
"""Names the memory in the user's data directory."""
_APPLICATION = 0x53554254
"""Marks our files (SQLite's application_id): SUBT."""
_VERSION = 1
_PATIENCE = 30.0
"""Seconds to wait for another process that writes."""
_TABLE = """
create table if not exists entry (
    source_language text not null, target_language text not null,
    source text not null, target text not null, origin text not null, date text not null,
    primary key (source_language, target_language, source)
) without rowid
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A sentence, its translation, the file that it comes from and the day it was learned (ISO 8601)."""

    source: str
    target: str
    origin: str
    date: str


def memory_file(name: Path) -> Path:
    """The file called `name`; of `default`, the one in the user's data directory."""
    if str(name) != DEFAULT:
        return name
    return Path(platformdirs.user_data_dir("subtrans", appauthor=False)) / "memory.sqlite"


class Memory:
    """The translation memory in `path`, for one pair of languages (BCP-47 tags).

    A file that is not there is an empty memory, made when something is added. InputError for a file that is none;
    OutputError where it cannot be written.
    """

    def __init__(self, path: Path | str, source: str, target: str) -> None:
        self.path, self._pair = Path(path), (source, target)
        if self.path.is_dir():
            raise InputError(f"{show(self.path)} is a directory: give the file of a translation memory")
        self.entries()

    def add(self, entries: Iterable[Entry]) -> int:
        """Learn the entries, of several for a sentence the last, all or none; how many are new, or newly translated."""
        lines = (map(_one_line, (entry.source, entry.target, entry.origin, entry.date)) for entry in entries)
        rows = {source: (*self._pair, source, *others) for source, *others in lines}
        make_folder(self.path.parent)
        with _open(self.path, write=True) as connection:
            before = connection.total_changes
            connection.executemany(
                "insert into entry values (?, ?, ?, ?, ?, ?) "
                "on conflict (source_language, target_language, source) do update set target = excluded.target, "
                "origin = excluded.origin, date = excluded.date where target is not excluded.target",
                rows.values(),
            )
            return connection.total_changes - before

    def entries(self) -> dict[str, Entry]:
        """All that the memory knows of the pair, by source, oldest first."""
        if not self.path.exists():
            return {}
        with _open(self.path) as connection:
            return self._read(connection)

    def remove(self, sources: Iterable[str]) -> None:
        """Forget sentences by their sources."""
        with _open(self.path, write=True) as connection:
            connection.executemany(
                "delete from entry where source_language = ? and target_language = ? and source = ?",
                [(*self._pair, _one_line(source)) for source in sources],
            )

    @contextmanager
    def held(self) -> Iterator[dict[str, Entry]]:
        """The entries, while no other process can change them."""
        with _open(self.path, write=True) as connection:
            yield self._read(connection)

    def _read(self, connection: sqlite3.Connection) -> dict[str, Entry]:
        if _is_empty(connection):
            return {}
        query = "select source, target, origin, date from entry where source_language = ? and target_language = ?"
        rows = connection.execute(f"{query} order by date, source", self._pair).fetchall()
        if not all(isinstance(value, str) for row in rows for value in row):
            raise InputError(f"{show(self.path)} is no translation memory: give another file")
        return {row[0]: Entry(*row) for row in rows}


def pairs(path: Path) -> list[tuple[str, str]]:
    """The pairs of languages that a memory knows sentences of."""
    if not path.exists():
        return []
    with _open(path) as connection:
        if _is_empty(connection):
            return []
        return connection.execute(
            "select distinct source_language, target_language from entry order by 1, 2"
        ).fetchall()


@contextmanager
def _open(path: Path, *, write: bool = False) -> Iterator[sqlite3.Connection]:
    try:
        connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
        with closing(connection):
            connection.execute("begin immediate" if write else "begin")
            _check(path, connection, write)
            yield connection
            connection.execute("commit")
    except sqlite3.DatabaseError as error:
        if "not a database" in str(error) or "malformed" in str(error):
            raise InputError(f"{show(path)} is no translation memory: give another file") from error
        raise OutputError(f"{show(path)} cannot be used: {error}") from error


def _check(path: Path, connection: sqlite3.Connection, write: bool) -> None:
    """Whether the file is a memory of ours; an empty one becomes so when it is written."""
    (mark,) = connection.execute("pragma application_id").fetchone()
    (version,) = connection.execute("pragma user_version").fetchone()
    if mark == _APPLICATION and version > _VERSION:
        raise InputError(f"{show(path)} is the memory of a newer subtrans: update it")
    (others,) = connection.execute("select count(*) from sqlite_master where type in ('view', 'trigger')").fetchone()
    # A view can go on for ever, a trigger change what is learned.
    if others or (mark != _APPLICATION and not _is_empty(connection)):
        raise InputError(f"{show(path)} is no translation memory: give another file")
    if mark != _APPLICATION and write:
        connection.execute(_TABLE)
        connection.execute(f"pragma application_id = {_APPLICATION}")
        connection.execute(f"pragma user_version = {_VERSION}")


def _is_empty(connection: sqlite3.Connection) -> bool:
    (tables,) = connection.execute("select count(*) from sqlite_master").fetchone()
    return not tables


def _one_line(text: str) -> str:
    """The text as it is compared and as a line of a file can hold it: single spaces, no halves of characters."""
    return " ".join(text.split()).encode("utf-8", "replace").decode("utf-8")
