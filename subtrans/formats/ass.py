r"""Cues to Advanced SubStation Alpha (ASS) and back, by `pysubs2`."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence

from subtrans.errors import InputError, OutputError
from subtrans.formats.lines import cue_from, legal_lines
from subtrans.types import Cue

_LIMIT = 10 * 3_600_000 - 10
"""The last time that `H:MM:SS.cc` can say: 9:59:59.99."""

# As mpv escapes text for libass: a word joiner ends what would be an escape, a backslash opens a literal brace.
_WORD_JOINER = "\u2060"
_MARKUP = re.compile(rf"\\{_WORD_JOINER}|\\[{{Nnh]|{{[^}}]*}}")


def write(cues: Sequence[Cue]) -> str:
    """`cues` in the default style, with times rounded to 10 ms; OutputError past the format's ten hours."""
    from pysubs2 import SSAEvent, SSAFile

    if late := next((cue for cue in cues if cue.span.end > _LIMIT), None):
        raise OutputError(f"ASS holds no times past 9:59:59, and a cue ends at {late.span.end} ms: write SRT or WebVTT")
    file = SSAFile()
    for cue in cues:
        text = r"\N".join(line.replace("\\", "\\" + _WORD_JOINER).replace("{", r"\{") for line in legal_lines(cue))
        file.append(SSAEvent(start=cue.span.start, end=cue.span.end, text=text))
    return file.to_string("ass")


def read(text: str) -> list[Cue]:
    """The cues of an ASS file, without markup; comments are dropped."""
    from pysubs2 import SSAFile
    from pysubs2.exceptions import Pysubs2Error

    if not re.search(r"^\s*\[(?:Script Info|Events)\]", text, re.IGNORECASE | re.MULTILINE):
        raise InputError("line 1: an ASS file begins with [Script Info]")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # those about fields of styles, which are dropped here
            events = SSAFile.from_string(text, format_="ass").events
    except (Pysubs2Error, ValueError, TypeError) as error:
        raise InputError(f"{error}: not an ASS file that can be read") from error
    cues = (
        cue_from(event.start, event.end, _MARKUP.sub(_plain, event.text).split("\n"))
        for event in events
        if not event.is_comment
    )
    return [cue for cue in cues if cue]


def _plain(match: re.Match[str]) -> str:
    markup = match.group()
    if markup == "\\" + _WORD_JOINER:
        return "\\"
    return {r"\{": "{", r"\N": "\n", r"\n": "\n", r"\h": "\u00a0"}.get(markup, "")
