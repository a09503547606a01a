"""What the user wants cues to keep to in; the norms of each language, with the frames and shots of a video, out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from subtrans import formats
from subtrans.errors import ConfigError, InputError, LanguageError
from subtrans.text.languages import Language, language
from subtrans.text.paths import reason, show
from subtrans.text.profiles import PROFILES, Profile, customised, profile
from subtrans.text.reading import read_toml

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from subtrans.evaluate.conformity_page import Checked
    from subtrans.formats.lines import Numbered

House: TypeAlias = Callable[[Language], Profile]
Videos: TypeAlias = Callable[[Path], dict[str, list[Path]]]
"""As `videos_in`, which looks into a folder once a subtitle file, or a cache of it."""
SLOWEST = 10
"""Frames a second below which a video is a row of slides, whose frames no cue need wait for."""


def read_house(value: str) -> House:
    """The norms of each language, of a house by name or of a TOML file of one's own; ConfigError if it holds none."""
    if value in PROFILES:
        return partial(profile, name=value)
    if not value.casefold().endswith(".toml"):
        raise ConfigError(f"there is no profile {value!r}: use {', '.join(PROFILES)} or a file NAME.toml")
    table = _read(Path(value))
    try:
        for tag in ["en", *(key for key, part in table.items() if isinstance(part, dict))]:
            customised(table, language(tag))
    except (ValueError, LanguageError) as error:
        raise ConfigError(f"{value}: {error}") from error
    return partial(customised, table)


def _read(path: Path) -> dict[str, Any]:
    try:
        return read_toml(path)
    except (OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else f"not TOML, {error}"
        raise ConfigError(f"{path} is no profile: {why}") from error


@dataclass(frozen=True, slots=True)
class Norms:
    """What cues keep to, in any language."""

    house: House = profile
    max_cps: float | None = None
    """Takes the place of the profile's reading speed."""
    snap: bool = False
    """Whether cues begin and end with the shots of a video."""
    frame_rate: Fraction | None = None
    shots: tuple[int, ...] = ()

    def of(self, written: Language) -> Profile:
        """The norms of one language."""
        norms = self.house(written)
        if self.max_cps is not None:
            norms = replace(norms, characters_per_second=self.max_cps)
        return norms if self.frame_rate is None or norms.frame_rate is not None else norms.at(self.frame_rate)

    def beside(self, path: Path) -> Norms:
        """The same on the frames of the video at `path`, if it is one, and at its shots if that is wished."""
        from subtrans.cli.screen import waiting
        from subtrans.media.probe import probe
        from subtrans.media.shots import shots

        rate = next((stream.frame_rate for stream in probe(path).video if stream.frame_rate), None)
        if rate is None:
            return self
        with waiting("looking for changes of the shot ..."):
            found = tuple(shots(path)) if self.snap else ()
        return replace(self, frame_rate=rate if SLOWEST <= rate <= 1000 else None, shots=found)

    def found_beside(self, subtitles: Path, videos: Videos) -> Norms:
        """The same on the frames of the video of these subtitles, where it is beside them as players look for it."""
        from subtrans.cli.scripts import stem_of

        for path in videos(subtitles.parent).get(stem_of(subtitles), ()):
            with suppress(InputError):
                found = self.beside(path)
                if found.frame_rate is not None:
                    return found
        return self


def videos_in(folder: Path) -> dict[str, list[Path]]:
    """What may be videos in a folder, by their names without suffixes."""
    from subtrans.cli.gather import SUFFIXES

    found: dict[str, list[Path]] = {}
    for path in sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES):
        found.setdefault(path.stem, []).append(path)
    return found


def judge_cues(path: Path, numbered: Sequence[Numbered], written: Language, norms: Norms) -> Checked:
    """What the cues that were read from a file keep of the norms of their language, on the frames that these know."""
    from subtrans.evaluate.conformity import conformity
    from subtrans.evaluate.conformity_page import Checked

    tolerance = 10 if formats.format_of(path) in formats.COARSE else 1
    own = norms.of(written)
    found = conformity([cue for _, cue in numbered], own, written, tolerance=tolerance)
    broken = {violation.cue: numbered[violation.cue - 1] for violation in found.violations}
    return Checked(show(path), written, own, broken, found)
