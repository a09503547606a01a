"""What every engine and every fake must keep, one function a port: give it the engine, it asserts."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from subtrans.ports import Transcriber, Translator, VoiceDetector
from subtrans.types import Audio, Hypothesis, Span


def check_detector(detector: VoiceDetector, audio: Audio) -> list[Span]:
    """The spans that the detector finds in `audio`: in order, disjoint, inside, and the same whenever it is asked."""
    spans = detector.detect(audio)
    assert spans == detector.detect(audio), "the answer depends on what was asked before"
    inside(spans, audio)
    later = Audio(audio.samples, audio.offset + 16_000)
    assert detector.detect(later) == [span.shift(1000) for span in spans], "spans are not in file time"
    assert detector.detect(Audio(audio.samples[:0], audio.offset)) == []
    return spans


def check_transcriber(transcriber: Transcriber, audio: Audio, speech: list[Span], language: str) -> str:
    """What is said in `audio`; words are in order and in file time, and without speech there are none."""
    words = transcriber.transcribe(audio, speech, language)
    starts = [word.span.start for word in words]
    assert starts == sorted(starts)
    assert all(word.text.strip() for word in words)
    assert all(0 <= word.probability <= 1 for word in words)
    assert all(audio.span.start <= word.span.start and word.span.end <= audio.span.end for word in words)
    later = transcriber.transcribe(
        Audio(audio.samples, audio.offset + 16_000), [s.shift(1000) for s in speech], language
    )
    assert [(word.text, word.span) for word in later] == [(word.text, word.span.shift(1000)) for word in words]
    assert transcriber.transcribe(audio, [], language) == []
    assert isinstance(transcriber.identify(audio), str)
    return "".join(word.text for word in words).strip()


def check_translator(translator: Translator, texts: list[str]) -> list[str]:
    """The translations of `texts`: as many, in the same order, an empty one for an empty text."""
    hypotheses = translator.translate(texts)
    assert len(hypotheses) == len(texts)
    assert all(isinstance(hypothesis, Hypothesis) for hypothesis in hypotheses)
    assert [bool(hypothesis.text) for hypothesis in hypotheses] == [bool(text.strip()) for text in texts]
    assert translator.translate([]) == []
    assert [h.text for h in translator.translate(list(reversed(texts)))] == [h.text for h in reversed(hypotheses)]
    with_gaps = translator.translate(["", *texts, " "])
    assert [h.text for h in with_gaps] == ["", *(h.text for h in hypotheses), ""]
    given: Any = iter(texts)
    assert [h.text for h in translator.translate(given)] == [h.text for h in hypotheses]
    with pytest.raises(TypeError, match=r"give \[text\], not 'one text'"):
        translator.translate("one text")
    return [hypothesis.text for hypothesis in hypotheses]


def inside(spans: list[Span], audio: Audio) -> None:
    """Asserts that the spans are in order, disjoint and inside the audio."""
    for span, following in pairwise(spans):
        assert span.end <= following.start
    assert all(audio.span.start <= span.start <= span.end <= audio.span.end for span in spans)
