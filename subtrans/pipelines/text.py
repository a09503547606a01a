"""Lines of text in, as many lines in another language out, in their order."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from subtrans.ports import Translator, one_each
from subtrans.text.guards import is_told
from subtrans.text.sentences import split_text
from subtrans.types import Hypothesis


def translate_lines(
    lines: Iterable[str], translator: Translator, *, separator: str = " ", batch: int = 32
) -> Iterator[tuple[str, Hypothesis]]:
    """Each line with its translation, `batch` lines at a time; a line without text gets an empty one.

    Translators are made for one sentence at a time and drop the second of two, so each sentence of a line is
    translated by itself; `separator` stands between them again, "" in a language without spaces. Emoji and notes of
    music at its ends, which most translators take for words unknown to them, stay where they are. The score of a line
    is the mean of theirs; only a line that is one sentence has an alignment.
    """
    if isinstance(lines, str):
        raise TypeError(f"lines are several texts: give [text], not {lines[:40]!r}")
    if batch < 1:
        raise ValueError(f"at least one line must be translated at once: {batch}")
    arriving = iter(lines)
    while taken := list(islice(arriving, batch)):
        sentences = [[piece.strip() for piece in split_text(line) if piece.strip()] for line in taken]
        # Of marks alone a translator would make words.
        told = [_without_pictures(one) for parts in sentences for one in parts if is_told(one)]
        found = iter(one_each(told, translator.translate(told)))
        for line, parts in zip(taken, sentences, strict=True):
            said = [_with_pictures(one, next(found)) if is_told(one) else Hypothesis(one) for one in parts]
            yield line, _join(line, said, separator)


def _without_pictures(sentence: str) -> str:
    """The sentence from its first character to its last that is no picture."""
    kept = [place for place, one in enumerate(sentence) if not (one.isspace() or _is_picture(one))]
    return sentence[kept[0] : kept[-1] + 1]


def _with_pictures(sentence: str, said: Hypothesis) -> Hypothesis:
    bare = _without_pictures(sentence)
    before, _, behind = sentence.partition(bare)
    moved = tuple((here + len(before), there + len(before)) for here, there in said.alignment)
    return replace(said, text=before + said.text + behind, alignment=moved) if before or behind else said


def _is_picture(one: str) -> bool:
    """Whether it is an emoji, a part of one, a note of music or their like, but not ° or ™, which are of a word."""
    return one in "\u200d\ufe0e\ufe0f" or (one > "\u2190" and unicodedata.category(one) in {"So", "Sk"})


def _join(line: str, hypotheses: list[Hypothesis], separator: str) -> Hypothesis:
    # Whatever the translator writes, it is one line.
    text = separator.join(" ".join(hypothesis.text.split()) for hypothesis in hypotheses)
    scores = [hypothesis.score for hypothesis in hypotheses if hypothesis.score is not None]
    faults = dict.fromkeys(fault for hypothesis in hypotheses for fault in hypothesis.faults)
    as_it_is = len(hypotheses) == 1 and hypotheses[0].text == text and line == line.strip()
    alignment = hypotheses[0].alignment if as_it_is else ()
    return Hypothesis(text, sum(scores) / len(scores) if scores else None, alignment, faults=tuple(faults))
