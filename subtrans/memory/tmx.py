"""A translation memory in; a file as translators' tools exchange them (TMX 1.4b, ETSI GS LIS 002) out; and back."""

from __future__ import annotations

import gzip
import re
import zlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, TypeAlias
from xml.etree import ElementTree

from subtrans import __version__
from subtrans.errors import InputError, LanguageError
from subtrans.formats.lines import legal
from subtrans.memory.store import Entry
from subtrans.text.languages import language
from subtrans.text.reading import unreadable

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


_MARKS = ("bpt", "ept", "it", "ph", "ut")
"""Elements that hold the tags of the document that a sentence is from."""


def read_tmx(path: Path, source: str, target: str) -> list[tuple[str, str]]:
    """The units of a file that hold both languages (BCP-47 tags), each in the variant that is nearest to the tag.

    A file that is not in UTF-8 says what it is in; one that ends in `.gz` is unpacked. No more of it than a unit is
    held at a time. Characters that XML has none for, with which some tools fill segments, are left out. InputError for
    one in other languages.
    """
    pairs = []
    seen: set[str] = set()
    try:
        encoding = _encoding(path)
        with _open(path) as file:
            for unit in _units(file if encoding == "utf-16" else _Legal(file), encoding):
                sides = _sides(unit)
                seen.update(sides)
                one, two = _nearest(sides, source), _nearest(sides, target)
                if one is not None and two is not None:
                    pairs.append((one, two))
    except ElementTree.ParseError as error:
        raise InputError(f"{path}, line {error.position[0]}: not TMX ({error})") from error
    except OSError as error:
        raise unreadable(path, error) from error
    except (EOFError, zlib.error) as error:
        raise InputError(f"{path} was cut short or damaged: fetch it again") from error
    except (ValueError, LookupError) as error:
        raise InputError(f"{path} cannot be read ({error}): convert it to UTF-8") from error
    if seen and not pairs:
        codes = ", ".join(sorted(seen)[:_NAMED])
        raise InputError(f"{path} holds no sentence both in {source} and in {target}: its languages are {codes}")
    return pairs


_NAMED = 10


_File: TypeAlias = "BinaryIO | gzip.GzipFile"


def _open(path: Path) -> _File:
    return gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb")


def _encoding(path: Path) -> str | None:
    """What a file is in by its bytes, None where they do not tell: one that was converted may still say otherwise."""
    decoder = getincrementaldecoder("utf-8")()
    with _open(path) as file:
        if file.read(2) in {BOM_UTF16_LE, BOM_UTF16_BE}:
            return "utf-16"
        file.seek(0)
        try:
            while block := file.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return None
    return "utf-8"


class _Legal:
    """A file of bytes without the control characters that no XML may hold, as such or by their numbers."""

    def __init__(self, file: _File) -> None:
        self._file = file
        self._rest = b""

    def read(self, size: int = 1 << 16, /) -> bytes:
        """The next bytes, about so many; none at the end alone."""
        while block := self._file.read(size):
            data = self._rest + block.translate(None, _CONTROLS)
            cut = data.rfind(b"&", max(0, len(data) - _LONGEST))  # a number may go on in the next block
            self._rest = data[cut:] if cut >= 0 else b""
            if legal := _ILLEGAL.sub(b"", data[:cut] if cut >= 0 else data):
                return legal
        rest, self._rest = self._rest, b""
        return _ILLEGAL.sub(b"", rest)


_CONTROLS = bytes({*range(32)} - {9, 10, 13})
_ILLEGAL = re.compile(rb"(?i)&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|x0*(?:[0-8bcef]|1[0-9a-f]|d[89a-f]..|fff[ef]));")
_LONGEST = 12


def _units(file: _File | _Legal, encoding: str | None) -> Iterator[ElementTree.Element]:
    """Each `tu`, which is gone when the next one is asked for."""
    around = ElementTree.Element("tmx")
    parser = ElementTree.XMLParser(encoding=encoding)  # noqa: S314
    for event, element in ElementTree.iterparse(file, ("start", "end"), parser):  # noqa: S314
        if event == "start":
            element.tag = element.tag.rpartition("}")[2]  # some tools name a namespace, each its own
        if event == "start" and element.tag in {"tmx", "body"}:
            around = element
        elif event == "end" and element.tag == "tu":
            yield element
            element.clear()
            around.clear()


def _sides(unit: ElementTree.Element) -> dict[str, str]:
    """The texts of a unit by the codes of their languages, of several in one the first."""
    for mark in [one for tag in _MARKS for one in unit.iter(tag)]:
        mark[:], mark.text = [], None
    sides: dict[str, str] = {}
    for variant in unit.findall("tuv"):
        segment = variant.find("seg")
        code = variant.get(_LANGUAGE) or variant.get("lang") or ""
        sides.setdefault(code, "" if segment is None else "".join(segment.itertext()))
    return sides


def _nearest(sides: Mapping[str, str], tag: str) -> str | None:
    """The text in the language itself, else in its script, else in another script of it; None where there is none."""
    ranked = [(rank, text) for code, text in sides.items() if (rank := _distance(code, tag)) is not None]
    return min(ranked, key=lambda one: one[0])[1] if ranked else None


@lru_cache(maxsize=1024)
def _distance(code: str, tag: str) -> int | None:
    """How far what a file calls a language is from one of ours: 0 is the same, None another."""
    try:
        one, other = language(code.replace("_", "-")), language(tag)
    except LanguageError:
        return 0 if code.lower() == tag.lower() else None
    if one.base != other.base:
        return None
    return 0 if one == other else 1 if one.script == other.script else 2


def write_tmx(entries: Iterable[Entry], source: str, target: str) -> Iterator[str]:
    """The entries as one document, piece by piece; `source` and `target` are BCP-47 tags.

    What XML cannot hold becomes U+FFFD.
    """
    told = {
        "creationtool": "subtrans",
        "creationtoolversion": __version__,
        "segtype": "sentence",
        "o-tmf": "subtrans",
        "adminlang": "en",
        "srclang": source,
        "datatype": "plaintext",
    }
    header = ElementTree.tostring(ElementTree.Element("header", told), encoding="unicode")
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<tmx version="1.4">\n  {header}\n  <body>\n'
    for entry in entries:
        unit = ElementTree.Element("tu", creationdate=f"{entry.date.replace('-', '')}T000000Z")
        ElementTree.SubElement(unit, "note").text = legal(entry.origin)
        for tag, text in ((source, entry.source), (target, entry.target)):
            variant = ElementTree.SubElement(unit, "tuv", {_LANGUAGE: tag})
            ElementTree.SubElement(variant, "seg").text = legal(text)
        ElementTree.indent(unit, level=2)
        yield f"    {ElementTree.tostring(unit, encoding='unicode')}\n"
    yield "  </body>\n</tmx>\n"
