"""A file of subtitles in; its text, and its cues in the format that it is really in, out."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from pathlib import Path

from subtrans import formats
from subtrans.errors import InputError
from subtrans.formats.broadcast import as_ttml
from subtrans.formats.lines import Numbered
from subtrans.formats.sami import as_srt, declared
from subtrans.text.encoding import decode, old_encoding
from subtrans.text.languages import language
from subtrans.text.paths import show
from subtrans.text.reading import read_bytes

_SAMI = frozenset({".smi", ".sami"})
_log = logging.getLogger("subtrans.formats")


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds."""

    cues: list[Numbered]
    format: str
    text: str


def read_file(path: Path | str, tag: str | None = None) -> Content:
    """The cues of a file whose suffix names a format, but that may be in another one; InputError where it is in none.

    `tag` is the language that it is in, as far as that is known.
    """
    path = Path(path)
    check_suffix(path)
    text = read_text(path, tag)
    try:
        kind = str(kind_of(path, text))
        return Content(formats.read_numbered(text, kind), kind, text)
    except InputError as error:
        raise InputError(f"{show(path)}: {error}") from error


def check_suffix(path: Path) -> None:
    """InputError for a file whose suffix names no format, and for a folder."""
    if path.is_dir():
        raise InputError(f"{show(path)} is a directory: give the subtitles in it")
    if formats.format_of(path) is None and path.exists():
        raise InputError(f"{show(path)} is no subtitle file by its suffix: use one of {formats.known(readable=True)}")


def kind_of(path: Path, text: str) -> str | None:
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


def read_text(path: Path, tag: str | None = None) -> str:
    """What a file in UTF-8 or UTF-16 holds, broadcasters' as TTML and SAMI as SRT; InputError where it cannot be read.

    Where its language is known it may be in an encoding from before Unicode, which is said.
    """
    data = read_bytes(path)
    try:
        if (text := as_ttml(data)) is not None:
            return text
        if path.suffix.lower() in _SAMI:
            tag = tag or declared(data.decode("latin-1"))
            return as_srt(_decoded(path, data, tag), tag)
    except InputError as error:
        raise error if show(path) in str(error) else InputError(f"{show(path)}: {error}") from error
    return _decoded(path, data, tag)


def declared_language(path: Path) -> str | None:
    """What a file of TTML or SAMI, or the head of a WebVTT file as YouTube has it, says of its language."""
    if path.suffix.lower() in _SAMI:
        return declared(read_bytes(path).decode("latin-1"))
    text = read_text(path)
    head = _DECLARED.get(str(kind_of(path, text)))
    found = head.search(text) if head else None
    return found[1] if found else None


_DECLARED = {
    "ttml": re.compile(r"<(?:\w+:)?tt\s[^<>]*\bxml:lang=[\"']([^\"']+)"),
    "vtt": re.compile(r"\AWEBVTT.*\n(?:.+\n)*?Language:[ \t]*(\S+)"),
}


def _decoded(path: Path, data: bytes, tag: str | None) -> str:
    try:
        return decode(data, show(path))
    except InputError:
        encoding = old_encoding(data, language(tag)) if tag else None
        if encoding is None:
            raise
    _log.warning("%s is not UTF-8: read as %s", show(path), encoding)
    return data.decode(encoding)
