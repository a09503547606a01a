from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtrans.errors import InputError
from subtrans.formats.document import (
    Document,
    Target,
    document_to_dict,
    read_document,
    translation_to_line,
    write_document,
)
from subtrans.types import Cue, Look, Sentence, Span, Translation, Word

SENTENCE = Sentence((Word(" Good", Span(310, 700), 0.98), Word(" morning.", Span(700, 1980), 0.876543)))
TRANSLATION = Translation(SENTENCE, "早上好。", -0.21)
DOCUMENT = Document(
    "talk.mp4", "en", 73_012, (SENTENCE,), (Target("zh", (TRANSLATION,), (Cue(Span(310, 1980), ("早上好。",)),)),)
)

SPANS = st.builds(lambda start, length: Span(start, start + length), st.integers(0, 10**9), st.integers(0, 10**6))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SCORES = st.none() | st.integers(-9_000_000, 0).map(lambda score: score / 1e6)
WORDS = st.builds(Word, TEXTS, SPANS, st.integers(0, 1_000_000).map(lambda share: share / 1e6), note=st.booleans())
SENTENCES = st.builds(lambda words: Sentence(tuple(words)), st.lists(WORDS, min_size=1, max_size=4))
SHARES = st.integers(0, 1000).map(lambda share: share / 1000)
LOOKS = st.builds(Look, st.booleans(), st.integers(1, 9), st.none() | st.tuples(SHARES, SHARES), TEXTS)
ALIGNMENTS = st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), max_size=3).map(tuple)
CUES = st.builds(
    lambda span, look, lines: Cue(span, ("x", *lines), look),
    SPANS,
    LOOKS,
    st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=9), max_size=2),
)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    sentences = tuple(draw(st.lists(SENTENCES, max_size=3)))
    targets = tuple(
        Target(
            language,
            tuple(Translation(sentence, draw(TEXTS), draw(SCORES), draw(ALIGNMENTS)) for sentence in sentences),
            tuple(draw(st.lists(CUES, max_size=3))),
        )
        for language in draw(st.lists(st.sampled_from(["zh", "de", "zh-Hant"]), unique=True, max_size=2))
    )
    return Document(draw(st.none() | TEXTS), "en", draw(st.none() | st.integers(0, 10**9)), sentences, targets)


def test_the_shape_is_the_documented_one() -> None:
    assert document_to_dict(DOCUMENT) == {
        "version": 1,
        "source": {"file": "talk.mp4", "language": "en", "duration": 73_012},
        "sentences": [
            {
                "start": 310,
                "end": 1980,
                "text": "Good morning.",
                "words": [
                    {"start": 310, "end": 700, "text": " Good", "probability": 0.98},
                    {"start": 700, "end": 1980, "text": " morning.", "probability": 0.876543},
                ],
            }
        ],
        "targets": [
            {
                "language": "zh",
                "translations": [{"text": "早上好。", "score": -0.21}],
                "cues": [{"start": 310, "end": 1980, "lines": ["早上好。"]}],
            }
        ],
    }


@given(documents())
def test_a_document_comes_back_the_same(document: Document) -> None:
    assert read_document(write_document(document)) == document


def test_what_json_and_utf8_cannot_hold_is_replaced() -> None:
    sentence = Sentence((Word("a", Span(0, 1), float("nan")),))
    document = Document(
        "\udcff.mp4", "en", None, (sentence,), (Target("zh", (Translation(sentence, "\ud800", float("-inf")),), ()),)
    )
    data = json.loads(write_document(document).encode("utf-8"), parse_constant=pytest.fail)
    assert data["source"]["file"] == "?.mp4"
    assert data["sentences"][0]["words"][0]["probability"] is None
    assert data["targets"][0]["translations"] == [{"text": "?", "score": None}]


def test_a_sentence_is_one_line_of_json() -> None:
    line = translation_to_line(TRANSLATION)
    assert line == '{"start": 310, "end": 1980, "source": "Good morning.", "text": "早上好。", "score": -0.21}'
    broken = Translation(SENTENCE, "two\nlines\u2028", None)
    assert "\n" not in translation_to_line(broken)


def test_translations_must_be_those_of_the_sentences() -> None:
    with pytest.raises(ValueError, match="the translations into zh are not those of the sentences"):
        Document(None, "en", None, (SENTENCE, SENTENCE), DOCUMENT.targets)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 2}, "a document of version 2, and this program reads 1"),
        ({"version": None}, "it has no version"),
        ({"sentences": [{"words": []}]}, "damaged"),
        ({"sentences": None}, "damaged"),
        ({"targets": [{"language": "zh", "translations": [], "cues": []}]}, "0 translations of 1 sentences"),
        ({"targets": 5}, "damaged"),
        ({"source": []}, "damaged"),
    ],
)
def test_another_shape_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_document(json.dumps(document_to_dict(DOCUMENT) | change))


@pytest.mark.parametrize("text", ["", "[]", "{}", "{\n\n!", "null", "[" * 100_000])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read_document(text)


def test_new_fields_are_ignored() -> None:
    data = document_to_dict(DOCUMENT) | {"later": 1}
    data["sentences"][0]["words"][0]["speaker"] = "A"
    assert read_document(json.dumps(data)) == DOCUMENT


def test_lists_do_as_well_as_tuples() -> None:
    target = Target("zh", [TRANSLATION], [Cue(Span(310, 1980), ("早上好。",))])  # type: ignore[arg-type]
    document = Document("talk.mp4", "en", 73_012, [SENTENCE], [target])  # type: ignore[arg-type]
    assert write_document(document) == write_document(DOCUMENT)


def test_probabilities_and_scores_may_be_numpy_s() -> None:
    sentence = Sentence((Word("Hi.", Span(0, 500), np.float32(0.5)),))  # type: ignore[arg-type]
    target = Target("zh", (Translation(sentence, "嗨。", np.float32(-0.25)),), ())  # type: ignore[arg-type]
    text = write_document(Document(None, "en", None, (sentence,), (target,)))
    assert '"probability": 0.5' in text
    assert '"score": -0.25' in text
