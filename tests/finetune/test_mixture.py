"""What an epoch is drawn from: shares, tags, masked spans, and back-translations made once."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import tinymodels
from hypothesis import given
from hypothesis import strategies as st

from subtrans.errors import ConfigError
from subtrans.finetune.batches import epoch_batches, masked_examples
from subtrans.finetune.config import Languages, read_config
from subtrans.finetune.corpus import Pair, load_corpus
from subtrans.finetune.mixture import (
    DenoisingOptions,
    Mixture,
    ReplayOptions,
    back_translate,
    load_mixture,
    mask_spans,
)
from subtrans.finetune.noise import NoiseOptions
from subtrans.finetune.options import TrainingOptions
from subtrans.finetune.texts import open_tokeniser

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


@pytest.mark.parametrize(
    ("family", "begin"), [("madlad", ()), ("t5", ()), ("mt5", ()), ("nllb", ("eng_Latn", "deu_Latn")), ("marian", ())]
)
def test_what_asks_for_a_translation_is_neither_masked_nor_restored(
    family: str, begin: tuple[str, ...], tmp_path: Path
) -> None:
    pytest.importorskip("torch")
    more = ((">>deu<<",),) if family == "marian" else ()
    tokeniser = open_tokeniser(getattr(tinymodels, family)(tmp_path / family, *more), Languages("en", "de"))
    texts = ("We are going home.", "Guten Morgen.")
    options = DenoisingOptions(epochs=1, rate=0.9, span=1.0)
    mixture = Mixture((), source_texts=texts[:1], target_texts=texts[1:], denoising=options)
    found = masked_examples(mixture, tokeniser, 0, 0, random.Random(1))
    plain = tokeniser.encode(texts, target=True)
    for at, example in enumerate(found):
        assert example.target[len(begin[at : at + 1]) :] == plain[at][len(begin[at : at + 1]) :]
        assert tokeniser.mask in example.source
        if begin:  # each text begins with the token of its own language
            assert example.source[0] == example.target[0]
    if begin:
        assert found[0].target[0] != found[1].target[0] == tokeniser.forced_start


def test_two_vocabularies_cannot_restore_what_they_read(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    tokeniser = open_tokeniser(tinymodels.marian(tmp_path / "marian", apart=True), Languages("en", "de"))
    mixture = Mixture((), target_texts=("Guten Morgen.",), denoising=DenoisingOptions(epochs=1))
    with pytest.raises(ConfigError, match=r"denoising: the base reads and writes by two vocabularies"):
        masked_examples(mixture, tokeniser, 0, 0, random.Random(1))


def test_what_is_mixed_in_is_written_as_the_pairs_are_and_holds_nothing_of_dev_and_test(
    toy: Path, tmp_path: Path
) -> None:
    pytest.importorskip("opencc")
    data = tmp_path / "data"
    (data / "general.tsv").write_text("I read books, too.\t我讀書,也讀報。\n", encoding="utf-8")
    corpus = load_corpus(read_config(toy).data)
    held = corpus.test[0]
    (data / "texts.en").write_text(f"{held.source.upper()}\nA new text.\n", encoding="utf-8")
    (data / "texts.zh").write_text(f"{held.target}\n他讀書,我看報。\n", encoding="utf-8")
    changes = ["replay.pairs=['general.tsv']", "denoising.source=['texts.en']", "denoising.target=['texts.zh']"]
    config = read_config(toy, [*changes, "data.simplify=true", "data.full_width=true"])
    mixture = load_mixture(config, corpus, tmp_path, lambda _: None)
    assert mixture.replay == (Pair("I read books, too.", "我读书，也读报。"),)
    assert mixture.source_texts == ("A new text.",)
    assert mixture.target_texts == ("他读书，我看报。",)


def test_masked_text_is_its_share_of_all_that_an_epoch_teaches(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    base = tinymodels.nllb(tmp_path / "nllb")
    tokenisers = [open_tokeniser(base, Languages("en", tag)) for tag in ("zh", "de")]
    mixture = Mixture(
        PAIRS[:40], target_texts=("早上好，你好吗？",), others={"de": PAIRS[:40]}, denoising=DenoisingOptions(share=0.2)
    )
    options = TrainingOptions(batch_tokens=100)
    batches = epoch_batches(mixture, tokenisers[0], NoiseOptions(), options, 0, {"de": tokenisers[1]})
    assert sum(map(len, batches)) == 100  # 20 of them masked
