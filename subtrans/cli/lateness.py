"""The events of a live run in; lines that tell how late and how steady its captions were, out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, TextIO

from subtrans.cli.screen import count, note
from subtrans.errors import InputError
from subtrans.formats.events import event_from_line, event_to_line

if TYPE_CHECKING:
    from subtrans.evaluate.live import LiveReport
    from subtrans.events import LiveEvent


class Log:
    """A sink that keeps every event, on the disk: a talk may be long."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def show(self, event: LiveEvent) -> None:
        """Keep it."""
        self._file.write(event_to_line(event) + "\n")

    def __iter__(self) -> Iterator[LiveEvent]:
        """All of them, one iteration at a time."""
        self._file.seek(0)
        return map(event_from_line, self._file)


@contextmanager
def reporting(source: str, target: str, heading: str = "") -> Iterator[Log]:
    """A log of a live run; at its end the figures that need no reference go to standard error."""
    from subtrans.evaluate.live import live_report

    with TemporaryFile("w+", encoding="utf-8") as file:
        log = Log(file)
        yield log
        try:
            for line in filter(None, (heading, *report_lines(live_report(log, source, target)))):
                note(line)
        except InputError:
            note(f"{heading} nobody spoke: there is nothing to report".lstrip())


def report_lines(report: LiveReport) -> Iterator[str]:
    """A line for each figure."""
    yield f"{'seconds from':28} {'mean':>13} {'median':>13} {'p95':>13} {'max':>13}  of"
    for name, delay in report.delays.items():
        columns = [
            f"{getattr(delay.aware, figure) / 1000:5.2f} ({getattr(delay.unaware, figure) / 1000:5.2f})"
            for figure in ("mean", "median", "p95", "maximum")
        ]
        yield f"{name:28} {' '.join(columns)}  {delay.aware.count}"
    if report.stream_laal:
        aware, unaware = report.stream_laal
        yield f"StreamLAAL {aware / 1000:.2f} s ({unaware / 1000:.2f} s)"
    yield f"normalised erasure {report.source_erasure:.2f} source, {report.target_erasure:.2f} translation"
    yield f"translations stand {report.head_start / 1000:.2f} s before they are final"
    first, last, most = (lag / 1000 for lag in report.lag)
    yield f"lag {first:.1f} s at the start, {last:.1f} s at the end, at most {most:.1f} s"
    yield f"real-time factor {report.real_time_factor:.2f}, {count(range(report.captions), 'caption')}"
