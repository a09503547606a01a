"""What broadcasters keep, EBU STL and Scenarist's closed captions (SCC), in; the same as TTML, by `ttconv`, out."""

from __future__ import annotations

import io
import logging
import re
from typing import Any
from xml.etree import ElementTree

from subtrans.errors import InputError

_STL = re.compile(rb"[0-9]{3}STL[0-9]{2}\.[0-9]{2}")
"""How the General Subtitle Information block of EBU Tech 3264 begins: a code page and a frame rate."""
_SCC = re.compile(rb"(?:\xef\xbb\xbf)?\s*Scenarist_SCC V")
_HEAD, _BLOCK, _COMMENT = 1024, 128, 15
"""Bytes of that block and of one subtitle in STL, and where in it a comment for the translator is marked."""


def as_ttml(data: bytes) -> str | None:
    """What the file holds as the text of a TTML file; None where it is neither STL nor SCC.

    InputError for one of them that cannot be read. Times count from the start of the programme, where STL says it;
    colours go, and so do the comments that are no subtitles.
    """
    kind = "EBU STL" if _STL.match(data) else "SCC" if _SCC.match(data) else None
    if kind is None:
        return None
    from ttconv.imsc import writer

    logging.getLogger("ttconv").setLevel(logging.CRITICAL + 1)  # what it mends on the way is no news
    try:
        document = _from_stl(data) if kind == "EBU STL" else _from_scc(data)
        root: Any = writer.from_model(document).getroot()
    except Exception as error:
        raise InputError(f"not a file of {kind} that can be read") from error
    return ElementTree.tostring(root, encoding="unicode")


def _from_stl(data: bytes) -> Any:
    from ttconv.stl.config import STLReaderConfiguration
    from ttconv.stl.reader import to_model

    whole = len(data) - (len(data) - _HEAD) % _BLOCK  # a file cut short has its subtitles up to there
    blocks = (data[begin : begin + _BLOCK] for begin in range(_HEAD, whole, _BLOCK))
    said = b"".join(block for block in blocks if not block[_COMMENT])
    return to_model(io.BytesIO(data[:_HEAD] + said), STLReaderConfiguration(program_start_tc="TCP"))


def _from_scc(data: bytes) -> Any:
    from ttconv.scc.reader import to_model

    return to_model(data.decode("utf-8-sig"))
