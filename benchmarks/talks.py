"""Subtitled talks in, their sentences with the words' times and the cues that a person wrote for each out.

A folder of talks is one of 3Blue1Brown's captions repository: YEAR/TALK/english/sentence_timings.json and, beside it,
LANGUAGE/*community.srt.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import srt

from subtrans.text.sentences import split_text
from subtrans.types import Cue, Sentence, Span, Word

LANGUAGES = {"zh": "chinese", "de": "german", "fr": "french", "es": "spanish", "ja": "japanese", "ko": "korean"}
FILES = ("china_community.srt", "community.srt", "simplified_community.srt")


@dataclass(frozen=True)
class Said:
    """A sentence of a talk and the cues of its reference; `shared` where none of them belongs to a neighbour too."""

    sentence: Sentence
    cues: tuple[Cue, ...]
    shared: bool


@dataclass(frozen=True)
class Talk:
    """One talk with its subtitles in one language; `cues` are all of them, as they were written."""

    name: str
    said: tuple[Said, ...]
    cues: tuple[Cue, ...]


def talks(folder: Path, tag: str, count: int) -> Iterator[Talk]:
    """At most `count` of the talks that have subtitles by people in the language, spread over all of them."""
    found = []
    for timings in sorted(folder.glob("*/*/english/sentence_timings.json")):
        talk = timings.parents[1]
        written = [path for name in FILES if (path := talk / LANGUAGES[tag] / name).exists()]
        if written:
            found.append((talk.name, timings, written[0]))
    for name, timings, written in found[:: max(1, len(found) // count)][:count]:
        if sentences := read_sentences(timings):
            cues = read_cues(written)
            yield Talk(name, tuple(pair(sentences, cues)), cues)


def read_sentences(path: Path) -> list[Sentence]:
    """The sentences; only their own times are known, so their words share it out by their length."""
    sentences = []
    for text, begin, end in json.loads(path.read_text("utf-8")):
        start, stop = round(1000 * begin), round(1000 * end)
        words = [" " + word for word in text.split()]
        if not words or stop <= start or (sentences and start < sentences[-1].span.end):
            continue
        total, written, timed = sum(map(len, words)), 0, []
        for word in words:
            edges = (start + (stop - start) * at // total for at in (written, written + len(word)))
            timed.append(Word(word, Span(*edges)))
            written += len(word)
        sentences.append(Sentence(tuple(timed)))
    return sentences


def read_cues(path: Path) -> tuple[Cue, ...]:
    cues = []
    for cue in srt.parse(path.read_text("utf-8-sig"), ignore_errors=True):
        lines = tuple(line.strip() for line in cue.content.splitlines() if line.strip())
        start, end = (round(time.total_seconds() * 1000) for time in (cue.start, cue.end))
        if lines and end > start and (not cues or start >= cues[-1].span.start):
            cues.append(Cue(Span(start, end), lines))
    return tuple(cues)


def pair(sentences: list[Sentence], cues: tuple[Cue, ...]) -> Iterator[Said]:
    """Each cue to the sentence in whose time it is for the most part; a cue on two is shared by neither.

    Times decide who belongs to whom, but no error of a few hundred milliseconds can: a cue is on two sentences if each
    has a quarter of it.
    """
    owned: list[list[Cue]] = [[] for _ in sentences]
    spoilt = set()
    starts = [sentence.span.start for sentence in sentences]
    for cue in cues:
        first = max(0, bisect_right(starts, cue.span.start) - 1)
        overlaps = [
            (min(cue.span.end, sentence.span.end) - max(cue.span.start, sentence.span.start), index)
            for index, sentence in enumerate(sentences[first : first + 5], first)
        ]
        (most, owner), *rest = sorted(overlaps, reverse=True)
        if most <= 0:
            continue
        owned[owner].append(cue)
        if rest and rest[0][0] > cue.span.duration / 4:
            spoilt |= {owner, rest[0][1]}
    for index, (sentence, mine) in enumerate(zip(sentences, owned, strict=True)):
        text = " ".join(line for cue in mine for line in cue.lines)
        whole = len(split_text(sentence.text)) == 1 and bool(text)
        yield Said(sentence, tuple(mine), whole and index not in spoilt)
