"""Cues to text and back, one file a format; the text is what a UTF-8 file without a byte-order mark holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from subtrans.errors import InputError, OutputError
from subtrans.formats import ass, lrc, srt, tsv, ttml, txt, vtt
from subtrans.formats.lines import Numbered
from subtrans.text.paths import show
from subtrans.types import Cue


@dataclass(frozen=True, slots=True)
class Format:
    """A subtitle format; `read` is None where the text keeps no times."""

    description: str
    write: Callable[..., str]
    read: Callable[[str], list[Numbered]] | None
    continued: bool = False
    """Whether a file can be gone on with at its end, so that `write` knows behind how many cues others stand."""
    named: bool = False
    """Whether a file says which language it is in, so that `write` knows it."""


FORMATS: dict[str, Format] = {
    "srt": Format("SubRip, which every player reads", srt.write, srt.read, continued=True),
    "vtt": Format("WebVTT, for web pages", vtt.write, vtt.read, continued=True),
    "ass": Format("Advanced SubStation Alpha, with styles", ass.write, ass.read),
    "ttml": Format("Timed Text Markup Language as IMSC has it, for broadcasters", ttml.write, ttml.read, named=True),
    "lrc": Format("lyrics, for music players", lrc.write, lrc.read),
    "tsv": Format(
        "start and end in milliseconds and text, with tabs between them", tsv.write, tsv.read, continued=True
    ),
    "txt": Format("the text alone, without times", txt.write, None, continued=True),
}
"""Every format by its name, which is its file name suffix too."""


def write(cues: Sequence[Cue], format: str, behind: int = 0, language: str = "") -> str:  # noqa: A002 - the field's word
    """`cues` in their order as the text of a file in `format`, a key of `FORMATS`; `language` is their BCP-47 tag.

    If they stand `behind` so many others, as what follows the text of those: in formats that can be continued.

    Nothing that a cue holds can break the file: blank lines are left out, characters that no text may hold are
    replaced by U+FFFD, and what the format would take for its own syntax is escaped.
    """
    kind = _named(format)
    if kind.named:
        return kind.write(cues, language)
    return kind.write(cues, behind) if behind else kind.write(cues)


def read(text: str, format: str) -> list[Cue]:  # noqa: A002
    """The cues in `text`, in the order of the file; cues without text are left out.

    InputError, with the number of the line, for text that is not in `format`.
    """
    return [cue for _, cue in read_numbered(text, format)]


def read_numbered(text: str, format: str) -> list[Numbered]:  # noqa: A002
    """The same, each with the number that a person who looks for it in the file finds."""
    reader = _named(format).read
    if reader is None:
        raise InputError(f"{format} holds no times: give subtitles in another format")
    return reader(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))


def _named(format: str) -> Format:  # noqa: A002
    if format not in FORMATS:
        raise InputError(f"{format!r} is no format of subtitles: use one of {', '.join(FORMATS)}")
    return FORMATS[format]


COARSE = frozenset({"ass", "lrc"})
"""The formats that count hundredths of a second."""


_READ_ALONE = ("stl", "scc", "smi", "sami", "sbv")
"""Names of what is read as if it were another (see `broadcast` and `sami`), and never written."""
_OTHER_NAMES = {"webvtt": "vtt", "ssa": "ass", "dfxp": "ttml", "itt": "ttml", "stl": "ttml", "scc": "ttml"}
_OTHER_NAMES |= dict.fromkeys(("smi", "sami", "sbv"), "srt")


def format_of(path: Path) -> str | None:
    """The key of `FORMATS` that the suffix of `path` names, in any case of letters; None where it names none."""
    name = path.suffix.lower().removeprefix(".")
    name = _OTHER_NAMES.get(name, name)
    return name if name in FORMATS else None


def is_written(path: Path) -> bool:
    """Whether the suffix of `path` names a format that can be written."""
    return format_of(path) is not None and path.suffix.lower().removeprefix(".") not in _READ_ALONE


def no_format(path: Path, *more: str) -> OutputError:
    """What is told where subtitles are to be written to a path whose suffix names no format for that."""
    suffixes = ", ".join([known(), *more])
    return OutputError(f"{show(path)} names no subtitle format by its suffix: use one of {suffixes}")


def known(*, readable: bool = False) -> str:
    """The suffixes of all formats, or of those that can be read, for a message: .srt, .vtt."""
    names = [name for name, kind in FORMATS.items() if kind.read or not readable]
    return ", ".join(f".{name}" for name in [*names, *(_READ_ALONE if readable else ())])
