"""Characters in; a font in which each of them is a black square out, so that no test needs one of the machine's."""

from __future__ import annotations

from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen


def build_font(path: Path, characters: str, family: str = "Squares", ascent: int = 800) -> Path:
    """Write a TrueType font to `path`, with 1,000 units an em and 200 below the line."""
    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    for point in ((100, 800), (900, 800), (900, 0)):
        pen.lineTo(point)
    pen.closePath()
    letters = sorted(set(characters))
    square, names = pen.glyph(), [f"g{ord(character)}" for character in letters]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", *names])
    builder.setupCharacterMap(dict(zip(map(ord, letters), names, strict=True)))
    builder.setupGlyf(dict.fromkeys([".notdef", *names], square))
    builder.setupHorizontalMetrics(dict.fromkeys([".notdef", *names], (1000, 100)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": family, "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=800, usWinAscent=ascent, usWinDescent=200)
    builder.setupPost()
    builder.save(path)
    return path
