"""Cues to the W3C's Timed Text Markup Language (TTML, in its IMSC profile for text) and back, by `ttconv`."""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from subtrans.errors import InputError
from subtrans.formats.lines import Numbered, cue_from, legal_lines, told_apart
from subtrans.formats.programme import since_start
from subtrans.types import Cue, Look

if TYPE_CHECKING:
    from ttconv.model import ContentDocument, ContentElement, Region

_ROWS = ("after", "center", "before")
_COLUMNS = ("start", "center", "end")
_OLD = re.compile(r"http://www\.w3\.org/20\d\d/\d\d/ttaf1(?:#style(?=[\"']))?")
"""The names that TTML's parts had while it was a draft, as YouTube still gives them."""
_TIME = re.compile(r"(\b(?:begin|end|dur)\s*=\s*[\"'])(?:(\d{1,9}):(\d{1,2}):)?(\d{1,9})([.,]\d{1,9})?(?=[\"'])")
_TIME_CODE = re.compile(r"<(?:\w+:)?tt\s[^<>]*\btimeBase\s*=\s*[\"']smpte[\"']")
"""Times are those that run beside the programme, as in EBU-TT."""
_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[\da-fA-F]{1,6});)(?:[a-zA-Z]\w{1,30};)?")
_STYLING = "{http://www.w3.org/ns/ttml#styling}"
_READ = {
    _STYLING + "fontStyle": "normal|italic|oblique",
    _STYLING + "displayAlign": "|".join(_ROWS),
    _STYLING + "textAlign": "|".join(("left", "right", *_COLUMNS)),
    _STYLING + "color": r"#(?:[\da-fA-F]{2}){3,4}|white|yellow|cyan|lime|green|magenta|red|blue",
    _STYLING + "origin": ".*",
    _STYLING + "extent": ".*",
}
"""The styles that are looked at here, and their values; the package refuses a file for one that it does not know."""
_SLANTS = (_STYLING + "shear", _STYLING + "fontShear")
"""What Japanese subtitles have for italics."""
_RUBY, _READINGS = _STYLING + "ruby", frozenset({"text", "textContainer", "delimiter"})
_SPACES = re.compile(r"[ \t\n]+")
_HALF = 50
"""Percent of the picture's height."""
_LATEST = 10**15
"""Milliseconds, which other formats can say too."""


def write(cues: Sequence[Cue], language: str = "") -> str:
    """`cues` with a region for each place in use; a cue that lasts no time lasts 1 ms. Styles are left out.

    `language` is a BCP-47 tag, or empty where it is not known.
    """
    from ttconv.imsc import writer
    from ttconv.model import Body, Br, ContentDocument, Div, P, Span, Text
    from ttconv.style_properties import FontStyleType, StyleProperties

    document = ContentDocument()
    document.set_lang(language)
    body, division = Body(document), Div(document)
    document.set_body(body)
    body.push_child(division)
    for anchor in sorted({cue.look.anchor for cue in cues}):
        document.put_region(_region(document, anchor))
    for cue in cues:
        paragraph = P(document)
        paragraph.set_begin(Fraction(cue.span.start, 1000))
        paragraph.set_end(Fraction(max(cue.span.end, cue.span.start + 1), 1000))
        paragraph.set_region(document.get_region(f"r{cue.look.anchor}"))
        for index, line in enumerate(legal_lines(cue)):
            if index:
                paragraph.push_child(Br(document))
            span = Span(document)
            span.push_child(Text(document, line))
            if cue.look.italic:
                span.set_style(StyleProperties.FontStyle, FontStyleType.italic)
            paragraph.push_child(span)
        division.push_child(paragraph)
    root: Any = writer.from_model(document).getroot()
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _region(document: ContentDocument, anchor: int) -> Region:
    """The safe part of the picture, in which text keeps to the side that the anchor names."""
    from ttconv.model import Region
    from ttconv.style_properties import (
        CoordinateType,
        DisplayAlignType,
        ExtentType,
        LengthType,
        StyleProperties,
        TextAlignType,
    )

    def share(value: float) -> LengthType:
        return LengthType(value, LengthType.Units.pct)

    region = Region(f"r{anchor}", document)
    row, column = divmod(anchor - 1, 3)
    region.set_style(StyleProperties.Origin, CoordinateType(share(5), share(5)))
    region.set_style(StyleProperties.Extent, ExtentType(share(90), share(90)))
    region.set_style(StyleProperties.DisplayAlign, DisplayAlignType(_ROWS[row]))
    region.set_style(StyleProperties.TextAlign, TextAlignType(_COLUMNS[column]))
    return region


def read(text: str) -> list[Numbered]:
    """The cues of a TTML file in the order of their starts; ruby and other styles than italics are dropped.

    Where times are time code they count from the start of the programme.
    """
    from ttconv.imsc import reader

    # What it reads otherwise than as it is written is no news.
    logging.getLogger("ttconv").setLevel(logging.CRITICAL + 1)
    text = _TIME.sub(_spelled, text)
    text = _OLD.sub(lambda old: "http://www.w3.org/ns/ttml" + "#styling" * old.group().endswith("#style"), text)
    try:
        document = reader.to_model(ElementTree.ElementTree(_simplified(_root(text))))
    except ElementTree.ParseError as error:
        raise InputError(f"line {error.position[0]}: not a TTML file that can be read") from error
    except Exception as error:
        raise InputError("not a TTML file that can be read") from error
    if document is None:
        raise InputError("not a TTML file that can be read")
    body = document.get_body()
    found = [] if body is None else enumerate(_cues(body, (Fraction(0), None), None, italic=False), 1)
    cues = [(number, cue) for number, cue in found if cue]
    if any(cue.span.end > _LATEST for _, cue in cues):
        raise InputError("a time is out of range")
    if _TIME_CODE.search(text):
        since = since_start([cue for _, cue in cues], 0)
        cues = [(number, cue) for (number, _), cue in zip(cues, since, strict=True)]
    return sorted(cues, key=lambda numbered: numbered[1].span.start)


