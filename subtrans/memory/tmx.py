"""A translation memory in; a file as translators' tools exchange them (TMX 1.4b, ETSI GS LIS 002) out; and back."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

from subtrans import __version__
from subtrans.errors import InputError
from subtrans.formats.lines import legal
from subtrans.memory.store import Entry
from subtrans.text.languages import base_of
from subtrans.text.reading import read_bytes

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def read_tmx(path: Path, source: str, target: str) -> list[tuple[str, str]]:
    """The units of a file that hold both languages (BCP-47 tags); not in UTF-8, it says what it is in."""
    data = read_bytes(path)
    try:
        data.decode("utf-8")
        encoding = "utf-8"  # a file that was converted may still say what it was in
    except UnicodeDecodeError:
        encoding = None
    try:
        root = ElementTree.fromstring(data, ElementTree.XMLParser(encoding=encoding))  # noqa: S314
    except ElementTree.ParseError as error:
        raise InputError(f"{path}, line {error.position[0]}: not TMX ({error})") from error
    for mark in [one for tag in ("bpt", "ept", "it", "ph", "ut") for one in root.iter(tag)]:
        mark[:], mark.text = [], None  # a tag of the document that the sentence is from
    pairs = []
    for unit in root.iter("tu"):
        sides: dict[str, str] = {}
        for variant in unit.findall("tuv"):
            segment = variant.find("seg")
            code = variant.get(_LANGUAGE) or variant.get("lang") or ""
            sides.setdefault(base_of(code), "" if segment is None else "".join(segment.itertext()))
        one, two = (sides.get(base_of(tag)) for tag in (source, target))
        if one is not None and two is not None:
            pairs.append((one, two))
    return pairs


def write_tmx(entries: Iterable[Entry], source: str, target: str) -> str:
    """The entries as one document; `source` and `target` are BCP-47 tags. What XML cannot hold becomes U+FFFD."""
    root = ElementTree.Element("tmx", version="1.4")
    told = {
        "creationtool": "subtrans",
        "creationtoolversion": __version__,
        "segtype": "sentence",
        "o-tmf": "subtrans",
        "adminlang": "en",
        "srclang": source,
        "datatype": "plaintext",
    }
    ElementTree.SubElement(root, "header", told)
    body = ElementTree.SubElement(root, "body")
    for entry in entries:
        unit = ElementTree.SubElement(body, "tu", creationdate=f"{entry.date.replace('-', '')}T000000Z")
        ElementTree.SubElement(unit, "note").text = legal(entry.origin)
        for tag, text in ((source, entry.source), (target, entry.target)):
            variant = ElementTree.SubElement(unit, "tuv", {_LANGUAGE: tag})
            ElementTree.SubElement(variant, "seg").text = legal(text)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"
