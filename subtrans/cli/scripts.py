"""A file of subtitles, or a track of them, in; its cues, its language and what its results are called out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from subtrans import formats
from subtrans.errors import InputError, LanguageError
from subtrans.formats.files import check_suffix, declared_language, read_file
from subtrans.text.paths import show
from subtrans.text.reading import read_bytes
from subtrans.text.repeats import without_repeats

if TYPE_CHECKING:
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


def read_script(path: Path, tag: str | None = None) -> Script:
    """What a file of subtitles holds; InputError where it cannot be read, or holds no text.

    `tag` is the language that it is in, where that is known from elsewhere than its name.
    """
    if path.suffix.lower() in _PICTURES:
        from subtrans.media.subtitles import ADVICE

        if path.suffix.lower() == ".sub" and path.read_bytes().startswith(b"{"):
            raise InputError(f"{show(path)} counts frames (MicroDVD): convert it to SRT first")
        raise InputError(f"{show(path)} holds pictures, not text: {ADVICE}")
    found = read_file(path, tag or _named(path))
    return Script(without_repeats(cue for _, cue in found.cues), _language(path), found.format, found.text)


def find_script(path: Path, track: int) -> Script:
    """The same of a subtitle track of a video, by its number, but without its text, which `extract_script` reads."""
    from subtrans.media.subtitles import find

    language = find(path, track).language
    return Script((), _tag([language] if language else []), "", "")


def extract_script(path: Path, track: int) -> Script:
    """The same with all that it holds."""
    from subtrans.media.subtitles import extract

    text, name = extract(path, track)
    return with_cues(replace(find_script(path, track), format=name, text=text))


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
    check_suffix(path)
    read_bytes(path)  # or why it cannot be: its name may be misspelt
    raise LanguageError(f"the name {show(path)} says no language: say which one it is in with {option}")


def _language(path: Path) -> str | None:
    found = _named(path)
    with suppress(InputError):
        found = found or _tag(filter(None, [declared_language(path)]))
    return found


def _named(path: Path) -> str | None:
    return _tag(_parted(path)[1])


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


_KINDS = frozenset({"forced", "sdh", "cc", "default"})
"""What may stand in the name of a subtitle file beside its language."""


def load_cues(path: Path, tag: str) -> list[Cue]:
    """The cues of a subtitle file in the language `tag`, in their order; InputError where they cannot be read."""
    return [cue for _, cue in read_file(path, tag).cues]
