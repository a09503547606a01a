"""Words get their times from a recogniser's own CTC head, where the sound fits them."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import ctranslate2
import numpy as np
import pytest
from safetensors.numpy import save_file

from subtrans.engines import TranscriberOptions, load_transcriber
from subtrans.engines.recognition.align import AlignmentOptions
from subtrans.engines.recognition.heads import Head, heed
from subtrans.engines.recognition.whisper import WhisperTranscriber
from subtrans.errors import ModelError
from subtrans.media.decode import decode

MEMO = Path(__file__).parents[2] / "samples/memo.flac"
HEARD = "-----aab--|-c--aa---"
"""What is said in each frame of 20 ms of a window, one symbol of `-|abc` a frame."""


@pytest.fixture
def head(tmp_path: Path) -> Head:
    """One that takes the symbol out of what the encoder says: each of its numbers is a symbol."""
    arrays = {"weight": 8 * np.eye(5, dtype=np.float16), "bias": np.zeros(5, np.float16)}
    save_file(arrays, tmp_path / "ctc.safetensors", metadata={"characters": " abc"})
    return Head(tmp_path / "ctc.safetensors")


def recogniser(*windows: list[list[dict[str, Any]]]) -> SimpleNamespace:
    """One that found these words, in the parts of windows."""

    def add(segments: list[Any], *rest: Any) -> float:
        for parts, found in zip(segments, windows, strict=True):
            parts += [{"seek": 100 * place, "words": words} for place, words in enumerate(found)]
        return 7.0

    return SimpleNamespace(add_word_timestamps=add, frames_per_second=100)


def encoded(*heard: str) -> ctranslate2.StorageView:
    symbols = np.array([["-|abc".index(symbol) for symbol in window] for window in heard])
    return ctranslate2.StorageView.from_array(np.eye(5, dtype=np.float32)[symbols])


def word(text: str, start: float, end: float) -> dict[str, Any]:
    return {"word": text, "start": start, "end": end, "probability": 0.9}


def timed(loaded: Any, heard: Any, frames: Any) -> list[list[Any]]:
    segments: list[list[Any]] = [[] for _ in range(heard.shape[0])]
    assert loaded.add_word_timestamps(segments, None, heard, frames, "", "", 0.0) == 7.0
    return [[(one["start"], one["end"]) for part in parts for one in part["words"]] for parts in segments]


def test_words_get_the_times_of_their_characters(head: Head) -> None:
    loaded = recogniser([[word(" ab", 0.0, 0.1), word(" ca.", 0.1, 0.4)]], [[], []])
    heed(loaded, head, AlignmentOptions(lead=20))
    assert timed(loaded, encoded(HEARD, HEARD), [40, 40]) == [
        [pytest.approx((0.08, 0.16)), pytest.approx((0.22, 0.34))],
        [],
    ]


def test_no_window_is_surer_than_the_head(head: Head) -> None:
    said = [word(" ab", 0.0, 0.1), word(" ca", 0.1, 0.4)]
    for heard, least, most in ((HEARD, -0.1, 0.0), ("-----aab--|--------", -20.0, -1.0)):
        windows: list[list[Any]] = [[]]
        loaded = recogniser([said])
        heed(loaded, head)
        loaded.add_word_timestamps(windows, None, encoded(heard), 40, "", "", 0.0)
        assert least < windows[0][0]["avg_logprob"] < most


def test_words_that_the_sound_does_not_fit_keep_their_times(head: Head) -> None:
    for heard, frames in ((20 * "-", 40), (HEARD, 6), (HEARD, 0)):  # other sound, and fewer frames than characters
        loaded = recogniser([[word(" ab", 0.0, 0.1), word(" ca", 0.1, 0.2)]])
        heed(loaded, head)
        assert timed(loaded, encoded(heard), frames) == [[(0.0, 0.1), (0.1, 0.2)]]


@pytest.mark.parametrize(("surest", "expected"), [(1.0, (3.0, 3.1)), (0.5, (0.06, 0.16))])
def test_words_move_far_only_where_the_head_is_sure_of_them(
    head: Head, surest: float, expected: tuple[float, float]
) -> None:
    loaded = recogniser([[word(" ab", 3.0, 3.1)]])
    heed(loaded, head, AlignmentOptions(surest=surest))
    assert timed(loaded, encoded(HEARD), 40) == [[pytest.approx(expected)]]


def test_attention_that_times_nothing_changes_no_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a GPU computes it in float16: whole windows are put into one place."""
    transcriber = load_transcriber("asr-en-nano", language="en", options=TranscriberOptions(device="cpu", threads=1))
    assert isinstance(transcriber, WhisperTranscriber)
    audio = next(iter(decode(MEMO)))
    undisturbed = transcriber.transcribe(audio, [audio.span], "en")
    find = transcriber._model.find_alignment

    def in_one_place(*arguments: Any) -> Any:
        return [[one | {"start": 0.5, "end": 0.5} for one in words] for words in find(*arguments)]

    monkeypatch.setattr(transcriber._model, "find_alignment", in_one_place)
    assert transcriber.transcribe(audio, [audio.span], "en") == undisturbed


def test_words_are_spelled_in_small_letters(head: Head) -> None:
    assert (head.spell(" Cab!"), head.spell("7"), head.blank, head.gap) == ([4, 2, 3], [], 0, 1)


def test_the_head_of_another_model_is_told(head: Head, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"ctc\.safetensors is the head of another model"):
        head.posteriors(np.zeros((3, 7), np.float32))
    arrays = {"weight": np.eye(5, dtype=np.float16), "bias": np.zeros(5, np.float16)}
    save_file(arrays, tmp_path / "other.safetensors", metadata={"characters": " ab"})
    with pytest.raises(ModelError, match="weights for other characters"):
        Head(tmp_path / "other.safetensors")


def test_a_damaged_head_is_told(tmp_path: Path) -> None:
    (tmp_path / "ctc.safetensors").write_bytes(b"nothing")
    with pytest.raises(ModelError, match="damaged or not complete"):
        Head(tmp_path / "ctc.safetensors")


def test_windows_that_are_sampled_are_timed_by_it_too() -> None:
    transcriber = load_transcriber("asr-en-nano", language="en", options=TranscriberOptions(device="cpu", threads=1))
    assert isinstance(transcriber, WhisperTranscriber)
    sound = next(iter(decode(MEMO)))
    window = (0, 16_000 * 5)
    heard = [*transcriber._decode(sound, [window], "en"), transcriber._sample(sound, window, "en", 0.0)]
    for one, two in zip(*(hearing.words[:6] for hearing in heard), strict=True):  # those of the first sentence
        assert one.text == two.text
        assert abs(one.span.start - two.span.start) <= 40
