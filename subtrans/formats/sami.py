"""SAMI, the captions of Windows Media that Korean subtitles come in, in; the same as SRT out."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress

from subtrans.errors import InputError, LanguageError
from subtrans.formats import srt
from subtrans.formats.lines import cue_from, is_italic
from subtrans.text.languages import language
from subtrans.types import Cue, Look

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_SYNC = re.compile(r"<sync\b[^<>]*?\bstart\s*=\s*[\"']?\s*(-?\d{1,12})[^<>]*>", re.IGNORECASE)
_PARAGRAPH = re.compile(r"<p\b([^<>]*)>", re.IGNORECASE)
_CLASS = re.compile(r"\bclass\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_SOURCE = re.compile(r"\bid\s*=\s*[\"']?source\b", re.IGNORECASE)
"""A paragraph that names who speaks."""
_END = re.compile(r"</(?:body|sami)\s*>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_READING = re.compile(r"<r[tp]\b[^<>]*>[^<>]*(?:</r[tp]>)?", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_STYLE = re.compile(r"\.([\w-]+)\s*\{([^{}]*)\}")
_LANGUAGE = re.compile(r"\blang\s*:\s*([a-zA-Z]{2,3}(?:-\w+)*)", re.IGNORECASE)
_LAST = 5000
"""Milliseconds that a text stays which nothing follows."""


def as_srt(text: str, tag: str | None = None) -> str:
    """What the file holds as the text of an SRT file; InputError where it is no SAMI.

    Of a file in several languages the one that `tag` names is taken, else the one with most in it. A text stays until
    the next one of its language, or a paragraph without any.
    """
    _, *parts = _SYNC.split(_COMMENT.sub("", text))
    if not parts:
        raise InputError("not a SAMI file that can be read")
    moments = [
        (int(time), name, said)
        for time, body in zip(parts[::2], parts[1::2], strict=True)
        for name, said in _paragraphs(_END.split(body)[0])
    ]
    languages = _languages(text)
    written = Counter(name for _, name, said in moments if name and _lines(said))
    chosen = max(written, key=lambda name: (_is(languages.get(name), tag), written[name]), default="")
    alone = len(written) < 2
    # What has no class belongs to the only one there is; of several it ends the text of each.
    own = ((time, said if name or alone else "") for time, name, said in moments if name in {chosen, ""})
    return srt.write(_cues([*own]))


def declared(text: str) -> str | None:
    """The first language that the file names, by its tag; None where it names none."""
    return next(iter(_languages(text).values()), None)


def _languages(text: str) -> dict[str, str]:
    """The tags of languages by the classes of paragraphs: as the styles say, else as the names of classes do."""
    told = [(name, said[1]) for name, style in _STYLE.findall(text) if (said := _LANGUAGE.search(style))]
    named = [(name, name[:2]) for name in dict.fromkeys(_CLASS.findall(text)) if name.lower().endswith("cc")]
    found: dict[str, str] = {}
    for name, code in (*told, *named):
        with suppress(LanguageError):
            base, *others = code.lower().split("-")
            found.setdefault(name.lower(), language("-".join([_COUNTRIES.get(base, base), *others])).tag)
    return found


_COUNTRIES = {"kr": "ko", "jp": "ja", "cn": "zh", "eg": "en"}
"""Codes, mostly of countries, that files have for those of languages."""


def _is(tag: str | None, wanted: str | None) -> bool:
    return bool(tag and wanted) and language(str(tag)).base == language(str(wanted)).base


def _paragraphs(body: str) -> list[tuple[str, str]]:
    """The texts of a moment, each with its class; what stands before the first paragraph is one of none."""
    before, *parts = _PARAGRAPH.split(body)
    found = [("", before)] if before.strip() or not parts else []
    for attributes, said in zip(parts[::2], parts[1::2], strict=True):
        if not _SOURCE.search(attributes):
            name = _CLASS.search(attributes)
            found.append((name[1].lower() if name else "", said))
    return found


def _cues(begins: Sequence[tuple[int, str]]) -> list[Cue]:
    ordered = sorted(begins, key=lambda begun: begun[0])
    if not ordered:
        return []
    ends = [*(time for time, _ in ordered[1:]), ordered[-1][0] + _LAST]
    found = (_cue(start, end, said) for (start, said), end in zip(ordered, ends, strict=True))
    return [cue for cue in found if cue]


def _cue(start: int, end: int, said: str) -> Cue | None:
    return cue_from(start, end, _lines(said), Look(is_italic(" ".join(_READING.sub("", said).split()))))


def _lines(said: str) -> list[str]:
    lines = (html.unescape(_TAG.sub("", line)).split() for line in _BREAK.split(_READING.sub("", said)))
    return [" ".join(words) for words in lines if words]
