"""A configuration file and overrides to a value, and every way to get them wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from subtrans.errors import ConfigError
from subtrans.finetune.config import read_config

MINIMAL = 'name = "x"\n[languages]\nsource = "en"\ntarget = "zh"\n[data]\ntrain = ["a.tsv"]\n'


def write(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_is_not_said_has_defaults(tmp_path: Path) -> None:
    config = read_config(write(tmp_path, MINIMAL))
    assert config.training.label_smoothing == 0.1
    assert config.model.base == ""
    assert config.noise.spoken == 0


def test_paths_of_the_file_start_at_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, MINIMAL + 'folder = "texts"\nextra = ["own.tsv"]\n[model]\nbase = "../base"\n')
    config = read_config(path)
    assert Path(config.data.folder) == tmp_path / "texts"
    assert config.data.extra == (str(tmp_path / "own.tsv"),)
    assert Path(config.model.base) == tmp_path / ".." / "base"
    assert read_config(path, ["data.folder=elsewhere"]).data.folder == "elsewhere"
    assert Path(read_config(write(tmp_path, MINIMAL)).data.folder) == tmp_path


def test_overrides_are_toml_values_or_strings(tmp_path: Path) -> None:
    path = write(tmp_path, MINIMAL)
    overrides = [
        "training.steps=7",
        "training.learning_rate=1",
        "model.aligned_start=false",
        "name=the name",
        "data.dev=[]",
    ]
    config = read_config(path, overrides)
    assert (config.training.steps, config.training.learning_rate) == (7, 1.0)
    assert isinstance(config.training.learning_rate, float)
    assert not config.model.aligned_start
    assert config.name == "the name"


def test_the_fingerprint_is_of_what_is_trained(tmp_path: Path) -> None:
    path = write(tmp_path, MINIMAL)
    config = read_config(path)
    assert (
        read_config(path, ["data.folder=/elsewhere", "card.licence=MIT", "training.steps=9"]).fingerprint
        == config.fingerprint
    )
    assert read_config(path, ["training.seed=7"]).fingerprint != config.fingerprint


@pytest.mark.parametrize(
    ("text", "overrides", "message"),
    [
        (MINIMAL + "[trainin]\nsteps = 3\n", [], "unknown key trainin; did you mean training?"),
        (MINIMAL + "[training]\nlearning_rat = 3\n", [], "did you mean training.learning_rate?"),
        (MINIMAL, ["training.stps=3"], "did you mean training.steps?"),
        (MINIMAL, ["training.steps"], "write it as key=value"),
        (MINIMAL, ["training.steps=many"], "training.steps must be a whole number"),
        (MINIMAL, ["training.steps=1.5"], "training.steps must be a whole number"),
        (MINIMAL, ["training.steps=true"], "training.steps must be a whole number"),
        (MINIMAL, ["training.learning_rate='x'"], "training.learning_rate must be a number"),
        (MINIMAL, ["model.aligned_start=1"], "model.aligned_start must be true or false"),
        (MINIMAL, ["data.train='a.tsv'"], "data.train must be a list of strings"),
        (MINIMAL, ["training=3"], "training must be a table"),
        (MINIMAL, ["training.steps=0"], "steps must be at least 1"),
        (MINIMAL, ["training.precision=half"], "precision must be"),
        (MINIMAL, ["name=../other"], "name must be one that a folder can have"),
        (MINIMAL, ["name="], "name must be one that a folder can have"),
        (MINIMAL, ["training.decay_share=0"], "decay_share must be above 0"),
        (MINIMAL, ["training.learning_rate=-1e-4"], "training.learning_rate must be at least 0"),
        (MINIMAL, ["training.learning_rate=nan"], "learning_rate must be at least 0"),
        (MINIMAL, ["training.threads=-1"], "threads must be at least 0"),
        (MINIMAL, ["training.patience=-1"], "patience must be at least 0"),
        (MINIMAL, ["training.weight_decay=-1"], "weight_decay must be at least 0"),
        (MINIMAL, ["training.warmup_steps=-3"], "warmup_steps must be at least 0"),
        (MINIMAL, ["training.clip_norm=0"], "clip_norm must be above 0: inf shortens no gradient"),
        (MINIMAL, ["training.dropout=2"], "dropout must be at least 0 and below 1"),
        (MINIMAL, ["training.label_smoothing=1.5"], "label_smoothing must be at least 0 and below 1"),
        (MINIMAL, ["tuning.top_layers=-1"], "top_layers must be at least 0"),
        (MINIMAL, ["tuning.adapter_dropout=2"], "adapter_dropout must be at least 0 and below 1"),
        (MINIMAL, ["data.target_column=-1"], "source_column and target_column are counted from 0"),
        (MINIMAL, ["data.dev_share=0.6", "data.test_share=0.6"], "together must be below 1"),
        (MINIMAL, ["model.heads=3"], "multiple of heads"),
        ('name = "x"\n', [], "not given: .*languages"),
        ("name = ", [], "is not TOML"),
    ],
)
def test_mistakes_name_the_file_and_the_key(tmp_path: Path, text: str, overrides: list[str], message: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigError, match=message) as caught:
        read_config(path, overrides)
    assert "\n" not in str(caught.value)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_config(tmp_path / "none.toml")


def test_the_recipe_that_ships_is_valid() -> None:
    recipe = Path(__file__).parents[2] / "models" / "mt-en-zh-nano" / "recipe"
    config = read_config(recipe / "config.toml")
    assert config.name == "mt-en-zh-nano"
    assert config.model.base == ""
    assert [Path(path).is_file() for path in config.data.extra] == [True]
