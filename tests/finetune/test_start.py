"""New models: their vocabulary, and embeddings that know which words belong together."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import tinymodels

torch = pytest.importorskip("torch")

from subtrans.errors import InputError, ModelError  # noqa: E402
from subtrans.finetune.config import read_config  # noqa: E402
from subtrans.finetune.corpus import Pair  # noqa: E402
from subtrans.finetune.options import ModelOptions  # noqa: E402
from subtrans.finetune.start import aligned_embeddings, find_base, starting_checkpoint  # noqa: E402
from subtrans.finetune.texts import open_tokeniser  # noqa: E402


def test_words_of_the_same_pairs_begin_as_neighbours() -> None:
    # Tokens 1 to 3 are words, 11 to 13 their translations; 0 ends every sentence and says nothing.
    texts = [[1, 2], [2, 3], [1, 3], [3], [1], [2]]
    pairs = [([*text, 0], [*(token + 10 for token in text), 0]) for text in texts]
    torch.manual_seed(0)
    vectors, seen = aligned_embeddings(pairs, 20, 4)
    assert seen.nonzero().flatten().tolist() == [1, 2, 3, 11, 12, 13]
    for token in (1, 2, 3):
        assert int((vectors[11:14] @ vectors[token]).argmax()) + 11 == token + 10
        assert float(vectors[token].norm()) == pytest.approx(1)


def test_a_new_marian(toy: Path, toy_pairs: list[Pair], tmp_path: Path) -> None:
    from transformers import MarianMTModel

    config = read_config(toy)
    folder = starting_checkpoint(config.model, toy_pairs, config.languages, 1, tmp_path / "start")
    model = MarianMTModel.from_pretrained(folder)
    pad = model.config.pad_token_id
    # CTranslate2 starts decoding from a zero vector and drops the last token, so both must be the padding.
    assert pad == model.config.vocab_size - 1 == model.config.decoder_start_token_id
    assert not model.get_input_embeddings().weight[pad].any()
    tokeniser = open_tokeniser(folder, config.languages)
    texts = [pair.target for pair in toy_pairs[:5]] + ["没见过的字！"]
    assert [tokeniser.decode(row) for row in tokeniser.encode(texts, target=True)] == texts
    stamp = (folder / "model.safetensors").stat().st_mtime_ns
    starting_checkpoint(config.model, toy_pairs, config.languages, 1, tmp_path / "start")
    assert (folder / "model.safetensors").stat().st_mtime_ns == stamp  # made once


def test_a_vocabulary_smaller_than_the_alphabet(toy: Path, toy_pairs: list[Pair], tmp_path: Path) -> None:
    config = read_config(toy, ["model.source_vocabulary=270"])
    with pytest.raises(InputError, match=r"model\.source_vocabulary = 270 does not fit"):
        starting_checkpoint(config.model, toy_pairs, config.languages, 1, tmp_path / "start")
    assert not (tmp_path / "start").exists()


def test_a_base_that_is_no_model(toy: Path, toy_pairs: list[Pair], tmp_path: Path) -> None:
    config = read_config(toy, [f"model.base='{tmp_path}'"])
    with pytest.raises(ModelError, match=r"there is no folder .*nothing: set model\.base"):
        find_base(ModelOptions(base=str(tmp_path / "nothing")))
    with pytest.raises(ModelError, match="holds no model"):
        starting_checkpoint(config.model, toy_pairs, config.languages, 1, tmp_path / "start")


def test_an_adapter_is_no_base(tmp_path: Path) -> None:
    alone = tmp_path / "adapter"
    alone.mkdir()
    for name in ("adapter_config.json", "adapter_model.safetensors", "training_args.bin"):
        (alone / name).write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match="is an adapter without its model"):
        find_base(ModelOptions(base=str(alone)))
    whole = tinymodels.nllb(tmp_path / "nllb")
    (whole / "adapter_config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match="has an adapter beside its weights"):
        find_base(ModelOptions(base=str(whole)))


DRAW = """
import random, sys
from pathlib import Path
from subtrans.finetune.config import Languages
from subtrans.finetune.texts import open_tokeniser
tokeniser = open_tokeniser(Path(sys.argv[1]), Languages("en", "zh"))
print(tokeniser.sample(["The doctor likes a green house."] * 20, 0.9, random.Random(3), target=False))
"""


def test_random_segmentations_are_the_same_in_every_process(toy: Path, toy_pairs: list[Pair], tmp_path: Path) -> None:
    config = read_config(toy)
    folder = starting_checkpoint(config.model, toy_pairs, config.languages, 1, tmp_path / "start")
    draws = {
        subprocess.run([sys.executable, "-c", DRAW, str(folder)], check=True, capture_output=True, text=True).stdout
        for _ in range(2)
    }
    assert len(draws) == 1
    cuts = json.loads(draws.pop())
    assert len({tuple(cut) for cut in cuts}) > 3
    tokeniser = open_tokeniser(folder, config.languages)
    assert tokeniser.encode(["The doctor likes a green house."])[0] in cuts


def test_converted_weights_are_no_base() -> None:
    converted = Path(__file__).parents[2] / "models" / "mt-en-zh-nano" / "ct2"
    with pytest.raises(ModelError, match="holds converted weights, which cannot be trained: give their checkpoint"):
        find_base(ModelOptions(base=str(converted)))
