"""The group: help, version, hints, the environment, completion and what every command shares."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from click.shell_completion import ShellComplete
from fakes import silence, write_wav

from subtrans import __version__
from subtrans.cli.group import COMMANDS, subtrans
from subtrans.cli.parameters import flag
from subtrans.errors import DeviceError, MissingExtraError


def raising(error: Exception) -> None:
    raise error


def commands() -> list[list[str]]:
    """All commands and their own commands, as one types them."""
    found = []
    for name in COMMANDS:
        command = subtrans.get_command(click.Context(subtrans), name)
        assert command is not None
        found += [[name], *([name, sub] for sub in getattr(command, "commands", ()))]
    return found


@pytest.mark.parametrize("names", [[], *commands()], ids=" ".join)
def test_help_of_every_command(names, run) -> None:
    outcome = run(*names, "--help")
    assert outcome.code == 0
    assert outcome.out.startswith(f"Usage: subtrans {' '.join(names)}".rstrip())
    assert all(len(line) <= 80 for line in outcome.out.splitlines())


def test_commands_below_a_command_are_told_in_whole_sentences(run) -> None:
    helps = {name: run(name, "--help").out.partition("\nCommands:\n")[2] for name in COMMANDS}
    assert [name for name, text in helps.items() if text] == ["memory", "evaluate", "models", "cache"]
    assert not [name for name, text in helps.items() if "...\n" in text]


@pytest.mark.parametrize("name", ["subtitle", "speech", "live", "text"])
def test_the_options_of_commands_with_many_are_in_sections(name, run) -> None:
    text = run(name, "--help").out
    *sections, common = re.split(r"\n(?=[A-Z][a-z ]+:\n)", text.partition("\nExamples:")[0].partition("  Examples:")[0])
    assert {"Languages", "Recogniser" if name != "text" else "Input", "Translator", "Machine"} <= {
        section.partition(":")[0] for section in sections
    }
    assert re.findall(r"--([a-z-]+)", common) == ["verbose", "debug", "help"]
    known = {
        option for section in sections for option in re.findall(r"^ +(?:-\w, )?--([a-z-]+)", section, re.MULTILINE)
    }
    command = subtrans.get_command(click.Context(subtrans), name)
    assert command is not None
    assert known == {flag(one) for one in command.params if isinstance(one, click.Option)} - {"verbose", "debug"}


@pytest.mark.parametrize("names", commands(), ids=" ".join)
def test_every_command_has_the_common_options(names, run) -> None:
    assert {"--verbose", "--debug"} <= set(run(*names, "--help").out.split())


@pytest.mark.parametrize("columns", [None, "50", "100"])
def test_the_help_that_is_kept_is_what_click_says(columns, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", columns or "80")
    said = subtrans.get_help(click.Context(subtrans, info_name="subtrans", help_option_names=["-h", "--help"]))
    environment = {key: value for key, value in os.environ.items() if key != "COLUMNS"}
    environment |= {"COLUMNS": columns} if columns else {}
    command = [sys.executable, "-m", "subtrans", "--help"]
    assert subprocess.run(command, capture_output=True, check=True, text=True, env=environment).stdout == f"{said}\n"


def test_help_imports_no_parser() -> None:
    program = "import sys, subtrans.cli; sys.argv[1:] = ['-h']; subtrans.cli.main(); assert 'click' not in sys.modules"
    environment = {key: value for key, value in os.environ.items() if key != "COLUMNS"}
    subprocess.run([sys.executable, "-c", program], check=True, env=environment, stdout=subprocess.DEVNULL)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_each_says_of_itself(name, run) -> None:
    command = subtrans.get_command(click.Context(subtrans), name)
    assert command is not None
    assert command.get_short_help_str(limit=1000) == COMMANDS[name]
    assert f"  {name} " in run("--help").out


def test_version(run) -> None:
    assert run("--version").out == f"subtrans {__version__}\n"


def test_no_command_is_wrong_usage(run) -> None:
    assert run().code == 2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps a folder in which a program is")
def test_a_folder_that_is_gone_is_told(run, tmp_path, monkeypatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir("gone")
    (tmp_path / "gone").rmdir()
    outcome = run("models")
    assert (outcome.code, outcome.err) == (3, "subtrans: error: the current folder is gone: go to another one\n")
    assert run("--version").code == 0


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("subtitel", "subtitel is not a command: did you mean subtitle?"),
        ("xyz", "xyz is not a command: subtrans --help lists them"),
        ("talk.wav", "talk.wav is not a command: subtrans subtitle talk.wav --to LANG"),
    ],
)
def test_a_wrong_command_gets_a_hint(typed, hint, run, tmp_path) -> None:
    write_wav(tmp_path / "talk.wav", silence(10))
    outcome = run(typed, "--to", "zh")
    assert outcome.code == 2
    assert hint in outcome.err


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("subtitle a.mp4 --to zh --model small", "no such option --model: did you mean --asr or --mt?"),
        ("text a --to zh --model small", "no such option --model: did you mean --mt?"),
        ("subtitle a.mp4 --to zh --language English", "did you mean --from?"),
        ("check a.srt --language zh", "did you mean --lang?"),
        ("subtitle a.mp4 --task translate", "did you mean --to?"),
        ("subtitle a.mp4 --to zh --output_format srt", "did you mean --format?"),
        ("subtitle a.mp4 --to zh --output_dir out", "no such option --output_dir: did you mean --output-dir?"),
        ("subtitle a.mp4 --to zh --hlep", "did you mean --help?"),
        ("speech a.mp4 --to zh -o a.txt", "no such option -o\n"),
        ("subtitle a.mp4 --to zh --vad_filter True", "no such option --vad_filter\n"),
        ("--to zh subtitle a.mp4", "those of a command stand behind it, subtrans COMMAND --to"),
        ("models --offline pull a", "those of a command stand behind it, subtrans models COMMAND --offline"),
        ("subtitle a.mp4", "Missing option '-t' / '--to'. Name a language, such as zh or German."),
    ],
)
def test_an_option_as_others_call_it_gets_a_hint(typed, hint, run) -> None:
    outcome = run(*typed.split())
    assert (outcome.code, outcome.out) == (2, "")
    assert hint in outcome.err


@pytest.mark.parametrize("names", commands(), ids=" ".join)
def test_every_option_is_an_environment_variable(names, run) -> None:
    command = subtrans.get_command(click.Context(subtrans), names[0])
    for name in names[1:]:
        command = command.commands[name]
    for option in command.params:
        if isinstance(option, click.Option):
            flags = {"SUBTRANS_" + flag.lstrip("-").replace("-", "_").upper() for flag in option.opts}
            assert option.envvar in flags


@pytest.mark.parametrize("option", ["-o", "--output-dir", "--glossary", "--memory", "--mt", "--asr", "--align", ""])
def test_an_empty_name_is_not_the_current_folder(option, run) -> None:
    write_wav(Path("talk.wav"), silence(10))
    outcome = run("subtitle", "--to", "zh", *(["talk.wav", option, ""] if option else [""]))
    assert (outcome.code, outcome.complaints[-1].startswith("Error: Invalid value for ")) == (2, True)
    assert outcome.err.endswith(": the name is empty\n")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(shell, run) -> None:
    outcome = run("completion", shell)
    assert outcome.code == 0
    assert f"_SUBTRANS_COMPLETE={shell}_complete" in outcome.out
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=outcome.out, text=True, check=True)


@pytest.mark.parametrize(
    ("typed", "incomplete", "expected"),
    [
        ([], "sub", "subtitle"),
        (["subtitle", "--to"], "z", "zh"),
        (["subtitle", "--to"], "chin", "zh"),
        (["subtitle", "--asr"], "asr", "asr-en-nano"),
        (["text", "--mt"], "mt", "mt-en-zh-nano"),
        (["subtitle"], "--over", "--overwrite"),
        (["subtitle", "--to"], "zh,chin", "zh,zh-Hant"),
        (["subtitle", "--profile"], "n", "netflix"),
        (["subtitle", "--profile"], "mine", "mine"),
        (["models", "info"], "asr", "asr-en-nano"),
    ],
)
def test_what_a_shell_completes(typed, incomplete, expected, models) -> None:
    found = ShellComplete(subtrans, {}, "subtrans", "_SUBTRANS_COMPLETE").get_completions(typed, incomplete)
    assert expected in [item.value for item in found]


def test_completion_behind_a_wrong_command_is_no_failure() -> None:
    found = ShellComplete(subtrans, {}, "subtrans", "_SUBTRANS_COMPLETE").get_completions(["nope"], "sp")
    assert [item.value for item in found] == ["speech"]


def test_doctor_finds_this_machine_fit(run, models) -> None:
    outcome = run("doctor", "--json")
    found = json.loads(outcome.out)
    states = {finding["name"]: finding["state"] for finding in found["findings"]}
    assert (outcome.code, found["ok"]) == (0, True), found
    for name in ("Python", "packages", "ffmpeg", "cache", "model asr-en-nano", "model mt-en-zh-nano"):
        assert states[name] == "ok"
    assert {"CUDA", "extra train"} <= set(states)


@pytest.mark.parametrize(
    ("devices", "line"),
    [
        (lambda: ["  0 Desk"], "ok     microphone: 1 device can record"),
        (list, "-      microphone: 0 devices can record"),
        (partial(raising, DeviceError("PortAudio cannot be loaded")), "-      microphone: PortAudio cannot be loaded"),
        (partial(raising, MissingExtraError("the microphone", "live")), None),
    ],
)
def test_doctor_says_whether_a_microphone_can_be_heard(devices, line, run, models, monkeypatch) -> None:
    monkeypatch.setattr("subtrans.media.microphone.devices", devices)
    outcome = run("doctor")
    assert outcome.code == 0
    assert [one for one in outcome.out.splitlines() if "microphone:" in one] == ([line] if line else [])


@pytest.mark.parametrize(
    ("origin", "mend"),
    [
        (
            {"url": "file:///sources", "dir_info": {"editable": True}},
            f"git -C {Path(__file__).parents[2]} restore models",
        ),
        ({"url": "file:///sources", "dir_info": {}}, "{pip} file:///sources"),
        (None, f"{{pip}} subtrans=={__version__}"),
    ],
    ids=["editable", "from a folder", "from an index"],
)
def test_doctor_says_what_mends_a_missing_model(origin, mend, run, models, monkeypatch) -> None:
    (models / "asr-en-nano" / "model.bin").unlink()
    told = SimpleNamespace(version="1", requires=[], read_text=lambda name: json.dumps(origin) if origin else None)
    monkeypatch.setattr("importlib.metadata.distribution", lambda name: told)
    outcome = run("doctor")
    assert outcome.code == 1
    lines = outcome.out.splitlines()
    place = next(number for number, line in enumerate(lines) if "model asr-en-nano" in line)
    assert lines[place].startswith("BROKEN")
    pip = f"{sys.executable} -m pip install --no-deps --force-reinstall"
    assert lines[place + 1].strip() == f"mend it with: {mend.format(pip=pip, root=Path(__file__).parents[2])}"


def test_doctor_says_what_mends_a_cache_that_cannot_be_written(run, models) -> None:
    outcome = run("doctor", SUBTRANS_CACHE=os.devnull)
    assert outcome.code == 1
    assert f"BROKEN cache: {os.devnull} cannot be written" in outcome.out


def test_doctor_says_what_mends_a_wrong_ffmpeg(run, models) -> None:
    outcome = run("doctor", SUBTRANS_FFMPEG="/bin/true")
    assert outcome.code == 1
    assert "BROKEN ffmpeg: " in outcome.out
