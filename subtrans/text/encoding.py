"""The bytes of a file of text in, its text out."""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from typing import TYPE_CHECKING

from subtrans.errors import InputError

if TYPE_CHECKING:
    from subtrans.text.languages import Language


def decode(data: bytes, name: str) -> str:
    """What UTF-8 holds, or UTF-16 that says so by its mark, as spreadsheets write it; InputError for others.

    `name` is what the bytes are called there.
    """
    wide = data.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    if not wide and (start := data.find(_SHIFT)) >= 0:
        raise _not_unicode(data[:start], name)
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_unicode(error.object[: error.start], name) from error


def _not_unicode(before: bytes, name: str) -> InputError:
    line = before.count(b"\n") + 1
    return InputError(f"line {line} of {name} is not UTF-8 text: convert it first")


def old_encoding(data: bytes, language: Language) -> str | None:
    """The encoding from before Unicode that a text in `language` is in, as subtitles on the net are; None if in none.

    Only those are looked at that the language was written in, so that one that differs in a few letters is not taken.
    """
    from charset_normalizer import from_bytes

    if _SHIFT in data:
        return "iso2022_jp" if language.base == "ja" else None
    known = _OLD.get(language.base) or _OLD.get(language.script, "cp1252")
    found = from_bytes(data, cp_isolation=known.split()).best()
    if found and found.encoding == "cp1250" and not _WINDOWS.search(data):
        return "iso8859_2"
    return found.encoding if found else None


_SHIFT = b"\x1b$"
"""With this, ISO-2022 begins characters of several bytes, none of which is beyond ASCII."""
_WINDOWS = re.compile(rb"[\x80-\x9f]")
"""Where Windows' code page 1250 has letters of most languages that it is for, ISO 8859-2, much like it, has nothing."""
_OLD = {
    "Hans": "gb18030 big5hkscs",
    "Hant": "big5hkscs gb18030",
    "Jpan": "cp932 euc_jp",
    "Kore": "cp949",
    "Cyrl": "cp1251 koi8_r koi8_u cp866 iso8859_5",
    "Grek": "cp1253",
    "Hebr": "cp1255",
    "Arab": "cp1256",
    "Thai": "cp874",
    **dict.fromkeys(("bs", "cs", "hr", "hu", "pl", "ro", "sk", "sl", "sq"), "cp1250"),
    **dict.fromkeys(("et", "lt", "lv"), "cp1257"),
    **dict.fromkeys(("az", "tr"), "cp1254"),
    "vi": "cp1258",
}
"""Windows' code pages and what was about beside them, by language or, for most, by script."""
