"""Cues to SubRip (SRT) and back, by the `srt` package."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from subtrans.errors import InputError
from subtrans.formats.lines import Numbered, anchor_in, cue_from, is_italic, legal_lines
from subtrans.types import Cue, Look

_MILLISECOND = timedelta(milliseconds=1)
# Simple readers take any line with an arrow for times, and a number above a time for the next cue.
_ARROW = re.compile("(?<!-)-{2,}>")
_TIME_AFTER_NUMBER = re.compile(r"^(-?\d+(?:\.\d*)?\s*\n)(?=\d+[,.:，．。：]\d)", re.MULTILINE)
_BEFORE_ZERO = re.compile(r"(?:^|(?<=-->)|(?<=--> ))-\d+:\d+:\d+[,.]\d+(?=\s*-->|\s*$)", re.MULTILINE)
# With or without hours; with them, with whatever people and programs write for the arrow. SBV of YouTube has a comma.
_TIME = r"(\d+:)?(\d+:\d+)(?:[,.](\d+))?"
_TIMES = re.compile(
    rf"^[^\S\n]*{_TIME}[^\S\n]*(?:-->|(?:[-–—]*>|→|,)(?=[^\S\n]*\d+:\d+:\d))[^\S\n]*{_TIME}(?![\d:]|[,.，．。：]\d)",
    re.MULTILINE,
)
_DIGITS = 200
_ENDLESS = re.compile(rf"\d{{{_DIGITS + 1}}}")
# What was meant for the times of a cue, and would be taken for text: 00:00:0l,500 --> 00:00:02,000.
_BROKEN = re.compile(r"^[^\S\n]*-?[\dOoIl]{1,3}\s*[:;].*-->.*", re.MULTILINE)
_WORD_JOINER = "\u2060"
# What players take for markup: the tags of HTML that SubRip knew, others that editors leave, and a place as in ASS.
_TAG = re.compile(r"</?(?:i|b|u|s|font|em|strong|span|div)(?:\s[^<>]*)?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,6}|#x[0-9a-f]{1,5});", re.IGNORECASE)
# What is taken for markup here: `a <b and c> d` is none.
_STRICT_TAG = re.compile(r"</?(?:[ibus]|em|strong|(?:font|span|div)(?:\s[^<>]*)?)\s*>", re.IGNORECASE)
# What programs leave that convert WebVTT, as YouTube has it: classes, voices, times of words, readings of ruby.
_OF_VTT = re.compile(
    r"<rt>[^<>]*</rt>|</?(?:c(?:\.[^<>\s]*)?|ruby|v|v(?:\.[^<>\s]*)? [^<>]*|lang(?: [^<>]*)?)>|<\d\d:[\d:.]+>"
)
_LINE_BREAK = re.compile(r"<br\s*/?>|\\(?-i:N)", re.IGNORECASE)
_ESCAPE = re.compile(r"\\[Nnh]")
_OVERRIDE = re.compile(r"\{\\[^}]*(?:\}|\Z)")
"""One without an end is text; it is found so that its end is not looked for again from each brace in it."""


def write(cues: Sequence[Cue], behind: int = 0) -> str:
    r"""`cues` numbered from 1, or on from those that they stand `behind`; `-->` inside text becomes an arrow sign.

    Hours go on past 99. A word joiner parts what a player would take for markup. Italics are `<i>`, a place `{\an8}`.
    """
    from srt import Subtitle

    return "".join(
        Subtitle(number, cue.span.start * _MILLISECOND, cue.span.end * _MILLISECOND, _content(cue)).to_srt()
        for number, cue in enumerate(cues, behind + 1)
    )


def time(milliseconds: int) -> str:
    """A time as SubRip and editors of subtitles have it: 00:01:02,345."""
    from srt import timedelta_to_srt_timestamp

    return str(timedelta_to_srt_timestamp(milliseconds * _MILLISECOND))


def _content(cue: Cue) -> str:
    text = _TIMES.sub(lambda times: _WORD_JOINER + times[0], "\n".join(legal_lines(cue)))
    text = _ARROW.sub("→", text)
    text = _TIME_AFTER_NUMBER.sub(rf"\1{_WORD_JOINER}", text)
    for markup in (_OVERRIDE, _TAG, _OF_VTT, _LINE_BREAK, _ESCAPE, _ENTITY):
        text = markup.sub(_parted, text)
    if cue.look.italic:
        text = f"<i>{text}</i>"
    return text if cue.look.anchor == 2 else f"{{\\an{cue.look.anchor}}}{text}"


def _parted(match: re.Match[str]) -> str:
    return match.group()[0] + _WORD_JOINER + match.group()[1:]


def read(text: str) -> list[Numbered]:
    """The cues of an SRT file; numbers may be missing or wrong, times may have a point for the comma or be negative.

    They may have any decimals, as Python writes 0:00:01.250000, or none. The arrow between them may be any. The number
    of a cue is its own, where those of the file rise.

    A cue that is in italics as a whole keeps them, and its place; other markup is dropped. Entities of
    HTML, and tags and breaks of ASS and WebVTT, which converters leave, are what they stand for.
    """
    import srt

    if endless := _ENDLESS.search(text):  # on which the package would turn round for minutes
        raise InputError(f"line {_line(text, endless.start())}: a number of more than {_DIGITS} digits")
    text = _TIMES.sub(_spelled, text.replace("\ufeff", ""))  # files put together have several marks
    text, cues = _BEFORE_ZERO.sub("00:00:00,000", text), list[Numbered]()
    written: list[int | None] = []
    if text.strip() and not srt.SRT_REGEX.match(text):  # which the package would look for from each blank anew
        raise InputError(f"line {_line(text, 0)}: expected the times of a cue")
    try:
        for subtitle in srt.parse(text.rstrip()):
            written.append(subtitle.index)
            if broken := _BROKEN.search(subtitle.content):
                raise InputError(f"line {_line(text, text.index(broken.group()))}: expected the times of a cue")
            start, end = subtitle.start // _MILLISECOND, subtitle.end // _MILLISECOND
            content = _LINE_BREAK.sub("\n", _OVERRIDE.sub(_slanted, subtitle.content)).replace(r"\h", "\u00a0")
            look = Look(is_italic(content), anchor_in(_OVERRIDE.findall(subtitle.content)) or 2)
            plain = _ENTITY.sub(
                lambda match: html.unescape(match.group()), _STRICT_TAG.sub("", _OF_VTT.sub("", content))
            )
            if cue := cue_from(start, end, plain.split("\n"), look):
                cues.append((len(written), cue))
    except srt.SRTParseError as error:
        raise InputError(f"line {_line(text, error.expected_start)}: expected the times of a cue") from error
    except (ValueError, OverflowError) as error:
        raise InputError(f"a time after {len(cues)} cues is out of range") from error
    return [(own[number - 1], cue) for number, cue in cues] if (own := _rising(written)) else cues


def _spelled(times: re.Match[str]) -> str:
    first, second = (
        f"{hours or '00:'}{rest},{(decimals or '')[:3]:0<3}"
        for hours, rest, decimals in (times.groups()[:3], times.groups()[3:])
    )
    return f"{first} --> {second}"


def _slanted(override: re.Match[str]) -> str:
    if not override.group().endswith("}"):
        return override.group()
    return "<i>" if r"\i1" in override.group() else "</i>" if r"\i0" in override.group() else ""


def _rising(written: Sequence[int | None]) -> list[int]:
    """The numbers that the file has, if every one is there and greater than the one before it."""
    own = [number for number in written if number is not None]
    return own if len(own) == len(written) and all(one < other for one, other in pairwise(own)) else []


def _line(text: str, position: int) -> int:
    """The number of the first line with text from `position` on."""
    rest = text[position:]
    return text.count("\n", 0, position + len(rest) - len(rest.lstrip())) + 1
