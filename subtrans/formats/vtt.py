"""Cues to WebVTT and back, after the W3C's specification."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from subtrans.errors import InputError
from subtrans.formats.lines import Numbered, anchor_in, cue_from, is_italic, legal_lines, told_apart
from subtrans.types import Cue, Look

_TIME = r"(?:(\d{1,9}):)?([0-5]?\d):([0-5]\d)[.,](\d{1,3})"
_TIMES = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s(.*))?", re.ASCII)
# A tag or a time, or the beginning of one where the line ends; "I <3 you" is text, whatever browsers make of it.
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<\d[\d:.]*>|</>|</\Z|</?(?:[bicuv]|lang|ruby|rt)(?:\.[^<>\s]*)?\Z")
_OVERRIDE = re.compile(r"\{\\[^{}]*\}")
"""A place and the like as ASS has them, which programs that convert SubRip leave; players show them."""
# Nothing here looks further for the end of a tag than to the next one: a file of beginnings would take hours.
_READING = re.compile(r"<rt(?:\.[^<>]*)?>.*?(?:</rt>|(?=</ruby>)|\Z)", re.DOTALL)
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?[ \t]([^<>]*)>")
_COLOUR = re.compile(r"\s*<c(?:\.[\w-]+)*?\.(white|lime|cyan|red|yellow|magenta|blue|black)\b")
_REPLY = re.compile(rf"(?:^[^\S\n]*[-–—]\s*)?{_VOICE.pattern}\s*[-–—]?\s*", re.MULTILINE)


def write(cues: Sequence[Cue], behind: int = 0) -> str:
    """`cues` with `&`, `<` and `>` escaped; one that lasts no time lasts 1 ms, as the end must follow the start."""
    return ("\n" if behind else "WEBVTT\n\n") + "\n".join(map(_block, cues))


def _block(cue: Cue) -> str:
    end = max(cue.span.end, cue.span.start + 1)
    return f"{_time(cue.span.start)} --> {_time(end)}{_settings(cue.look)}\n{_text(cue)}\n"


def _text(cue: Cue) -> str:
    text = "\n".join(html.escape(line, quote=False) for line in legal_lines(cue))
    text = _OVERRIDE.sub(lambda found: "&#123;" + found[0][1:], text)
    text = f"<i>{text}</i>" if cue.look.italic else text
    speaker = html.escape(" ".join(cue.look.speaker.split()), quote=False)
    return f"<v {speaker}>{text}" if speaker else text


def _settings(look: Look) -> str:
    """The settings of a place: the row from the top or the middle, the side, or both in per cent."""
    row, column = divmod(look.anchor - 1, 3)
    align = ("left", "center", "right")[column]
    words = [f"align:{align}"] if column != 1 else []
    if look.position:
        x, y = (100 * min(1.0, max(0.0, share)) for share in look.position)
        words += [f"position:{x:.6g}%,{_SIDES[column]}", f"line:{y:.6g}%,{_ROWS[row]}"]
    elif row:
        words.append(("", "line:50%,center", "line:0")[row])
    return "".join(f" {word}" for word in words)


_SIDES = ("line-left", "center", "line-right")
_ROWS = ("end", "center", "start")


def _look(text: str, settings: str) -> Look:
    """How a cue with this markup and these settings is shown; what the settings do not say is as usual."""
    found = dict(word.split(":", 1) for word in settings.split() if ":" in word)
    column = {"left": 0, "start": 0, "right": 2, "end": 2}.get(found.get("align", ""), 1)
    line, _, side = found.get("line", "").partition(",")
    if not re.fullmatch(r"-?\d{1,9}(\.\d+)?%?", line, re.ASCII):
        return Look(is_italic(text), 1 + column)
    across = re.match(r"(\d{1,9}(?:\.\d+)?)%", found.get("position", ""), re.ASCII)
    down = float(line.rstrip("%")) / 100 if line.endswith("%") else None
    if side in _ROWS:
        row = _ROWS.index(side)
    else:
        row = 2 * (down < 0.5) if down is not None else 2 * (not line.startswith("-"))
    position = (float(across[1]) / 100, down) if across and down is not None else None
    return Look(is_italic(text), 3 * row + column + 1, position)


def _time(value: int) -> str:
    seconds, rest = divmod(value, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"


def read(text: str) -> list[Numbered]:
    """The cues of a WebVTT file with their places and speakers, in italics where all of a cue is; the rest is dropped.

    Where several people speak in a cue, by voices or colours, what each says has lines that begin with a dash.
    Times may have a comma for the point. Of ruby text the base stays. A line of spaces ends no cue: those of YouTube
    begin with one.
    """
    lines = text.split("\n")
    if not re.fullmatch(r"WEBVTT([ \t].*)?", lines[0]):
        raise InputError("line 1: a WebVTT file begins with WEBVTT")
    cues: list[Numbered] = []
    count = number = 0
    while number < len(lines):
        if "-->" not in lines[number]:
            number += 1
            continue
        match = _TIMES.fullmatch(lines[number])
        if match is None:
            raise InputError(f"line {number + 1}: expected times such as 00:01.000 --> 00:02.000")
        count += 1
        first = number = number + 1
        while number < len(lines) and lines[number] and "-->" not in lines[number]:
            number += 1
        start, end = _milliseconds(match.groups()[:4]), _milliseconds(match.groups()[4:8])
        text = _READING.sub("", "\n".join(lines[first:number]))
        overrides = _OVERRIDE.findall(text)
        look, text = _look(text, match[9] or ""), _OVERRIDE.sub("", text)
        look = replace(look, anchor=anchor_in(overrides) or look.anchor)
        voices = [" ".join(html.unescape(name).split()) for name in _VOICE.findall(text)]
        if len(set(voices)) > 1:
            text = _REPLY.sub("\n-", text)
        elif voices:
            look = replace(look, speaker=voices[0])
        shown = text.split("\n")
        said = [_plain(line).strip() for line in shown]
        said = said if voices else told_apart(said, [*_colours(shown)])
        if cue := cue_from(start, end, said, look):
            cues.append((count, cue))
    return cues


def _colours(lines: Sequence[str]) -> Iterator[str]:
    """The colour in which each line begins, of those that the specification has classes for."""
    carried = "white"
    for line in lines:
        found = _COLOUR.match(line)
        yield (colour := found[1] if found else carried)
        carried = "white" if line.rfind("</c>") > line.rfind("<c") else colour


def _milliseconds(fields: Sequence[str | None]) -> int:
    hours, minutes, seconds = (int(field or 0) for field in fields[:3])
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + int((fields[3] or "0").ljust(3, "0"))


def _plain(line: str) -> str:
    return html.unescape(_TAG.sub("", line))
