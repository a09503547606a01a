"""Events of a live run in; what a person or a program reads on standard output out."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from subtrans.cli.screen import Doubts, misheard, note, one_line
from subtrans.events import CaptionEvent, DegradeEvent, LagEvent
from subtrans.formats.events import event_to_line

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.text import Text

    from subtrans.events import LiveEvent
    from subtrans.ports import CaptionSink
    from subtrans.types import Caption

SETTLED = 8
"""Final captions that stay on the terminal above the draft."""
_METER = " ▁▂▃▄▅▆▇█"


class JsonLines:
    """Every event as a line, at once."""

    def show(self, event: LiveEvent) -> None:
        """Print it."""
        click.echo(event_to_line(event))


class Lines:
    """A line for each final caption; what changes is for a terminal. `tagged`: it begins with its language."""

    def __init__(self, *, with_source: bool, tagged: bool = False) -> None:
        self._with_source = with_source
        self._tagged = tagged

    def show(self, event: LiveEvent) -> None:
        """Print it, if it is for good."""
        if isinstance(event, DegradeEvent):
            note(f"keeping up: {event.step}" if event.active else f"caught up: no more {event.step}")
        elif isinstance(event, CaptionEvent) and event.caption.final:
            caption = event.caption
            columns = [caption.language] if self._tagged else []
            columns += [one_line(caption.source)] if self._with_source else []
            click.echo("\t".join([*columns, one_line(caption.text)]))


class Screen:
    """The last captions on a terminal: the settled ones, the draft dimmed, and how far behind they are."""

    def __init__(self) -> None:
        self._settled: deque[Caption] = deque(maxlen=SETTLED)
        self._drafts: dict[str, Caption] = {}
        self._lag: LagEvent | None = None
        self._given_up: list[str] = []

    def show(self, event: LiveEvent) -> None:
        """Remember it."""
        if isinstance(event, LagEvent):
            self._lag = event
        elif isinstance(event, DegradeEvent):
            self._given_up = [step for step in self._given_up if step != event.step]
            self._given_up += [event.step] if event.active else []
        elif not isinstance(event, CaptionEvent):
            return
        elif event.caption.final:
            self._settled.append(event.caption)
            self._drafts.pop(event.caption.language, None)
        else:
            self._drafts[event.caption.language] = event.caption

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The latest lines that the terminal has room for: what is said now is never what is cut."""
        from rich.segment import Segment

        lines = [line for text in self._texts() for line in console.render_lines(text, options, pad=False)]
        for line in lines[-console.height :]:
            yield from line
            yield Segment.line()

    def _texts(self) -> Iterator[Text]:
        from rich.text import Text

        above: tuple[int, str] | None = None
        for caption in (*self._settled, *self._drafts.values()):
            said = caption.number, caption.source
            source, text = one_line(caption.source), one_line(caption.text)
            if said != above and source != text:  # once for all the languages that it is written in
                yield Text(source, style="dim" if caption.final else "dim italic")
            if said != above or source != text:
                yield Text(text, style="bold" if caption.final else "italic")
            above = said
        yield Text(self.status, style="cyan")

    @property
    def status(self) -> str:
        """The level, the lag, and what is given up to keep up."""
        if self._lag is None:
            return "listening ..."
        level = _METER[min(len(_METER) - 1, round(self._lag.level * 4 * len(_METER)))]
        return " · ".join([f"{level} {self._lag.lag / 1000:.1f} s behind", *self._given_up])


class Unsure:
    """Tells once that the recogniser `asr` does not understand: while captions come, or when they have ended."""

    def __init__(self, asr: str) -> None:
        self._asr = asr
        self._latest: deque[CaptionEvent] = deque(maxlen=SETTLED)
        self._told = False

    def show(self, event: LiveEvent) -> None:
        """Judge the latest final captions, when there are enough of them."""
        if isinstance(event, CaptionEvent) and event.caption.final:
            if self._latest and self._latest[-1].caption.number == event.caption.number:
                return  # the same words, in another language
            self._latest.append(event)
            if len(self._latest) == SETTLED:
                self.finish()

    def finish(self) -> None:
        """Judge those that there are."""
        for line in () if self._told else misheard(self._latest, self._asr):
            note(line)
            self._told = True


class Doubtful:
    """Tells, when the captions have ended, which final translations may be wrong, as `subtitle` does."""

    def __init__(self, name: str = "") -> None:
        self._name = name
        self._found = Doubts()

    def show(self, event: LiveEvent) -> None:
        """Remember what is wrong with it."""
        if isinstance(event, CaptionEvent):
            self._found.add(event.caption.span.start, event.caption.source, event.caption.faults)

    def finish(self) -> None:
        """Tell."""
        for line in self._found.lines():
            note(f"{self._name}: {line}" if self._name else line)


class InLanguage:
    """Shows a sink the captions in one language alone, and all else that happens."""

    def __init__(self, language: str, sink: CaptionSink) -> None:
        self._language = language
        self._sink = sink

    def show(self, event: LiveEvent) -> None:
        """Show it, if it is no caption in another language."""
        if not isinstance(event, CaptionEvent) or event.caption.language == self._language:
            self._sink.show(event)


@contextmanager
def screen(*, as_json: bool, with_source: bool, tagged: bool) -> Iterator[CaptionSink]:
    """What standard output shows: JSON lines if asked for, a screen on a terminal, plain lines elsewhere."""
    if as_json:
        yield JsonLines()
    elif not sys.stdout.isatty():
        yield Lines(with_source=with_source, tagged=tagged)
    else:
        from rich.console import Console
        from rich.live import Live

        if (console := Console()).is_dumb_terminal:  # what is drawn there can never be drawn anew
            yield Lines(with_source=with_source, tagged=tagged)
            return
        board = Screen()
        with Live(board, console=console, get_renderable=lambda: board, refresh_per_second=8):
            yield board
