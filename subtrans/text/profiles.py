"""A language in; the norms its subtitles keep and the width of its text as those norms count it out."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

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
    gaps_in_frames: bool = True
    """Whether the two gaps are so many frames of any video, 24 of which make a second here, or so much time."""
    maximum_hang: int = 500
    """How long a cue may stay after its last word, to help reading."""
    speaker_mark: str = "-"
    """What each line begins with where a cue shows what two people say."""
    frame_rate: Fraction | None = None
    """Cues begin and end with a frame of a video of so many a second; None: at any millisecond."""

    def __post_init__(self) -> None:
        for name in ("characters_per_line", "lines", "characters_per_second", "minimum_duration"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be positive: {getattr(self, name)}")
        for name in ("minimum_gap", "chaining_gap", "maximum_hang"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} cannot be negative: {getattr(self, name)}")
        if self.maximum_duration < self.minimum_duration:
            raise ValueError(f"maximum_duration is below minimum_duration: {self.maximum_duration}")
        if self.frame_rate is not None:
            if not 1 <= self.frame_rate <= 1000:
                raise ValueError(f"frame_rate must be between 1 and 1000: {self.frame_rate}")
            if self.maximum_duration - self.minimum_duration < self.frames(1):
                raise ValueError(f"frame_rate has no frame between minimum_ and maximum_duration: {self.frame_rate}")

    def at(self, rate: Fraction) -> Profile:
        """The same norms for a video of `rate` frames a second, with the gaps in whole frames of it."""

        def gap(time: int) -> int:
            frames = round(time * 24 / 1000) if self.gaps_in_frames else math.ceil(time * rate / 1000)
            return int(frames * 1000 / rate)

        return replace(self, frame_rate=rate, minimum_gap=gap(self.minimum_gap), chaining_gap=gap(self.chaining_gap))

    def frames(self, count: int) -> int:
        """The time that so many frames take, at 24 a second if no rate is known."""
        return int(count * 1000 / (self.frame_rate or 24))

    def frame_before(self, time: int) -> int:
        """The last time, up to `time`, at which a cue may begin or end."""
        if self.frame_rate is None:
            return time
        number = int(time * self.frame_rate / 1000)
        return max(self.frames(number), self.frames(number + 1), key=lambda frame: (frame <= time, frame))

    def frame_after(self, time: int) -> int:
        """The first time, from `time` on, at which a cue may begin or end."""
        if self.frame_rate is None:
            return time
        return self.frames(math.ceil(time * self.frame_rate / 1000))


def profile(language: Language, name: str = "netflix") -> Profile:
    """Give the norms of a house for `language`; KeyError for a name that is not in PROFILES.

    netflix: the timed text style guides for adults' programmes. ted: TED's guidelines for its translators. bbc: the
    BBC's subtitle guidelines, 180 words a minute as 15 characters a second. The latter two are written for
    the Latin script: in Chinese, Japanese, Korean and Thai their lines and speed are those of Netflix.
    """
    house = PROFILES[name]
    line, speed = _NORMS.get(language.base, (42, 17.0))
    if name != "netflix" and language.base not in {*_FULL_WIDTH, "th"}:
        return house
    return replace(house, characters_per_line=line, characters_per_second=speed)


PROFILES = {
    "netflix": Profile(),
    "ted": Profile(characters_per_second=21.0, minimum_duration=1000, minimum_gap=0, chaining_gap=0),
    "bbc": Profile(
        characters_per_line=37,
        characters_per_second=15.0,
        minimum_duration=1000,
        minimum_gap=0,
        chaining_gap=1000,
        gaps_in_frames=False,
    ),
}
"""By their names; `profile` gives them with the numbers of a language."""


def customised(table: Mapping[str, Any], language: Language) -> Profile:
    """Give the norms that a table of a user's makes of those of its `base`; ValueError for what is none.

    The keys are the fields of `Profile`; those in a table named by a language's tag hold for that language alone.
    """
    own = {tag: part for tag, part in table.items() if isinstance(part, Mapping)}
    common = {key: value for key, value in table.items() if key not in own and key != "base"}
    base = table.get("base", "netflix")
    if not isinstance(base, str) or base not in PROFILES:
        raise ValueError(f"unknown base {base!r}: use one of {', '.join(PROFILES)}")
    kept = own.get(language.tag, own.get(language.base, {}))
    for tag, part in {"": common, **own}.items():
        for key, value in part.items():
            if key not in _TYPES:
                raise ValueError(f"unknown key {(tag and tag + '.') + key!r}: use one of {', '.join(_TYPES)}")
            if type(value) not in _TYPES[key]:
                raise ValueError(f"{(tag and tag + '.') + key} cannot be {value!r}")
    given = {**common, **kept}
    rate = given.pop("frame_rate", None)
    norms = replace(profile(language, base), **given)
    if rate is None:
        return norms
    written = re.fullmatch(r"\d{1,9}(\.\d{1,20})?(/\d{1,9})?", str(rate))  # 1e999999999 would take for ever
    try:
        return norms.at(Fraction(written[0] if written else ""))
    except (ValueError, ZeroDivisionError) as error:
        raise ValueError(f"frame_rate cannot be {rate!r}") from error


_TYPES: dict[str, tuple[type, ...]] = {
    **{field.name: (int,) for field in fields(Profile)},
    "characters_per_second": (int, float),
    "gaps_in_frames": (bool,),
    "speaker_mark": (str,),
    "frame_rate": (int, float, str),
}

_NORMS = {
    "ar": (42, 20.0),
    "en": (42, 20.0),
    "hi": (42, 22.0),
    "ja": (13, 4.0),
    "ko": (16, 12.0),
    "ru": (39, 17.0),
    "th": (35, 17.0),
    "yue": (16, 9.0),
    "zh": (16, 9.0),
}


def width(text: str, language: Language) -> float:
    """Count the characters of `text` as the reader sees them: grapheme clusters, spaces and punctuation included.

    In Chinese, Japanese and Korean a half-width character counts half. Markup of SRT and ASS counts nothing.
    """
    half = language.base in _FULL_WIDTH
    return sum(_width(cluster, half) for cluster in graphemes(MARKUP.sub("", text)))


MARKUP = re.compile(r"</?[bius]>|<font(?: [^<>]*)?>|</font>|\{\\[^{}]*\}")
"""Italics and the like, as SRT and ASS write them; any other bracket is text."""

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
