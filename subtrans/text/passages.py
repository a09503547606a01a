"""Translations in; passages, the sentences that are laid out together as they share cues, out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from subtrans.text.profiles import width

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from subtrans.text.languages import Language
    from subtrans.text.profiles import Profile
    from subtrans.types import Translation


def passages(
    translations: Iterable[Translation], profile: Profile, language: Language
) -> Iterator[tuple[list[Translation], int | None]]:
    """The sentences that share cues, and when the next one begins; those without text are left out.

    The cues of a passage depend on what comes before, on the next one, and on when the one after that begins.
    """
    group: list[Translation] = []
    for translation in translations:
        if not translation.text.strip():
            continue
        if group and not _shares(group, translation, profile, language):
            yield group, translation.sentence.span.start
            group = []
        group.append(translation)
    if group:
        yield group, None


def _shares(group: Sequence[Translation], following: Translation, profile: Profile, language: Language) -> bool:
    """Whether a sentence is shown together with those before it."""
    if not any(one.sentence.turn for one in (*group[1:], following)):
        return _too_quick(group, following, profile, language)
    last, now = group[-1].sentence.span, following.sentence.span
    short = max(now.start - last.start, now.duration) < 2 * profile.minimum_duration
    together = now.start - last.end <= profile.maximum_hang
    return short and together and bool(dialogue([*group, following], profile, language))


def dialogue(group: Sequence[Translation], profile: Profile, language: Language) -> tuple[str, ...]:
    """The lines of a cue in which several people speak; none where one alone does, or not all is short enough."""
    turns: list[list[str]] = []
    for one in group:
        if not turns or one.sentence.turn:
            turns.append([])
        turns[-1].append(" ".join(one.text.split()))
    lines = tuple(mark(profile.speaker_mark + language.glue.join(turn), language) for turn in turns)
    fits = all(width(line, language) <= profile.characters_per_line for line in lines)
    return lines if 1 < len(lines) <= profile.lines and fits else ()


def _too_quick(group: Sequence[Translation], following: Translation, profile: Profile, language: Language) -> bool:
    """Whether `group`, which shares a cue, has no time for it before `following`, and is short enough to share more."""
    time = following.sentence.span.start - group[0].sentence.span.start
    text = sum(width(translation.text, language) for translation in group)
    return time < profile.minimum_duration + profile.minimum_gap and text < profile.lines * profile.characters_per_line


def mark(line: str, language: Language) -> str:
    """Tell players that know no direction but their own where a line, its marks and numbers begin."""
    before, after = _EMBEDDING
    return line if language.direction != "rtl" or line.startswith(before) else before + line + after


_EMBEDDING = "\u202b", "\u202c"  # as Subtitle Edit and ffmpeg's libass take it: an isolate is too new for players
