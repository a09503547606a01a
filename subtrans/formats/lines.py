"""A cue in, lines out that any text format can hold; and lines in, a cue out where there is text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from subtrans.types import Cue, Look, Span

# What some reader takes for the end of a line: vertical tab, form feed, the separators, next line.
_BREAK = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Control characters, halves of surrogate pairs and non-characters: no UTF-8 file or no XML may hold them.
_ILLEGAL = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


Numbered = tuple[int, Cue]
"""A cue and which of its file it is, counted from 1; those without text are counted too."""


def legal_lines(cue: Cue) -> list[str]:
    """The lines of `cue`, stripped and without blank ones; characters that no text may hold become U+FFFD."""
    lines = (legal(line) for line in cue.lines)
    # A byte-order mark inside text is an old word joiner, and would be dropped at the head of a file.
    stripped = (line.replace("\ufeff", "\u2060").strip() for line in lines)
    return [line for line in stripped if line]


def legal(line: str) -> str:
    """The line without what some reader takes for its end, and U+FFFD for each character that no text may hold."""
    return _BREAK.sub(" ", _ILLEGAL.sub("\ufffd", line))


def cue_from(start: int, end: int, lines: Iterable[str], look: Look = Look()) -> Cue | None:  # noqa: B008 - frozen
    """A cue of the lines that are not blank, None where all are; times that a file has wrong are clamped.

    A line break in a line, as an entity makes it, ends the line.
    """
    parts = (part.strip() for line in lines for part in line.replace("\r", "\n").split("\n"))
    text = tuple(part for part in parts if part)
    start = max(0, start)
    return Cue(Span(start, max(start, end)), text, look) if text else None


def told_apart(lines: Sequence[str], colours: Sequence[object]) -> list[str]:
    """The lines, of which those in several colours, by which broadcasters tell speakers apart, begin with dashes."""
    told = [(line, colour) for line, colour in zip(lines, colours, strict=True) if line]
    if len({colour for _, colour in told}) < 2 or any(line.startswith("-") for line, _ in told):
        return [line for line, _ in told]
    before = [None, *(colour for _, colour in told)]
    return [f"- {line}" if colour != last else line for (line, colour), last in zip(told, before, strict=False)]


def anchor_in(blocks: Iterable[str]) -> int | None:
    r"""Where the first tag of ASS that says so in blocks as `{\an8}` puts a text, as in `Look`; also as SSA counted."""
    found = (place for block in blocks for place in _PLACE.findall(block))
    return next((int(key) if key else _OLD_PLACES.get(old, 2) for key, old in found), None)


_PLACE = re.compile(r"\\a(?:n([1-9])|(\d{1,2}))")
_OLD_PLACES = {"1": 1, "2": 2, "3": 3, "5": 7, "6": 8, "7": 9, "9": 4, "10": 5, "11": 6}


def is_italic(text: str) -> bool:
    """Whether all of `text`, in which `<i>` and `</i>` are marked up, is in italics; other tags are looked through."""
    plain = _OTHER_TAG.sub("", text)
    return "<i" in plain.lower() and not _TAGS_IN_ITALICS.sub("", plain).strip()


_OTHER_TAG = re.compile(r"<(?!/?i\b)[^<>]*>", re.IGNORECASE)
_TAGS_IN_ITALICS = re.compile(r"<i(?:[.\s][^<>]*)?>.*?(?:</i>|\Z)", re.IGNORECASE | re.DOTALL)
