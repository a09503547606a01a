"""What README.md tells people to type works: its Python as it stands, and every option of its commands exists."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from subtrans import engines, formats
from subtrans.cli.group import subtrans
from subtrans.media.decode import decode
from subtrans.media.probe import probe
from subtrans.pipelines.subtitle import SubtitleOptions, subtitle
from subtrans.text.profiles import profile

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    """The lines of its blocks and tables that begin with the name of the program, or with a setting and that."""
    blocks = re.sub(r"^```.*?^```", "", README, flags=re.MULTILINE | re.DOTALL)
    typed = re.findall(r"^    ((?:[A-Z_]+=\S+ )?subtrans .+)$", blocks, re.MULTILINE)
    return list(dict.fromkeys([*typed, *re.findall(r"`((?:[A-Z_]+=\S+ )?subtrans [^`]+)`", blocks)]))


@pytest.mark.parametrize("line", commands())
def test_its_commands_have_the_options(line: str) -> None:
    words = shlex.split(re.split(r" [<>|] ", line)[0], comments=True)
    command, rest = command_of(words[words.index("subtrans") + 1 :])
    command.make_parser(click.Context(command)).parse_args(rest)


def test_its_options_are_those_of_some_command() -> None:
    there = {name for command in every(subtrans) for option in command.params for name in option.opts}
    elsewhere = {"--sub-file", "--help", "--glosary"}  # mpv's, Click's, and one that is misspelt on purpose
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README)) - there == elsewhere
    assert len(commands()) > 40


def test_its_commands_can_be_read_without_scrolling() -> None:
    indented = re.findall(r"^    (.*)$", README, re.MULTILINE)
    fenced = "".join(re.findall(r"^```\w+\n(.*?)^```", README, re.MULTILINE | re.DOTALL)).splitlines()
    assert [line for line in (*indented, *fenced) if len(line) > 97] == []  # what GitHub's column holds


def command_of(words: list[str]) -> tuple[click.Command, list[str]]:
    command: click.Command = subtrans
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(context(command), words[0])
        assert found is not None, words[0]
        command, words = found, words[1:]
    return command, words


def every(command: click.Command) -> Iterator[click.Command]:
    yield command
    if isinstance(command, click.Group):
        for name in command.list_commands(context(command)):
            yield from every(command.get_command(context(command), name) or command)


def context(command: click.Command) -> click.Context:
    made = click.Context(command)
    made.params["settings"] = None
    return made


def test_its_python_subtitles_a_video(tmp_path: Path) -> None:
    [program] = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    shutil.copy(ROOT / "samples/talk.mp4", tmp_path)
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "I want to go there again. -> 我想再去那里。" in done.stdout.splitlines()
    assert "上周日我们去了海滩。" in (tmp_path / "talk.zh.srt").read_text(encoding="utf-8")


def test_with_the_settings_that_it_names_python_gives_the_command_s_file() -> None:
    detector = engines.load_detector()
    transcriber = engines.load_transcriber("asr-en-nano", language="en")
    translator = engines.load_translator(
        "mt-en-zh-nano",
        source="en",
        target="zh",
        guarded=True,
        options=engines.TranslatorOptions(num_hypotheses=4),
    )
    talk = ROOT / "samples/talk.mp4"
    frame_rate = probe(talk).video[0].frame_rate
    options = SubtitleOptions(norms=lambda language: profile(language).at(frame_rate))
    *_, last = subtitle(decode(talk), detector, transcriber, translator, language="en", target="zh", options=options)
    assert formats.write(last.cues, "srt") == (ROOT / "samples/golden/talk.zh.srt").read_text(encoding="utf-8")
