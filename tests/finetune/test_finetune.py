"""Training from a file to a model that translates, killed and taken up again, and fine-tuned further."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import tinymodels
from click.testing import CliRunner, Result

pytest.importorskip("torch")

from subtrans.cli.group import subtrans
from subtrans.engines.models.cards import check_files, read_card
from subtrans.finetune.config import read_config
from subtrans.finetune.corpus import Pair, load_corpus, write_tsv
from subtrans.finetune.start import starting_checkpoint
from subtrans.finetune.train import Evaluation, Outcome, Progress, Report, train, use_threads


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(subtrans, [str(argument) for argument in arguments])


class Killed(BaseException):
    """The end of the process, as far as the loop can tell."""


def train_toy(config_file: Path, folder: Path, report: Report, *overrides: str) -> Outcome:
    config = read_config(config_file, overrides)
    corpus = load_corpus(config.data)
    folder.mkdir(exist_ok=True)
    use_threads(config.training)
    start = starting_checkpoint(config.model, corpus.train, config.languages, 1, folder / "start")
    return train(config, corpus, start, folder, report)


def losses(folder: Path) -> dict[int, object]:
    """What each evaluation found; a step that was repeated counts once, by its last result."""
    lines = [json.loads(line) for line in (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    return {line["step"]: line["scores"] for line in lines if line["kind"] == "evaluation"}


def test_from_a_file_to_a_model_that_translates_and_is_tuned_further(toy: Path, tmp_path: Path) -> None:
    model = tmp_path / "model"
    result = run("finetune", toy, "-o", model, "--json")
    assert result.exit_code == 0, result.output
    scores = json.loads(result.stdout)["scores"]
    found = {(row["precision"], row["metric"], "lower case" in row["test_set"]): row["value"] for row in scores}
    assert found["float32", "BLEU", False] > 60
    assert found["int8", "BLEU", False] > found["float32", "BLEU", False] - 5
    assert found["int8", "BLEU", True] > 50
    assert all("|beam:5" in row["signature"] for row in scores)
    card = read_card(model)
    assert (card.kind, card.pairs, card.licence) == ("mt", (("en", "zh"),), "CC0-1.0")
    check_files(model, card, checksums=True)
    assert {file.path for file in card.files} >= {"ct2/model.bin", "hf/model.safetensors", "hf/source.spm"}
    asked = {"Tom sees a red car.": "汤姆", "Mary buys a new book.": "玛丽", "The doctor has an old cup.": "医生"}
    said = run("text", "--mt", model, "--to", "zh", "\n".join(asked)).stdout.splitlines()
    assert [who in line for who, line in zip(asked.values(), said, strict=True)] == [True] * 3, said

    tuned = tmp_path / "tuned"
    changes = [f"model.base='{model}'", "training.steps=10", "training.evaluate_every=5", "training.learning_rate=1e-4"]
    result = run("finetune", toy, "-o", tuned, "--json", *(part for change in changes for part in ("--set", change)))
    assert result.exit_code == 0, result.output
    rows = json.loads(result.stdout)["scores"]
    assert {row["precision"] for row in rows} == {"before training", "float32", "int8"}
    trained = (tuned / "card.toml").read_text(encoding="utf-8")
    assert 'base = "toy"' in trained
    assert str(tmp_path) not in trained  # where things lie on this machine is nobody's business
    before, after = (next(r["value"] for r in rows if r["precision"] == p) for p in ("before training", "float32"))
    assert after > before - 10
    report = json.loads(result.stdout)["report"]
    assert json.loads((tuned / "report.json").read_text(encoding="utf-8")) == report
    assert [found["name"] for found in report["sets"]] == ["test", "dev"]
    assert [change["name"] for change in report["sets"][0]["changes"]] == ["BLEU", "chrF2", "TER", "ROUGE-L"]
    assert all(0 < change["p"] <= 1 for change in report["sets"][0]["changes"][:3])
    assert len(report["robustness"]) == 3
    assert [step for step, _ in report["curves"]["dev BLEU"]] == [0, 5, 10]
    assert "<svg" in (tuned / "report.html").read_text(encoding="utf-8")
    assert json.loads((model / "report.json").read_text(encoding="utf-8"))["sets"][0]["changes"][0]["before"] is None


def test_a_killed_run_goes_on_to_the_same_numbers(toy: Path, tmp_path: Path) -> None:
    settings = ("training.steps=60", "training.evaluate_every=20", "training.dropout=0.1")
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    train_toy(toy, whole, lambda event: None, *settings)

    def kill_at(step: int) -> Report:
        def report(event: Progress | Evaluation) -> None:
            if isinstance(event, Evaluation) and event.step == step:
                raise Killed  # after the scores and before the checkpoint

        return report

    for step in (20, 40, 60):
        with pytest.raises(Killed):
            train_toy(toy, broken, kill_at(step), *settings)
    train_toy(toy, broken, lambda event: None, *settings)
    assert losses(broken) == losses(whole)
    assert (broken / "best.safetensors").read_bytes() == (whole / "best.safetensors").read_bytes()


def test_a_finished_run_that_is_repeated_cost_what_it_did(
    toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = iter(range(100, 200))
    monkeypatch.setattr("subtrans.finetune.train.peak_memory", lambda device: next(memory))
    settings = ("training.steps=4", "training.evaluate_every=2")
    first, again = (train_toy(toy, tmp_path / "run", lambda event: None, *settings) for _ in range(2))
    assert first == again
    assert first.peak_memory == 101


def test_another_configuration_does_not_take_up_a_run(toy: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    short = ["--set", "training.steps=2", "--set", "training.evaluate_every=1"]
    assert run("finetune", toy, "-o", out, *short).exit_code == 0
    result = run("finetune", toy, "-o", out, *short, "--set", "training.seed=2")
    assert result.exit_code == 9
    assert "a run whose training.seed was another (1, not 2): give another --output" in result.stderr
    # How long and where it is trained may change; what it learns from may not, wherever that lies.
    longer = ["--set", "training.patience=9", "--set", "training.steps=3", "--set", "training.threads=2"]
    (tmp_path / "data").rename(tmp_path / "moved")
    moved = ["--set", f"data.folder={tmp_path / 'moved'}"]
    assert run("finetune", toy, "-o", out, *short, *longer, *moved).exit_code == 0
    assert "3" in {str(step) for step in losses(out)}
    with (tmp_path / "moved" / "toy.tsv").open("a", encoding="utf-8") as file:
        file.write("The old doctor sees the sea.\t老医生看见海。\n")
    result = run("finetune", toy, "-o", out, *short, *moved)
    assert result.exit_code == 9
    assert "a run whose training data was another: give another --output" in result.stderr


def test_a_run_without_a_checkpoint_gives_way_to_another(toy: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    short = ["--set", "training.steps=2", "--set", "training.evaluate_every=1"]
    assert run("finetune", toy, "-o", out, *short, "--set", "training.learning_rate=1e30").exit_code == 1
    assert (out / "start" / "model.safetensors").is_file()
    assert not (out / "state.safetensors").exists()  # what is spoiled is not kept
    result = run("finetune", toy, "-o", out, *short, "--set", "model.width=32", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads((out / "hf" / "config.json").read_text(encoding="utf-8"))["d_model"] == 32


def test_what_is_worse_than_its_base_is_not_delivered(toy: Path, tmp_path: Path) -> None:
    short = ["--set", "training.steps=4", "--set", "training.evaluate_every=2", "--set", "training.average=1"]
    from safetensors.numpy import load_file

    base = tmp_path / "base"
    assert run("finetune", toy, "-o", base, "--set", "training.steps=200").exit_code == 0
    for method in ("full", "prefix"):
        spoiling = ["training.learning_rate=0.5", "training.warmup_steps=0", f"tuning.method={method}"]
        settings = [part for change in (f"model.base={base / 'hf'}", *spoiling) for part in ("--set", change)]
        result = run("finetune", toy, "-o", tmp_path / method, "--json", *short, *settings)
        assert result.exit_code == 0, result.output
        assert "the base is delivered" in result.stderr
        weights = [load_file(folder / "hf" / "model.safetensors") for folder in (base, tmp_path / method)]
        assert weights[0].keys() == weights[1].keys()
        assert all((tensor == weights[1][name]).all() for name, tensor in weights[0].items())
        assert json.loads((tmp_path / method / "results.json").read_text(encoding="utf-8"))["best_step"] == 0
        assert 'base = "toy"' in (tmp_path / method / "card.toml").read_text(encoding="utf-8")
        for found in json.loads(result.stdout)["report"]["sets"]:
            assert all(change["before"] == change["after"] for change in found["changes"])


def test_the_base_is_mixed_in_at_the_end_and_the_run_can_go_on(toy: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    base, out = tmp_path / "base", tmp_path / "out"
    assert run("finetune", toy, "-o", base, "--set", "training.steps=30").exit_code == 0
    short = ("training.steps=12", "training.evaluate_every=6", "training.average=1", f"model.base={base}")
    settings = [part for change in short for part in ("--set", change)]
    shares: dict[float, dict[str, Any]] = {}
    for share in (0.0, 0.25):
        assert run("finetune", toy, "-o", out, *settings, "--set", f"tuning.base_share={share}").exit_code == 0
        shares[share] = load_file(out / "hf" / "model.safetensors")
    own = load_file(base / "hf" / "model.safetensors")
    for name, tensor in shares[0.25].items():
        expected = 0.75 * shares[0.0][name].astype("float32") + 0.25 * own[name].astype("float32")
        assert abs(expected - tensor).max() <= 2e-3 * max(1, abs(expected).max()), name
    results = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert results["best"] == "mixed.safetensors"
    alone, mixed = results["tried"]
    assert alone.startswith("step ")
    assert mixed == "25% of the base mixed in"


def test_one_new_model_into_two_languages(toy: Path, toy_pairs: list[Pair], tmp_path: Path) -> None:
    words = {"看见": "sieht", "买": "kauft", "喜欢": "mag", "有": "hat", "想要": "will"}
    words |= {"车": "Auto", "书": "Buch", "房子": "Haus", "狗": "Hund", "杯子": "Tasse"}
    colours = {"红": "rot", "绿": "schlimm", "旧": "alt", "新": "neu"}
    german = [
        Pair(pair.source, " ".join(word for part, word in (words | colours).items() if part in pair.target) + ".")
        for pair in toy_pairs
        if pair.source.startswith("Tom")
    ]
    write_tsv(german, tmp_path / "data" / "toy.de.tsv")
    settings = ["data.others={ de = ['toy.de.tsv'] }", "training.steps=300", "training.subword_sampling=0"]
    settings += ["model.target_vocabulary=360", "data.dev_share=0.1", "data.test_share=0.1"]
    arguments = [part for change in settings for part in ("--set", change)]
    out = tmp_path / "out"
    result = run("finetune", toy, "-o", out, "--json", *arguments)
    assert result.exit_code == 0, result.output
    assert read_card(out).pairs == (("en", "zh"), ("en", "de"))
    said = {tag: run("text", "--mt", out, "--to", tag, "Tom buys a red book.").stdout for tag in ("zh", "de")}
    assert "Buch" in said["de"]
    assert "书" in said["zh"]
    result = run("finetune", toy, "-o", tmp_path / "none", "--set", "data.others={ zh = ['toy.de.tsv'] }")
    assert (result.exit_code, "is the target language itself" in result.stderr) == (9, True)


def test_stops_when_dev_gets_no_better(toy: Path, tmp_path: Path) -> None:
    events: list[Progress | Evaluation] = []
    # With a rate of nothing the model stays what it is, so the second evaluation is no better than the first.
    train_toy(
        toy, tmp_path / "out", events.append, "training.learning_rate=0", "training.patience=2",
        "training.evaluate_every=2", "training.average=1",
    )  # fmt: skip
    assert [event.step for event in events if isinstance(event, Evaluation)] == [2, 4, 6]


@pytest.mark.parametrize("family", ["marian", "mbart50", "gpt", "bert2bert"])
def test_a_dev_pair_that_is_longer_than_the_model_takes_is_not_measured(
    family: str, toy: Path, toy_pairs: list[Pair], tmp_path: Path
) -> None:
    base = getattr(tinymodels, family)(tmp_path / "base")
    parts = {"train": toy_pairs[:300], "dev": toy_pairs[300:310], "test": toy_pairs[310:320]}
    for name, pairs in parts.items():
        long = Pair(" ".join(pair.source for pair in pairs[:10]), "".join(pair.target for pair in pairs[:10]))
        write_tsv([*pairs, long], tmp_path / "data" / f"{name}.tsv")
    settings = [f"data.{name}=['{name}.tsv']" for name in parts]
    settings += ["data.max_characters=2000", "data.overlap=allow", "training.max_length=250", "training.steps=2"]
    settings += ["training.subword_sampling=0", "training.average=1", f"model.base={base}"]
    arguments = [part for change in settings for part in ("--set", change)]
    result = run("finetune", toy, "-o", tmp_path / "out", *arguments)
    assert result.exit_code == 0, result.output
    write_tsv([long], tmp_path / "data" / "long.tsv")
    result = run("finetune", toy, "-o", tmp_path / "none", *arguments, "--set", "data.dev=['long.tsv']")
    assert result.exit_code == 1
    assert "no dev pair is as short as the" in result.stderr
