"""A file of subtitles, or a track of them, in; its cues, its language and what its results are called out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from subtrans import formats
from subtrans.cli.screen import note
from subtrans.errors import InputError, LanguageError
from subtrans.text.encoding import decode, old_encoding
from subtrans.text.paths import show
from subtrans.text.reading import read_bytes
from subtrans.text.repeats import without_repeats

if TYPE_CHECKING:
    from subtrans.formats.lines import Numbered
    from subtrans.types import Cue


@dataclass(frozen=True, slots=True)
class Script:
    """Subtitles that are there already."""

    cues: tuple[Cue, ...]
    """In order of time, each text once."""
    language: str | None
    format: str
    text: str
    """The file that they came from, as it is."""

    @property
    def styles(self) -> str | None:
        """The same if it is an ASS file, for its styles."""
        return self.text if self.format == "ass" else None


def is_script(path: Path) -> bool:
    """Whether the name of a file says that it holds subtitles."""
    name = formats.format_of(path)
    return path.suffix.lower() in _PICTURES or (name is not None and formats.FORMATS[name].read is not None)


_PICTURES = frozenset({".sup", ".idx", ".sub"})
_SAMI = frozenset({".smi", ".sami"})


def read_script(path: Path, tag: str | None = None) -> Script:
    """What a file of subtitles holds; InputError where it cannot be read, or holds no text.

    `tag` is the language that it is in, where that is known from elsewhere than its name.
    """
    if path.suffix.lower() in _PICTURES:
        from subtrans.media.subtitles import ADVICE

        if path.suffix.lower() == ".sub" and path.read_bytes().startswith(b"{"):
            raise InputError(f"{show(path)} counts frames (MicroDVD): convert it to SRT first")
        raise InputError(f"{show(path)} holds pictures, not text: {ADVICE}")
    numbered, text = _read(path, tag)
    cues = without_repeats(cue for _, cue in numbered)
    return Script(cues, _language(path), str(_kind(path, text)), text)


def find_script(path: Path, track: int) -> Script:
    """The same of a subtitle track of a video, by its number, but without its text, which `extract_script` reads."""
    from subtrans.media.subtitles import find

    language = find(path, track).language
    return Script((), _tag([language] if language else []), "", "")


def extract_script(path: Path, track: int) -> Script:
    """The same with all that it holds."""
    from subtrans.media.subtitles import extract

    found = extract(path, track)
    return with_cues(Script((), find_script(path, track).language, found.format, found.text))


def with_cues(script: Script) -> Script:
    """The same with the cues that its text holds."""
    return replace(script, cues=without_repeats(formats.read(script.text, script.format)))


def stem_of(path: Path) -> str:
    """What the names of results begin with: talk of talk.mp4, and of talk.en.forced.srt as well."""
    if formats.format_of(path) is None:
        return path.stem
    stem, tag = _parted(path)
    return ".".join(stem if _tag(tag) else [*stem, *tag])


def languages_beside(pattern: Path) -> Iterator[str]:
    """The languages of the files that are there under the name `pattern` with the tag of one for its asterisk."""
    before, behind = pattern.name.split("*")
    for path in pattern.parent.iterdir() if pattern.parent.is_dir() else ():
        if path.name.startswith(before) and path.name.endswith(behind):
            tag = _tag([path.name[len(before) : len(path.name) - len(behind)]])
            if tag:
                yield tag


def language_of(path: Path, option: str) -> str:
    """The language that the name of a subtitle file says, as players read it: talk.zh-Hant.forced.srt; or the file.

    LanguageError, naming the option that can say it, where neither says one.
    """
    if tag := _language(path):
        return tag
    _check_suffix(path)
    read_bytes(path)  # or why it cannot be: its name may be misspelt
    raise LanguageError(f"the name {show(path)} says no language: say which one it is in with {option}")


def _language(path: Path) -> str | None:
    return _tag(_parted(path)[1]) or _tag(_declared(path))


def _parted(path: Path) -> tuple[list[str], list[str]]:
    """The name of a subtitle file, and what may be the tag of its language, without what says its kind."""
    first, *others = path.stem.split(".")
    # Behind a language hi is not Hindi but hearing impaired.
    while others and (others[-1].casefold() in _KINDS or (others[-1].casefold() == "hi" and _tag(others[-2:-1]))):
        others.pop()
    return [first, *others[:-1]], others[-1:]


def _tag(names: Iterable[str]) -> str | None:
    """The first of the names that is one of a language, as its tag; YouTube calls what was spoken en-orig."""
    from subtrans.text.languages import language

    for name in names:
        with suppress(LanguageError):
            return language(name.removesuffix("-orig")).tag
    return None


def _declared(path: Path) -> Iterator[str]:
    """What a file of TTML or SAMI, or the head of a WebVTT file as YouTube has it, says of its language."""
    if path.suffix.lower() in _SAMI:
        from subtrans.formats.sami import declared

        yield from filter(None, [declared(read_bytes(path).decode("latin-1"))])
        return
    with suppress(InputError):
        text = read_text(path)
        if head := _DECLARED.get(str(_kind(path, text))):
            yield from head.findall(text)[:1]


_DECLARED = {
    "ttml": re.compile(r"<(?:\w+:)?tt\s[^<>]*\bxml:lang=[\"']([^\"']+)"),
    "vtt": re.compile(r"\AWEBVTT.*\n(?:.+\n)*?Language:[ \t]*(\S+)"),
}
_KINDS = frozenset({"forced", "sdh", "cc", "default"})
"""What may stand in the name of a subtitle file beside its language."""


def load_cues(path: Path, tag: str | None = None) -> list[Cue]:
    """The cues of a subtitle file, whose suffix names its format; InputError where they cannot be read."""
    return [cue for _, cue in load_numbered(path, tag)]


def load_numbered(path: Path, tag: str | None = None) -> list[Numbered]:
    """The same, each with its number in the file."""
    return _read(path, tag)[0]


def _read(path: Path, tag: str | None) -> tuple[list[Numbered], str]:
    """The cues of a subtitle file and its text."""
    _check_suffix(path)
    text = read_text(path, tag or _tag(_parted(path)[1]))
    try:
        return formats.read_numbered(text, str(_kind(path, text))), text
    except InputError as error:
        raise InputError(f"{show(path)}: {error}") from error


def _check_suffix(path: Path) -> None:
    if formats.format_of(path) is None and path.exists():
        raise InputError(f"{show(path)} is no subtitle file by its suffix: use one of {formats.known(readable=True)}")


def _kind(path: Path, text: str) -> str | None:
    """The format of a file: players look at what it holds, so files with the suffix of another one are about."""
    found = next((kind for kind, head in _HEADS.items() if head.match(text)), None)
    if found is None and formats.format_of(path) == "ttml" and not formats.is_written(path):
        raise InputError("neither EBU STL nor SCC: convert it first")  # programs for DVD call theirs .stl as well
    return found or formats.format_of(path)


_HEADS = {
    "vtt": re.compile("WEBVTT"),
    "ass": re.compile(r"\s*\[Script Info\]"),
    "ttml": re.compile(r"\s*(?:<\?xml[^>]*>\s*)?<(?:\w+:)?tt\s"),
    "srt": re.compile(r"\s*\d+[ \t]*\r?\n\d+:\d\d:\d\d[,.]\d+\s*-->"),
}


def _broadcast(path: Path, data: bytes) -> str | None:
    """A file of broadcasters as TTML, None for any other."""
    from subtrans.formats.broadcast import as_ttml

    try:
        return as_ttml(data)
    except InputError as error:
        raise InputError(f"{show(path)}: {error}") from error


def read_text(path: Path, tag: str | None = None) -> str:
    """What a file in UTF-8 or UTF-16 holds; InputError where it cannot be read.

    Where its language is known it may be in an encoding from before Unicode, which is said.
    """
    data = read_bytes(path)
    if (text := _broadcast(path, data)) is not None:
        return text
    if path.suffix.lower() in _SAMI:
        return _captions(path, data, tag)
    return _decoded(path, data, tag)


def _captions(path: Path, data: bytes, tag: str | None) -> str:
    """A file of SAMI as SRT."""
    from subtrans.formats.sami import as_srt, declared

    try:
        tag = tag or declared(data.decode("latin-1"))
        return as_srt(_decoded(path, data, tag), tag)
    except InputError as error:
        raise error if show(path) in str(error) else InputError(f"{show(path)}: {error}") from error


def _decoded(path: Path, data: bytes, tag: str | None) -> str:
    from subtrans.text.languages import language

    try:
        return decode(data, show(path))
    except InputError:
        encoding = old_encoding(data, language(tag)) if tag else None
        if encoding is None:
            raise
    note(f"{show(path)} is not UTF-8: read as {encoding}")
    return data.decode(encoding)
