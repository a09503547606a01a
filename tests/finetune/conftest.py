"""A toy language pair that a tiny model learns in seconds, as files and a configuration."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from subtrans.cli.group import subtrans
from subtrans.finetune.corpus import Pair, write_tsv

PEOPLE = {"Tom": "汤姆", "Mary": "玛丽", "my father": "我父亲", "the doctor": "医生", "a child": "一个孩子"}
VERBS = {"sees": "看见", "buys": "买", "likes": "喜欢", "has": "有", "wants": "想要"}
COLOURS = {"red": "红色的", "green": "绿色的", "old": "旧的", "new": "新的"}
THINGS = {"car": "车", "book": "书", "house": "房子", "dog": "狗", "cup": "杯子"}

CONFIG = """
name = "toy"

[languages]
source = "en"
target = "zh"

[data]
folder = "data"
train = ["toy.tsv"]
dev_share = 0.06
test_share = 0.06

[model]
width = 64
feed_forward = 128
heads = 2
encoder_layers = 1
decoder_layers = 1
source_vocabulary = 300
target_vocabulary = 310
max_positions = 64

[noise]
spoken = 0.3

[training]
steps = 400
learning_rate = 4e-3
warmup_steps = 20
batch_tokens = 600
evaluate_every = 200
dropout = 0.0
average = 2
subword_sampling = 0.2
precision = "float32"
device = "cpu"
threads = 1

[card]
description = "A toy."
licence = "CC0-1.0"
limits = "Knows twenty words."
"""


@pytest.fixture
def tune(tmp_path: Path) -> Callable[..., Result]:
    """`subtrans finetune` by a file and settings such as training.steps=2; the model goes to `tmp_path / "out"`."""

    def tune(config: Path, *settings: str) -> Result:
        changes = [part for one in settings for part in ("--set", one)]
        return CliRunner().invoke(subtrans, ["finetune", str(config), "-o", str(tmp_path / "out"), "--json", *changes])

    return tune


@pytest.fixture
def toy_pairs() -> list[Pair]:
    """All sentences of the toy language, 500."""
    pairs = []
    for words in product(PEOPLE.items(), VERBS.items(), COLOURS.items(), THINGS.items()):
        (who, verb, colour, thing), target = zip(*words, strict=True)
        pairs.append(Pair(f"{who[0].upper()}{who[1:]} {verb} a {colour} {thing}.", "".join(target) + "。"))
    return pairs


@pytest.fixture
def toy(tmp_path: Path, toy_pairs: list[Pair]) -> Path:
    """The configuration file of the toy pair, with its data beside it."""
    (tmp_path / "data").mkdir()
    write_tsv(toy_pairs, tmp_path / "data" / "toy.tsv")
    path = tmp_path / "toy.toml"
    path.write_text(CONFIG, encoding="utf-8")
    return path
