"""A translation memory in; a file as translators' tools exchange them (TMX 1.4b, ETSI GS LIS 002) out."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree

from subtrans import __version__
from subtrans.formats.lines import legal
from subtrans.memory.store import Entry

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


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
