"""Windows in doubt are told from good ones and decoded again, alone; what stays made up gives no words."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tinymodels
from hypothesis import given
from hypothesis import strategies as st

from subtrans.engines import TranscriberOptions, load_transcriber
from subtrans.engines.recognition.judgement import (
    Hearing,
    agree,
    best,
    doubts,
    filled,
    is_echo,
    is_loop,
    is_nothing,
    join,
    omissions,
)
from subtrans.engines.recognition.whisper import WhisperTranscriber
from subtrans.engines.recognition.windows import GRID, halve
from subtrans.types import SAMPLE_RATE, Audio, Span, Word

SPEECH = [Span(0, 10_000)]


def hearing(text: str, *, log_probability: float = -0.3, compression: float = 1.4, at: int = 0) -> Hearing:
    words = tuple(Word(f" {word}", Span(at + 10 * n, at + 10 * n + 10)) for n, word in enumerate(text.split()))
    return Hearing(Span(0, 30_000), words, log_probability, 0.0, compression)


def spread(text: str, span: Span) -> Hearing:
    """The words with the same share of the time each."""
    words = text.split()
    edges = [span.start + span.duration * n // len(words) for n in range(len(words) + 1)]
    said = tuple(Word(f" {word}", Span(*edge)) for word, edge in zip(words, pairwise(edges), strict=True))
    return Hearing(span, said, -0.2, 0.0, 1.2)


def test_a_good_window_is_beyond_doubt() -> None:
    assert doubts(hearing("We took the train to the sea and the sky was blue"), SPEECH) == ()
    assert doubts(hearing("No, no, no, no!"), SPEECH) == ()


@pytest.mark.parametrize(
    ("heard", "speech", "reasons"),
    [
        (hearing("The sea", compression=2.5), SPEECH, ("repeated",)),
        (hearing("so it goes " * 5), SPEECH, ("repeated",)),
        (hearing("谢谢观看" * 5), SPEECH, ("repeated",)),
        (hearing("The sea", log_probability=-1.1), SPEECH, ("unsure",)),
        (hearing("word" * 25 + " and " + "more" * 4), [Span(0, 2000)], ("repeated", "hasty")),
        (hearing("天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏" * 2), [Span(0, 2000)], ("hasty",)),
        (hearing("The sea", at=20_000), SPEECH, ("unspoken",)),
        (hearing(""), SPEECH, ("omitted",)),
        (hearing(""), [Span(0, 900)], ()),
    ],
)
def test_reasons(heard: Hearing, speech: list[Span], reasons: tuple[str, ...]) -> None:
    assert doubts(heard, speech) == reasons


@given(st.lists(st.sampled_from(["a", "the", "sea", "train"]), min_size=3, max_size=8), st.integers(0, 5))
def test_any_phrase_said_five_times_is_a_loop(phrase: list[str], before: int) -> None:
    text = " ".join(["well", "then", "so", "it", "went"][:before] + phrase * 10)
    assert is_loop(text, 5)


@given(st.permutations(["we", "took", "the", "train", "to", "that", "sea", "and", "sky", "was", "blue"]))
def test_words_that_differ_are_none(words: list[str]) -> None:
    assert not is_loop(" ".join(words), 5)


def test_the_best_has_the_fewest_doubts_then_the_highest_probability() -> None:
    unsure, sure, looped = hearing("a", log_probability=-2), hearing("b"), hearing("c", log_probability=-0.1)
    assert best([(unsure, ("unsure",)), (looped, ("repeated",)), (sure, ())]) == (sure, ())
    assert best([(unsure, ("unsure",)), (looped, ("repeated",))])[0] is looped


def test_what_is_unsure_and_a_loop_is_nothing() -> None:
    heard = hearing("the sea is blue")
    assert is_nothing(heard, ("repeated", "unsure"), SPEECH)
    assert not is_nothing(heard, ("unsure",), SPEECH)
    assert not is_nothing(heard, ("repeated",), SPEECH)


def test_few_words_in_much_sound_are_nothing_where_the_model_rather_heard_none() -> None:
    doubtful = replace(hearing("you"), no_speech=0.95)
    assert is_nothing(doubtful, (), SPEECH)
    assert not is_nothing(doubtful, (), [Span(0, 900)])
    assert not is_nothing(hearing("you"), (), SPEECH)


def test_speech_without_words_is_left_out() -> None:
    said = Hearing(
        Span(0, 30_000), (Word(" sea", Span(2500, 9000)), Word(" sky", Span(12_000, 12_500))), -0.3, 0.0, 1.0
    )
    assert omissions(said, [Span(0, 30_000)]) == [Span(0, 2500), Span(4500, 12_000), Span(12_500, 30_000)]
    assert omissions(said, [Span(1000, 5000), Span(12_000, 14_000)]) == []
    assert omissions(hearing(""), SPEECH) == []  # a window without any word is in doubt as a whole


def said(text: str, start: int, step: int) -> list[Word]:
    """Words that begin one `step` behind another."""
    return [Word(f" {word}", Span(start + n * step, start + (n + 1) * step)) for n, word in enumerate(text.split())]


def test_words_that_were_put_into_one_place_are_not_said_twice() -> None:
    before, gap = said("It was a wonderful day.", 0, 300), Span(1520, 6000)
    again = said("We got up at six in the morning, it", 2000, 400)
    squeezed = said("We got up at six in the morning. It", 1500, 0)
    assert filled([*before, *squeezed], gap, again) == [*before, *again]
    other = said("Nobody said any of this before then", 1500, 0)
    assert filled([*before, *other], gap, again) == [*before, *other, *again]
    quick = said("We got up", 1500, 100)
    assert filled([*before, *quick], gap, again) == [*before, *quick, *again]
    assert filled([*before, *squeezed], Span(8000, 9000), said("We got up at six in", 8000, 100)) == [
        *before,
        *squeezed,
        *said("We got up at six in", 8000, 100),
    ]


PLACED = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 99)), max_size=12)


def placed(words: list[tuple[str, int]]) -> list[Word]:
    """Words of 20 ms, on a grid of as many."""
    return [Word(f" {text}", Span(20 * at, 20 * at + 20)) for text, at in sorted(words, key=lambda one: one[1])]


@given(PLACED, PLACED, st.tuples(st.integers(0, 99), st.integers(0, 99)))
def test_filling_loses_no_word_but_those_that_had_no_time(
    words: list[tuple[str, int]], found: list[tuple[str, int]], ends: tuple[int, int]
) -> None:
    old, new, gap = placed(words), placed(found), Span(20 * min(ends), 20 * max(ends))
    result = filled(old, gap, new)
    assert [word.span for word in result] == sorted(word.span for word in result)
    kept = {id(word) for word in result}
    assert {id(word) for word in new if id(word) in kept} == {
        id(word) for word in new if gap.start <= word.span.start + 10 <= gap.end
    }
    for word in (word for word in old if id(word) not in kept):
        assert sum(abs(word.span.start - other.span.start) < 60 for other in old) > 1
        assert any(id(other) in kept for other in new)


def test_halves_make_the_whole() -> None:
    samples = np.ones(10 * SAMPLE_RATE, np.float32)
    samples[80_000:80_640] = 0
    (start, cut), (after, end) = halve(samples, (1600, 150_000))
    assert (start, end, cut) == (1600, 150_000, after)
    assert 80_000 - GRID <= cut <= 80_640
    assert halve(samples, (1600, 3200)) == [(1600, 3200)]
    whole = join([hearing("a b"), hearing("c", log_probability=-0.9, compression=2)])
    assert "".join(word.text for word in whole.words) == " a b c"
    assert (whole.log_probability, whole.compression) == (-0.9, 2)


@pytest.fixture(scope="module")
def transcriber(tmp_path_factory: pytest.TempPathFactory) -> WhisperTranscriber:
    folder = tinymodels.whisper(tmp_path_factory.mktemp("model") / "english")
    (folder / "card.toml").write_text('languages = ["en"]\n[model]\nkind = "asr"\nname = "english"\n')
    options = TranscriberOptions(device="cpu", threads=1, beam_size=1, batch_size=2)
    loaded = load_transcriber(str(folder), language="en", options=options)
    assert isinstance(loaded, WhisperTranscriber)
    return loaded


def test_only_windows_in_doubt_are_decoded_again_and_alone(
    transcriber: WhisperTranscriber, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    decoded: list[tuple[int, dict[str, Any]]] = []

    def decode(audio: Audio, windows: Any, code: str, **more: Any) -> Any:
        decoded.append((len(windows), more))
        spans = [Span(start * 1000 // SAMPLE_RATE, end * 1000 // SAMPLE_RATE) for start, end in windows]
        texts = ["The sea is blue" if more or number else "so it goes " * 9 for number in range(len(spans))]
        return [spread(text, span) for text, span in zip(texts, spans, strict=True)]

    monkeypatch.setattr(transcriber, "_decode", decode)
    audio = Audio(np.zeros(60 * SAMPLE_RATE, np.float32))
    with caplog.at_level("INFO", "subtrans.engines"):
        words = transcriber.transcribe(audio, [Span(0, 9000), Span(30_000, 39_000)], "en")
    assert "".join(word.text for word in words) == " The sea is blue The sea is blue"
    asked = [(count, bool(more)) for count, more in decoded]
    assert (asked[0], asked[-1]) == ((2, False), (1, True))
    assert set(asked[1:-1]) == {(2, False)}  # the halves of the loop, in case it is a refrain
    assert "2 windows from 0 s: heard again: repeated (1)" in caplog.text


def test_a_refrain_is_no_loop(transcriber: WhisperTranscriber, monkeypatch: pytest.MonkeyPatch) -> None:
    refrain = " ".join(["so it goes"] * 8)

    def decode(audio: Audio, windows: Any, code: str, no_repeat_ngram_size: int = 0, **more: Any) -> Any:
        spans = [Span(start * 1000 // SAMPLE_RATE, end * 1000 // SAMPLE_RATE) for start, end in windows]
        heard = "so it goes on and on" if no_repeat_ngram_size else refrain[:43] if len(spans) > 1 else refrain
        return [spread(heard, span) for span in spans]

    monkeypatch.setattr(transcriber, "_decode", decode)
    audio = Audio(np.zeros(30 * SAMPLE_RATE, np.float32))
    words = transcriber.transcribe(audio, [Span(0, 20_000)], "en")
    assert "".join(word.text for word in words).strip() == refrain


def test_hearings_agree_by_their_letters() -> None:
    assert agree(hearing("Never, never give in."), hearing("never never give in"))
    assert agree(hearing("谢谢观看。"), hearing("谢谢，观看"))
    assert not agree(hearing("so it goes " * 5), hearing("so it goes " * 8))


@pytest.mark.parametrize(
    ("said", "text", "echo"),
    [
        ("we saw the sea. The sea is blue.", "the sea is blue and", True),
        ("we saw the sea. The sea is blue.", "The sea is grey.", False),
        ("is blue.", "is blue.", False),
        ("", "The sea is blue.", False),
    ],
)
def test_what_says_the_end_of_what_was_said_before_once_more(said, text, echo) -> None:
    assert is_echo(text, said) is echo
    assert ("repeated" in doubts(hearing(text), SPEECH, said=said)) is echo


@pytest.mark.parametrize(
    ("heard", "decodings"), [("The sea is grey", ["told"]), ("The sea is blue", ["told", "alone"])]
)
def test_what_was_said_before_is_told_once_and_dropped_where_it_is_repeated(
    transcriber: WhisperTranscriber, monkeypatch: pytest.MonkeyPatch, heard: str, decodings: list[str]
) -> None:
    decoded = []

    def decode(audio: Audio, windows: Any, code: str, initial_prompt: str = "", **more: Any) -> Any:
        decoded.append("told" if initial_prompt == " The sea is blue." else "alone")
        text = heard if initial_prompt else "And so is the sky"
        return [spread(text, Span(start * 1000 // SAMPLE_RATE, end * 1000 // SAMPLE_RATE)) for start, end in windows]

    monkeypatch.setattr(transcriber, "_decode", decode)
    monkeypatch.setattr(transcriber, "_follows", True)
    audio = Audio(np.zeros(10 * SAMPLE_RATE, np.float32))
    words = transcriber.transcribe(audio, [Span(0, 9000)], "en", "The sea is blue.")
    assert decoded == decodings
    assert "".join(word.text for word in words).strip() == ("And so is the sky" if "alone" in decodings else heard)
    decoded.clear()
    transcriber.greedy().transcribe(audio, [Span(0, 9000)], "en", "The sea is blue.")
    monkeypatch.setattr(transcriber, "_follows", False)
    transcriber.transcribe(audio, [Span(0, 9000)], "en", "The sea is blue.")
    assert decoded == ["alone", "alone"]


@pytest.mark.parametrize(
    ("heard", "text"), [("to understand, " * 8, "to understand all"), ("no, no, no", "no, no, no")]
)
def test_who_hears_all_once_hears_again_what_repeats_itself(
    transcriber: WhisperTranscriber, monkeypatch: pytest.MonkeyPatch, heard: str, text: str
) -> None:
    def decode(audio: Audio, windows: Any, code: str, no_repeat_ngram_size: int = 0, **more: Any) -> Any:
        said = "to understand all" if no_repeat_ngram_size else heard
        return [spread(said, Span(start * 1000 // SAMPLE_RATE, end * 1000 // SAMPLE_RATE)) for start, end in windows]

    monkeypatch.setattr(transcriber, "_decode", decode)
    audio = Audio(np.zeros(10 * SAMPLE_RATE, np.float32))
    words = transcriber.greedy().transcribe(audio, [Span(0, 9000)], "en")
    assert "".join(word.text for word in words).strip() == text


def test_what_a_window_leaves_out_is_decoded_alone(
    transcriber: WhisperTranscriber, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def decode(audio: Audio, windows: Any, code: str, **more: Any) -> Any:
        spans = [Span(start * 1000 // SAMPLE_RATE, end * 1000 // SAMPLE_RATE) for start, end in windows]
        if more:
            return [spread("and the sky is clear", span) for span in spans]
        part = [Span(span.start, span.start + 5200) for span in spans]
        return [replace(spread("The sea is blue", one), window=span) for one, span in zip(part, spans, strict=True)]

    monkeypatch.setattr(transcriber, "_decode", decode)
    audio = Audio(np.zeros(60 * SAMPLE_RATE, np.float32))
    with caplog.at_level("INFO", "subtrans.engines"):
        words = transcriber.transcribe(audio, [Span(10_000, 15_000), Span(21_000, 25_000)], "en")
    assert "".join(word.text for word in words) == " The sea is blue and the sky is clear"
    assert [word.span for word in words] == sorted(word.span for word in words)
    assert all(word.span.start >= 20_500 for word in words[4:])
    assert "heard again: left out in part (1)" in caplog.text
    monkeypatch.setattr(transcriber, "_options", replace(transcriber._options, bounds=None))
    assert len(transcriber.transcribe(audio, [Span(10_000, 15_000), Span(21_000, 25_000)], "en")) == 4


def test_random_weights_are_in_doubt_and_end_the_same_each_time(transcriber: WhisperTranscriber) -> None:
    noise = np.random.default_rng(3).normal(0, 0.1, 12 * SAMPLE_RATE).astype(np.float32)
    heard = [transcriber.transcribe(Audio(noise), [Span(0, 12_000)], "en") for _ in range(2)]
    assert heard[0] == heard[1]


def test_temperatures_are_tried_last(tmp_path: Path, transcriber: WhisperTranscriber) -> None:
    audio = Audio(np.random.default_rng(3).normal(0, 0.1, 9 * SAMPLE_RATE).astype(np.float32), 16_000)
    sampled = transcriber._sample(audio, (GRID * 10, 8 * SAMPLE_RATE), "en", 0.6)
    assert sampled.window == Span(1100, 9000)
    assert all(1100 <= word.span.start <= word.span.end <= 9000 for word in sampled.words)
