"""`subtrans models` over a cache with one small model: listed, looked at, fetched without the network, removed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
import tinymodels
from click.testing import CliRunner, Result

from subtrans.cli.group import subtrans

REPO = "Helsinki-NLP/opus-mt-en-zh"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    from huggingface_hub import constants

    hub = tmp_path / "hub"
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(hub))
    monkeypatch.setenv("SUBTRANS_CACHE", str(tmp_path / "cache"))
    tinymodels.in_hub_cache(tinymodels.marian(tmp_path / "work"), hub, REPO)
    return hub


def run(*arguments: str) -> Result:
    return CliRunner().invoke(subtrans, ["models", *arguments])


def test_list(cache: Path) -> None:
    result = run()
    assert result.exit_code == 0, result.output
    assert REPO in result.stdout
    assert "en → zh" in result.stdout


def test_names_are_whole_on_a_narrow_terminal(cache: Path, monkeypatch) -> None:
    terminal = SimpleNamespace(isatty=lambda: True)
    monkeypatch.setattr("subtrans.cli.commands.models.sys", SimpleNamespace(stdout=terminal))
    monkeypatch.setenv("COLUMNS", "50")
    first = "".join(line[1:].split("  ")[0].strip() for line in run().stdout.splitlines())
    assert REPO in first
    assert "…" not in first


def test_a_name_stands_in_one_line_of_a_terminal_of_80_columns(cache: Path, monkeypatch) -> None:
    terminal = SimpleNamespace(isatty=lambda: True)
    monkeypatch.setattr("subtrans.cli.commands.models.sys", SimpleNamespace(stdout=terminal))
    monkeypatch.setenv("COLUMNS", "80")
    lines = run().stdout.splitlines()
    assert any(REPO in line and "en → zh" in line and "cached" in line for line in lines)
    assert max(map(len, lines)) <= 80


def test_list_as_json(cache: Path) -> None:
    (entry,) = [entry for entry in json.loads(run("--json").stdout) if entry["name"] == REPO]
    assert entry["pairs"] == [["en", "zh"]]
    assert entry["where"] == "cached"
    assert entry["bytes"] > 0
    assert json.loads(run("list", "--json").stdout) == json.loads(run("--json").stdout)


def test_pull_info_remove(cache: Path) -> None:
    assert run("pull", REPO, "--offline").exit_code == 0
    info = run("info", "opus-mt-en-zh", "--json")
    assert len(json.loads(info.stdout)["folders"]) == 2
    assert "en → zh" in run("info", REPO).stdout
    removed = run("remove", REPO)
    assert removed.exit_code == 0
    assert "freed" in removed.stderr
    assert not list(cache.iterdir())
    again = run("remove", REPO)
    assert again.exit_code == 5
    assert "there is no model" in again.stderr


def test_info_says_of_each_score_what_it_was_measured_on(cache: Path) -> None:
    lines = run("info", "mt-en-zh-nano").stdout.splitlines()
    scores = [line[13:] for line in lines if "BLEU" in line or "chrF2" in line]
    assert re.fullmatch(r"BLEU [\d.]+ test split, 996 sentences, int8", scores[0])
    measured = [re.sub(r" [\d.]+ ", " ", score) for score in scores]
    assert len(set(measured)) == len(measured) > 1


def test_pull_of_what_is_not_there(cache: Path) -> None:
    result = run("pull", "acme/none", "--offline")
    assert result.exit_code == 5
    assert "acme/none is not in the cache" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_folder_of_ones_own_is_looked_at_and_stays(cache: Path, tmp_path: Path) -> None:
    folder = tinymodels.marian(tmp_path / "mine")
    found = json.loads(run("info", str(folder), "--json").stdout)
    assert (found["name"], found["kind"], found["where"]) == ("mine", "mt", "folder")
    refused = run("remove", str(folder))
    assert refused.exit_code == 5
    assert "is a folder of your own and is not removed" in refused.stderr
    assert folder.is_dir()


def test_nothing_in_a_card_is_obeyed_by_the_terminal(cache: Path, tmp_path: Path, monkeypatch) -> None:
    folder = tinymodels.in_hub_cache(tinymodels.marian(tmp_path / "other"), cache, "acme/opus-mt-en-de")
    card = '[model]\nkind = "mt"\nname = "x"\n'
    escape = r"\u001b]0;title\u0007\u009b2J"
    (folder / "card.toml").write_text(f'{card}description = "{escape}"\n[[scores]]\nmetric = "BLEU"\nvalue = 1\n')
    monkeypatch.setenv("FORCE_COLOR", "1")
    for arguments in ((), ("info", "acme/opus-mt-en-de"), ("info", "a\x1b]0;title\x07b")):
        result = run(*arguments)
        assert not {"\x1b]", "\x07", "\x9b"} & set(re.findall("\x1b]|\x07|\x9b", result.output)), arguments
    assert "�]0;title��2J" in run("info", "acme/opus-mt-en-de").stdout
