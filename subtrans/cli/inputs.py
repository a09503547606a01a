"""Inputs in, each dealt with in its turn; one that fails does not stop the others."""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from subtrans import formats
from subtrans.cli.failures import tell
from subtrans.cli.screen import clock, note
from subtrans.errors import InputError, LanguageError, SubtransError
from subtrans.text.paths import show
from subtrans.text.repeats import without_repeats

if TYPE_CHECKING:
    from subtrans.formats.lines import Numbered
    from subtrans.types import Cue, Span


@dataclass(frozen=True, slots=True)
class Script:
    """Subtitles that are there already."""

    cues: tuple[Cue, ...]
    """In order of time, each text once."""
    language: str | None
    styles: str | None = None
    """The ASS file that they came from, for its styles."""


@dataclass(frozen=True, slots=True)
class Recording:
    """An input that was looked into: it has sound. `end` is in milliseconds, where the container says it."""

    path: Path
    end: int | None
    stamp: tuple[int, int]
    """Its size and the time of its last change, when it was looked into."""
    begin: int = 0
    """Where the part that is wanted begins."""
    script: Script | None = None
    """What is translated in the place of the sound, where subtitles were given or asked for."""

    def check_unchanged(self) -> None:
        """InputError if the file has become another one meanwhile, so that what was found in it fits neither."""
        try:
            unchanged = _stamp(self.path) == self.stamp
        except OSError:
            return  # what was read is whole, though its name is gone
        if not unchanged:
            raise InputError(f"{show(self.path)} changed while it was read: run it again when it is whole")


def look_into(
    path: Path, *, track: int | None = None, part: Span | None = None, subtitles: int | None = None
) -> Recording:
    """The recording at `path`; InputError for what is none, has no audio track of that number, or not that part.

    A file of subtitles, or the track number `subtitles` of a video, is a recording with a script; what begins in the
    part belongs to it.
    """
    from subtrans.media.probe import check_file, probe

    check_file(path, "subtitles" if is_script(path) else "sound")
    stamp = _stamp(path)
    if subtitles is not None or is_script(path):
        script = _script(path) if subtitles is None else _extracted(path, subtitles)
        if part:
            script = replace(script, cues=tuple(cue for cue in script.cues if part.start <= cue.span.start < part.end))
        last = max((cue.span.end for cue in script.cues), default=0)
        return Recording(path, last, stamp, part.start if part else 0, script)
    contents = probe(path)
    stream = contents.audio_track(track or 0)
    end = contents.duration or stream.duration
    if part and end is not None:
        if part.start >= end:
            raise InputError(f"{show(path)} ends at {clock(end)}: --part begins behind that")
        end = min(end, part.end)
    return Recording(path, end, stamp, part.start if part else 0)


def is_script(path: Path) -> bool:
    """Whether the name of a file says that it holds subtitles."""
    name = formats.format_of(path)
    return path.suffix.lower() in _PICTURES or (name is not None and formats.FORMATS[name].read is not None)


_PICTURES = frozenset({".sup", ".idx", ".sub"})


def _script(path: Path) -> Script:
    if path.suffix.lower() in _PICTURES:
        from subtrans.media.subtitles import ADVICE

        if path.suffix.lower() == ".sub" and path.read_bytes().startswith(b"{"):
            raise InputError(f"{show(path)} counts frames (MicroDVD): convert it to SRT first")
        raise InputError(f"{show(path)} holds pictures, not text: {ADVICE}")
    numbered, text = _read_script(path)
    try:
        language = language_of(path, "--from")
    except LanguageError:
        language = None
    cues = without_repeats(cue for _, cue in numbered)
    return Script(cues, language, text if formats.format_of(path) == "ass" else None)


