"""A line of a script in, parted into words and what is not said; sentences that go on through such notes out.

Subtitles for the deaf tell in brackets what is heard, and songs stand between marks: "[door slams] Who is it?"
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from subtrans.text.labels import MUSIC, label
from subtrans.text.sentences import SentenceJoiner, SentenceOptions
from subtrans.types import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from subtrans.text.languages import Language
    from subtrans.types import Word

_TOKEN = re.compile(r"\s*(?:[^\W_]*[A-Za-z0-9][A-Za-z0-9'’.,-]*|\S)")
"""In scripts without spaces between words: a character, or a word or a number of others. A space there is a mark."""
_MUSIC = rf"(?:[~～〜]{{0,3}}[{MUSIC}][{MUSIC}~～〜]*|(?<!\S)#(?!\S))"
"""A mark of music; the BBC's is a # for itself."""
# Something must be told in them: "[...]", "(2)" and "(a)" are of the text.
_SQUARE = r"\[[^\[\]]*\]"
_BRACKETS = rf"(?:{_SQUARE}|\([^()]*\)|（[^（）]*）|［[^［］]*］|【[^【】]*】)"
_OPEN, _CLOSE = re.compile(r"[\[(（［【][^\[(（［【\])）］】]*$"), re.compile(r"[^\[(（［【]*[\])）］】]")
_DASH = re.compile(r"\s*[-–—‐―－]\s*")
_TELLS = r"[a-zA-Z]{2}|[^\W\d_a-zA-Z]"
# At the beginning of a line, within it and at its end; within it round brackets are of the text, but behind a sentence.
_SPACED = (
    re.compile(rf"({_MUSIC}|{_BRACKETS}:?(?=\s|$|{_MUSIC}))\s*"),
    re.compile(rf"\s+({_SQUARE}|(?<=[.!?…\])]\s){_BRACKETS})(?=\s)"),
    re.compile(rf"\s*({_MUSIC}|(?<![^\s.!?…{MUSIC}\])]){_BRACKETS})$"),
)
_UNSPACED = (
    re.compile(rf"(\s*(?:{_MUSIC}|{_BRACKETS}:?))"),
    re.compile(rf"\s*({_SQUARE}|(?<=[。！？…）］】]){_BRACKETS})\s*"),
    re.compile(rf"(\s*(?:{_MUSIC}|{_BRACKETS}))$"),
)


def with_notes(line: str, name: str, language: Language) -> Iterator[tuple[str, bool]]:
    """The words of a line that begins with `name`; what stands in brackets beside its sentences is one each, a note."""
    before, said, behind = _parted(line[len(name) :], language)
    space = name[len(name.rstrip()) :]
    before, said = ([space + before[0], *before[1:]], said) if before else (before, space + said)
    yield from ((token, False) for token in _tokens(name, language))
    yield from ((note, True) for note in before)
    for place, piece in enumerate((_SPACED if language.spaced else _UNSPACED)[1].split(said)):
        if place % 2 and _is_note(piece):
            yield piece, True
        else:
            yield from ((token, False) for token in _tokens(piece, language))
    yield from ((note, True) for note in behind)


def without_notes(line: str, language: Language) -> str:
    """The line without its notes; a dash and a name before them stay."""
    opening = _DASH.match(line)
    head = opening[0] if opening else ""
    head += label(line[len(head) :])
    within = (_SPACED if language.spaced else _UNSPACED)[1]
    said = _parted(line[len(head) :], language)[1].strip()
    return head + within.sub(lambda note: "" if _is_note(note[1]) else note[0], said)


def with_whole_brackets(parts: Iterable[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """Lines, or parts of them, and whether another speaker begins; those that share brackets are one."""
    found: list[tuple[str, bool]] = []
    for said, turn in parts:
        if found and not turn and _OPEN.search(found[-1][0]) and _CLOSE.match(said):
            found[-1] = f"{found[-1][0]} {said}", found[-1][1]
        else:
            found.append((said, turn))
    return found


def _parted(text: str, language: Language) -> tuple[list[str], str, list[str]]:
    """The notes before, what is said, and the notes behind."""
    first, _, last = _SPACED if language.spaced else _UNSPACED
    before: list[str] = []
    behind: list[str] = []
    text = " ".join(text.split())
    while (note := first.match(text)) and _is_note(note[1]):
        before.append(note[1])
        text = text[note.end() :]
    while (note := last.search(text)) and _is_note(note[1]):
        behind.insert(0, note[1])
        text = text[: note.start()]
    return before, text, behind


def _is_note(text: str) -> bool:
    return re.search(rf"{_TELLS}|{_MUSIC}", text) is not None


def _is_music(word: Word) -> bool:
    return word.note and re.fullmatch(_MUSIC, word.text.strip()) is not None


def _tokens(text: str, language: Language) -> list[str]:
    return text.split() if language.spaced else _TOKEN.findall(text)


class NoteJoiner:
    """Joins words to sentences as if there were no notes, and puts each note beside the word that it stood at."""

    def __init__(self, options: SentenceOptions) -> None:
        self._joiner = SentenceJoiner(options)
        self._beside: dict[int, tuple[list[Word], list[Word]]] = {}
        """The notes before and behind a word, by its number."""
        self._taken = self._given = 0
        self._waiting: list[Word] = []
        """Notes before a word that is still to come."""
        self._fresh = True
        """Whether who speaks now, or the cue, has said nothing yet."""
        self._sung = False

    def add(self, line: Sequence[Word]) -> Iterator[Sentence]:
        """Take the words of a line; give the sentences that are complete."""
        song = _is_music(line[0])
        if (line[0].turn and not self._opens()) or (song and self._sung):
            yield from self.end()
        last = max((place for place, word in enumerate(line) if not word.note), default=len(line))
        for place, word in enumerate(line):
            if not word.note:
                yield from self._say(word)
            elif place < last:
                self._waiting.append(word)
            else:
                self._beside[self._taken - 1][1].append(word)
        self._sung = _is_music(line[-1])

    def close(self) -> Iterator[Sentence]:
        """Put notes that no word of the cue follows behind its last one; where it has none they are for themselves."""
        waiting, self._waiting = self._waiting, []
        if waiting and self._fresh:
            yield from self._noted(self._joiner.end())
            yield Sentence(tuple(waiting))
        elif waiting:
            self._beside[self._taken - 1][1].extend(waiting)
        self._fresh, self._sung = True, False

    def end(self) -> Iterator[Sentence]:
        """Give what is left: no further word belongs to it."""
        yield from self.close()
        yield from self._noted(self._joiner.end())

    def _opens(self) -> bool:
        """Whether the cue began with notes of nobody's, which belong to who speaks first."""
        return self._fresh and not any(note.turn for note in self._waiting)

    def _say(self, word: Word) -> Iterator[Sentence]:
        before, self._waiting = self._waiting, []
        turn = word.turn or any(note.turn for note in before)
        self._beside[self._taken] = before, []
        self._taken += 1
        self._fresh = False
        yield from self._noted(self._joiner.add(replace(word, turn=turn)))

    def _noted(self, found: Sequence[Sentence]) -> Iterator[Sentence]:
        for sentence in found:
            words: list[Word] = []
            for word in sentence.words:
                before, behind = self._beside.pop(self._given)
                self._given += 1
                words += [*before, word, *behind]
            first, *others = words
            yield Sentence((replace(first, turn=sentence.turn), *(replace(word, turn=False) for word in others)))
