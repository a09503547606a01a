"""Events of a live run in; files that are whole at every moment out: subtitles of the talk, and its last caption."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from os import SEEK_END
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from subtrans import formats
from subtrans.cli.captions import InLanguage
from subtrans.errors import OutputError
from subtrans.events import CaptionEvent, LagEvent
from subtrans.media.files import atomic_write, check_apart, check_target
from subtrans.text.bilingual import bilingual
from subtrans.text.languages import language
from subtrans.text.layout import cues as lay_out
from subtrans.text.passages import passages
from subtrans.text.paths import real, show
from subtrans.types import Sentence, Translation

if TYPE_CHECKING:
    from subtrans.cli.norms import House
    from subtrans.cli.problems import Preflight
    from subtrans.events import LiveEvent
    from subtrans.ports import CaptionSink
    from subtrans.text.languages import Language
    from subtrans.text.profiles import Profile
    from subtrans.types import Cue


@dataclass(frozen=True, slots=True)
class LiveFiles:
    """The files that a live run writes; of several `targets` each has its own, talk.zh.srt and talk.ja.srt."""

    targets: Sequence[str]
    save: Path | None
    text_file: Path | None
    record: Path | None
    overwrite: bool
    house: House
    """What the cues keep to."""

    def check(self, preflight: Preflight, source_name: str | None) -> None:
        """Whether all can be written, each as a file of its own and none in the place of what is heard."""
        inputs = {real(Path(source_name))} if source_name else set()
        written: set[Path] = set()
        if self.save and not formats.is_written(self.save) and not self.save.is_dir():
            preflight.problems.append(formats.no_format(self.save))
        if self.record:
            preflight.check(_check_file, self.record, inputs, written, self.overwrite)
        for path, replaced in (self.save, self.overwrite), (self.text_file, True):
            for file in self._files(path):
                preflight.check(_check_file, file, inputs, written, replaced)

    @contextmanager
    def sinks(self, spoken: str, *, both: bool) -> Iterator[list[CaptionSink]]:
        """What writes them, but for the sound; `both`: what was said stands above its translation in subtitles."""
        said = language(spoken)
        with ExitStack() as stack:
            found: list[CaptionSink] = []
            for target in self.targets:
                if self.save:
                    written = language(target)
                    norms, file = self.house(written), self._file(self.save, target)
                    saved = Subtitles(file, said, written, norms, both=both and written != said)
                    stack.callback(saved.finish)
                    found.append(InLanguage(target, saved))
                if self.text_file:
                    found.append(InLanguage(target, TextFile(self._file(self.text_file, target))))
            yield found

    def _files(self, path: Path | None) -> list[Path]:
        return [self._file(path, target) for target in self.targets] if path else []

    def _file(self, path: Path, target: str) -> Path:
        if len(self.targets) == 1:
            return path
        stem, _, tag = path.stem.rpartition(".")
        return path.with_name(f"{stem if stem and tag in self.targets else path.stem}.{target}{path.suffix}")


def _check_file(path: Path, inputs: set[Path], written: set[Path], overwrite: bool) -> None:
    check_apart(path, inputs)
    if real(path) in written:
        raise OutputError(f"{show(path)} would be written twice: give each file another name")
    written.add(real(path))
    check_target(path, overwrite)


STAY = 15_000
"""Milliseconds after which the text of the moment is nothing, when nobody says more."""


class TextFile:
    """A file with the caption of the moment, the translation alone, for OBS and its like.

    The finished sentence before it stands above it: the next draft comes too soon for it to be read alone.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._before = ""
        self._latest: int | None = None  # when the last caption came
        self._write("")  # or the last caption of another day would be shown until somebody speaks

    def show(self, event: LiveEvent) -> None:
        """Replace the file when the caption changes; a draft without a translation leaves the caption before it."""
        if isinstance(event, CaptionEvent):
            self._latest = event.emitted
            if event.caption.text or not event.caption.source:
                self._write(event.caption.text)
                if event.caption.final:
                    self._before = event.caption.text
        elif isinstance(event, LagEvent) and self._latest is not None and event.emitted - self._latest >= STAY:
            self._latest, self._before = None, ""
            self._write("")

    def _write(self, text: str) -> None:
        lines = [line for line in (self._before, text) if line]
        with atomic_write(self._path, overwrite=True) as file:
            file.write("\n".join(lines) + "\n")


class Subtitles:
    """What is final so far as a subtitle file, laid out as `subtrans subtitle` does; in both languages if asked.

    Cues that no later sentence can change are written and forgotten, so that a talk of any length takes no memory; of
    formats that cannot be continued they are kept.
    """

    def __init__(self, path: Path, spoken: Language, written: Language, norms: Profile, *, both: bool = False) -> None:
        self._path = path
        self._format = str(formats.format_of(path))
        self._spoken = spoken
        self._written = written
        self._norms = norms
        self._both = both
        self._text = TemporaryFile("w+", encoding="utf-8", newline="")  # noqa: SIM115 - of the cues that are settled
        self._count = 0  # of the cues in it
        self._kept: list[Cue] = []
        self._earliest = 0  # when the next cue may begin
        self._open: list[Translation] = []  # sentences whose cues may still change
        self._write()

    def show(self, event: LiveEvent) -> None:
        """Write the file anew when a caption is final."""
        if isinstance(event, CaptionEvent) and event.caption.final:
            caption = event.caption
            self._open.append(Translation(Sentence(event.words), caption.text, alignment=caption.alignment))
            self._settle()
            self._write()

    def finish(self) -> None:
        """No more comes."""
        self._text.close()

    def _settle(self) -> None:
        """Let go of all passages but the last two: what comes cannot change their cues."""
        found = [group for group, _ in passages(self._open, self._norms, self._written)]
        if len(found) < 3:
            return
        place = next(index for index, one in enumerate(self._open) if one is found[-2][0])
        done, self._open = self._open[:place], self._open[place:]
        laid_out = self._lay_out([*done, *self._open])
        settled = laid_out[: len(laid_out) - len(self._lay_out(self._open))]
        self._earliest = settled[-1].span.end + self._norms.minimum_gap
        settled = self._shown(settled, done)
        if formats.FORMATS[self._format].continued:
            self._text.seek(0, SEEK_END)
            self._text.write(formats.write(settled, self._format, self._count))
            self._count += len(settled)
        else:
            self._kept += settled

    def _write(self) -> None:
        cues = [*self._kept, *self._shown(self._lay_out(self._open), self._open)]
        with atomic_write(self._path, overwrite=True) as file:
            self._text.seek(0)
            copyfileobj(self._text, file)
            file.write(formats.write(cues, self._format, self._count, self._written.tag))

    def _lay_out(self, translations: Sequence[Translation]) -> list[Cue]:
        return list(lay_out(translations, self._norms, self._written, earliest=self._earliest))

    def _shown(self, cues: list[Cue], translations: Sequence[Translation]) -> list[Cue]:
        said = [translation.sentence for translation in translations]
        return bilingual(cues, [], said, self._spoken, "top") if self._both else cues
