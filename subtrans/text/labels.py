"""A sentence of a script in; who says it ("MRS. SMITH: "), as subtitles for the deaf write it, and what is said, out.

A translator would make words of the name, and take them into the sentence. So it is asked without, and the name is put
before what it says, as it stands in the script.
"""

from __future__ import annotations

import re
from dataclasses import replace

from subtrans.types import Hypothesis, Sentence

_NAME = r"[^\W\d_](?:[^\n:()\[\]]{0,30}[^\s:()\[\]])?"
_LABEL = re.compile(rf"(?:({_NAME})(?: \([^)\n]{{1,30}}\))?\s?:|\[({_NAME})\]:?)(?:\s+|$)")


def label(text: str) -> str:
    """What stands before what is said: a name in capitals, in brackets or before a colon, and the space; or nothing."""
    found = _LABEL.match(text)
    return found[0] if found and (found[1] or found[2]).isupper() else ""


def unlabelled(sentence: Sentence) -> Sentence:
    """The sentence without the label that it begins with, where another person's words do and some follow."""
    return replace(sentence, words=sentence.words[len(_name(sentence).split()) :] or sentence.words)


def labelled(hypothesis: Hypothesis, sentence: Sentence) -> Hypothesis:
    """What a translator said of the sentence without its label, with it; a label alone stays as it is."""
    name = _name(sentence)
    if name == sentence.text:
        return Hypothesis(name)
    if not name or not hypothesis.text.strip():
        return hypothesis
    return replace(
        hypothesis,
        text=name + hypothesis.text,
        alignment=tuple((here + len(name), there + len(name)) for here, there in hypothesis.alignment),
        alternatives=tuple(labelled(other, sentence) for other in hypothesis.alternatives),
    )


def _name(sentence: Sentence) -> str:
    return label(sentence.text) if sentence.turn else ""
