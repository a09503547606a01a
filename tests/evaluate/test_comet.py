"""COMET is asked as a program; a stand-in that prints as Unbabel's does tells what it was given."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from subtrans.cli.group import subtrans
from subtrans.errors import MissingExtraError, ModelError, SubtransError
from subtrans.evaluate.comet import comet
from subtrans.evaluate.report import Translated, judge

STAND_IN = """#!{python}
import json, sys
files = {{option: sys.argv[sys.argv.index(option) + 1] for option in ("-s", "-t", "-r", "--model")}}
lines = {{option: open(files[option], encoding="utf-8").read().splitlines() for option in ("-s", "-t", "-r")}}
if lines["-t"] == ["fail"]:
    sys.exit("RuntimeError: out of memory")
print("Global seed set to 1")
same = sum(one == two for one, two in zip(lines["-t"], lines["-r"], strict=True))
print(f"{{files['-t']}}\\tscore: {{same / len(lines['-s']):.4f}}")
"""


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if sys.platform == "win32":
        pytest.skip("the stand-in is a script that names its interpreter")
    program = tmp_path / "bin" / "comet-score"
    program.parent.mkdir()
    program.write_text(STAND_IN.format(python=sys.executable), encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    checkpoint = tmp_path / "wmt22-comet-da" / "checkpoints" / "model.ckpt"
    checkpoint.parent.mkdir(parents=True)
    checkpoint.touch()
    return checkpoint


def test_a_score(model: Path) -> None:
    found = comet(["a", "b\nc"], ["x", "y"], ["x", "z"], model)
    assert (found.name, found.value) == ("COMET", 50.0)
    assert found.signature == "nrefs:1|model:wmt22-comet-da/model.ckpt"
    with pytest.raises(SubtransError, match=r"comet-score failed \(RuntimeError: out of memory\)"):
        comet(["a"], ["fail"], ["x"], model)


def test_the_report_has_it_too(model: Path) -> None:
    found = Translated("test", ["a", "b"], ["x y", "z"], ["x y", "w"], ["x y", "z"])
    (last,) = [change for change in judge(found, "en", model).changes if change.name == "COMET"]
    assert (last.before, last.after) == (50.0, 100.0)


def test_on_the_command_line(model: Path, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("one\n", encoding="utf-8")
    text = str(tmp_path / "text")
    asked = ["evaluate", "text", text, text, "--lang", "en", "--json", "--comet", str(model)]
    result = CliRunner().invoke(subtrans, [*asked, "--source", text])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["scores"][-1]["value"] == 100.0
    assert CliRunner().invoke(subtrans, asked).exit_code == 2


def test_what_is_missing_is_told(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match=r"give its \.ckpt file"):
        comet(["a"], ["x"], ["x"], model.parent / "none.ckpt")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingExtraError, match="COMET needs packages that are not installed: pipx install unbabel"):
        comet(["a"], ["x"], ["x"], model)
