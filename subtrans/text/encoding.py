"""The bytes of a file of text in, its text out."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE


def decode(data: bytes) -> str:
    """What UTF-8 holds, or UTF-16 that says so by its mark, as spreadsheets write it; UnicodeDecodeError for others."""
    return data.decode("utf-16" if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig")
