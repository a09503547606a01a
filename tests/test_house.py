"""The rules of the house that no other tool holds: light imports, layers, short files, no place of one machine."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = {
    *("numpy", "torch", "transformers", "ctranslate2", "faster_whisper", "onnxruntime", "av", "ffmpeg", "rich"),
    *("huggingface_hub", "sentencepiece", "tokenizers", "srt", "pysubs2", "sacrebleu", "peft", "datasets", "requests"),
}
LOOK = "import json, sys; print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})), file=sys.stderr)"


def imported(program: str) -> set[str]:
    """The packages that a clean interpreter has imported when it has run the program."""
    done = subprocess.run(
        [sys.executable, "-c", f"{program}\n{LOOK}"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(json.loads(done.stderr))


def test_the_look_sees_what_is_imported() -> None:
    assert "numpy" in imported("import numpy")


@pytest.mark.parametrize("name", ["subtrans", "subtrans.cli", "subtrans.engines", "subtrans.formats", "subtrans.text"])
def test_importing_is_light(name) -> None:
    assert not imported(f"import {name}") & HEAVY


def test_help_is_light() -> None:
    program = """
        from subtrans.cli.group import COMMANDS, subtrans
        for names in [], *([name] for name in COMMANDS):
            subtrans.main([*names, "--help"], prog_name="subtrans", standalone_mode=False)
    """
    assert not imported("if True:" + program) & HEAVY


@pytest.mark.parametrize(("arguments", "commands"), [(["--help"], set()), (["text", "--help"], {"text"})])
def test_only_the_command_asked_for_is_imported(arguments, commands) -> None:
    program = f"""
import json, sys
from subtrans.cli.group import COMMANDS, subtrans
subtrans.main({arguments}, standalone_mode=False)
print(json.dumps([name for name in COMMANDS if f"subtrans.cli.commands.{{name}}" in sys.modules]), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert set(json.loads(done.stderr)) == commands


def test_imports_go_down_only() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout


def sources() -> list[Path]:
    kinds = {".py", ".md", ".toml", ".tsv", ".yml", ".sh", ""}
    folders = ("subtrans", "tests", "samples", "benchmarks", "models", ".ci")
    found = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    found += [path for path in ROOT.iterdir() if path.is_file()]
    skipped = {"__pycache__", ".git"}
    return [path for path in found if path.suffix in kinds and not skipped.intersection(path.parts)]


def test_no_file_is_too_long_to_read_at_once() -> None:
    long = {
        str(path.relative_to(ROOT)): length
        for path in (ROOT / "subtrans").rglob("*.py")
        if (length := len(path.read_text(encoding="utf-8").splitlines())) > 250
    }
    assert not long


def test_no_command_is_built_of_another_command() -> None:
    folder = ROOT / "subtrans/cli/commands"
    for path in folder.rglob("*.py"):
        imported = re.findall(r"^\s*from subtrans\.cli\.(commands\S*)", path.read_text(encoding="utf-8"), re.MULTILINE)
        own = "commands.evaluate" if path.parent.name == "evaluate" else "nothing"
        assert [name for name in imported if not name.startswith(own)] == [], path


def test_nothing_names_a_place_of_one_machine() -> None:
    places = [f"/{folder}/" for folder in ("root", "home", "work", "Users", "mnt")]
    for path in sources():
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not [place for place in places if place in text], path
