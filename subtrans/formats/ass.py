r"""Cues to Advanced SubStation Alpha (ASS) and back, by `pysubs2`."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING

from subtrans.errors import InputError, OutputError
from subtrans.formats.lines import Numbered, anchor_in, cue_from, legal_lines
from subtrans.types import Cue, Look, Span

if TYPE_CHECKING:
    from pysubs2 import SSAFile

LIMIT = 10 * 3_600_000 - 10
"""The last time that `H:MM:SS.cc` can say: 9:59:59.99."""
PICTURE = 1920, 1080
"""The width and height of the picture that sizes and places are counted in where none is given."""
FONT = "Arial"
"""What is asked for where nothing else is said; players take another font for scripts that it has not."""
LINE = 1.45
"""How high a line of most fonts is at most, in ems."""

# As mpv escapes text for libass: a word joiner ends what would be an escape, a backslash opens a literal brace.
_WORD_JOINER = "\u2060"
_ESCAPE = re.compile(rf"\\{_WORD_JOINER}|\\[{{}}Nnh]")
# A brace that nothing closes is text; it is found so that its end is not looked for again from each brace behind it.
_MARKUP = re.compile(rf"{_ESCAPE.pattern}|{{[^}}]*(?:}}|\Z)")
_SSA = re.compile(r"^\[V4 Styles\]", re.IGNORECASE | re.MULTILINE)
"""The head of the styles before ASS, whose places are counted in another way."""
_COLOURS = ("primarycolor", "secondarycolor", "outlinecolor", "backcolor")
_BLOCK = re.compile(r"(\{[^}]*(?:\}|\Z))")
_POSITION = re.compile(r"\\(?:pos|move)\(\s*(-?[\d.]{1,9})\s*,\s*(-?[\d.]{1,9})")


def write(
    cues: Sequence[Cue],
    *,
    like: str | None = None,
    font: str | None = None,
    line: float = LINE,
    picture: tuple[int, int] = PICTURE,
    white: float = 1.0,
) -> str:
    """`cues` with times rounded to 10 ms; OutputError past the format's ten hours.

    The styles are those of `like`, the text of another ASS file; without it a plain white one with an outline, of a
    size that the lines of the norms fit into a `picture` of that width and height. All are in `font` if one is given.
    Letters of a font whose `line` is higher than most, in ems, as those of Arabic are, are as large as those of others.
    Colours are as dark as `white`, from 0 to 1, says that white is.
    """
    from pysubs2 import SSAEvent

    if late := next((cue for cue in cues if cue.span.end > LIMIT), None):
        raise OutputError(f"ASS holds no times past 9:59:59, and a cue ends at {late.span.end} ms: write SRT or WebVTT")
    file = _own_styles(font or FONT, line, *picture) if like is None else _parse(like)
    for style in file.styles.values():
        style.fontname = font or style.fontname
        for name in _COLOURS if white < 1 else ():
            colour = getattr(style, name)
            setattr(style, name, replace(colour, **{part: round(white * getattr(colour, part)) for part in "rgb"}))
    width, height = _size(file)
    file.events = [
        SSAEvent(
            start=cue.span.start,
            end=cue.span.end,
            style=cue.look.style if cue.look.style in file.styles else next(iter(file.styles), "Default"),
            name=cue.look.speaker.replace(",", ";"),  # the comma ends a field
            text=_overrides(cue.look, file, width, height)
            + r"\N".join(line.replace("\\", "\\" + _WORD_JOINER).replace("{", r"\{") for line in legal_lines(cue)),
        )
        for cue in cues
    ]
    return file.to_string("ass")


def _own_styles(font: str, line: float, width: int, height: int) -> SSAFile:
    from pysubs2 import Color, SSAFile, SSAStyle

    file = SSAFile()
    file.info.update({"PlayResX": str(width), "PlayResY": str(height), "WrapStyle": "0"})
    file.info["ScaledBorderAndShadow"] = "yes"
    # 42 letters of a wide font fit into 26 ems; of a font with low lines an em is a larger part of the size.
    size = min(height / 14, width / 26 * min(line, LINE))
    # Encoding -1 is libass's word for: the direction of a line is that of its first letter.
    file.styles["Default"] = SSAStyle(
        fontname=font,
        fontsize=round(size * max(1.0, line / LINE), 2),
        outline=round(size / 20, 2),
        shadow=round(size / 60, 2),
        marginv=round(height / 20),
        encoding=-1,
        backcolor=Color(0, 0, 0),
    )
    return file


def _overrides(look: Look, file: SSAFile, width: float, height: float) -> str:
    """What the cue's style does not say."""
    style = file.styles.get(look.style) or next(iter(file.styles.values()), None)
    tags = r"\i1" if look.italic and not (style and style.italic) else ""
    if look.anchor != (style.alignment if style else 2):
        tags += rf"\an{look.anchor}"
    if look.position:
        tags += rf"\pos({look.position[0] * width:.6g},{look.position[1] * height:.6g})"
    return f"{{{tags}}}" if tags else ""