def _spelled(found: re.Match[str]) -> str:
    """A time as TTML has it, where a program wrote a comma for the point, too few digits or seconds without a unit."""
    before, hours, minutes, seconds, rest = found.groups()
    if not hours:
        return f"{before}{seconds}{(rest or '').replace(',', '.')}s"
    return f"{before}{hours:0>2}:{minutes:0>2}:{seconds:0>2}{(rest or '').replace(',', '.')}"


def _root(text: str) -> ElementTree.Element:
    """The root of a document; where it is none, once more with what HTML allows: a bare & and names such as &nbsp;."""
    try:
        return ElementTree.fromstring(text)  # noqa: S314 - expat bounds it
    except ElementTree.ParseError:
        return ElementTree.fromstring(_AMPERSAND.sub(_escaped, text))  # noqa: S314


def _escaped(found: re.Match[str]) -> str:
    meant = html.unescape(found[0])
    return "&amp;" + found[0][1:] if meant == found[0] else meant


def _simplified(root: ElementTree.Element) -> ElementTree.Element:
    """The same without the readings of ruby, which an element or the style it names marks, and without other styles."""
    named = {style.get("{http://www.w3.org/XML/1998/namespace}id"): style.get(_RUBY) for style in root.iter()}
    for element in [*root.iter()]:
        kinds = {element.get(_RUBY), *(named.get(name) for name in element.get("style", "").split())}
        if kinds & _READINGS:
            tail = element.tail
            element.clear()
            element.tail = tail
        if any(element.get(name, "0%").strip("0.%-") for name in _SLANTS):
            element.attrib.setdefault(_STYLING + "fontStyle", "italic")
        for name, value in [*element.attrib.items()]:
            if name.startswith(_STYLING) and not re.fullmatch(_READ.get(name, "(?!)"), value):
                del element.attrib[name]
    return root


def _cues(element: ContentElement, around: _Time, region: Region | None, *, italic: bool) -> Iterator[Cue | None]:
    """The paragraphs below `element`, and the spans with times of their own; None for one without text.

    Times count from the start of what is `around` them; what has no end ends with it.
    """
    from ttconv.model import P, Span

    italic = _is_italic(element, italic)
    own = element.get_region()
    region = region if own is None else own
    begin = around[0] + (element.get_begin() or 0)
    end = around[1] if (length := element.get_end()) is None else around[0] + length
    if isinstance(element, P) or (isinstance(element, Span) and _is_timed(element)):
        texts = list(_texts(element, italic, _colour(element, None)))
        look = Look(all(italic for text, italic, _ in texts if text.strip()), _anchor(region))
        lines = [list(line) for broken, line in groupby(texts, lambda part: part[0] == "\n") if not broken]
        colours = [next((colour for text, _, colour in line if text.strip()), None) for line in lines]
        said = told_apart(["".join(text for text, _, _ in line).strip() for line in lines], colours)
        yield cue_from(round(1000 * begin), round(1000 * (begin if end is None else end)), said, look)
    for child in element:
        yield from _cues(child, (begin, end), region, italic=italic)


_Time = tuple[Fraction, Fraction | None]


def _is_timed(element: ContentElement) -> bool:
    return element.get_begin() is not None or element.get_end() is not None


def _texts(element: ContentElement, italic: bool, colour: object) -> Iterator[tuple[str, bool, object]]:
    """The text below `element`, with line feeds for line breaks, if it is in italics, its colour; not what is timed."""
    from ttconv.model import Br, Text

    for child in element:
        if _is_timed(child):
            continue
        if isinstance(child, Br):
            yield "\n", italic, colour
        elif isinstance(child, Text):
            yield _SPACES.sub(" ", child.get_text()), italic, colour
        else:
            yield from _texts(child, _is_italic(child, italic), _colour(child, colour))


def _colour(element: ContentElement, inherited: object) -> object:
    from ttconv.style_properties import NamedColors, StyleProperties

    return element.get_style(StyleProperties.Color) or inherited or NamedColors.white.value


def _is_italic(element: ContentElement, inherited: bool) -> bool:
    from ttconv.style_properties import FontStyleType, StyleProperties

    style = element.get_style(StyleProperties.FontStyle)
    return inherited if style is None else style != FontStyleType.normal


def _anchor(region: Region | None) -> int:
    from ttconv.style_properties import LengthType, StyleProperties

    if region is None:
        return 2
    align, column = region.get_style(StyleProperties.DisplayAlign), region.get_style(StyleProperties.TextAlign)
    row = _ROWS.index(align.value) if align else 0
    origin, extent = region.get_style(StyleProperties.Origin), region.get_style(StyleProperties.Extent)
    if origin and extent and {origin.y.units, extent.height.units} == {LengthType.Units.pct}:
        # A region that is no more than half of the picture says itself where it is.
        if origin.y.value >= _HALF:
            row = 0
        elif origin.y.value + extent.height.value <= _HALF:
            row = 2
    return 1 + 3 * row + (_COLUMNS.index(column.value) if column else 1)
