"""A language model in CTranslate2's format says what transformers says of the same prompt."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import tinymodels
from contracts import check_translator
from tokenizers import Tokenizer

pytest.importorskip("torch")

from subtrans.engines import TranslatorOptions, load_translator
from subtrans.engines.models.convert import Origin, convert_language_model
from subtrans.errors import ModelError

EXACT = TranslatorOptions(device="cpu", compute_type="float32", threads=1, beam_size=1, max_length=24)


@pytest.fixture(scope="module", params=["gpt", "qwen3"])
def checkpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return getattr(tinymodels, request.param)(tmp_path_factory.mktemp("models") / "hf")


def test_the_same_words_as_transformers(checkpoint: Path, tmp_path: Path) -> None:
    convert_language_model(checkpoint, tmp_path / "ct2", Origin("acme/lm"), quantization="float32")
    ours, theirs = (
        load_translator(str(folder), source="en", target="zh", options=EXACT)
        for folder in (tmp_path / "ct2", checkpoint)
    )
    said = [[found.text for found in engine.translate(tinymodels.TEXTS)] for engine in (ours, theirs)]
    assert said[0] == said[1]
    scores = [[found.score for found in engine.translate(tinymodels.TEXTS)] for engine in (ours, theirs)]
    assert scores[0] == pytest.approx(scores[1], abs=1e-2)


def test_contract(checkpoint: Path, tmp_path: Path) -> None:
    convert_language_model(checkpoint, tmp_path / "ct2", Origin("acme/lm"), quantization="float32")
    options = replace(EXACT, beam_size=3, num_hypotheses=2)
    translator = load_translator(str(tmp_path), source="en", target="de", options=options)
    check_translator(translator, list(tinymodels.TEXTS))
    long = " ".join(["We are going home, where is the station?"] * 20)
    (found,) = translator.translate([long])
    assert found.text
    assert any(found.alternatives for found in translator.translate(tinymodels.TEXTS))


def test_translators_into_several_languages_share_the_weights(checkpoint: Path, tmp_path: Path) -> None:
    convert_language_model(checkpoint, tmp_path / "ct2", Origin("acme/lm"), quantization="float32")
    for folder, weights in (tmp_path / "ct2", "_generator"), (checkpoint, "_model"):
        one, two = (load_translator(str(folder), source="en", target=target, options=EXACT) for target in ("zh", "de"))
        assert getattr(one, weights) is getattr(two, weights)


def test_how_texts_of_a_training_were_cut_does_not_cut_a_prompt(checkpoint: Path, tmp_path: Path) -> None:
    convert_language_model(checkpoint, tmp_path / "ct2", Origin("acme/lm"), quantization="float32")
    expected = load_translator(tmp_path / "ct2", source="en", target="zh", options=EXACT).translate(tinymodels.TEXTS)
    file = tmp_path / "ct2" / "tokenizer.json"
    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.enable_truncation(8)
    tokenizer.enable_padding(length=40, pad_token="<|endoftext|>")
    tokenizer.save(str(file))
    found = load_translator(tmp_path / "ct2", source="en", target="zh", options=EXACT).translate(tinymodels.TEXTS)
    assert found == expected


def test_without_its_tokenizer_it_is_not_converted(checkpoint: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    for path in checkpoint.iterdir():
        if path.name != "tokenizer.json":
            (bare / path.name).write_bytes(path.read_bytes())
    with pytest.raises(ModelError, match=r"has no tokenizer\.json"):
        convert_language_model(bare, tmp_path / "ct2", Origin("acme/lm"), quantization="int8")


@pytest.mark.parametrize("name", ["tokenizer.json", "subtrans.json"])
def test_a_damaged_one_is_told(name: str, tmp_path: Path) -> None:
    convert_language_model(tinymodels.gpt(tmp_path / "hf"), tmp_path / "ct2", Origin("acme/lm"), quantization="float32")
    kept = '{"family": "prompted"}' if name == "subtrans.json" else '{"version": 1'
    (tmp_path / "ct2" / name).write_text(kept)
    with pytest.raises(ModelError, match=r"fetch or (convert it|save the model) again"):
        load_translator(str(tmp_path / "ct2"), source="en", target="zh", options=EXACT)
