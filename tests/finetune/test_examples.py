"""Every example configuration of the docs trains a tiny model, and what comes out translates."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import tinymodels
from click.testing import CliRunner, Result

pytest.importorskip("torch")

from subtrans.cli.group import subtrans
from subtrans.finetune.corpus import Pair, write_tsv

FOLDER = Path(__file__).parents[2] / "benchmarks" / "finetune"
EXAMPLES = sorted(path.stem for path in FOLDER.glob("*.toml"))
SMALL = (
    *("training.steps=4", "training.evaluate_every=2", "training.warmup_steps=1", "training.batch_tokens=300"),
    *("training.max_length=60", "training.threads=1", "training.trackers=[]", "data.dev_share=0.05"),
    *("data.test_share=0.05", "data.overlap=remove", "training.device=cpu"),
)
BASES = {"multilingual": "nllb", "several_targets": "nllb", "prompt": "gpt", "scratch": ""}
NEW = [
    "model.width=32", "model.heads=2", "model.feed_forward=64", "model.encoder_layers=1",
    "model.decoder_layers=1", "model.source_vocabulary=300", "model.target_vocabulary=310",
]  # fmt: skip


@pytest.fixture
def corpus(tmp_path: Path, toy_pairs: list[Pair]) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    pairs = toy_pairs[::5]
    write_tsv(pairs, folder / "train.tsv")
    german = [Pair(pair.source, f"Der Mann hat {at} rote Autos und ein Haus.") for at, pair in enumerate(pairs)]
    write_tsv(german, folder / "train.de.tsv")
    write_tsv(toy_pairs[1::25], folder / "general.tsv")
    write_tsv(toy_pairs[2::100], folder / "general_test.tsv")
    for column, tag in enumerate(("en", "zh")):
        sides = [(pair.source, pair.target)[column] for pair in pairs]
        (folder / f"mono.{tag}").write_text("\n".join(sides[:20]) + "\n", encoding="utf-8")
        times = [
            f"00:00:{at // 2:02},{at % 2 * 500:03} --> 00:00:{at // 2:02},{at % 2 * 500 + 400:03}" for at in range(100)
        ]
        cues = (f"{number}\n{time}\n{text}\n" for number, (time, text) in enumerate(zip(times, sides, strict=False), 1))
        (folder / f"talk.{tag}.srt").write_text("\n".join(cues), encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_trains_and_translates(name: str, corpus: Path, tmp_path: Path, tune: Callable[..., Result]) -> None:
    changes = [f"data.folder={corpus}", *SMALL]
    if name == "scratch":
        changes += NEW
    elif name == "pair":
        changes += [
            f"model.encoder={tinymodels.bert(tmp_path / 'e')}",
            f"model.decoder={tinymodels.gpt(tmp_path / 'd')}",
        ]
    else:
        changes.append(f"model.base={getattr(tinymodels, BASES.get(name, 'marian'))(tmp_path / 'base')}")
    if name == "back_translation":
        changes.append(f"back_translation.model={tinymodels.marian(tmp_path / 'reverse')}")
    if name == "search":
        pytest.importorskip("optuna")
        changes += ["search.trials=2", "search.steps=2"]
    if name == "prompt":
        changes.append("training.max_length=200")
    out = tmp_path / "out"
    result = tune(FOLDER / f"{name}.toml", *changes)
    assert result.exit_code == 0, result.output
    scores = {(row["precision"], row["test_set"].partition(",")[0]) for row in json.loads(result.stdout)["scores"]}
    runs_through_transformers = name in {"prefix", "pair"}
    assert ("int8", "test split") in scores or runs_through_transformers
    assert ("CTranslate2 cannot take this model" in result.stderr) == runs_through_transformers
    assert ("float32", "general set") in scores or name != "replay"
    results = json.loads((out / "results.json").read_text(encoding="utf-8"))
    partly = name in {"frozen", "top_layers", "lora", "adalora", "ia3", "prefix", "search", "prompt"}
    assert (results["trained_parameters"] < results["parameters"]) == partly
    if name == "several_targets":
        assert ("int8", "de test split") in scores
        sets = json.loads((out / "report.json").read_text(encoding="utf-8"))["sets"]
        assert sets[-1]["name"] == "test de"
    said = CliRunner().invoke(subtrans, ["text", "--mt", str(out), "--from", "en", "--to", "zh", "One.\nTwo.\n"])
    assert said.exit_code == 0, said.output


def test_the_docs_name_every_example_and_no_other() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\(([a-z_0-9]+)\.toml\)", readme)) == set(EXAMPLES)
