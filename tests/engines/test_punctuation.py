"""Half a minute that was written without marks gets those of another hearing, and keeps its words and their times."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import tinymodels
from hypothesis import given
from hypothesis import strategies as st

from subtrans.engines import TranscriberOptions, load_transcriber
from subtrans.engines.recognition.judgement import Hearing
from subtrans.engines.recognition.punctuation import example, unmarked, with_marks
from subtrans.engines.recognition.whisper import WhisperTranscriber
from subtrans.types import SAMPLE_RATE, Audio, Span, Word


def hearing(text: str, *, at: int = 0) -> Hearing:
    """Word by word where there are spaces, else character by character, as Whisper splits Chinese."""
    pieces = [f" {one}" for one in text.split()] if " " in text else list(text)
    words = tuple(Word(one, Span(at + 100 * n, at + 100 * n + 100)) for n, one in enumerate(pieces))
    return Hearing(Span(at, at + 30_000), words, -0.2, 0.0, 1.2)


def text(one: Hearing) -> str:
    return "".join(word.text for word in one.words).strip()


BARE = "音声認識の現状について教えていただけないでしょうかはい最近ではよく使われてますね"
MARKED = "音声認識の現状について教えていただけないでしょうか?はい、最近ではよく使われてますね。"


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        (BARE, True),
        (MARKED, False),
        ("はい最近ではよく使われてますね", False),
        ("o sea que estará ocupado sí muchísimo y bien alba y felix ya están en Madrid ¿no? aquí están ah", True),
        ("O sea, que estará ocupado. Sí, muchísimo.", False),
        ("the train left at 7:30 and came to the sea at 9.45 and it was as blue as the sky was that day", True),
    ],
)
def test_what_lacks_marks(said: str, missing: bool) -> None:
    assert unmarked(hearing(said)) is missing


@pytest.mark.parametrize(
    ("said", "other", "result"),
    [
        (BARE, MARKED, MARKED),
        (
            "o sea que estará ocupado si muchísimo y bien ya están en madrid",
            "O sea, ¿qué estará ocupado? Sí, muchísimo. Y bien. ¿Ya están en Madrid?",
            "O sea, ¿que estará ocupado? Si, muchísimo. Y bien. ¿Ya están en Madrid?",
        ),
        ("かつては人々が使いました", "かつては人が使いまして。", "かつては人々が使いました。"),
        # Its words stay where the other hearing has worse ones, in whichever characters.
        (
            "正在引領手機產業的又一次革命應用",
            "正在严领手机产业的又一次革命。应用",
            "正在引領手機產業的又一次革命。應用",
        ),
        ("यह नदी है और वह पहाड़ है", "यह नदी है। और वह पहाड़ है।", "यह नदी है। और वह पहाड़ है।"),
        ("it costs 3 5 or so he said", "It costs 3.5 or so, he said.", "It costs 3 5 or so, he said."),
        ("the sea is blue today", "Please, tell me. Well, thank you.", "the sea is blue today"),
        ("The sea, he said.", "The sea he said.", "The sea, he said."),
    ],
)
def test_marks_are_taken_and_words_are_not(said: str, other: str, result: str) -> None:
    before = hearing(said)
    after = with_marks(before, hearing(other))
    assert text(after) == result
    assert [word.span for word in after.words] == [word.span for word in before.words]


@given(st.text("abcDé 你好はいन् .,¿?!", max_size=60), st.text("abcDé 你好はいन् .,¿?!", max_size=60))
def test_letters_and_times_stay_as_they_are(said: str, other: str) -> None:
    before = hearing(said)
    after = with_marks(before, hearing(other))
    assert [word.span for word in after.words] == [word.span for word in before.words]
    for one, two in zip(before.words, after.words, strict=True):
        letters = [[a.casefold() for a in word.text if a.isalnum() or a.isspace()] for word in (one, two)]
        assert letters[0] == letters[1]


def test_the_model_is_told_what_else_was_heard_or_an_example() -> None:
    heard = [hearing(BARE), hearing("First. Then, after that. " * 20), hearing(BARE)]
    assert example(heard, "ja") == text(heard[1])[-100:]
    assert example([hearing(BARE)], "ja") == example([], "ja") != ""
    assert example([], "pt-BR") == example([], "pt")
    assert example([], "zh-Hant") != example([], "zh")
    assert example([], "ar") == ""


def test_windows_without_marks_are_heard_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = TranscriberOptions(device="cpu", compute_type="float32", threads=1)
    found = load_transcriber(str(tinymodels.whisper(tmp_path / "any")), language=None, options=options)
    assert isinstance(found, WhisperTranscriber)
    asked: list[dict[str, Any]] = []

    def decode(_audio: Audio, windows: list[Any], _code: str, **more: Any) -> list[Hearing]:
        asked.append(more)
        said = "正在严领手机产业的又一次革命,应用智能语言软件能极大提升体验。" if more else _TRADITIONAL
        return [hearing(said) for _ in windows]

    monkeypatch.setattr(found, "_decode", decode)
    audio = Audio(noise(5))
    for language, result in (
        ("zh", "正在引领手机产业的又一次革命，应用智能语言软件能极大提升体验。"),
        ("zh-TW", "正在引領手機產業的又一次革命，應用智能語言軟件能極大提升體驗。"),
    ):
        words = found.transcribe(audio, [Span(0, 3000)], language)
        assert "".join(word.text for word in words) == result
    assert ["initial_prompt" in more for more in asked] == [False, True] * 2
    found.greedy().transcribe(audio, [Span(0, 3000)], "zh")
    assert len(asked) == 5
    # In a hurry that is left for when an utterance is over.
    quick = found.greedy()
    bare = quick.transcribe(audio, [Span(0, 3000)], "zh")
    marked = quick.mark(bare, audio, [Span(0, 3000)], "zh")
    assert "".join(word.text for word in marked) == "正在引领手机产业的又一次革命，应用智能语言软件能极大提升体验。"
    assert [word.span for word in marked] == [word.span for word in bare]
    assert quick.mark(marked, audio, [Span(0, 3000)], "zh") == marked
    assert quick.mark([], audio, [], "zh") == []
    assert ["initial_prompt" in more for more in asked[5:]] == [False, True]


_TRADITIONAL = "正在引領手機產業的又一次革命應用智能語言軟件能極大提升體驗"


def noise(seconds: int) -> Any:
    import numpy as np

    return np.random.default_rng(7).normal(0, 0.1, seconds * SAMPLE_RATE).astype(np.float32)
