"""What a machine wrote, what a person made of it and what was said in; the sentences that were corrected out."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from subtrans.memory.alignment import Block, Line, align, fold
from subtrans.text.labels import label
from subtrans.text.languages import Language
from subtrans.text.notes import without_notes
from subtrans.text.script import UNSEEN, parts, turns
from subtrans.text.sentences import split_text
from subtrans.types import Cue, Sentence, Span, Translation

_TAG = re.compile(r"<[^<>\n]{1,50}>|\{\\[^{}\n]*\}")


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence that was said, what the machine made of it, and when it is shown."""

    source: str
    machine: str
    span: Span


@dataclass(frozen=True, slots=True)
class Correction:
    """A sentence, or some that the person made one of, as the machine wrote it and as it should be."""

    source: str
    machine: str
    corrected: str
    span: Span


@dataclass(frozen=True, slots=True)
class Found:
    """All that two versions of one subtitle file tell."""

    edited: tuple[Correction, ...]
    kept: tuple[Correction, ...]
    """What the person left as it was."""
    removed: tuple[Unit, ...]
    """Sentences that nothing in the corrected file stands for."""
    added: tuple[Line, ...]
    """Lines of the corrected file that stand for no sentence."""
    similarity: float
    """How alike the two versions are, letter by letter, from 0 to 1."""


def corrections(units: Sequence[Unit], corrected: Sequence[Cue], target: Language) -> Found:
    """Find for each unit what became of it in the corrected cues, however they were cut, moved or merged."""
    after = list(_lines(corrected, target))
    before = [Line(unit.machine, unit.span) for unit in units]
    found = [_extended(block, before, after, taken) for block, taken in _neighbours(align(before, after), len(after))]
    blocks = _rejoined(found, before, after)
    pairs = [pair for block in blocks for pair in _corrections(block, units, after, target)]
    matched = {index for block in blocks for index in block.before}
    standing = {index for block in blocks for index in block.after}
    letters = max(1, sum(len(line.text) for line in before))
    alike = sum(block.similarity * len(before[index].text) for block in blocks for index in block.before)
    return Found(
        edited=tuple(pair for pair in pairs if not _same(pair.machine, pair.corrected, target)),
        kept=tuple(pair for pair in pairs if _same(pair.machine, pair.corrected, target)),
        removed=tuple(unit for index, unit in enumerate(units) if index not in matched),
        added=tuple(line for index, line in enumerate(after) if index not in standing),
        similarity=alike / letters,
    )


def _neighbours(blocks: Sequence[Block], lines: int) -> Iterator[tuple[Block, tuple[int, int]]]:
    """Each block with the first line that is free before it and the end of those that are free behind it."""
    for index, block in enumerate(blocks):
        first = blocks[index - 1].after.stop if index else 0
        yield block, (first, blocks[index + 1].after.start if index + 1 < len(blocks) else lines)


def _extended(block: Block, before: Sequence[Line], after: Sequence[Line], free: tuple[int, int]) -> Block:
    """The block of an edited sentence with the lines beside it that stand for nothing else and are shown while it is.

    A person may have cut in two what was also written anew, so that one half alone is like the machine's.
    """
    if block.similarity == 1:
        return block
    shown = Span(before[block.before[0]].span.start, before[block.before[-1]].span.end)
    first, end = block.after.start, block.after.stop
    while first > free[0] and _mostly_inside(after[first - 1].span, shown):
        first -= 1
    while end < free[1] and _mostly_inside(after[end].span, shown):
        end += 1
    return Block(block.before, range(first, end), block.similarity)


def _rejoined(blocks: Iterable[Block], before: Sequence[Line], after: Sequence[Line]) -> list[Block]:
    """The blocks, but neighbours as one where words only moved from one to the other: together they need fewer edits.

    So it is where cues were merged or cut in the middle of a sentence, which each then has a part of another one.
    """
    from rapidfuzz.distance import Levenshtein

    def letters(block: Block) -> Iterator[str]:
        for lines, part in ((before, block.before), (after, block.after)):
            yield fold(" ".join(line.text for line in lines[part.start : part.stop]))

    def edits(block: Block) -> int:
        return Levenshtein.distance(*letters(block))

    joined: list[Block] = []
    for block in blocks:
        last = joined[-1] if joined else block
        if (last.before.stop, last.after.stop) == (block.before.start, block.after.start):
            ranges = range(last.before.start, block.before.stop), range(last.after.start, block.after.stop)
            both = Block(*ranges, 1.0)
            if 2 * edits(both) < edits(last) + edits(block):
                joined[-1] = Block(*ranges, Levenshtein.normalized_similarity(*letters(both)))
                continue
        joined.append(block)
    return joined


def _mostly_inside(span: Span, other: Span) -> bool:
    return 2 * span.shared(other) > span.duration


