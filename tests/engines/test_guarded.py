"""A sentence that is surely wrong is decoded again; none is lost, and one that is sound is left alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from contracts import check_translator

from subtrans.engines import TranslatorOptions, load_translator
from subtrans.engines.translation.guarded import GuardedTranslator
from subtrans.ports import DraftTranslator, ShorteningTranslator
from subtrans.text.guards import faults
from subtrans.text.languages import language
from subtrans.types import Hypothesis

OPTIONS = TranslatorOptions(device="cpu", threads=1)
TEXTS = [
    "They'll get out of class in forty minutes.",
    "We are going home.",
    "Your suggestion seems reasonable.",
    "I was given a nice watch by my uncle.",
    "She is now eighty-one years old.",
]


def test_it_drafts() -> None:
    guarded = load_translator("mt-en-zh-nano", source="en", target="zh", options=OPTIONS, guarded=True)
    assert isinstance(guarded, DraftTranslator)
    assert guarded.draft("We are going") == guarded.translate(["We are going"])[0].text


def test_it_finds_shorter_words_with_scores_of_the_same_kind() -> None:
    guarded = load_translator("mt-en-zh-nano", source="en", target="zh", options=OPTIONS, guarded=True)
    assert isinstance(guarded, ShorteningTranslator)
    source = "I think that we should go home before it gets dark."
    (found,), (best,) = guarded.shorten([source]), guarded.translate([source])
    offered = {one.text: one for one in (found, *found.alternatives) if not one.faults}
    assert min(map(len, offered)) < len(best.text)
    assert not any(faults(source, text, language("en"), language("zh")) for text in offered)
    # A mean of log-probabilities too; the pieces that the same text is written with may be others.
    assert offered[best.text].score == pytest.approx(best.score, abs=0.1)


def test_a_draft_is_let_pass_unless_it_loops() -> None:
    wrong = {("wide", "It is four."): Hypothesis("没有", -1.0), ("wide", "We go."): Hypothesis("我们" * 20, -1.0)}
    guarded = GuardedTranslator(Scripted(wrong), "en", "zh")
    assert guarded.draft("It is four.") == "没有"
    assert guarded.draft("We go.") == "我们回家。"


class Scripted:
    """Answers by a table from the options it was steered to and the text; what is not in it is a translation."""

    def __init__(self, answers: dict[tuple[str, str], Hypothesis], name: str = "") -> None:
        self.answers = answers
        self.name = name
        self.asked: list[tuple[str, list[str]]] = []

    def steered(self, **changes: Any) -> Scripted:
        other = Scripted(self.answers, "strict" if "repetition_penalty" in changes else "wide")
        other.asked = self.asked
        return other

    def translate(self, texts: Sequence[str]) -> list[Hypothesis]:
        self.asked.append((self.name, list(texts)))
        return [self.answers.get((self.name, text), Hypothesis("我们回家。", -1.0)) for text in texts]


def test_contract_with_the_model_that_ships() -> None:
    check_translator(load_translator("mt-en-zh-nano", source="en", target="zh", options=OPTIONS, guarded=True), TEXTS)


def test_what_the_model_that_ships_got_wrong_is_mended() -> None:
    plain = load_translator("mt-en-zh-nano", source="en", target="zh", options=OPTIONS)
    guarded = load_translator("mt-en-zh-nano", source="en", target="zh", options=OPTIONS, guarded=True)
    said, mended = plain.translate(TEXTS), guarded.translate(TEXTS)
    wrong = [faults(text, one.text, language("en"), language("zh")) for text, one in zip(TEXTS, said, strict=True)]
    assert sum(map(bool, wrong)) > sum(bool(one.faults) for one in mended)
    for before, found, after in zip(said, wrong, mended, strict=True):
        assert found or before == after


def test_a_sentence_in_capitals_is_translated_as_it_would_be_written_else() -> None:
    guarded: Any = load_translator("mt-en-zh-nano", source="en", target="zh", options=OPTIONS, guarded=True)
    for text in TEXTS:
        assert guarded.translate([text.upper()])[0].text == guarded.translate([text])[0].text
        assert guarded.draft(text.upper()) == guarded.draft(text)
        assert guarded.shorten([text.upper()]) == guarded.shorten([text])


def test_the_first_output_without_fault_is_kept_and_aligned_with_the_source() -> None:
    wrong = Hypothesis("我们回家家家家家家。", -0.5)
    right = Hypothesis("我们现在回家。", -0.9, ((0, 0), (2, 7)))
    engine = Scripted(
        {
            ("", "We are going home now."): wrong,
            ("wide", "We are going home now."): replace(wrong, alternatives=(wrong,)),
            ("strict", "We are going home now."): replace(wrong, alternatives=(wrong, right)),
        }
    )
    said = GuardedTranslator(engine, "en", "zh").translate(["Hello to you.", "We are going home now."])
    assert said == [Hypothesis("我们回家。", -1.0), right]
    assert engine.asked[1:] == [("wide", ["We are going home now."]), ("strict", ["We are going home now."])]


def test_numbers_are_tried_in_the_other_spelling() -> None:
    source = "We have seven cats."
    engine = Scripted(
        {
            (name, text): Hypothesis("我们有猫。", -0.5)
            for name in ("", "wide", "strict")
            for text in (source, source.lower()[:-1])
        }
        | {("wide", "We have 7 cats."): Hypothesis("我们有7只猫。", -0.7, ((0, 0), (3, 8), (5, 10)))}
    )
    (said,) = GuardedTranslator(engine, "en", "zh").translate([source])
    assert said.text == "我们有7只猫。"
    assert said.faults == ()
    assert source[dict(said.alignment)[3] :].startswith("seven")
    assert source[dict(said.alignment)[5] :].startswith("cats")


def test_a_long_sentence_most_of_which_is_left_out_is_translated_in_halves() -> None:
    first, second = (
        "We went to the old station with all of our friends,",
        "and then each of us came home alone again at last.",
    )
    engine = Scripted({("", first): Hypothesis("我们去了车站，", -0.2, ((0, 0), (4, 15)))})
    (said,) = GuardedTranslator(engine, "en", "zh").translate([f"{first} {second}"])
    assert said == Hypothesis("我们去了车站，我们回家。", said.score, ((0, 0), (4, 15)))
    assert engine.asked[-1] == ("", [first, second])


def test_what_stays_wrong_is_named_and_kept() -> None:
    wrong = Hypothesis("我们回家家家家家家。", -0.5)
    engine = Scripted({(name, text): wrong for name in ("", "wide", "strict") for text in ("Go home.", "go home")})
    said = GuardedTranslator(engine, "en", "zh").translate(["Go home.", "", "Go home."])
    assert [one.text for one in said] == [wrong.text, "我们回家。", wrong.text]
    assert [one.faults for one in said] == [("looping",), (), ("looping",)]


@pytest.mark.parametrize("text", ["x", "Sure -", "no. 1", "ΐΰ"])
def test_any_text_is_answered(text: str) -> None:
    (said,) = GuardedTranslator(Scripted({}), "en", "zh").translate([text])
    assert said.text
