"""Questions to an engine in; the answers that an earlier run got to the very same ones, from a file, out.

A line holds an answer: its checksum, the question, the answer as JSON. A question is the hash of all that the answer
depends on. So no answer can be stale: what is asked otherwise is not found. An answer is on the disk before the next
question is asked, and a line that a crash or a fault of the disk has damaged is no answer.
"""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from subtrans.engines.resume.locks import locked

_CHECKSUM = 16
_log = logging.getLogger("subtrans.engines")


class Journal:
    """One file of answers by question; several threads and processes may use it at once.

    Where it cannot be read or written (the disk is full, the cache belongs to somebody else) that is said once, and
    nothing is remembered any more: a journal never ends a run.
    """

    def __init__(self, path: Path) -> None:
        self._turn = threading.Lock()
        self._places: dict[str, tuple[int, int]] = {}
        self._read = 0  # up to here the file is in `_places`
        self._file: int | None = None
        try:
            self._file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
            self._read_on()
        except OSError as error:
            self._give_up(error)

    @property
    def answers(self) -> int:
        """How many there are."""
        return len(self._places)

    def recall(self, question: str) -> Any:
        """The answer as it was kept, or None."""
        with self._turn:
            if self._file is None:
                return None
            try:
                if question not in self._places:
                    self._read_on()
                if question not in self._places:
                    return None
                start, length = self._places[question]
                return json.loads(_text(_read(self._file, start, length)) or "null")
            except (OSError, ValueError) as error:
                self._give_up(error)
                return None

    def answer(self, question: str, ask: Callable[[], Any]) -> Any:
        """The answer as it was kept, else what `ask` gives, which is kept then."""
        known = self.recall(question)
        if known is None:
            known = ask()
            self.keep(question, known)
        return known

    def keep(self, question: str, answer: Any) -> None:
        """Write the answer down; it is on the disk when this returns."""
        line = f"{question} {json.dumps(answer, separators=(',', ':'))}".encode()
        with self._turn:
            if self._file is None:
                return
            try:
                with locked(self._file):
                    _append(self._file, _checksum(line) + b" " + line + b"\n")
                self._read_on()
            except OSError as error:
                self._give_up(error)

    def close(self) -> None:
        """Let the file go; whoever still asks gets no answers, and nothing is kept."""
        with self._turn:
            self._let_go()

    def _read_on(self) -> None:
        """Find the answers that were written, by whomever, since the last look; the last may not be whole yet."""
        assert self._file is not None  # noqa: S101
        while line := _line(self._file, self._read):
            if not line.endswith(b"\n"):
                break
            if _text(line) is not None:
                self._places[line.split(b" ", 2)[1].decode("utf-8", "replace")] = self._read, len(line)
            self._read += len(line)

    def _give_up(self, error: Exception) -> None:
        say_lost(error)
        self._let_go()

    def _let_go(self) -> None:
        if self._file is not None:
            with suppress(OSError):
                os.close(self._file)
            self._file = None


def say_lost(error: Exception) -> None:
    """Warn that nothing is remembered."""
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    _log.warning("the journal cannot be kept (%s): after an interruption this run would start again", reason)


def _append(file: int, line: bytes) -> None:
    """Write a line, so that it outlives a fall of the whole machine."""
    end = os.fstat(file).st_size
    # What a crash left of a line must not become the start of this one.
    if end and _read(file, end - 1, 1) != b"\n":
        line = b"\n" + line
    if os.write(file, line) < len(line):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    os.fsync(file)


def _checksum(line: bytes) -> bytes:
    return hashlib.blake2b(line, digest_size=_CHECKSUM // 2).hexdigest().encode()


def _text(line: bytes) -> str | None:
    """The answer in a line of the file; None where the line is damaged."""
    checksum, _, rest = line.rstrip(b"\n").partition(b" ")
    if checksum != _checksum(rest):
        return None
    return rest.partition(b" ")[2].decode("utf-8")


def _read(file: int, start: int, length: int) -> bytes:
    # Not pread, which Windows lacks; appending does not care for the position.
    os.lseek(file, start, os.SEEK_SET)
    pieces = []
    while length > 0 and (piece := os.read(file, length)):
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)


def _line(file: int, start: int) -> bytes:
    """What begins at `start`, to the next line feed or the end of the file."""
    line = b""
    while piece := _read(file, start + len(line), 1 << 16):
        head, feed, _ = piece.partition(b"\n")
        line += head + feed
        if feed:
            break
    return line
