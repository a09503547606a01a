"""A language in; the norms its subtitles keep and the width of its text as those norms count it out."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subtrans.text.languages import Language


@dataclass(frozen=True, slots=True)
class Profile:
    """What a cue may be. Widths as `width` counts them, times in milliseconds."""

    characters_per_line: int = 42
    lines: int = 2
    characters_per_second: float = 17.0
    """Reading speed to stay under where the text and the speech allow it."""
    minimum_duration: int = 833
    """Five sixths of a second: shorter cues are a flicker."""
    maximum_duration: int = 7000
    minimum_gap: int = 83
    """Two frames at 24 a second, so that the eye sees one cue go and the next come."""
    chaining_gap: int = 500
    """A gap between the minimum and this is closed: it looks like a mistake."""
    maximum_hang: int = 500
    """How long a cue may stay after its last word, to help reading."""

    def __post_init__(self) -> None:
        for name in ("characters_per_line", "lines", "characters_per_second", "minimum_duration"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be positive: {getattr(self, name)}")
        for name in ("minimum_gap", "chaining_gap", "maximum_hang"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} cannot be negative: {getattr(self, name)}")
        if self.maximum_duration < self.minimum_duration:
            raise ValueError(f"maximum_duration is below minimum_duration: {self.maximum_duration}")


def profile(language: Language) -> Profile:
    """Give the norms of Netflix's timed text style guides for adults' programmes in `language`."""
    characters_per_line, characters_per_second = _NORMS.get(language.base, (42, 17.0))
    return Profile(characters_per_line=characters_per_line, characters_per_second=characters_per_second)


_NORMS = {
    "en": (42, 20.0),
    "ja": (13, 4.0),
    "ko": (16, 12.0),
    "ru": (39, 17.0),
    "th": (35, 17.0),
    "yue": (16, 9.0),
    "zh": (16, 9.0),
}


def width(text: str, language: Language) -> float:
    """Count the characters of `text` as the reader sees them: grapheme clusters, spaces and punctuation included.

    In Chinese, Japanese and Korean a half-width character counts half.
    """
    half = language.base in _FULL_WIDTH
    return sum(_width(cluster, half) for cluster in graphemes(text))


_FULL_WIDTH = {"zh", "yue", "ja", "ko"}


def _width(cluster: str, half: bool) -> float:
    if all(unicodedata.category(character) in {"Cc", "Cf"} for character in cluster):
        return 0.0
    wide = any(unicodedata.east_asian_width(character) in "WFA" for character in cluster)
    return 0.5 if half and not wide and not _is_emoji(cluster) else 1.0


def graphemes(text: str) -> list[str]:
    """Cut `text` into the characters that a reader sees, none of which may be split: joined, they are `text` again.

    The rules of Unicode's annex 29 that subtitles meet: marks, joiners, flags, skin tones, Hangul from its letters.
    """
    clusters: list[str] = []
    for character in text:
        if clusters and _extends(clusters[-1], character):
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


_JOINER = "\u200d"


def _extends(cluster: str, character: str) -> bool:
    last = cluster[-1]
    if character in " \t" or last in " \t":
        return False
    if _JOINER in (last, character) or character in _EXTENDING or unicodedata.category(character) in _MARKS:
        return True
    if _is_regional(character):
        return _is_regional(last) and len(cluster) == 1
    return _continues_syllable(last, character)


_MARKS = {"Mn", "Me", "Mc"}
# Besides the marks: the non-joiner, Thai and Lao am, skin tones and the tags of regional flags.
_EXTENDING = frozenset(map(chr, [0x200C, 0xE33, 0xEB3, *range(0x1F3FB, 0x1F400), *range(0xE0020, 0xE0080)]))


def _continues_syllable(last: str, character: str) -> bool:
    """Whether two Hangul letters, or a syllable and a letter, are one syllable: consonant, vowel, final consonant."""
    whole = "\uac00" <= last <= "\ud7a3"
    if "\u1160" <= character <= "\u11a7":
        return "\u1100" <= last <= "\u11a7" or whole
    return "\u11a8" <= character <= "\u11ff" and ("\u1160" <= last <= "\u11ff" or whole)


def _is_regional(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _is_emoji(cluster: str) -> bool:
    return "\ufe0f" in cluster or _is_regional(cluster[0])
