"""Forced alignment: word times come from the sound, and no word is ever lost."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tinymodels import wav2vec2

from subtrans.engines.recognition.align import AlignedTranscriber, AlignmentOptions, align, chunks
from subtrans.engines.recognition.spellers import CheckpointSpeller, check_speller
from subtrans.engines.recognition.viterbi import follow, follow_with_torchaudio
from subtrans.errors import ModelError
from subtrans.types import Audio, Span, Word

FRAME = 320


@dataclass
class Letters:
    """A speller of `|abc`, whose posteriors are given: a string with one symbol a frame, `-` for blank."""

    heard: str = ""
    blank: int = 0
    gap: int | None = 1
    symbols: dict[str, int] = field(default_factory=lambda: {c: i for i, c in enumerate("-|abc")})

    def posteriors(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        frames = max(1, len(samples) // FRAME)
        if not self.heard:
            scores = np.random.default_rng(frames).standard_normal((frames, 5)).astype(np.float32)
            return scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        likelihoods = np.full((frames, 5), 0.01, np.float32)
        for frame, symbol in enumerate(self.heard[:frames]):
            likelihoods[frame, self.symbols[symbol]] = 0.96
        return np.log(likelihoods)

    def follow(self, scores: NDArray[np.float32], path: Sequence[int]) -> list[int | None]:
        return follow(scores, path, self.blank)

    def spell(self, word: str) -> list[int]:
        return [self.symbols[c] for c in word] if all(c in self.symbols for c in word) else []


class Recogniser:
    def __init__(self, words: list[Word]) -> None:
        self.words = words

    def identify(self, audio: Audio) -> str:
        return "en"

    def transcribe(self, audio: Audio, speech: object, language: str, said: str = "") -> list[Word]:
        return self.words


def refined(words: list[Word], frames: int, speller: Letters, options: AlignmentOptions) -> list[Word]:
    audio = Audio(np.zeros(frames * FRAME, np.float32))
    return AlignedTranscriber(Recogniser(words), speller, options).transcribe(audio, (), "en")


def test_words_move_to_where_their_characters_are_heard() -> None:
    words = [Word(" ab", Span(0, 100)), Word(" ca", Span(100, 200))]
    speller = Letters("-----aab--|-c--aa---")
    found = refined(words, 20, speller, AlignmentOptions(lead=0))
    assert [(word.text, word.span) for word in found] == [(" ab", Span(100, 160)), (" ca", Span(240, 340))]


def test_a_word_begins_earlier_than_its_first_peak_but_not_before_the_last_word_ended() -> None:
    words = [Word(" ab", Span(0, 100)), Word(" ca", Span(100, 200))]
    found = refined(words, 20, Letters("-----aab|ca---------"), AlignmentOptions(lead=40))
    assert [word.span for word in found] == [Span(60, 160), Span(160, 220)]


def test_a_word_that_cannot_be_spelled_takes_the_sound_between_its_neighbours() -> None:
    speller = Letters("aa--|-b-b-b--|-cc---")
    spans, likelihood = align(speller.posteriors(np.zeros(20 * FRAME, np.float32)), [[2], [], [4]], speller) or ([], 0)
    assert spans[0] == (0, 2)
    assert 5 <= spans[1][0] < spans[1][1] <= 13
    assert spans[2] == (15, 17)
    assert likelihood == pytest.approx(0.96, abs=0.01)


def test_words_that_the_sound_does_not_fit_keep_their_times(caplog: pytest.LogCaptureFixture) -> None:
    words = [Word(" ab", Span(0, 100)), Word(" ca", Span(100, 200))]
    assert refined(words, 20, Letters("-" * 20), AlignmentOptions()) == words
    assert refined(words, 3, Letters("abc"), AlignmentOptions()) == words  # more characters than frames
    assert "keep the recogniser's own times" in caplog.text


def test_words_that_would_move_too_far_keep_their_times() -> None:
    words = [Word(" a", Span(0, 40))]
    heard = "-" * 60 + "a" + "-" * 39
    options = AlignmentOptions(margin=2000, lead=0, surest=2.0)
    assert refined(words, 100, Letters(heard), options) == words
    moved = refined(words, 100, Letters(heard), AlignmentOptions(margin=2000, lead=0, farthest=1500))
    assert moved == [Word(" a", Span(1200, 1220))]


@st.composite
def recognised(draw: st.DrawFn) -> list[Word]:
    clock, words = 0, []
    for text in draw(st.lists(st.text("abc7", min_size=1, max_size=4), max_size=25)):
        clock += draw(st.integers(0, 900))
        end = clock + draw(st.integers(0, 700))
        words.append(Word(f" {text}", Span(clock, end)))
        clock = draw(st.sampled_from([clock, end]))
    return words


@given(recognised(), st.integers(1, 600), st.integers(500, 20_000))
@settings(max_examples=150, deadline=None)
def test_words_in_are_words_out_in_order_and_inside_the_sound(words: list[Word], extra: int, longest: int) -> None:
    end = max((word.span.end for word in words), default=0)
    frames = end // 20 + extra
    options = AlignmentOptions(longest=longest, weakest=0.0, farthest=10**6)
    found = refined(words, frames, Letters(), options)
    assert [word.text for word in found] == [word.text for word in words]
    assert all(word.span.end <= frames * 20 for word in found)
    for run, room in chunks(words, Span(0, frames * 20), options):
        assert run
        assert room.start <= run[0].span.start


@given(recognised(), st.integers(500, 20_000))
@settings(max_examples=100, deadline=None)
def test_runs_hold_all_words_and_share_no_sound(words: list[Word], longest: int) -> None:
    whole = Span(0, max((word.span.end for word in words), default=0) + 1000)
    found = list(chunks(words, whole, AlignmentOptions(longest=longest)))
    assert [word for run, _ in found for word in run] == words
    assert all(whole.start <= room.start and room.end <= whole.end for _, room in found)


def test_a_checkpoint_for_ctc_gives_posteriors_and_spells(tmp_path: Path) -> None:
    speller = CheckpointSpeller(wav2vec2(tmp_path / "ctc"))
    scores = speller.posteriors(np.random.default_rng(0).standard_normal(16_000).astype(np.float32))
    assert scores.shape == (49, 32)
    assert np.exp(scores).sum(axis=1) == pytest.approx(1, abs=1e-4)
    vocabulary = json.loads((tmp_path / "ctc/vocab.json").read_text())
    assert speller.spell("don’t,") == [vocabulary[c] for c in "DON'T"]
    assert speller.spell("42") == []
    assert (speller.blank, speller.gap) == (vocabulary["<pad>"], vocabulary["|"])


@pytest.mark.parametrize("name", ["vocab.json", "preprocessor_config.json", "model.safetensors", "config.json"])
def test_a_damaged_checkpoint_for_ctc_is_told(name: str, tmp_path: Path) -> None:
    folder = wav2vec2(tmp_path / "ctc")
    (folder / name).write_bytes((folder / name).read_bytes()[:40])
    with pytest.raises(ModelError, match=r"damaged|can be loaded"):
        CheckpointSpeller(folder)


def test_what_cannot_align_is_refused_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="has no CTC head"):
        check_speller("ctc", "mt-en-zh-nano", offline=True)
    (tmp_path / "config.json").write_text('{"architectures": ["MarianMTModel"]}')
    with pytest.raises(ModelError, match="is no model for CTC"):
        check_speller(str(tmp_path), "asr-en-nano", offline=True)
    check_speller(str(wav2vec2(tmp_path / "ctc")), "asr-en-nano", offline=True)


@given(
    path=st.lists(st.integers(1, 4), min_size=1, max_size=8), spare=st.integers(0, 20), seed=st.integers(0, 1000)
)  # fmt: skip
@settings(max_examples=50, deadline=None)
def test_our_search_and_that_of_torchaudio_find_paths_that_are_as_likely(
    path: list[int], spare: int, seed: int
) -> None:
    frames = len(path) + sum(a == b for a, b in pairwise(path)) + spare
    scores = np.random.default_rng(seed).standard_normal((frames, 5)).astype(np.float32)
    found = [search(scores, path, 0) for search in (follow, follow_with_torchaudio)]
    likelihoods = []
    for places in found:
        assert [place for place, _ in groupby(place for place in places if place is not None)] == list(range(len(path)))
        chosen = [0 if place is None else path[place] for place in places]
        likelihoods.append(float(scores[np.arange(frames), chosen].sum()))
    assert likelihoods[0] == pytest.approx(likelihoods[1], abs=1e-3)
