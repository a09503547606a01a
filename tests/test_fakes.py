"""The fakes keep the contracts of the ports, as the real engines do."""

from __future__ import annotations

from contracts import check_detector, check_transcriber, check_translator
from fakes import FakeDetector, FakeTranscriber, FakeTranslator, spoken, write_wav

from subtrans.types import Audio, Span


def test_detector() -> None:
    audio = Audio(spoken("one two. three".replace("two.", "Stop.")), 8000)
    assert check_detector(FakeDetector(), audio) == [Span(500, 940), Span(1540, 1740)]


def test_transcriber() -> None:
    audio = Audio(spoken("one two Stop. one one"), 16_000)
    assert check_transcriber(FakeTranscriber(), audio, [audio.span], "en") == "one two Stop. one one"


def test_transcriber_hears_the_language() -> None:
    assert FakeTranscriber().identify(Audio(spoken("one", language="fr"))) == "fr"
    assert FakeTranscriber().identify(Audio(spoken("one"))) == "en"


def test_translator() -> None:
    assert check_translator(FakeTranslator("zh"), ["one", "two", "one"]) == ["zh:one", "zh:two", "zh:one"]


def test_code_survives_a_wav_file(tmp_path) -> None:
    import av
    import numpy as np

    said = spoken("one cat Again.")
    with av.open(str(write_wav(tmp_path / "a.wav", said))) as container:
        decoded = np.concatenate([frame.to_ndarray().ravel() for frame in container.decode(audio=0)])
    assert (decoded.astype(np.float32) / 32768 == said).all()
