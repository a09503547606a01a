"""Subtitles that somebody wrote in; their sentences with times, to be translated, and cues that look like them, out."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from subtrans.text.labels import MUSIC, label
from subtrans.text.lexicon import CLOSERS
from subtrans.text.notes import NoteJoiner, with_notes, with_whole_brackets
from subtrans.text.profiles import width
from subtrans.text.reordering import in_reading_order
from subtrans.text.sentences import SentenceOptions, is_marked, is_small, split_text
from subtrans.types import Span, Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from subtrans.text.languages import Language
    from subtrans.text.profiles import Profile
    from subtrans.types import Cue, Look, Sentence

_DASH = re.compile(r"\s*[-–—‐―－](?:\s+(?=\S)|(?=[^\W\d_]|[\"'“‘«¿¡(\[…♪「『]))")
_UNMARKED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"
"""Letters of scripts in which subtitles have no full stops."""
_REPLY = re.compile(
    r"(?:(?<=[.!?;…؟۔।॥։።♪\"'”’»)\]])\s+|(?<=[。！？」』])\s*)[-–—‐―－]\s*(?=\S)"
    rf"|(?<=[{_UNMARKED}])\s+[-–—‐―－]\s*(?=[{_UNMARKED}])"
)
_CHEVRONS = re.compile(r"(?:(?<=\s)|^)>{2,3}\s*")
"""What opens what a speaker says, at the beginning of a line and behind what another one said in it."""
_HYPHEN = re.compile(r"(?<=(\w))([-‐–])[^\S\n]*\n\s*(?=(\w+))")
"""One at the end of a line, with what stands on its sides."""
_SUSPENDING = re.compile("and|n?or|to|und|oder|bis|et|ou|[yeouai]|en|of|och|og|eller|ja|tai|lub|nebo|és|vagy")
"""Before these it stands for the rest of a word: "pre- and post-war"."""
_SONG, _SONG_END = (*MUSIC, "# "), (*MUSIC, " #")
_SOUND = re.compile(r"\[[^\]]*\]|\([^)]*\)|（[^）]*）|［[^］]*］|【[^】]*】")
"""What is sung, and what is heard and not said, as subtitles for the deaf and hard of hearing write them."""
UNSEEN = dict.fromkeys([0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A)])
"""Marks of direction and word joiners, which are there for players, not for translators."""
_A_WHILE, _GOES_ON = 1000, (*",;:-–—、，；：،؛",)
_UNLIMITED = 10**9
_MARKED = 0.2
"""The ends of sentences that there must be for each cue for the marks to be believed; some scripts have none."""
_ASKED = 3
"""The cues that must end otherwise than with a full stop for there to be none: fewer tell nothing."""
_NOT_FULL_STOPS = ("?", "!", "？", "！", "؟", "፧", "…", "..", "‼", "⁇", "⁈", "⁉", "‽", "՞", "՜")
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
    are, see `subtrans.text.labels`, and so are notes in brackets, which end no sentence if more stands in their cue.
    """
    places: dict[Look, list[Cue]] = {}
    for cue in sorted(in_reading_order([*cues], language), key=lambda cue: cue.span):
        places.setdefault(place(cue), []).append(cue)
    return tuple(Part(tuple(found), tuple(_sentences(found, language))) for found in places.values())


def place(cue: Cue) -> Look:
    """Where a cue is shown and in which style."""
    return replace(cue.look, italic=False, speaker="")


def _sentences(cues: Sequence[Cue], language: Language) -> Iterator[Sentence]:
    named = language.spaced and sum(label(text) != "" for cue in cues for text, _ in turns(cue.lines)) >= _NAMED
    lines = [list(_words(cue, language, named)) for cue in cues]
    texts = [
        text
        for found in lines
        if (text := "".join(word.text for line in found for word in line if not word.note).strip())
    ]
    marked = _are_marked(texts)
    # A title may be shown far longer than it would be said.
    joiner = NoteJoiner(SentenceOptions(maximum_words=50 if language.spaced else 150, maximum_duration=_UNLIMITED))
    italic, speaker = False, ""
    for before, cue, found in zip([None, *cues], cues, lines, strict=False):
        text = cue.text.translate(UNSEEN).strip()
        sound = _SOUND.fullmatch(text)
        other = cue.look.italic != italic or not marked or sound or text.startswith(_SONG)
        if other or (before and _begins_anew(before, cue)):
            yield from joiner.end()
        italic = cue.look.italic
        if speaker and cue.look.speaker not in ("", speaker) and found:
            found[0][0] = replace(found[0][0], turn=True)
        speaker = cue.look.speaker or speaker
        for line in found:
            if line[0].note and line[0].text.strip().startswith("（"):
                yield from joiner.end()  # as Japanese captions name who speaks
            yield from joiner.add(line)
        yield from joiner.close()
        if sound or text.endswith(_SONG_END):
            yield from joiner.end()
    yield from joiner.end()


def _begins_anew(before: Cue, cue: Cue) -> bool:
    """Whether a capital after a while is no word of the sentence before, as behind a title or an address."""
    first = next(filter(str.isalpha, cue.text), "")
    later = cue.span.start - before.span.end >= _A_WHILE
    return later and first.isupper() and not before.text.rstrip().endswith(_GOES_ON)


