"""What an epoch is drawn from: shares, tags, masked spans, and back-translations made once."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import tinymodels
from hypothesis import given
from hypothesis import strategies as st

from subtrans.errors import ConfigError
from subtrans.finetune.config import read_config
from subtrans.finetune.corpus import Pair
from subtrans.finetune.mixture import DenoisingOptions, Mixture, ReplayOptions, back_translate, mask_spans

PAIRS = tuple(Pair(f"domain {number}", f"域{number}") for number in range(70))
GENERAL = tuple(Pair(f"general {number}", f"通{number}") for number in range(20))


def test_replay_is_its_share_of_an_epoch_and_drawn_anew() -> None:
    mixture = Mixture(PAIRS, GENERAL, ReplayOptions(share=0.3, tag="<general>"))
    first, second = (mixture.draw_pairs(epoch, random.Random(epoch)) for epoch in (0, 1))
    general = [pair for pair in first if pair.source.startswith("<general> general")]
    assert len(general) == 30  # 30 of 100: each at least once, ten of them twice
    assert first[:70] == list(PAIRS)
    assert first != second


def test_masked_text_comes_first_and_then_beside() -> None:
    texts = tuple(f"text {number}" for number in range(40))
    mixture = Mixture(PAIRS, target_texts=texts, denoising=DenoisingOptions(epochs=1, share=0.3))
    assert mixture.draw_pairs(0, random.Random(0)) == []
    assert sorted(text for text, _ in mixture.draw_texts(0, 0, random.Random(0))) == sorted(texts)
    assert len(mixture.draw_texts(1, 70, random.Random(0))) == 30
    assert Mixture(PAIRS).draw_texts(0, 70, random.Random(0)) == []


@given(st.lists(st.integers(10, 99), min_size=1, max_size=60), st.randoms(use_true_random=False))
def test_masks_stand_for_spans(tokens: list[int], generator: random.Random) -> None:
    masked = mask_spans(tokens, 1, DenoisingOptions(rate=0.4, span=2.0), generator)
    kept = [token for token in masked if token != 1]
    assert len(masked) <= len(tokens)
    assert masked[-1] == tokens[-1]
    rest = iter(tokens)
    assert all(token in rest for token in kept)  # in their order


def test_the_masked_share_is_what_was_asked_for() -> None:
    tokens, options = list(range(2, 102)), DenoisingOptions(rate=0.3, span=3.0)
    kept = [len([t for t in mask_spans(tokens, 1, options, random.Random(seed)) if t != 1]) for seed in range(200)]
    assert 0.65 < sum(kept) / 200 / 100 < 0.78


def test_back_translations_are_made_once(toy: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    config = read_config(toy, [f"back_translation.model={tinymodels.marian(tmp_path / 'reverse')}"])
    notes: list[str] = []
    made = back_translate(config, ["早上好，你好吗？", "今天天气很好。"], tmp_path, notes.append)
    assert [pair.target for pair in made] == ["早上好，你好吗？", "今天天气很好。"]
    assert notes == ["back-translated 2 of 2 sentences"]
    assert back_translate(config, ["早上好，你好吗？", "今天天气很好。"], tmp_path, notes.append) == made
    assert len(notes) == 1
    with pytest.raises(ConfigError, match="made of other texts"):
        back_translate(config, ["车站在哪里？"], tmp_path, notes.append)
