"""A sentence of a script in; who says it ("MRS. SMITH: ") and what is heard ("[door slams]"), and what is said, out.

A translator would make words of the name and take both into the sentence. So it is asked without them; the name is put
before what it says, as it stands in the script, and what is heard, translated by itself, in its brackets where it was.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from subtrans.types import Hypothesis, Sentence, Word

_NAME = r"[^\W\d_](?:[^\n:()\[\]]{0,30}[^\s:()\[\]])?"
_LABEL = re.compile(rf"(?:({_NAME})(?: [(\[][^)\]\n]{{1,30}}[)\]])?\s?:|\[({_NAME})\]:?)(?:\s+|$)")

MUSIC = "♪♫♩♬"
"""What stands where something is sung."""
_NOTE = re.compile(rf"([\[(（［【][\s{MUSIC}]*)(.*?)([\s{MUSIC}]*[\])）］】]:?)", re.DOTALL)
_FOREIGN = re.compile(rf"[\[\](){{}}（）［］【】{MUSIC}]")
_DENSE = re.compile("[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
"""The characters of Chinese and Japanese."""
_STOPS = ".。．!！"
_PLACE = re.compile(r"(?<=\s)(?=\S)|(?<=[，。、；：！？…])")
"""Where in a sentence a note can stand: between words, and behind the marks of the scripts without spaces."""


def label(text: str) -> str:
    """What stands before what is said: a name in capitals, in brackets or before a colon, and the space; or nothing."""
    found = _LABEL.match(text)
    return found[0] if found and (found[1] or found[2]).isupper() else ""


def unlabelled(sentence: Sentence) -> Sentence | None:
    """What is said in the sentence, without the label that it begins with where another person's words do."""
    said = tuple(word for word in _rest(sentence) if not word.note)
    return replace(sentence, words=said) if said else None


def notes(sentence: Sentence) -> list[Sentence]:
    """What stands in the brackets of the sentence."""
    return [
        Sentence((replace(word, text=f" {found[2]}", note=False),))
        for word in sentence.words
        if word.note and (found := _NOTE.fullmatch(word.text.strip())) and found[2]
    ]


def labelled(hypothesis: Hypothesis, sentence: Sentence, heard: Sequence[Hypothesis] = ()) -> Hypothesis:
    """What a translator said of the sentence with its label and its notes; `heard` is what it said of `notes`."""
    name, rest = _name(sentence), _rest(sentence)
    told = _written([word for word in rest if word.note], heard)
    if not told and (not name or (rest and not hypothesis.text.strip())):
        return hypothesis
    if [hypothesis.text, *(one.text for one in heard)] == [_joined(rest), *(note.text for note in notes(sentence))]:
        return replace(hypothesis, text=sentence.text, alignment=())  # what is not translated stays where it is
    first, last = _notes_around(rest)
    said, inside = rest[first : len(rest) - last], len(told) - last
    before, within, behind = told[:first], told[first:inside], told[inside:]
    # Some scripts have no space beside a note, where others do.
    dense = not hypothesis.text or _DENSE.search(hypothesis.text) or not _DENSE.search(sentence.text)
    gaps = [" " if word.text[:1].isspace() or not dense else "" for word in rest]
    lead = name + "".join(map("".join, zip(before, [*gaps[1 : first + 1], ""], strict=False)))
    text = _inserted(hypothesis.text, _shares(said), within)
    text += "".join(map("".join, zip(gaps[len(rest) - last :], behind, strict=True)))
    skipped = len(sentence.text) - len("".join(word.text for word in rest[first:]).strip())
    return replace(
        hypothesis,
        text=(lead + text).strip(),
        alignment=() if within else tuple((here + len(lead), there + skipped) for here, there in hypothesis.alignment),
        alternatives=tuple(labelled(other, sentence, heard) for other in hypothesis.alternatives if other.text.strip()),
        faults=tuple(dict.fromkeys(fault for one in (hypothesis, *heard) for fault in one.faults)),
    )


def _name(sentence: Sentence) -> str:
    return label(sentence.text) if sentence.turn and not sentence.words[0].note else ""


def _rest(sentence: Sentence) -> tuple[Word, ...]:
    reached = accumulate(len("".join(word.text.split())) for word in sentence.words)
    name = len("".join(_name(sentence).split()))  # of several words, and in scripts without spaces of more
    return sentence.words[sum(length <= name for length in reached) :]


def _joined(words: Sequence[Word]) -> str:
    return "".join(word.text for word in words if not word.note).strip()


def _notes_around(words: Sequence[Word]) -> tuple[int, int]:
    """How many notes the words begin with, and with how many they end; where nothing is said they begin with all."""
    first = next((count for count, word in enumerate(words) if not word.note), len(words))
    last = next((count for count, word in enumerate(reversed(words)) if not word.note), 0)
    return first, last


def _shares(words: Sequence[Word]) -> list[float]:
    """How much of what is said in the words is said before each of their notes."""
    reached = [0, *accumulate(0 if word.note else len(word.text) for word in words)]
    return [before / reached[-1] for before, word in zip(reached, words, strict=False) if word.note]


def _written(found: Sequence[Word], heard: Sequence[Hypothesis]) -> list[str]:
    """Each note in the other language, in its own brackets and without more of them or a full stop of its own."""
    said = iter(heard)
    texts = []
    for word in found:
        text = word.text.strip()
        if (note := _NOTE.fullmatch(text)) and note[2]:
            inside = " ".join(_FOREIGN.sub(" ", next(said).text).split())
            inside = inside if note[2].endswith(tuple(_STOPS)) else inside.rstrip(_STOPS)
            text = note[1] + (inside or note[2]) + note[3]
        texts.append(text)
    return texts


def _inserted(text: str, shares: Sequence[float], within: Sequence[str]) -> str:
    """The text with each note as near as can be to where it was, as a share of the whole."""
    places = [0, *(found.start() for found in _PLACE.finditer(text)), len(text)]
    wished = [min(places, key=lambda place: abs(place - share * len(text))) for share in shares]
    for place, note in reversed(list(zip(wished, within, strict=True))):
        text = f"{text[:place].rstrip()} {note} {text[place:].lstrip()}".strip()
    return text
