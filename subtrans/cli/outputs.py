"""Inputs and where the user wants the results in; the files that will be written, checked before any work, out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from subtrans import formats
from subtrans.errors import OutputError
from subtrans.formats.document import write_document
from subtrans.media.probe import show

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from subtrans.cli.problems import Preflight
    from subtrans.formats.document import Document
    from subtrans.types import Cue

UNKNOWN = "und"
"""The language of a recording in which nobody speaks (BCP-47: undetermined)."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """The files that one recording may give: talk.zh.srt, talk.en.srt and talk.zh.json."""

    subtitles: Path
    target: str

    def transcript(self, language: str) -> Path:
        """The subtitles in the spoken language."""
        stem = self.subtitles.stem.removesuffix(f".{self.target}")
        return self.subtitles.with_name(f"{stem}.{language}{self.subtitles.suffix}")

    @property
    def document(self) -> Path:
        """The JSON."""
        return self.subtitles.with_suffix(".json")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the user asked to be written and where."""

    target: str
    output: Path | None
    directory: Path | None
    overwrite: bool
    transcript: bool
    document: bool

    def of(self, recording: Path) -> Outputs:
        """The files of one recording."""
        folder = self.directory or recording.parent
        return Outputs(self.output or folder / f"{recording.stem}.{self.target}.srt", self.target)

    def check(self, preflight: Preflight, recordings: Sequence[Path], language: str | None) -> None:
        """Whether all files can be written and none would take the place of an input or of another."""
        places = {recording.resolve() for recording in recordings}
        owners: dict[Path, Path] = {}
        for recording in recordings:
            for path in self._files(self.of(recording), language):
                preflight.check(self._check, path, recording, places, owners)

    def _check(self, path: Path, recording: Path, inputs: set[Path], owners: dict[Path, Path]) -> None:
        """Raise OutputError for the first reason why `path` cannot be an output of `recording`."""
        from subtrans.media.files import check_target

        place = path.resolve()
        if place in inputs:
            raise OutputError(f"{show(path)} is an input: give the output another name")
        if place in owners:
            both = f"{show(owners[place])} and {show(recording)}"
            raise OutputError(f"{show(path)} would be written twice, for {both}: use a run with -o for each")
        owners[place] = recording
        if path == self.output and formats.format_of(path) is None:
            raise OutputError(f"{show(path)} names no subtitle format by its suffix: use one of {formats.known()}")
        if self.directory is None or self.directory.exists():
            check_target(path, self.overwrite)

    def check_transcript(self, outputs: Outputs, language: str | None) -> None:
        """The same for the transcript, whose name is known only when the language is."""
        from subtrans.media.files import check_target

        if self.transcript and language:
            check_target(outputs.transcript(language), self.overwrite)

    def make_directory(self) -> None:
        """Make the directory that was asked for, if it is not there."""
        if self.directory is not None:
            try:
                self.directory.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise OutputError(f"{show(self.directory)} cannot be made: {(error.strerror or '').lower()}") from error

    def write(self, outputs: Outputs, found: Document, transcript: Sequence[Cue]) -> None:
        """Write what was asked for; the subtitles come last, so that where they are, all is."""
        from subtrans.media.files import atomic_write

        name = outputs.subtitles.suffix.lower().removeprefix(".")
        texts = {outputs.subtitles: formats.write(found.targets[0].cues, name)}
        if self.document:
            texts = {outputs.document: write_document(found), **texts}
        if self.transcript and found.language != UNKNOWN:
            texts = {outputs.transcript(found.language): formats.write(transcript, name), **texts}
        for path, text in texts.items():
            with atomic_write(path, self.overwrite) as file:
                file.write(text)

    def _files(self, outputs: Outputs, language: str | None) -> Iterator[Path]:
        yield outputs.subtitles
        if self.transcript and language:
            yield outputs.transcript(language)
        if self.document:
            yield outputs.document
