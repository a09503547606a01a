"""What broadcasters keep, EBU STL and Scenarist's closed captions (SCC), in; the same as TTML out."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

from subtrans.errors import InputError
from subtrans.formats import stl, ttml
from subtrans.formats.programme import since_start
from subtrans.text.repeats import without_repeats
from subtrans.types import Cue, Span

_STL = re.compile(rb"[0-9]{3}STL[0-9]{2}\.[0-9]{2}")
"""How the General Subtitle Information block of EBU Tech 3264 begins: a code page and a frame rate."""
_SCC = re.compile(rb"(?:\xef\xbb\xbf)?\s*Scenarist_SCC V")
_WHOLE = re.compile(r"^\d\d:\d\d:\d\d:", re.MULTILINE)
"""A time code of SCC in which no frames are dropped: an hour of it lasts longer."""
_ROLL = re.compile(r"(?<!\w)(?:9425|9426|94a7)(?!\w)", re.IGNORECASE)
"""The codes of captions that roll up, in two to four rows."""
_ROW = 700
"""Milliseconds in which the longest row of characters comes."""
_STAYS = 5
"""Seconds for which the last caption is there where nothing erases it."""
_LINE = re.compile(r"^[ \t]*(\d\d[:;.,]\d\d[:;.,]\d\d[:;.,]\d\d)[ \t]+(.*)", re.MULTILINE)
_WORD = re.compile(r"\b[0-9a-fA-F]{4}\b")
"""What is sent in two bytes; others are of a file that was cut short or damaged."""


def as_ttml(data: bytes) -> str | None:
    """What the file holds as the text of a TTML file; None where it is neither STL nor SCC.

    InputError for one of them that cannot be read. Times count from the start of the programme. Colours go, but
    for the dashes of speakers in several of them, and so do the comments that are no subtitles.
    """
    kind = "EBU STL" if _STL.match(data) else "SCC" if _SCC.match(data) else None
    if kind is None:
        return None
    logging.getLogger("ttconv").setLevel(logging.CRITICAL + 1)  # what it mends on the way is no news
    try:
        cues, language = stl.read(data) if kind == "EBU STL" else (_scc(data.decode("utf-8-sig")), "")
    except Exception as error:
        raise InputError(f"not a file of {kind} that can be read") from error
    return ttml.write(cues, language)


def _scc(text: str) -> list[Cue]:
    from ttconv.imsc import writer
    from ttconv.model import P
    from ttconv.model import Span as Part
    from ttconv.scc.reader import to_model

    lines = (f"{time}\t{' '.join(_WORD.findall(sent))}" for time, sent in _LINE.findall(text))
    document = to_model("\n".join(lines))
    for element in document.get_body().dfs_iterator():
        if isinstance(element, Part):  # a word of a caption that is painted on
            element.set_begin(None)
            element.set_end(None)
        elif isinstance(element, P) and element.get_end() is None:
            element.set_end((element.get_begin() or 0) + _STAYS)
    root: Any = writer.from_model(document).getroot()
    cues = [cue for _, cue in ttml.read(ElementTree.tostring(root, encoding="unicode"))]
    cues = [*without_repeats(cues, rolling=True)] if _ROLL.search(text) else cues
    return since_start(_painted(cues), 0, 3_603_600 if _WHOLE.search(text) else 3_600_000)


def _painted(cues: Iterable[Cue]) -> list[Cue]:
    """The cues, of which one that is painted on row by row is one and not several that grow."""
    found: list[Cue] = []
    for cue in cues:
        before = found[-1] if found else None
        grows = before and before.span.end == cue.span.start and cue.lines[: len(before.lines)] == before.lines
        if before and grows and before.span.duration < _ROW:
            found[-1] = replace(cue, span=Span(before.span.start, cue.span.end))
        else:
            found.append(cue)
    return found