def _same(one: str, two: str, language: Language) -> bool:
    """Whether nothing but spaces that mean nothing differs."""
    return one == two or (not language.spaced and "".join(one.split()) == "".join(two.split()))


def units_of_translations(translations: Iterable[Translation], target: Language) -> list[Unit]:
    """A unit for each sentence that was translated."""
    found = ((_said(item.sentence), item.text, item.sentence.span) for item in translations)
    units = (Unit(_plain(source), without_notes(_plain(text), target), span) for source, text, span in found)
    return [unit for unit in units if unit.source and unit.machine]


def _said(sentence: Sentence) -> str:
    return "".join(word.text for word in sentence.words if not word.note)


def units_of_cues(said: Sequence[Cue], machine: Sequence[Cue], source: Language, target: Language) -> list[Unit]:
    """A unit for each sentence of the source's subtitles, with the machine's lines that are shown while it is said.

    A line belongs to the sentence with which it has the most time in common; sentences for which nothing is shown are
    left out.
    """
    found = (sentence for part in parts(said, source) for sentence in part.sentences)
    written = ((_plain(_said(sentence)), sentence.span) for sentence in found)
    spoken = sorted(((text, span) for text, span in written if text), key=lambda one: one[1])
    shown: dict[int, list[Line]] = {}
    ended = list(accumulate((span.end for _, span in spoken), max))
    begun = list(accumulate((span.start for _, span in reversed(spoken)), min))[::-1]
    for line in _lines(machine, target):
        # Before these all have ended when the line begins, and behind them none has begun when it ends.
        near = range(bisect_right(ended, line.span.start), bisect_left(begun, line.span.end))
        common = [spoken[index][1].shared(line.span) for index in near]
        if common and max(common) > 0:
            shown.setdefault(near[common.index(max(common))], []).append(line)
    return [
        Unit(spoken[index][0], _join((line.text for line in lines), target), _cover(lines))
        for index, lines in sorted(shown.items())
    ]


def _corrections(block: Block, units: Sequence[Unit], after: Sequence[Line], target: Language) -> Iterator[Correction]:
    """What became of the sentences of a block together; of each if nothing but the cues changed."""
    old, new = [units[index] for index in block.before], [after[index] for index in block.after]
    source = " ".join(unit.source for unit in old)
    machine = _join((unit.machine for unit in old), target)
    corrected = _join((line.text for line in new), target)
    if len(old) > 1 and _same(machine, corrected, target):
        yield from (Correction(unit.source, unit.machine, unit.machine, unit.span) for unit in old)
        return
    name = label(source)  # which no translator is shown
    if machine.startswith(name) and corrected.startswith(name):
        source, machine, corrected = (text[len(name) :] for text in (source, machine, corrected))
    yield Correction(source, machine, corrected, _cover(new))


def _lines(cues: Iterable[Cue], language: Language) -> Iterator[Line]:
    """The sentences, or parts of sentences, of each cue, with a share of its time for each by their lengths."""
    for cue in sorted(cues, key=lambda cue: (cue.span.start, cue.span.end)):
        said = [part for turn in _turns(cue, language) for part in _with_marks(split_text(turn))]
        whole, place, spent = sum(map(len, said)), cue.span.start, 0
        for part in said:
            spent += len(part)
            end = cue.span.start + cue.span.duration * spent // whole
            if part.strip():
                yield Line(part.strip(), Span(place, end))
            place = end


def _with_marks(parts: Iterable[str]) -> list[str]:
    """The parts, of which one that has marks alone goes with the one before it."""
    joined: list[str] = []
    for part in parts:
        if joined and not any(letter.isalnum() for letter in part):
            joined[-1] += part
        else:
            joined.append(part)
    return joined


def _turns(cue: Cue, language: Language) -> list[str]:
    """What each speaker says in a cue, without the dashes, tags and notes in brackets, which no translator is shown."""
    found: list[str] = []
    for said, begins in turns(map(_plain, cue.lines)):
        text = without_notes(said, language)
        found[-1:] = [*found[-1:], text] if begins or not found else [_join([found[-1], text], language)]
    return found


def _plain(text: str) -> str:
    """Without tags and marks of direction, in one line."""
    return " ".join(_TAG.sub("", text).translate(UNSEEN).split())


def _join(parts: Iterable[str], language: Language) -> str:
    """Parts of a text in a row: a space between them where the language, or the letters at the seam, want one."""
    joined = ""
    for part in parts:
        seam = joined[-1:].isascii() and part[:1].isascii() and joined[-1:].isalnum() and part[:1].isalnum()
        joined += (" " if joined and part and (language.spaced or seam) else "") + part
    return joined


def _cover(lines: Sequence[Line]) -> Span:
    return Span(lines[0].span.start, max(line.span.end for line in lines))
