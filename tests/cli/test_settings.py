"""A file of settings: what it sets, what goes before it, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from subtrans.cli.group import subtrans


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """The folder of a house's settings, away from where the commands run."""
    folder = tmp_path / "house"
    folder.mkdir()
    return folder


def settings(house: Path, text: str) -> dict[str, str]:
    file = house / "settings.toml"
    file.write_text(text, encoding="utf-8")
    return {"SUBTRANS_SETTINGS": str(file)}


def given(*arguments: str, **environment: str) -> dict[str, object]:
    """The parameters with which a command would run."""
    found: dict[str, object] = {}
    command = subtrans.get_command(
        subtrans.make_context("subtrans", ["--version"], resilient_parsing=True), arguments[0]
    )
    assert command is not None
    saved, command.callback = command.callback, lambda **named: found.update(named)
    try:
        outcome = CliRunner().invoke(subtrans, arguments, env=environment)
    finally:
        command.callback = saved
    assert outcome.exit_code == 0, outcome.output
    return found


def test_a_key_holds_for_every_command_that_has_the_option_and_in_a_table_for_one(house) -> None:
    said = settings(house, 'to = "zh"\nthreads = 1\nasr = "small"\n[subtitle]\nthreads = 2\nmt = "one"\nburn = true\n')
    text, subtitle = given("text", "Hi.", **said), given("subtitle", "talk.mp4", **said)
    assert (text["target"], text["threads"]) == ("zh", 1)
    assert (subtitle["targets"], subtitle["threads"], subtitle["asr"]) == (("zh",), 2, "small")
    assert subtitle["models"] == ("one",)
    assert subtitle["burn"] is True


def test_the_command_line_and_the_environment_go_before(house) -> None:
    said = settings(house, 'to = "zh"\nmt = ["one", "two"]\n')
    assert given("text", "Hi.", "--to", "de", **said)["target"] == "de"
    assert given("text", "Hi.", SUBTRANS_TO="ja", **said)["target"] == "ja"
    assert given("subtitle", "talk.mp4", **said)["models"] == ("one", "two")


def test_a_switch_is_set_by_a_number_as_it_is_in_the_environment(house) -> None:
    said = settings(house, "overwrite = 1\nburn = 0\nverbose = true\n")
    found = given("subtitle", "talk.mp4", "--to", "zh", **said)
    assert (found["overwrite"], found["burn"]) == (True, False)


def test_the_language_of_the_input_is_heard_again_with_auto(house) -> None:
    said = settings(house, 'from = "fr"\nto = "zh"\n')
    assert given("subtitle", "talk.mp4", **said)["source"] == "fr"
    assert given("subtitle", "talk.mp4", "--from", "auto", **said)["source"] is None


def test_a_list_is_what_commas_are_on_the_command_line(house) -> None:
    said = settings(house, 'to = ["zh", "de"]\n[subtitle]\nformat = ["srt", "ass"]\n')
    found = given("subtitle", "talk.mp4", **said)
    assert (found["targets"], found["names"]) == (("zh", "de"), ("srt", "ass"))


def test_files_and_models_are_those_beside_the_settings(house) -> None:
    (house / "terms.tsv").write_text("a\tb\n")
    (house / "house.toml").write_text("lines = 1\n")
    (house / "mt").mkdir()
    said = settings(house, 'to = "zh"\nglossary = "terms.tsv"\nmemory = "default"\nprofile = "house.toml"\nmt = "mt"\n')
    found = given("subtitle", "talk.mp4", **said)
    assert found["glossary"] == house / "terms.tsv"
    assert found["memory"] == Path("default")
    assert found["models"] == (str(house / "mt"),)


def test_commands_below_a_command_have_tables_of_their_own(house, run, tmp_path) -> None:
    (tmp_path / "same.txt").write_text("你好。\n")
    said = settings(house, '[evaluate.text]\nlang = "zh"\njson = true\n')
    outcome = run("evaluate", "text", "same.txt", "same.txt", **said)
    assert outcome.code == 0
    assert "tok:zh" in outcome.out


def test_they_lie_in_the_folder_of_the_users_settings(run, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr("click.get_app_dir", lambda name: str(tmp_path / name))
    assert "settings: " in run("doctor").out
    (tmp_path / "subtrans").mkdir()
    (tmp_path / "subtrans/settings.toml").write_text('to = "klingon"\n')
    outcome = run("text", "Hi.")
    assert outcome.code == 9
    assert str(tmp_path / "subtrans/settings.toml") in outcome.err


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("to = zh\n", "Invalid value (at line 1, column 6)"),
        ('profil = "bbc"\n', "no command has an option --profil: did you mean profile?"),
        ('output_dir = "x"\n', "no command has an option --output_dir: did you mean output-dir?"),
        ('model = "small"\n', "no command has an option --model: did you mean asr or mt?"),
        ('qqq = "x"\n', "no command has an option --qqq: `subtrans COMMAND --help` lists them"),
        ('[subtitles]\nto = "zh"\n', "subtitles is neither a command nor a value: did you mean subtitle?"),
        ("beam-size = 2.5\n", "beam-size: '2.5' is not a valid"),
        ("beam-size = true\n", "beam-size: 'True' is not a valid"),
        ("json = 2\n", "json: '2' is not a valid boolean"),
        ('[text]\nglosary = "a.tsv"\n', "text has no option --glosary: did you mean glossary?"),
        ("text = 1\n", "no command has an option --text"),
        ("[to]\nx = 1\n", "to is neither a command nor a value"),
        ("threads = inf\n", "threads: 'inf' is not a valid"),
        (f"x = {'[' * 5000}", "it is nested too deeply"),
        ("threads = 0\n", "threads: 0 is not in the range 1<=x<=512"),
        ('to = "klingon"\n', "to: unknown language 'klingon'"),
        ('device = ["cpu", "cuda"]\n', "device: 'cpu,cuda' is not one of"),
    ],
)
def test_what_is_wrong_with_them_is_one_line(house, run, text, complaint) -> None:
    outcome = run("text", "Hi.", "--to", "zh", **settings(house, text))
    assert outcome.code == 9
    [line] = outcome.complaints
    assert line.startswith(f"subtrans: error: {house / 'settings.toml'}: {complaint}")


def test_what_is_wrong_below_a_command_is_told_by_its_whole_name(house, run) -> None:
    outcome = run("evaluate", "text", "a", "b", "--lang", "zh", **settings(house, "[evaluate.text]\nlan = 1\n"))
    assert outcome.code == 9
    assert "evaluate text has no option --lan: did you mean lang?" in outcome.err


def test_a_file_that_is_named_must_be_there(run) -> None:
    outcome = run("--settings", "no.toml", "text", "Hi.", "--to", "zh")
    assert outcome.code == 3
    assert outcome.complaints == [
        "subtrans: error: the settings no.toml cannot be read: no such file or directory: check --settings"
    ]
