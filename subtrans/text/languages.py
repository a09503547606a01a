"""A language's name, tag or code in; its names in every model's vocabulary, its script and its direction out.

The table is `languages.tsv` beside this file, one row a language: all of Whisper, NLLB-200, M2M100 and mBART-50.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from subtrans.errors import LanguageError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Language:
    """A language as written in one script, and what each family of models calls it (None: the family has no code)."""

    tag: str
    """BCP-47: 'en', 'zh' (simplified), 'zh-Hant', 'pt-BR'."""
    name: str
    """In English."""
    iso639_2: str
    """Three letters for containers: ISO 639-2/T, else the macrolanguage's, else ISO 639-3."""
    script: str
    """ISO 15924."""
    whisper: str | None
    nllb: str | None
    m2m100: str | None
    mbart: str | None
    madlad: str | None
    """Without the brackets: 'zh' for the token `<2zh>`."""
    also: str | None
    """Further names: codes of ISO 639-2/B and of countries, old ones, Whisper's aliases and what people write."""

    @property
    def base(self) -> str:
        """The primary subtag: 'zh' of 'zh-Hant'."""
        return self.tag.partition("-")[0]

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """Which way its letters run."""
        return "rtl" if self.script in {"Arab", "Hebr"} else "ltr"

    @property
    def spaced(self) -> bool:
        """Whether spaces stand between the words."""
        return self.script not in {"Hans", "Hant", "Jpan", "Thai", "Laoo", "Khmr", "Mymr", "Tibt"}

    @property
    def glue(self) -> str:
        """What stands between two words or sentences."""
        return " " if self.spaced else ""


def language(tag: str) -> Language:
    """Find a language by BCP-47 tag, English name, ISO 639 code or a model's code, in any case.

    A region that has no row of its own falls back ('en-US' is 'en', 'zh-TW' is 'zh-Hant'); a script never does: there
    is no row for Serbian in Latin letters, so 'sr-Latn' raises LanguageError like any other unknown language.
    """
    key = _key(tag)
    known = _NAMES.get(key) or _by_subtags(key)
    if known is None:
        raise LanguageError(f"unknown language {tag!r}: did you mean {_nearest(key)}?")
    return known


def mistakable(name: str) -> Language | None:
    """What else a person may mean: the language of the country whose code is that of another language, as in 'kr'."""
    key = _key(name)
    return _NAMES[_COUNTRIES[key]] if key in _COUNTRIES and key in _NAMES else None


def base_of(code: str) -> str:
    """The base of a language, however a tool writes its code or name; the code itself where it is not known."""
    try:
        return language(code.replace("_", "-")).base
    except LanguageError:
        return code.lower()


def _nearest(key: str) -> str:
    import difflib

    near = [_COUNTRIES[key]] if key in _COUNTRIES else difflib.get_close_matches(key, _NAMES, n=3, cutoff=0.7)
    names = [key.partition("-")[0], *near]
    rows = dict.fromkeys(_NAMES[name] for name in names if name in _NAMES)
    return ", ".join(f"{row.tag} ({row.name})" for row in rows) or "a code such as en, zh or pt-BR"


def _key(name: str) -> str:
    return "-".join(name.replace("_", " ").split()).casefold()


_TAG = re.compile(
    r"(?P<base>[a-z]{2,3})(-(?P<script>[a-z]{4}))?(-(?P<region>[a-z]{2}|\d{3}))?(-([a-z\d]{5,8}|\d\w{3}))*"
)


def _by_subtags(key: str) -> Language | None:
    parts = _TAG.fullmatch(key)
    base = _NAMES.get(parts["base"]) if parts else None
    if parts is None or base is None:
        return None
    script, region = parts["script"], parts["region"]
    if script is None and base.tag == "zh" and region in {"tw", "hk", "mo"}:
        script = "hant"
    if script is not None and script != base.script.casefold():
        return _NAMES.get(f"{base.tag}-{script}".casefold())
    return _NAMES.get(f"{base.tag}-{region}".casefold(), base)


_CODES = "al:sq ba:bs br:pt-br by:be ee:et ge:ka il:he ir:fa kr:ko kz:kk rs:sr se:sv si:sl tw:zh-hant"
_COUNTRIES = dict(pair.split(":") for pair in _CODES.split())
"""Codes of countries that people type for the language there: to ISO 639 they are no language's, or another's."""


def _read_table() -> dict[str, Language]:
    _, *rows = Path(__file__).with_name("languages.tsv").read_text(encoding="utf-8").splitlines()
    table = {}
    for row in rows:
        tag, name, iso639_2, script, *codes = row.split("\t")
        table[tag] = Language(tag, name, iso639_2, script, *(None if code == "-" else code for code in codes))
    return table


def _read_names(table: Mapping[str, Language]) -> dict[str, Language]:
    """All names of all rows; where two rows share one, the shorter tag has it ('por' is 'pt', not 'pt-BR')."""
    names: dict[str, Language] = {}
    rows = sorted(table.values(), key=lambda row: (len(row.tag), row.tag))
    for kind in ("tag", "name", "nllb", "mbart", "iso639_2", "madlad", "whisper", "m2m100"):
        for row in rows:
            name = getattr(row, kind)
            if name:
                names.setdefault(_key(name), row)
    for row in rows:
        for alias in (row.also or "").split():
            names.setdefault(alias, row)
    for row in rows:
        if row.nllb:
            names.setdefault(row.nllb.split("_")[0], row)
    return names


LANGUAGES: Mapping[str, Language] = MappingProxyType(_read_table())
"""Every language that is known, by its tag."""

_NAMES = _read_names(LANGUAGES)