def _extracted(path: Path, track: int) -> Script:
    from subtrans.media.subtitles import extract
    from subtrans.text.languages import language

    found = extract(path, track)
    try:
        tag = language(found.language).tag if found.language else None
    except LanguageError:
        tag = None
    cues = formats.read(found.text, found.format)
    return Script(without_repeats(cues), tag, found.text if found.format == "ass" else None)


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def stem_of(path: Path) -> str:
    """What the names of results begin with: talk of talk.mp4, and of talk.en.forced.srt as well."""
    if formats.format_of(path) is None:
        return path.stem
    from subtrans.text.languages import language

    parts = path.stem.split(".")
    if len(parts) > 1 and parts[-1].casefold() in KINDS:
        parts.pop()
    try:
        language(parts[-1] if len(parts) > 1 else "")
    except LanguageError:
        return ".".join(parts)
    return ".".join(parts[:-1])


def language_of(path: Path, option: str) -> str:
    """The language that the name of a subtitle file says, as players read it: talk.zh-Hant.forced.srt; or the file.

    LanguageError, naming the option that can say it, where neither says one.
    """
    from subtrans.text.languages import language

    said = [part for part in path.name.split(".")[1:-1] if part.casefold() not in KINDS][-1:]
    for name in (*said, *_declared(path)):
        with suppress(LanguageError):
            return language(name).tag
    raise LanguageError(f"the name {show(path)} says no language: say which one it is in with {option}")


def _declared(path: Path) -> Iterator[str]:
    """What a TTML file, or the head of a WebVTT file as YouTube has it, says of its language."""
    with suppress(InputError):
        if (name := formats.format_of(path)) in _DECLARED:
            yield from _DECLARED[name].findall(read_text(path))[:1]


_DECLARED = {
    "ttml": re.compile(r"<(?:\w+:)?tt\s[^>]*\bxml:lang=[\"']([^\"']+)"),
    "vtt": re.compile(r"\AWEBVTT.*\n(?:.+\n)*?Language:[ \t]*(\S+)"),
}
KINDS = frozenset({"forced", "sdh", "cc", "default"})
"""What may stand in the name of a subtitle file beside its language."""


def load_cues(path: Path) -> list[Cue]:
    """The cues of a subtitle file, whose suffix names its format; InputError where they cannot be read."""
    return [cue for _, cue in load_numbered(path)]


def load_numbered(path: Path) -> list[Numbered]:
    """The same, each with its number in the file."""
    return _read_script(path)[0]


def _read_script(path: Path) -> tuple[list[Numbered], str]:
    """The cues of a subtitle file and its text."""
    text, name = read_text(path), formats.format_of(path)
    if name is None:
        raise InputError(f"{show(path)} is no subtitle file by its suffix: use one of {formats.known(readable=True)}")
    try:
        return formats.read_numbered(text, name), text
    except InputError as error:
        raise InputError(f"{show(path)}: {error}") from error


def read_text(path: Path) -> str:
    """What a file in UTF-8 holds, or one in UTF-16 that says so by its mark; InputError where it cannot be read."""
    from subtrans.media.probe import check_file

    try:
        data = path.read_bytes()
        return data.decode("utf-16" if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InputError(f"line {line} of {show(path)} is not UTF-8 text: convert it first") from error
    except (OSError, ValueError) as error:
        check_file(path)
        raise InputError(f"{show(path)} cannot be read") from error


def work_through(
    recordings: Sequence[Recording], work: Callable[[Recording], None], left_out: Sequence[SubtransError] = ()
) -> None:
    """Do the work on each; failures are told as they come and summed up, and the first gives the exit code.

    `left_out` is what was wrong, and is told already, with inputs that are not among the recordings.
    """
    if len(recordings) == 1 and not left_out:
        return work_on(recordings[0], work)
    codes = [error.exit_code for error in left_out]
    for recording in recordings:
        try:
            work_on(recording, work)
        except BrokenPipeError:  # noqa: PERF203 - each input fails for itself
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is
            codes.append(tell(error))
    total = len(recordings) + len(left_out)
    note(f"{total - len(codes)} of {total} inputs done, {len(codes)} failed")
    if codes:
        raise click.exceptions.Exit(codes[0])
    return None


def work_on(recording: Recording, work: Callable[[Recording], None]) -> None:
    """Do the work on a recording that must stay what it is."""
    work(recording)
    recording.check_unchanged()
