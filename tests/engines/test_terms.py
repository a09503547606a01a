"""A glossary over the model that ships and over small ones: terms are said as prescribed, all else stays as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from contracts import check_translator
from tinymodels import TEXTS

from subtrans.engines import TranscriberOptions, TranslatorOptions, load_translator
from subtrans.engines.translation.terms import MEANS, TermOptions, TermTranslator
from subtrans.ports import DraftTranslator
from subtrans.text.glossary import Glossary, Term, says, unsaid

OPTIONS = TranslatorOptions(device="cpu", threads=1)
GLOSSARY = Glossary(
    tuple(
        Term(*row)
        for row in (
            ("Kubernetes", "库伯内特斯"),
            ("Tom", "托马斯"),
            ("teacher", "导师"),
            ("Boston", "波城"),
            ("cat", "喵星人"),
        )
    )
)
SENTENCES = [
    "We use Kubernetes every day.",
    "My teacher gave Tom a book.",
    "I live in Boston.",
    "We are going home.",
    "My teacher likes my cat.",
    "Tom is tired. The cat is sleeping.",
]


@pytest.fixture(scope="module")
def engine() -> Any:
    return load_translator("mt-en-zh-nano", source="en", target="zh", options=OPTIONS)


def test_terms_are_said_and_take_the_place_of_other_words(engine: Any) -> None:
    translator = TermTranslator(engine, GLOSSARY, "zh")
    plain, said = engine.translate(SENTENCES), translator.translate(SENTENCES)
    for sentence, before, after in zip(SENTENCES, plain, said, strict=True):
        assert not unsaid(GLOSSARY.find(sentence), after.text)
        assert after.faults == ()
        assert GLOSSARY.find(sentence) or after == before
    assert "波士顿" not in said[2].text
    assert "汤姆" not in said[1].text
    places = dict(said[1].alignment)
    assert SENTENCES[1][places[said[1].text.index("托马斯")] :].startswith("Tom")


@pytest.mark.parametrize("name", MEANS)
def test_each_means_keeps_the_contract(engine: Any, name: str) -> None:
    check_translator(TermTranslator(engine, GLOSSARY, "zh", TermOptions((name,))), SENTENCES)


def test_a_term_that_is_said_already_changes_nothing(engine: Any) -> None:
    translator = TermTranslator(engine, Glossary((Term("Boston", "波士顿"),)), "zh")
    assert translator.translate(SENTENCES) == engine.translate(SENTENCES)


def test_alternatives_say_the_terms_too(engine: Any) -> None:
    sentence = "Your friend gave me a book yesterday."
    several = engine.steered(num_hypotheses=4)
    glossary = Glossary((Term("yesterday", "昨天"),))
    (before,), (said,) = several.translate([sentence]), TermTranslator(several, glossary, "zh").translate([sentence])
    assert any("昨天" not in one.text for one in before.alternatives)
    assert said.text == before.text
    assert not any(unsaid(glossary.find(sentence), one.text) for one in said.alternatives)


def test_what_cannot_be_said_is_named(engine: Any) -> None:
    translator = TermTranslator(engine, Glossary((Term("Boston", "波城"),)), "zh", TermOptions(("beam",)))
    (said,) = translator.translate(["I live in Boston."])
    assert said.text
    assert said.faults == ("term",)


def test_a_wide_beam_is_looked_through_first(engine: Any) -> None:
    translator = TermTranslator(engine, Glossary((Term("three", "3"),)), "zh", TermOptions(("beam",)))
    (said,) = translator.translate(["Tom bought three books yesterday."])
    assert "3本书" in said.text


@pytest.mark.parametrize("repo", ["facebook/nllb-200-distilled-600M", "google/madlad400-3b-mt", "acme/bert2bert"])
def test_any_model_says_them(hub: Path, repo: str) -> None:
    glossary = Glossary((Term("going home", "回家去"), Term("station", "火车站")))
    options = TranslatorOptions(device="cpu", threads=1, max_length=24)
    translator = load_translator(repo, source="en", target="zh", options=options, offline=True, glossary=glossary)
    said = translator.translate(TEXTS)
    assert all(
        one.faults == ("term",) or all(says(one.text, found.term) for found in glossary.find(text))
        for text, one in zip(TEXTS, said, strict=True)
    )
    assert any(says(one.text, glossary.terms[0]) for one in said)


def test_it_stands_under_the_guard_and_drafts() -> None:
    translator = load_translator(
        "mt-en-zh-nano", source="en", target="zh", options=OPTIONS, glossary=GLOSSARY, guarded=True
    )
    assert isinstance(translator, DraftTranslator)
    assert translator.draft("We are going").startswith("我们")
    assert "托马斯" in translator.translate(["Tom has three cats."])[0].text


@pytest.mark.parametrize(("small", "told"), [(True, None), (False, "Kubernetes, Tom")])
def test_recognisers_are_told_the_terms_unless_they_never_learned_to_be(
    small: bool, told: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    import numpy as np

    from subtrans.engines.models.store import resolve
    from subtrans.engines.recognition.whisper import WhisperTranscriber
    from subtrans.types import Audio, Span

    if not small:
        monkeypatch.setattr("subtrans.engines.recognition.whisper.fit_hotwords", lambda model, hotwords: hotwords)
    options = TranscriberOptions(device="cpu", threads=1, hotwords="Kubernetes, Tom")
    transcriber: Any = WhisperTranscriber(resolve("asr-en-nano", "asr"), options)
    asked: list[Any] = []
    transcriber._pipeline.transcribe = lambda *a, **more: asked.append(more["hotwords"]) or ([], None)
    transcriber.transcribe(Audio(np.zeros(16_000, np.float32)), [Span(0, 1000)], "en")
    assert asked == [told]


def test_the_terms_of_a_sentence_are_looked_for_once(engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    find = Glossary.find
    monkeypatch.setattr(Glossary, "find", lambda self, text: asked.append(text) or find(self, text))
    TermTranslator(engine.steered(num_hypotheses=4), GLOSSARY, "zh").translate(SENTENCES)
    assert sorted(asked) == sorted(SENTENCES)
