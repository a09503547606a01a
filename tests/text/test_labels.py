"""Who says a sentence, as subtitles for the deaf write it: a translator is asked without, and the name comes back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtrans.text.labels import label, labelled, unlabelled
from subtrans.text.languages import language
from subtrans.text.script import parts
from subtrans.types import Cue, Hypothesis, Sentence, Span, Word

ENGLISH = language("en")


def said(text: str, turn: bool = True) -> Sentence:
    words = (Word(f" {word}", Span(place, place + 1)) for place, word in enumerate(text.split()))
    first, *others = words
    return Sentence((Word(first.text, first.span, turn=turn), *others))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("JOHN: Good morning.", "JOHN: "),
        ("MRS. SMITH: Come in.", "MRS. SMITH: "),
        ("MAN 2 (on phone): Who is there?", "MAN 2 (on phone): "),
        ("O'BRIEN & JEAN-LUC: Yes!", "O'BRIEN & JEAN-LUC: "),
        ("[JOHN] It is me.", "[JOHN] "),
        ("ÉLOÏSE\u202f: Oui.", "ÉLOÏSE\u202f: "),
        ("JOHN:", "JOHN:"),
        ("It is 10:30.", ""),
        ("I say: be there.", ""),
        ("HTTP://example.org", ""),
        ("[door slams] Who is there?", ""),
        ("The rule is simple: Be there.", ""),
        ("约翰: 早上好。", ""),
    ],
)
def test_names_in_capitals_are_labels(text: str, expected: str) -> None:
    assert label(text) == expected


def test_a_translator_is_asked_without_the_name() -> None:
    sentence = said("MRS. SMITH: Come in.")
    bare = unlabelled(sentence)
    assert bare is not None
    assert bare.text == "Come in."
    found = labelled(Hypothesis("请进。", -0.1, ((0, 0), (1, 5)), (Hypothesis("进来。"),), ("short",)), sentence)
    assert found.text == "MRS. SMITH: 请进。"
    assert [(found.text[here], sentence.text[there]) for here, there in found.alignment] == [("请", "C"), ("进", "i")]
    assert [one.text for one in found.alternatives] == ["MRS. SMITH: 进来。"]
    assert found.faults == ("short",)


def test_a_name_alone_stays() -> None:
    assert unlabelled(said("JOHN:")) is None
    assert labelled(Hypothesis(""), said("JOHN:")) == Hypothesis("JOHN:")


def test_where_nobody_else_begins_to_speak_it_is_text() -> None:
    sentence = said("WARNING: Do not enter.", turn=False)
    assert unlabelled(sentence) == sentence
    assert labelled(Hypothesis("警告：请勿入内。"), sentence) == Hypothesis("警告：请勿入内。")


PIECES = ["A:", "MAN", "2:", "JOHN:", "[X]", "(on", "phone):", "go.", "Go"]


@given(
    st.lists(st.sampled_from(PIECES), min_size=1),
    st.booleans(),
)
def test_nothing_is_lost(words: list[str], turn: bool) -> None:
    sentence = said(" ".join(words), turn)
    bare = unlabelled(sentence)
    assert bare is None or sentence.words[-len(bare.words) :] == bare.words
    again = labelled(Hypothesis(bare.text if bare else ""), sentence)
    assert again.text == sentence.text


def test_names_begin_sentences_where_a_script_has_several() -> None:
    lines = ("We go home", "JOHN: Not me."), ("- MARY: Nor", "me."), ("WARNING", "signs: nothing.")
    cues = [Cue(Span(2000 * place, 2000 * place + 1900), text) for place, text in enumerate(lines)]
    (part,) = parts(cues, ENGLISH)
    assert [(one.text, one.turn) for one in part.sentences] == [
        ("We go home", False),
        ("JOHN: Not me.", True),
        ("MARY: Nor me.", True),
        ("WARNING signs: nothing.", False),
    ]
    (part,) = parts([Cue(Span(0, 1900), ("We read", "WARNING: Do not enter."))], ENGLISH)
    assert [one.text for one in part.sentences] == ["We read WARNING: Do not enter."]