def read(text: str) -> list[Numbered]:
    """The cues of an ASS file with their styles and places; comments, drawings and other markup are dropped.

    A song whose syllables templates of karaoke have made lines of is read from the comments in which it is whole.
    """
    if not re.search(r"^[^\S\n]*\[(?:Script Info|Events)\]", text, re.IGNORECASE | re.MULTILINE):
        raise InputError("line 1: an ASS file begins with [Script Info]")
    file = _parse(text)
    width, height = _size(file)
    cues: list[Numbered] = []
    sung = any(event.is_comment and event.effect == _SONG for event in file.events)
    for number, event in enumerate(file.events, 1):
        if event.effect != _SONG if event.is_comment else sung and event.effect == _SYLLABLE:
            continue
        blocks = _BLOCK.findall(event.text)
        style = file.styles.get(event.style)
        position = _POSITION.search("".join(blocks))
        look = Look(
            italic=_italic(event.text, bool(style and style.italic)),
            anchor=anchor_in(blocks) or (int(style.alignment) if style and 1 <= style.alignment <= 9 else 2),
            style=event.style,
            speaker=event.name.strip(),
        )
        if position:
            look = replace(look, position=(_float(position[1]) / width, _float(position[2]) / height))
        if cue := cue_from(event.start, event.end, _MARKUP.sub(_plain, _written(event.text)).split("\n"), look):
            cues.append((number, cue))
    return cues


def retimed(text: str, moved: Callable[[Span], Span | None]) -> str:
    """An ASS file as it is, but for when its events are; those that are `moved` to None are left out."""
    file = _parse(text)
    kept = []
    for event in file.events:
        if (span := moved(Span(max(0, event.start), max(0, event.start, event.end)))) is not None:
            event.start, event.end = span.start, span.end
            kept.append(event)
    file.events = kept
    return file.to_string("ass")


_SONG, _SYLLABLE = "karaoke", "fx"
"""The effects by which the templates of Aegisub know what they have made lines of, and those lines."""


def _parse(text: str) -> SSAFile:
    from pysubs2 import SSAFile
    from pysubs2.exceptions import Pysubs2Error

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # those about fields of styles that it does not know
            return SSAFile.from_string(text, format_="ssa" if _SSA.search(text) else "ass")
    except (Pysubs2Error, ValueError, TypeError, LookupError) as error:
        raise InputError(f"{error}: not an ASS file that can be read") from error


def _size(file: SSAFile) -> tuple[float, float]:
    """The picture that positions are counted in; where the file says none, 384 x 288, as renderers take it."""
    width, height = (_float(file.info.get(name, "0")) for name in ("PlayResX", "PlayResY"))
    return width if 0 < width < inf else 384.0, height if 0 < height < inf else 288.0


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _italic(text: str, italic: bool) -> bool:
    """Whether all letters are in italics, in a style that is or is not."""
    whole = True
    for part in _BLOCK.split(text):
        if part.startswith("{") and part.endswith("}"):
            for tag in re.findall(r"\\i([01])(?!\d)", part):
                italic = tag == "1"
        elif part.strip():
            whole = whole and italic
    return whole


def _written(text: str) -> str:
    r"""The text without what it draws: what stands behind a tag such as `\p1`, until `\p0`."""
    parts, drawn = [], False
    for part in _BLOCK.split(text):
        block = part.startswith("{") and part.endswith("}")
        if block:
            for tag in re.findall(r"\\p(\d)", part):
                drawn = tag != "0"
        if block or not drawn:
            parts.append(part)
    return "".join(parts)


def _plain(match: re.Match[str]) -> str:
    markup = match.group()
    if markup.startswith("{") and not markup.endswith("}"):
        return _ESCAPE.sub(_plain, markup)
    if markup == "\\" + _WORD_JOINER:
        return "\\"
    return {r"\{": "{", r"\}": "}", r"\N": "\n", r"\n": "\n", r"\h": "\u00a0"}.get(markup, "")
