"""The recogniser keeps the port's contract over a small Whisper with random weights: times, order, languages."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import tinymodels
from contracts import check_transcriber

from subtrans.engines import TranscriberOptions, load_detector, load_transcriber
from subtrans.engines import check_transcriber as check_transcriber_language
from subtrans.engines.recognition.whisper import Hearing, WhisperTranscriber
from subtrans.engines.recognition.whisper_model import fit_hotwords, unpadded
from subtrans.errors import InputError, LanguageError
from subtrans.media.decode import decode
from subtrans.types import SAMPLE_RATE, Audio, Span, Word

WHISPER = "openai/whisper-tiny"
OPTIONS = TranscriberOptions(device="cpu", compute_type="float32", threads=1, beam_size=1, batch_size=2)


@pytest.fixture(scope="module")
def transcriber(hub: Path) -> WhisperTranscriber:
    loaded = load_transcriber(WHISPER, language=None, options=OPTIONS, offline=True)
    assert isinstance(loaded, WhisperTranscriber)
    return loaded


def noise(seconds: float, offset: int = 0) -> Audio:
    samples = np.random.default_rng(7).normal(0, 0.1, int(seconds * SAMPLE_RATE)).astype(np.float32)
    return Audio(samples, offset)


def test_contract(tmp_path: Path) -> None:
    folder = tinymodels.whisper(tmp_path / "english")
    (folder / "card.toml").write_text('languages = ["en"]\n[model]\nkind = "asr"\nname = "english"\n')
    english = load_transcriber(str(folder), language="en", options=OPTIONS)
    audio = noise(9, offset=8_000)
    assert check_transcriber(english, audio, [Span(700, 3000), Span(5000, 9200)], "en")
    assert english.identify(audio) == "en"
    with pytest.raises(LanguageError, match="does not recognise French"):
        load_transcriber(str(folder), language="fr", options=OPTIONS)
    with pytest.raises(LanguageError, match="does not recognise French"):
        check_transcriber_language(str(folder), "fr")


def test_more_words_to_expect_than_fit_are_told_of(
    transcriber: WhisperTranscriber, caplog: pytest.LogCaptureFixture
) -> None:
    few, many = "Noether, quark.", ", ".join(f"word{number}" for number in range(1000))
    own = transcriber._model
    assert fit_hotwords(own, few) is None  # it has a vocabulary of its own
    whispers = SimpleNamespace(model=None, max_length=own.max_length, hf_tokenizer=own.hf_tokenizer)
    assert fit_hotwords(whispers, few) == few
    assert not caplog.messages
    kept = fit_hotwords(whispers, many)
    assert kept is not None
    assert many.startswith(kept.removesuffix(".") + ", ")
    assert caplog.messages[0].endswith(f"up to {kept.removesuffix('.').split(', ')[-1]}")


def test_windows_are_given_in_even_batches_of_like_length(
    transcriber: WhisperTranscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[list[float]] = []

    def decode_none(_: Any, clip_timestamps: list[dict[str, float]], **more: Any) -> tuple[list[Any], None]:
        given.append([clip["end"] - clip["start"] for clip in clip_timestamps])
        return [], None

    monkeypatch.setattr(transcriber._pipeline, "transcribe", decode_none)
    windows = [(30 * SAMPLE_RATE * i, (30 * i + length) * SAMPLE_RATE) for i, length in enumerate((9, 2, 8, 7, 1))]
    hearings = list(transcriber._decode(noise(150), windows, "en"))
    assert [hearing.window.start for hearing in hearings] == [0, 30_000, 60_000, 90_000, 120_000]
    assert [[round(length) for length in batch] for batch in given] == [[9], [8, 7], [2, 1]]
    assert list(transcriber._decode(noise(1), [], "en")) == []


def test_long_speech_is_heard_in_windows_of_half_a_minute(transcriber: WhisperTranscriber) -> None:
    audio = noise(70)
    hearings = list(transcriber.hear(audio, [Span(0, 40_000), Span(40_500, 41_000), Span(60_000, 70_000)], "en"))
    assert len(hearings) == 3
    assert all(hearing.window.duration <= 30_000 for hearing in hearings)
    for hearing in hearings:
        assert hearing.words
        assert all(hearing.window.start <= word.span.start for word in hearing.words)
        assert all(word.span.end <= hearing.window.end for word in hearing.words)


def test_the_language_token_is_used(transcriber: WhisperTranscriber, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[int]] = []
    model = transcriber._model.model
    generate = model.generate

    def watch(features: Any, prompts: list[list[int]], **settings: Any) -> Any:
        seen.extend(prompts)
        return generate(features, prompts, **settings)

    monkeypatch.setattr(model, "generate", watch, raising=False)
    transcriber.transcribe(noise(2), [Span(0, 2000)], "zh-Hant")
    number = transcriber._model.hf_tokenizer.token_to_id
    words = ("<|startoftranscript|>", "<|zh|>", "<|transcribe|>", "<|notimestamps|>")
    # Random weights are in doubt, so the window is decoded again.
    assert seen
    assert all(prompt == [number(word) for word in words] for prompt in seen)


def test_language_tokens_despite_a_small_vocabulary(transcriber: WhisperTranscriber) -> None:
    assert not transcriber._model.model._model.is_multilingual  # as CTranslate2 takes it
    assert transcriber._model.model.is_multilingual
    with pytest.raises(InputError, match="--from"):
        transcriber.identify(noise(2))


def test_identify_gives_our_tag_for_whispers_code(
    transcriber: WhisperTranscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    ranked = [("xx", 0.5), ("zh", 0.3), ("pt", 0.2)]
    monkeypatch.setattr(transcriber._model, "model", transcriber._model.model._model)
    monkeypatch.setattr(transcriber._model, "detect_language", lambda *_, **__: ("xx", 0.5, ranked))
    assert transcriber.identify(noise(3)) == "zh"
    monkeypatch.setattr(transcriber._model, "detect_language", lambda *_, **__: ("", 0, []))
    with pytest.raises(InputError, match="--from"):
        transcriber.identify(noise(3))


def test_a_language_that_whisper_does_not_know(transcriber: WhisperTranscriber) -> None:
    with pytest.raises(LanguageError, match="does not recognise"):
        transcriber.transcribe(noise(2), [Span(0, 2000)], "ace")
    with pytest.raises(LanguageError, match="large-v3-turbo"):
        load_transcriber(WHISPER, language="ace", options=OPTIONS, offline=True)


def test_unsure_words_over_what_is_no_speech_are_not_let_through() -> None:
    words = (Word(" you", Span(0, 100)),)
    assert Hearing(Span(0, 1000), words, log_probability=-1.4, no_speech=0.9, compression=1).silent
    assert Hearing(Span(0, 1000), (), log_probability=-0.1, no_speech=0.0, compression=1).silent
    assert not Hearing(Span(0, 1000), words, log_probability=-0.4, no_speech=0.9, compression=1).silent
    assert not Hearing(Span(0, 1000), words, log_probability=-1.4, no_speech=0.1, compression=1).silent


def test_a_window_whose_start_is_no_whole_number_of_frames_in_floating_point(transcriber: WhisperTranscriber) -> None:
    # 144.15 s less the padding is 143.95 s, which is 14394.999... hundredths of a second in floating point.
    audio = Audio(noise(147).samples)
    (hearing,) = transcriber.hear(audio, [Span(144_150, 146_000)], "en")
    assert hearing.window.start == 143_950
    assert all(143_950 <= word.span.start <= word.span.end <= hearing.window.end for word in hearing.words)


def test_what_is_put_behind_a_window_is_left_out_but_for_a_second_or_two() -> None:
    features = np.zeros((2, 80, 3000), dtype=np.float32)
    for frames, kept in ((0, 400), (250, 400), (499, 600), (500, 700), (2950, 3000), (3000, 3000)):
        features[1, :, :frames] = -0.5
        assert unpadded(features).shape == (2, 80, kept)
        assert (unpadded(features)[1, 0, :frames] == -0.5).all()


def test_windows_are_encoded_one_by_one_to_the_same_states(transcriber: WhisperTranscriber) -> None:
    model = transcriber._model
    features = np.random.default_rng(0).standard_normal((3, model.model.n_mels, 3000)).astype(np.float32)
    apart = np.array(model.encode(features))
    whole = np.array(type(model).encode(model, features))
    assert apart.shape == whole.shape
    assert apart == pytest.approx(whole, abs=1e-3)


def test_the_model_that_ships_hears_short_windows_without_what_is_behind_them() -> None:
    audio = next(decode(Path(__file__).parents[2] / "samples/memo.flac"))
    found: Any = load_transcriber("asr-en-nano", language="en", options=TranscriberOptions(device="cpu", threads=1))
    heard, encode = [], found._model.encode
    positions: list[int] = []
    for way in (encode, type(found._model).encode.__get__(found._model)):

        def watched(features: Any, way: Any = way) -> Any:
            encoded = way(features)
            positions.append(encoded.shape[1])
            return encoded

        found._model.encode = watched
        heard.append(found.transcribe(audio, [Span(400, 4500)], "en"))
    short, padded = positions
    assert short < 400 < padded == 1500
    assert [word.text for word in heard[0]] == [word.text for word in heard[1]]
    assert all(abs(one.span.start - two.span.start) < 300 for one, two in zip(*heard, strict=True))


def test_the_same_is_heard_by_any_number_of_threads() -> None:
    audio = next(decode(Path(__file__).parents[2] / "samples/memo.flac"))
    speech = load_detector().detect(audio)
    heard = []
    for threads in (1, 2, 3):
        options = TranscriberOptions(device="cpu", threads=threads, batch_size=4)
        found = load_transcriber("asr-en-nano", language="en", options=options)
        heard.append([word.text for word in found.transcribe(audio, speech, "en")])
    assert len(heard[0]) > 30
    assert heard[0] == heard[1] == heard[2]