def _are_marked(texts: Sequence[str]) -> bool:
    """Whether sentences that end have marks. Some scripts, and Korean subtitles, have them for questions alone."""
    said = (piece for text in texts for piece in split_text(text))  # sentences may end within cues alone
    ended = [piece.rstrip(CLOSERS + " ") for piece in said if is_marked(piece)]
    asked = sum(text.endswith(_NOT_FULL_STOPS) for text in ended)
    # Where there are capitals, what goes on behind a cue without a mark begins with a small letter.
    behind = [after for before, after in pairwise(texts) if not is_marked(before)]
    flowing = 2 * sum(map(is_small, behind)) > len(behind)
    stops = flowing or asked < _ASKED or len(ended) - asked >= _MARKED * asked
    return stops and len(ended) >= _MARKED * len(texts)


def _words(cue: Cue, language: Language, named: bool) -> Iterator[list[Word]]:
    """The words of each part of a cue; with some of them another speaker begins, who may be `named`.

    Notes take no time from what is said.
    """
    found: list[tuple[list[tuple[str, bool]], bool]] = []
    for said, turn in turns(cue.lines):
        begins = turn or (named and label(said) != "")
        found.append((list(with_notes(said, label(said) if begins else "", language)), begins))
    silent = all(note for tokens, _ in found for _, note in tokens)
    timed = [silent or (turn and all(note for _, note in tokens)) for tokens, turn in found]
    widths = [
        [width(token, language) * (long or not note) for token, note in tokens]
        for (tokens, _), long in zip(found, timed, strict=True)
    ]
    whole = sum(map(sum, widths)) or 1.0
    reached = 0.0
    for (tokens, turn), wide in zip(found, widths, strict=True):
        words: list[Word] = []
        for (token, note), share in zip(tokens, wide, strict=True):
            start = cue.span.start + round(cue.span.duration * reached / whole)
            reached += share
            end = cue.span.start + round(cue.span.duration * reached / whole)
            latin = token[0].isascii() and token[0].isalnum()
            spaced = language.spaced or token[0].isspace() or (latin and not words)  # no space was on the line before
            span = Span(start, min(end, cue.span.end))
            words.append(Word(" " * spaced + token.lstrip(), span, turn=turn and not words, note=note))
        if words:
            yield words


def turns(lines: Iterable[str]) -> list[tuple[str, bool]]:
    """What the lines of a cue say, in parts, and whether another speaker says it; brackets are in one part."""
    whole = _HYPHEN.sub(_rejoined, "\n".join(lines).translate(UNSEEN))
    said = (part for line in whole.split("\n") for part in _said(line))
    return with_whole_brackets((text.strip(), turn) for text, turn in said)


def _rejoined(hyphen: re.Match[str]) -> str:
    """The hyphen alone where it stands within a word, or between numbers."""
    before, after = hyphen[1], hyphen[3]
    within = hyphen[2] != "–" and before.isalpha() and after.islower() and not _SUSPENDING.fullmatch(after)
    return hyphen[2] if within or (before.isdigit() and after[0].isdigit()) else hyphen[0]


def _said(line: str) -> list[tuple[str, bool]]:
    """What a line says, in parts, and whether another speaker does; a dash before a small letter is one of the text."""
    first, *others = [line] if "<<" in line else _CHEVRONS.split(line)  # in French they may be quotation marks
    return [*_by_dashes(first), *((other, True) for other in others)]


def _by_dashes(line: str) -> list[tuple[str, bool]]:
    dash = _DASH.match(line)
    if dash is None or is_small(line[dash.end() :]):
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
            shared = candidate.span.shared(cue.span)
            if shared > most:
                best, most = candidate, shared
        several = len([line for line in cue.lines if _DASH.match(line)]) > 1
        yield replace(cue, look=replace(best.look, speaker="") if several else best.look)


def give_way(found: Sequence[Sequence[Cue]], known: Sequence[Part], norms: Profile) -> Iterator[Cue]:
    """The cues of each part, which end in time for what was written to follow them in another style at their place."""
    begins: dict[object, list[tuple[int, int]]] = {}
    for number, part in enumerate(known):
        begins.setdefault(_where(part), []).extend((cue.span.start, number) for cue in part.cues)
    for each in begins.values():
        each.sort()
    for number, (cues, part) in enumerate(zip(found, known, strict=True)):
        own = [cue.span.start for cue in part.cues]
        for cue in cues:
            last = part.cues[max(0, bisect_left(own, cue.span.end) - 1)]
            following = bisect_left(begins[_where(part)], (min(cue.span.end, last.span.end), -1))
            yield _before(cue, number, begins[_where(part)][following : following + 1], norms)


def _where(part: Part) -> object:
    return part.cues[0].look.anchor, part.cues[0].look.position


def _before(cue: Cue, number: int, following: Sequence[tuple[int, int]], norms: Profile) -> Cue:
    """The cue of part `number`, which ends in time for the next one, if that is of another."""
    for begin, other in following:
        end = norms.frame_before(begin - norms.minimum_gap)
        near = end < cue.span.end or begin - cue.span.end < norms.chaining_gap
        if other != number and near and norms.minimum_duration <= end - cue.span.start <= norms.maximum_duration:
            return replace(cue, span=Span(cue.span.start, end))
    return cue
