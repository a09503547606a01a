"""Text and its language in; a font on this machine that has its letters out."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

from subtrans.errors import InputError, OutputError
from subtrans.text.languages import Language
from subtrans.text.paths import show
from subtrans.text.reading import check_file

_ENOUGH = 0.98
"""The share of the letters that a font must have: the renderer takes a rare one from another font."""
_SAMPLES = {
    "Hans": "的这汉语",
    "Hant": "的這漢語",
    "Jpan": "のカ語",
    "Kore": "한국어",
    "Arab": "العربيةپ",
    "Hebr": "שלום",
    "Thai": "ภาษาไทย",
    "Deva": "हिन्दी",
    "Beng": "বাংলা",
    "Taml": "தமிழ்",
    "Telu": "తెలుగు",
    "Cyrl": "Русский",
    "Grek": "Ελληνικά",
    "Geor": "ქართული",
    "Armn": "Հայերեն",
    "Ethi": "አማርኛ",
    "Khmr": "ខ្មែរ",
    "Laoo": "ລາວ",
    "Mymr": "မြန်မာ",
    "Sinh": "සිංහල",
    "Gujr": "ગુજરાતી",
    "Guru": "ਪੰਜਾਬੀ",
    "Knda": "ಕನ್ನಡ",
    "Mlym": "മലയാളം",
    "Orya": "ଓଡ଼ିଆ",
    "Tibt": "བོད་སྐད",
    "Latn": "Latin",
}
# One file may hold a face for each region, which differ in the shape of the same character.
_REGIONS = {"zh": "SC", "zh-Hant": "TC", "yue": "HK", "ja": "JP", "ko": "KR"}
_PREFERRED = ("notosans", "sourcehansans", "pingfang", "hiragino", "msyh", "yugoth", "malgun", "arial", "dejavusans")
_UNWANTED = "bold italic oblique mono light thin black condensed extra serif math cjk"


@dataclass(frozen=True, slots=True)
class Font:
    """A font file, and the name of the family in it that suits."""

    path: Path
    family: str
    line: float
    """How high a line is, in ems: renderers make that, and not the em, as high as the size that is asked for."""


Face: TypeAlias = tuple[str, frozenset[int], float]
"""The family, the characters that it has, and the height of a line in ems."""


def sample(language: Language) -> str:
    """A few letters of the language's script; empty where none are known here."""
    return _SAMPLES.get(language.script, "")


def find_font(text: str, language: Language, named: Path | None = None) -> Font:
    """The font at `named`, else the best one of this machine, that has the letters of `text`, and its marks if one has.

    OutputError where none has the letters, InputError where `named` is no font.
    """
    letters, marks = (
        frozenset(ord(character) for character in text if unicodedata.category(character)[0] in kinds)
        for kinds in ("LMN", "P")
    )
    best, most = None, (0.0, -1)
    if named is not None:
        check_file(named, "letters")
    for path in [named] if named else installed():
        faces = _faces(path)
        if not faces and named:
            raise InputError(f"{show(named)} is not a font: give a .ttf, .otf or .ttc file")
        for family, known, line in _regional(faces, language):
            has = len(letters & known) / max(1, len(letters)), len(marks & known)
            if has > most and (has[0] or not letters):
                best, most = Font(path, family, line), has
        if most == (float(bool(letters)), len(marks)):
            break
    if best is None or (letters and most[0] < _ENOUGH):
        where = f"{show(named)} has not" if named else "no font on this machine has"
        advice = f"install one such as Noto Sans for {language.name}, or name a file with --font"
        raise OutputError(f"{where} the letters of {language.name}: {advice}")
    return best


def _regional(faces: list[Face], language: Language) -> list[Face]:
    """The one face of a file that suits the language; none of a file that is no font."""
    region = _REGIONS.get(language.tag, "")
    return [face for face in faces if face[0].endswith(region)][:1] or faces[:1]


@cache
def installed() -> tuple[Path, ...]:
    """The font files of this machine: plain ones of well-known families first."""
    found = (path for folder in _folders() if folder.is_dir() for path in folder.rglob("*"))
    return tuple(sorted((path for path in found if path.suffix.lower() in {".ttf", ".otf", ".ttc"}), key=_rank))


def _rank(path: Path) -> tuple[int, int, str]:
    name = path.stem.lower().replace("-", "").replace(" ", "")
    family = next((number for number, start in enumerate(_PREFERRED) if name.startswith(start)), len(_PREFERRED))
    return sum(word in name for word in _UNWANTED.split()), family, str(path)


def _folders() -> Iterator[Path]:
    if sys.platform == "win32":
        yield Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts"
        yield Path(os.environ.get("LOCALAPPDATA", "")) / "Microsoft/Windows/Fonts"
    elif sys.platform == "darwin":
        yield from (Path("/System/Library/Fonts"), Path("/Library/Fonts"), Path.home() / "Library/Fonts")
    else:
        data = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
        yield from (Path(folder) / "fonts" for folder in data.split(":") if folder)
        yield from (Path.home() / ".local/share/fonts", Path.home() / ".fonts")


def _faces(path: Path) -> list[Face]:
    """The faces in a font file; none for what is no font. The height is that of Windows, which libass goes by."""
    from fontTools.ttLib import TTCollection, TTFont

    try:
        with path.open("rb") as file:
            # The faces of a collection share their characters.
            many = path.suffix.lower() == ".ttc"
            fonts = TTCollection(file, lazy=True).fonts if many else [TTFont(file, lazy=True)]
            known = frozenset(fonts[0].getBestCmap() or ())
            line = (fonts[0]["OS/2"].usWinAscent + fonts[0]["OS/2"].usWinDescent) / fonts[0]["head"].unitsPerEm
            return [(str(font["name"].getBestFamilyName() or ""), known, line) for font in fonts]
    except Exception:  # noqa: BLE001 - a damaged font can raise anything
        return []
