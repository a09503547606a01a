"""Inputs and where the user wants the results in; the files that will be written, checked before any work, out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from subtrans import formats
from subtrans.cli.screen import clock, note
from subtrans.cli.scripts import is_script, languages_beside, stem_of
from subtrans.errors import OutputError
from subtrans.formats.document import write_document
from subtrans.text.paths import real, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from subtrans.cli.inputs import Recording
    from subtrans.cli.problems import Preflight
    from subtrans.formats.document import Document
    from subtrans.media.mux import Container
    from subtrans.types import Cue

UNKNOWN = "und"
"""The language of a recording in which nobody speaks (BCP-47: undetermined)."""
JSON = "json"
"""Not subtitles, but all that a run found: see `subtrans.formats.document`."""

Kind = Literal["forced", "sdh"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the user asked to be written and where.

    talk.mp4 into zh gives talk.zh.srt, with a transcript talk.en.srt; forced subtitles are talk.zh.forced.srt.
    """

    targets: tuple[str, ...]
    output: Path | None
    directory: Path | None
    overwrite: bool
    transcript: bool
    formats: tuple[str, ...] | None
    """None: SubRip, or what the input is in if that is a file of subtitles."""
    document: bool
    kind: Kind | None = None
    mux: Container | None = None
    burn: bool = False
    font: Path | None = None
    keep: bool = False
    """What exists stays, and only what is missing is made."""

    def names(self, recording: Path) -> tuple[str, ...]:
        """The formats that one recording gives."""
        own = formats.format_of(recording) if is_script(recording) else None
        names = self.formats or ((suffix(self.output),) if self.output else (own or "srt",))
        return (*names, JSON) if self.document and JSON not in names else names

    def folder(self, recording: Path) -> Path:
        """Where the results of one recording go."""
        return self.directory or (self.output or recording).parent

    def file(self, recording: Path, language: str, name: str) -> Path:
        """The file in the format `name` that holds the subtitles in `language`."""
        if self.output is None:
            parts = [stem_of(recording), language, *([self.kind] if self.kind else []), name]
            return self.folder(recording) / ".".join(parts)
        own = name == suffix(self.output)
        if language == self.targets[0]:
            return self.output if own else self.output.with_suffix(f".{name}")
        stem = self.output.stem.removesuffix(f".{self.targets[0]}")
        return self.output.with_name(f"{stem}.{language}{self.output.suffix if own else f'.{name}'}")

    def muxed(self, recording: Path) -> Path:
        """The video with the subtitles as streams."""
        return self.folder(recording) / f"{self._stem(recording)}.subtitled.{self.mux}"

    def burned(self, recording: Path, language: str) -> Path:
        """The video with the subtitles in its picture, in the container of the recording or in Matroska."""
        name = suffix(recording) if suffix(recording) in {"mp4", "mov"} else "mkv"
        return self.folder(recording) / f"{self._stem(recording)}.{language}.burned.{name}"

    def check(self, preflight: Preflight, recordings: Sequence[Path], language: str | None) -> None:
        """Whether all files can be written and none would take the place of an input or of another."""
        places = {real(recording) for recording in recordings}
        owners: dict[Path, Path] = {}
        for recording in recordings:
            for path in self._files(recording, language):
                preflight.check(self.check_file, path, recording, places, owners)

    def check_file(self, path: Path, recording: Path, inputs: set[Path], owners: dict[Path, Path]) -> None:
        """Raise OutputError for the first reason why `path` cannot be an output of `recording`."""
        from subtrans.media.files import check_apart, check_target

        check_apart(path, inputs)
        place = real(path)
        if place in owners:
            raise _shared(path, owners[place], recording)
        owners[place] = recording
        if path == self.output and suffix(path) not in (*formats.FORMATS, JSON):
            if not path.suffix or path.is_dir():
                raise OutputError(
                    f"{show(path)} has no suffix such as .srt: for a folder, use --output-dir {show(path)}"
                )
            raise formats.no_format(path, f".{JSON}")
        if self.directory is None or self.directory.exists():
            check_target(path, self.overwrite or self.keep)

    def check_owners(self, recordings: Sequence[Path]) -> None:
        """OutputError where what exists may be of either of two recordings, which are in different folders."""
        owners: dict[Path, Path] = {}
        for recording in recordings:
            for path in self.results(recording):
                if real(owners.setdefault(path, recording).parent) != real(recording.parent):
                    raise _shared(path, owners[path], recording)

    def check_length(self, recording: Recording) -> None:
        """OutputError where the recording is longer than ASS can say, which is written or drawn."""
        end, written = recording.end or 0, "ass" in self.names(recording.path)
        if end > formats.ass.LIMIT and (written or self.burn):
            advice = "write another format, or a --part" if written else "leave out --burn"
            raise OutputError(
                f"{show(recording.path)} ends at {clock(end)}, and ASS holds no times past 9:59:59: {advice}"
            )

    def check_transcript(self, recording: Path, language: str | None) -> None:
        """OutputError where the transcript, whose name is known only when the language is, cannot be written."""
        from subtrans.media.files import check_target

        for path in self._transcripts(recording, language):
            check_target(path, self.overwrite or self.keep)

    def texts(self, recording: Path, found: Document, cues: Sequence[Cue], like: str | None) -> dict[Path, str]:
        """What is to be written of the one target that `found` holds, shown as `cues`; the subtitles come last."""
        target = found.targets[0].language
        names = sorted(self.names(recording), key=lambda name: name != JSON)
        return {
            self.file(recording, target, name): write_document(found)
            if name == JSON
            else render(cues, name, target, like)
            for name in names
        }

    def transcripts(self, recording: Path, language: str, cues: Sequence[Cue], like: str | None) -> dict[Path, str]:
        """What is to be written of the subtitles in the spoken language, if they were asked for."""
        return {path: render(cues, suffix(path), language, like) for path in self._transcripts(recording, language)}

    def write(self, texts: dict[Path, str]) -> list[Path]:
        """Write the files in their order, and give those that were not kept as they are."""
        from subtrans.media.files import atomic_write

        written = [path for path in texts if not self.has(path)]
        for path in written:
            with atomic_write(path, self.overwrite) as file:
                file.write(texts[path])
        return written

    def kept(self, recording: Path, language: str) -> Path | None:
        """The subtitles in `language` that exist and are to stay, so that videos show them as they are."""
        names = [name for name in self.names(recording) if name in formats.FORMATS and formats.FORMATS[name].read]
        paths = (self.file(recording, language, name) for name in names)
        return next((path for path in paths if self.keep and (self.mux or self.burn) and path.exists()), None)

    def lacks_videos_alone(self, recording: Path) -> bool:
        """Whether all subtitles exist and are to stay, so that nothing need be heard or translated."""
        if not self.keep or self.transcript or not all(self.kept(recording, target) for target in self.targets):
            return False
        return all(self.file(recording, each, name).exists() for each in self.targets for name in self.names(recording))

    def has(self, path: Path) -> bool:
        """Whether the file exists and is to stay as it is, which is said."""
        if not self.keep or not path.exists():
            return False
        note(f"{show(path)}: exists, kept")
        return True

    def lacks(self, recording: Path, language: str | None) -> bool:
        """Whether a file is missing; of a transcript in an unknown `language`, whether there is none in any."""
        if not all(path.exists() for path in self._files(recording, language)):
            return True
        return self.transcript and language is None and not self._is_transcribed(recording)

    def stamps(self, recording: Path, language: str | None) -> dict[Path, tuple[int, int]] | None:
        """Size and last change of each file that is there; None where one is missing or its name is not known."""
        files = list(self._files(recording, language))
        if (self.transcript and language is None) or not all(path.exists() for path in files):
            return None
        return {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in files}

    def results(self, recording: Path) -> list[Path]:
        """The files in the target languages, and the videos made with them."""
        paths = [self.file(recording, target, name) for target in self.targets for name in self.names(recording)]
        paths += [self.burned(recording, target) for target in self.targets if self.burn]
        return [*paths, self.muxed(recording)] if self.mux else paths

    def _stem(self, recording: Path) -> str:
        return self.output.stem if self.output else stem_of(recording)

    def _files(self, recording: Path, language: str | None) -> Iterator[Path]:
        yield from self.results(recording)
        yield from self._transcripts(recording, language)

    def _transcripts(self, recording: Path, language: str | None) -> Iterator[Path]:
        if self.transcript and language and language not in {UNKNOWN, *self.targets}:
            for name in self.names(recording):
                path = self.file(recording, language, name)
                if name != JSON and real(path) != real(recording):
                    yield path

    def _is_transcribed(self, recording: Path) -> bool:
        """Whether there are subtitles in a language that is no target, as a transcript would be called."""
        patterns = [self.file(recording, "*", name) for name in self.names(recording) if name != JSON]
        return all(any(language not in self.targets for language in languages_beside(pattern)) for pattern in patterns)


def _shared(path: Path, one: Path, other: Path) -> OutputError:
    both = f"{show(one)} and {show(other)}"
    return OutputError(f"{show(path)} would be written twice, for {both}: use a run with -o for each")


def suffix(path: Path) -> str:
    """The name of the format that the suffix of `path` names, if it names one."""
    return path.suffix.lower().removeprefix(".")


def render(cues: Sequence[Cue], name: str, language: str, like: str | None) -> str:
    """The cues as the text of a file; an ASS file has the styles of `like`, another one, if there is one."""
    if name == "ass" and like:
        return formats.ass.write(cues, like=like)
    return formats.write(cues, name, language=language)
