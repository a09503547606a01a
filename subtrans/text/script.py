"""Subtitles that somebody wrote in; their sentences with times, to be translated, and cues that look like them, out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from subtrans.text.labels import label
from subtrans.text.profiles import width
from subtrans.text.sentences import SentenceJoiner, SentenceOptions, is_marked
from subtrans.types import Span, Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from subtrans.text.languages import Language
    from subtrans.types import Cue, Look, Sentence

_TOKEN = re.compile(r"[^\W_]*[A-Za-z0-9][A-Za-z0-9'’.,-]*|\S")
"""In scripts without spaces: a character, or a word or a number of others."""
_DASH = re.compile(r"\s*[-–—‐](?:\s+(?=\S)|(?=[^\W\d_]|[\"'“‘«¿¡(\[…♪「『]))")
_REPLY = re.compile(r"(?:(?<=[.!?;…؟۔।॥։።♪\"'”’»)\]])\s+|(?<=[。！？」』])\s*)[-–—‐]\s*(?=\S)")
_CHEVRONS = re.compile(r"(?:(?<=\s)|^)>{2,3}\s*")
"""What opens what a speaker says, at the beginning of a line and behind what another one said in it."""
_NOTES = tuple("♪♫♩♬")
_SOUND = re.compile(r"\[[^\]]*\]|\([^)]*\)|（[^）]*）|［[^］]*］|【[^】]*】")
"""What is sung, and what is heard and not said, as subtitles for the deaf and hard of hearing write them."""
_UNSEEN = dict.fromkeys([0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A)])
"""Marks of direction and word joiners, which are there for players, not for translators."""
_UNLIMITED = 10**9
_MARKED = 0.2
"""The share of cues that must end a sentence for the marks to be believed; some scripts are written without."""
_NAMED = 2
"""The lines that must begin with a name in capitals for it to be a speaker's: one may be a "WARNING:"."""


@dataclass(frozen=True, slots=True)
class Part:
    """The cues that are shown in one place and one style, in their order, and the sentences that go through them."""

    cues: tuple[Cue, ...]
    sentences: tuple[Sentence, ...]


def parts(cues: Iterable[Cue], language: Language) -> tuple[Part, ...]:
    """Take a script in `language` apart: what is shown in different places, as signs are, is never one sentence.

    Every word is in one sentence. A sentence ends at its mark, at a long pause, at a cue in brackets, where italics or
    songs begin or end, and where another speaker begins, by a dash or by a name; where the script has no marks it ends
    with its cue. A word has its share of its cue's time. The dashes of speakers are no words; their names in capitals
    are, see `subtrans.text.labels`.
    """
    places: dict[Look, list[Cue]] = {}
    for cue in sorted(cues, key=lambda cue: cue.span):
        places.setdefault(place(cue), []).append(cue)
    return tuple(Part(tuple(found), tuple(_sentences(found, language))) for found in places.values())


def place(cue: Cue) -> Look:
    """Where a cue is shown and in which style."""
    return replace(cue.look, italic=False, speaker="")


def _sentences(cues: Sequence[Cue], language: Language) -> Iterator[Sentence]:
    marked = sum(is_marked(cue.text.translate(_UNSEEN)) for cue in cues) >= _MARKED * len(cues)
    # A title may be shown far longer than it would be said.
    joiner = SentenceJoiner(SentenceOptions(maximum_words=50 if language.spaced else 150, maximum_duration=_UNLIMITED))
    italic, speaker = False, ""
    named = language.spaced and sum(label(said) != "" for cue in cues for said, _ in _parts(cue)) >= _NAMED
    for cue in cues:
        text = cue.text.translate(_UNSEEN).strip()
        sound = _SOUND.fullmatch(text)
        if cue.look.italic != italic or not marked or sound or text.startswith(_NOTES):
            yield from joiner.end()
        italic = cue.look.italic
        words = list(_words(cue, language, named))
        if speaker and cue.look.speaker not in ("", speaker):
            words[:1] = [replace(word, turn=True) for word in words[:1]]
        speaker = cue.look.speaker or speaker
        for word in words:
            yield from joiner.add(word)
        if sound or text.endswith(_NOTES):
            yield from joiner.end()
    yield from joiner.end()


def _words(cue: Cue, language: Language, named: bool) -> Iterator[Word]:
    """The words of a cue; with some of them another speaker begins, who may be `named`."""
    tokens: list[tuple[str, bool]] = []
    for said, turn in _parts(cue):
        found = said.split() if language.spaced else _TOKEN.findall(said)
        begins = turn or (named and label(said) != "")
        tokens += [(token, begins and not index) for index, token in enumerate(found)]
    whole = sum(width(token, language) for token, _ in tokens) or 1.0
    reached = 0.0
    for token, turn in tokens:
        start = cue.span.start + round(cue.span.duration * reached / whole)
        reached += width(token, language)
        end = cue.span.start + round(cue.span.duration * reached / whole)
        spaced = language.spaced or (token[0].isascii() and token[0].isalnum())
        yield Word(" " * spaced + token, Span(start, min(end, cue.span.end)), turn=turn)


def _parts(cue: Cue) -> list[tuple[str, bool]]:
    """What the lines of a cue say, in parts, and whether another speaker says it."""
    return [(said.strip(), turn) for line in cue.lines for said, turn in _said(line.translate(_UNSEEN))]


def _said(line: str) -> list[tuple[str, bool]]:
    """What a line says, in parts, and whether another speaker does; a dash before a small letter is one of the text."""
    first, *others = [line] if "<<" in line else _CHEVRONS.split(line)  # in French they may be quotation marks
    return [*_by_dashes(first), *((other, True) for other in others)]


def _by_dashes(line: str) -> list[tuple[str, bool]]:
    dash = _DASH.match(line)
    if dash is None or line[dash.end()].islower():
        return [(line, False)]
    return [(said, True) for said in _REPLY.split(line[dash.end() :])]


def dress(cues: Iterable[Cue], part: Part) -> Iterator[Cue]:
    """Give each cue of a translation the look of the cue of `part` with which it shares most of its time."""
    first = 0
    for cue in cues:
        while first + 1 < len(part.cues) and part.cues[first].span.end <= cue.span.start:
            first += 1
        best, most = part.cues[first], -1
        for candidate in part.cues[first:]:
            if candidate.span.start >= cue.span.end:
                break
            shared = min(candidate.span.end, cue.span.end) - max(candidate.span.start, cue.span.start)
            if shared > most:
                best, most = candidate, shared
        several = len([line for line in cue.lines if _DASH.match(line)]) > 1
        yield replace(cue, look=replace(best.look, speaker="") if several else best.look)
