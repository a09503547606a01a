"""What is asked for of recordings in; which of it is missing, whether it can be made, and whose turn it is, out."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from subtrans.cli import video
from subtrans.cli.inputs import Recording, look_into, whole
from subtrans.cli.screen import count, note, waiting
from subtrans.cli.scripts import is_script
from subtrans.errors import LanguageError
from subtrans.text.paths import show

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from subtrans.cli.interpreter import Interpreter
    from subtrans.cli.norms import Norms
    from subtrans.cli.outputs import Wanted
    from subtrans.cli.problems import Preflight
    from subtrans.text.bilingual import Order


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be made of every recording, and who makes it: see `subtrans.cli.subtitling`."""

    wanted: Wanted
    interpreters: Sequence[Interpreter]
    """One for each target language; the first hears for all."""
    norms: Norms
    order: Order | None
    """Where the original is shown beside its translation; None: nowhere."""
    subtitles: int | None
    """The subtitle track that is translated in the place of what is said."""

    @property
    def source(self) -> str | None:
        """The language that is spoken in all recordings, where that is known."""
        return self.interpreters[0].source

    def language_of(self, recording: Recording) -> str | None:
        """The language of one: as told, as its script says, or as heard; None where nobody speaks."""
        first, script = self.interpreters[0], recording.script
        if script is None:
            return first.spoken_in(recording.path)
        language = first.asked.source or script.language
        if language is None:
            raise LanguageError(f"nothing says what language {show(recording.path)} is in: say it with --from")
        return language

    def is_done(self, path: Path, language: str | None) -> bool:
        """Whether what exists is to stay and all results of a recording in `language` are there, which is said."""
        done = self.wanted.keep and not self.wanted.lacks(path, language)
        if done:
            video.tell_skipped(self.wanted, [path])
        return done

    def missing(self, inputs: Sequence[Path]) -> list[Path]:
        """The inputs of which something is to be made; what is there of the others is said."""
        lacking = [not self.wanted.keep or self.wanted.lacks(path, self.source) for path in inputs]
        video.tell_skipped(self.wanted, [path for path, lacks in zip(inputs, lacking, strict=True) if not lacks])
        return [path for path, lacks in zip(inputs, lacking, strict=True) if lacks]

    def is_heard(self, path: Path) -> bool:
        """Whether somebody must listen to what is missing of the results."""
        return self.subtitles is None and not is_script(path) and not self.wanted.lacks_videos_alone(path)

    def look(self, path: Path) -> Recording:
        """The recording at `path`, of which all that is wanted can be made as far as it shows; without its cues."""
        asked = self.interpreters[0].asked
        recording = look_into(path, track=asked.track, part=asked.part, subtitles=self.subtitles, language=asked.source)
        self.wanted.check_length(recording)
        if recording.script:
            recording = replace(recording, script=replace(recording.script, cues=()))
        if self.wanted.mux or self.wanted.burn:
            video.check(self.wanted, path)
        return recording

    def whole(self, recording: Recording) -> Recording:
        """The same with its cues, when its turn has come."""
        recording = whole(recording, self.interpreters[0].asked.part, self.subtitles)
        self.wanted.check_length(recording)
        return recording

    def check(self, preflight: Preflight, inputs: Sequence[Path], hearing: bool) -> list[Recording]:
        """The inputs that are recordings; whether the engines can do them, and there is a place for the results."""
        with waiting(f"looking into {count(inputs, 'input')} ..."):
            recordings = preflight.check_inputs(self.look, inputs)
        if hearing:
            first, *others = self.interpreters
            first.check(preflight, others)
        written = [preflight.check(self.language_of, recording) for recording in recordings if recording.script]
        for language in filter(None, dict.fromkeys(written)):
            for interpreter in self.interpreters:
                interpreter.check_writing(preflight, language)
        self.wanted.check(preflight, inputs, self.source)
        preflight.check(_check_room, recordings, self.wanted)
        return recordings

    @contextmanager
    def claimed(self, path: Path) -> Iterator[bool]:
        """Whether this run is to make what is missing of the results, which is said where it is not.

        Of several runs that keep what exists each takes what no other has begun.
        """
        if not self.wanted.keep:
            yield True
            return
        from subtrans.engines.resume.journals import claim

        with claim(self.wanted.results(path)[0]) as mine:
            if not mine:
                note(f"{show(path)}: another run is at it, skipped")
            yield mine and not self.is_done(path, self.source)


def _check_room(recordings: Sequence[Recording], wanted: Wanted) -> None:
    """OutputError where a disk has no room for all subtitles, a million bytes and a thousand a second of sound.

    A video with subtitles is taken to be as large as the one without.
    """
    from subtrans.media.files import check_room

    needed: dict[Path, int] = {}
    for recording in recordings:
        folder = wanted.folder(recording.path)
        # The times of a script may be any; a translation is not four times as long.
        size = 4 * len(recording.script.text) if recording.script else recording.end or 0
        needed[folder] = needed.get(folder, 1_000_000) + size * len(wanted.targets)
        needed[folder] += recording.stamp[0] * (bool(wanted.mux) + wanted.burn * len(wanted.targets))
    for folder, size in needed.items():
        check_room(folder, size)
