"""Events of a live run in; files that are whole at every moment out: subtitles of the talk, and its last caption."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from subtrans import formats
from subtrans.media.files import atomic_write
from subtrans.types import CaptionEvent, Sentence, Translation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subtrans.text.languages import Language
    from subtrans.types import Cue, LiveEvent

TAIL = 40
"""Sentences that are laid out again with each one that comes; a cue's time depends on a few neighbours only."""


class TextFile:
    """A file with the caption of the moment, the translation alone, for OBS and its like."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def show(self, event: LiveEvent) -> None:
        """Replace the file when the caption changes."""
        if isinstance(event, CaptionEvent):
            with atomic_write(self._path, overwrite=True) as file:
                file.write(event.caption.text + "\n")


class Subtitles:
    """What is final so far as a subtitle file, laid out as `subtrans subtitle` does; in both languages if asked."""

    def __init__(self, path: Path, spoken: Language, written: Language, *, both: bool = False) -> None:
        self._path = path
        self._spoken = spoken
        self._written = written
        self._both = both
        self._cues: list[Cue] = []  # of the sentences that are laid out for good
        self._tail: list[Translation] = []
        self._all: list[Translation] = []
        self._write()

    def show(self, event: LiveEvent) -> None:
        """Write the file anew when a caption is final."""
        if isinstance(event, CaptionEvent) and event.caption.final:
            translation = Translation(Sentence(event.words), event.caption.text)
            self._all.append(translation)
            self._tail.append(translation)
            if len(self._tail) > TAIL:
                self._settle()
            self._write()

    def finish(self) -> None:
        """Lay everything out once more, as one file."""
        self._cues, self._tail = [], self._all
        self._write()

    def _settle(self) -> None:
        """Keep the cues before the longest silence in the middle of the tail: what comes cannot change them."""
        gaps = [
            self._tail[index].sentence.span.start - self._tail[index - 1].sentence.span.end
            for index in range(1, len(self._tail))
        ]
        quarter = len(gaps) // 4
        middle = range(quarter, len(gaps) - quarter)
        cut = max(middle, key=lambda index: gaps[index]) + 1
        start = self._tail[cut].sentence.span.start
        self._cues += [cue for cue in self._lay_out(self._tail) if cue.span.start < start]
        self._tail = self._tail[cut:]

    def _write(self) -> None:
        # A cue may begin a little before its sentence, where the one before is still shown.
        laid_out = self._lay_out(self._tail)
        cues = [*(cue for cue in self._cues if not laid_out or cue.span.end <= laid_out[0].span.start), *laid_out]
        with atomic_write(self._path, overwrite=True) as file:
            file.write(formats.write(cues, self._path.suffix.lower().removeprefix(".")))

    def _lay_out(self, translations: Sequence[Translation]) -> list[Cue]:
        from subtrans.text.bilingual import bilingual
        from subtrans.text.layout import cues
        from subtrans.text.profiles import profile

        found = list(cues(translations, profile(self._written), self._written))
        said = [translation.sentence for translation in translations]
        return bilingual(found, [], said, self._spoken, "top") if self._both else found
