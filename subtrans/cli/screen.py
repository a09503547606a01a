"""How far a job is, and what is to be told of it, in; notes, and a bar on a terminal, out on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from subtrans.text.guards import explain
from subtrans.text.paths import harmless, show

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Task
    from rich.table import Table
    from rich.text import Text

    from subtrans.events import CaptionEvent
    from subtrans.types import Sentence, Translation

Show = Callable[[int, str], None]
"""Takes the milliseconds that are done and the sentence that was done last."""

GO_ON = "what is done is kept, the same command{} goes on from there"
"""What is said of a run that was interrupted, with the option that the command needs, if any."""


def note(message: str) -> None:
    """A line on standard error, if it can be written."""
    with suppress(OSError):
        put(harmless(message), err=True)


def put(line: str, *, err: bool = False) -> None:
    """A line on standard output or error, above a bar or captions that are drawn there.

    They stand in the stream's place, where Click does not see them: it would write past them, into what they drew.
    """
    stream = sys.stderr if err else sys.stdout
    if hasattr(stream, "rich_proxied_file"):
        print(line, file=stream)
    else:
        click.echo(line, err=err)


def results(table: Table, console: Console) -> None:
    """A table on standard output; of a reader that has gone Rich would make an end of its own, with exit code 1."""
    with console.capture() as drawn:
        console.print(table)
    click.echo(drawn.get(), nl=False)


@contextmanager
def waiting(message: str) -> Iterator[None]:
    """A line on a terminal while something is prepared; a download's own bar takes its place."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True)
    if console.is_dumb_terminal:  # it takes nothing away
        yield
        return
    text = Text(harmless(message))
    text.truncate(console.width - 1, overflow="ellipsis")  # only one line can be taken away again
    click.echo(text.plain, err=True, nl=False)
    try:
        yield
    finally:
        click.echo("\r\033[K", err=True, nl=False)


@contextmanager
def progress(path: Path, end: int | None, begin: int = 0) -> Iterator[Show]:
    """One bar over the milliseconds of a file, with its speed, its time left and the current sentence.

    Where standard error is not a terminal nothing is drawn: the line that closes a job is enough for a log.
    """
    if not sys.stderr.isatty():
        yield lambda done, sentence: None
        return

    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
    from rich.table import Column
    from rich.text import Text

    class Position(ProgressColumn):
        """Where the work is in the file and how many times faster than it is played."""

        def render(self, task: Task) -> Text:
            speed = f" {task.completed / 1000 / task.elapsed:.1f}x" if task.elapsed and task.completed else ""
            of = f"/{clock(int(task.total))}" if task.total else ""
            return Text(f"{clock(int(task.completed))}{of}{speed}", style="progress.percentage")

    console = Console(stderr=True)
    columns = (
        TextColumn(
            "{task.description}", markup=False, table_column=Column(no_wrap=True, max_width=min(24, console.width // 4))
        ),
        BarColumn(bar_width=20),
        Position(Column(no_wrap=True)),
        TimeRemainingColumn(compact=True, elapsed_when_finished=True),
        TextColumn(
            "{task.fields[sentence]}",
            markup=False,
            style="dim",
            table_column=Column(no_wrap=True, overflow="ellipsis", ratio=1),
        ),
    )
    # What is printed meanwhile appears above the bar; where standard output is no terminal it must not be caught.
    both = sys.stdout.isatty()
    with Progress(*columns, console=console, transient=True, expand=True, redirect_stdout=both) as bar:
        task = bar.add_task(show(Path(path.name)), total=None if end is None else end - begin, sentence="")
        yield lambda until, sentence: bar.update(task, completed=until - begin, sentence=quote(sentence))


def one_line(text: str) -> str:
    """The text without line breaks and tabs, so that it is one field of one line."""
    return " ".join(text.split())


def quote(text: str) -> str:
    """The text as part of a note: on one line, no longer than a sentence, and nothing in it that a terminal obeys."""
    line = harmless(one_line(text))
    return line if len(line) <= _QUOTED else f"{line[:_QUOTED]}…"


_QUOTED = 300


def count(things: Sized, name: str) -> str:
    """How many there are, in words: 1 cue, 2 cues."""
    return f"{len(things)} {name}" if len(things) == 1 else f"{len(things)} {name}s"


class Doubts:
    """A line for each translation that the guards found fault with, and with which; no more than ten."""

    def __init__(self) -> None:
        self._told: list[str] = []
        self._more = 0

    def add(self, start: int, source: str, faults: Sequence[str]) -> None:
        """Judge the next: what was said at `start`, and what is wrong with its translation, if anything."""
        if faults and len(self._told) < _MOST:
            self._told.append(f"{clock(start)}: {explain(faults)}: {quote(source)}")
        elif faults:
            self._more += 1

    def lines(self) -> list[str]:
        """The lines, and one for what is behind them."""
        return [*self._told, f"{self._more} more translations may be wrong"] if self._more else self._told


_MOST = 10


def doubts(translations: Iterable[Translation]) -> list[str]:
    """The same of translations that are all there."""
    found = Doubts()
    for one in translations:
        found.add(one.sentence.span.start, one.sentence.text, one.faults)
    return found.lines()


UNSURE = 0.65
"""The mean probability of its words below which a recogniser did not understand: what it hears well has 0.9 and more,
the wrong language, or people to a model that knows synthesisers alone, 0.6 and less."""
FEWEST = 5
"""Words by which that can be told."""


def misheard(said: Iterable[Sentence | CaptionEvent], asr: str) -> list[str]:
    """A line if the recogniser `asr` was unsure of what it heard on the whole."""
    sure = [word.probability for one in said for word in one.words]
    if len(sure) < FEWEST or (mean := sum(sure) / len(sure)) >= UNSURE:
        return []
    advice = "" if "large" in asr else "; a larger recogniser may understand it, such as --asr large-v3-turbo"
    return [f"{asr} is unsure of what it heard ({mean:.0%} a word): check the words, and the language{advice}"]


def clock(duration: int) -> str:
    """Milliseconds as people read them: 1:02:03, 2:03, 0:03."""
    minutes, seconds = divmod(duration // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def size(count: int) -> str:
    """Bytes as people read them: 512 B, 53 MB, 1.4 GB."""
    shown = float(count)
    for unit in ("B", "kB", "MB"):
        if shown < 1000:
            return f"{shown:.0f} {unit}"
        shown /= 1000
    return f"{shown:.1f} GB"
