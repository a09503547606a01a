"""Checkpoints of every family are fine-tuned by the same loop and come out as models that translate."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tinymodels
from click.testing import CliRunner, Result

pytest.importorskip("torch")

from subtrans.cli.group import subtrans
from subtrans.engines.models.contents import read_json
from subtrans.engines.networks.vocabularies import vocabulary
from subtrans.errors import ModelError
from subtrans.finetune.config import Languages
from subtrans.finetune.texts import open_tokeniser

SHORT = ("training.steps=2", "training.evaluate_every=2", "training.subword_sampling=0", "training.average=1")


@pytest.mark.parametrize("family", ["nllb", "m2m100", "mbart50", "madlad", "t5", "mt5"])
def test_fine_tunes(toy: Path, tmp_path: Path, tune: Callable[..., Result], family: str) -> None:
    base = getattr(tinymodels, family)(tmp_path / family)
    out = tmp_path / "out"
    sizes = ("training.max_length=60", "data.dev_share=0.01", "data.test_share=0.01")
    result = tune(toy, f"model.base='{base}'", *SHORT, *sizes)
    assert result.exit_code == 0, result.output
    precisions = {row["precision"] for row in json.loads(result.stdout)["scores"]}
    assert precisions == {"float32", "int8"} | ({"before training"} if family != "t5" else set())
    assert (out / "ct2" / "model.bin").is_file()
    said = CliRunner().invoke(subtrans, ["text", "--mt", str(out), "--from", "en", "--to", "zh", "One.\nTwo.\n"])
    assert said.exit_code == 0, said.output


@pytest.mark.parametrize(
    "settings",
    [
        {"tokenizer_class": "NllbTokenizer"},
        {"tokenizer_class": "PreTrainedTokenizerFast"},
        {"tokenizer_class": "TokenizersBackend"},
        {"legacy_behaviour": True},
    ],
    ids=str,
)
def test_languages_stand_where_the_network_learned_them(settings: dict[str, Any], tmp_path: Path) -> None:
    base = tinymodels.nllb(tmp_path / "nllb")
    file = base / "tokenizer_config.json"
    tinymodels.write_json(file, json.loads(file.read_text(encoding="utf-8")) | settings)
    tokeniser = open_tokeniser(base, Languages("de", "en"))
    named = {token: number for number, token in enumerate(vocabulary(base, read_json(base / "config.json")))}
    [source], [target] = tokeniser.encode(["Guten Morgen."]), tokeniser.encode(["Good morning."], target=True)
    assert (source[0], source[-1]) == (named["deu_Latn"], named["</s>"])
    assert (target[0], target[-1]) == (named["eng_Latn"], named["</s>"])
    assert not {named["<unk>"], named["deu_Latn"], named["eng_Latn"]} & {*source[1:], *target[1:]}
    assert tokeniser.forced_start == named["eng_Latn"]


@pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")
def test_each_side_of_marian_has_the_vocabulary_that_is_its_own(tmp_path: Path) -> None:
    from transformers import AutoTokenizer

    base = tinymodels.marian(tmp_path / "marian", apart=True)
    ours, theirs = open_tokeniser(base, Languages("en", "de")), AutoTokenizer.from_pretrained(base)
    assert ours.encode(list(tinymodels.TEXTS)) == theirs(list(tinymodels.TEXTS))["input_ids"]
    said = theirs(text_target=["Guten Morgen, wie geht es?"])["input_ids"]
    assert ours.encode(["Guten Morgen, wie geht es?"], target=True) == said
    assert ours.decode(said[0]) == "Guten Morgen, wie geht es?"


def test_a_tokeniser_that_nothing_can_open(tmp_path: Path) -> None:
    base = tinymodels.nllb(tmp_path / "nllb")
    (base / "tokenizer_config.json").unlink()
    with pytest.raises(ModelError, match="has no tokeniser that can be loaded"):
        open_tokeniser(base, Languages("de", "en"))


@pytest.mark.parametrize(
    ("family", "settings", "code", "message"),
    [
        ("whisper", (), 5, "no translation model"),
        ("nllb", (), 9, "training.subword_sampling"),
        ("marian", (*SHORT, "data.others={ de = ['toy.tsv'] }", "data.min_script_share=0"), 9, "to tell zh, de apart"),
    ],
)
def test_a_base_for_something_else(
    toy: Path, tmp_path: Path, tune: Callable[..., Result], family: str, settings: tuple[str, ...], code: int,
    message: str,
) -> None:  # fmt: skip
    result = tune(toy, f"model.base={getattr(tinymodels, family)(tmp_path / family)}", *settings)
    assert result.exit_code == code, result.output
    assert message in result.stderr
