"""`subtrans learn`: a person's edits become what the next run says; what is wrong with the files is a line."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from fakes import spoken, write_wav

CHANGED = ("talk.zh.srt", "corrected.zh.srt", "--source", "talk.en.srt")
MEMORY = ("--memory", "mem.sqlite")


@pytest.fixture
def talk(run, fakes) -> Path:
    """A recording with its subtitles, its transcript and its JSON, all made by the program."""
    write_wav(Path("talk.wav"), spoken("Stop. one two three Go. Why?", rest=1500))
    assert run("subtitle", "talk.wav", "--to", "zh", "--transcript", "--json").code == 0
    machine = Path("talk.zh.srt").read_text(encoding="utf-8")
    assert "zh:one two three Go." in machine
    Path("corrected.zh.srt").write_text(machine.replace("zh:one two three Go.", "一二。"), encoding="utf-8")
    return Path("corrected.zh.srt")


@pytest.mark.parametrize(
    "arguments",
    [
        ["talk.zh.srt", "corrected.zh.srt", "--source", "talk.en.srt"],
        ["talk.zh.srt", "corrected.zh.srt", "--source", "talk.zh.json"],
        ["talk.zh.json", "corrected.zh.srt"],
    ],
)
def test_what_was_corrected_is_said_verbatim(arguments, talk, run, fakes) -> None:
    outcome = run("learn", *arguments, *MEMORY)
    assert outcome.code == 0, outcome.err
    assert outcome.out.splitlines()[1:] == ["  - zh:one two three Go.", "  + 一二。"]
    assert "1 correction, " in outcome.err
    assert Path("mem.en-zh.tsv").read_text(encoding="utf-8") == "one two three Go.\t一二。\n"
    assert run("subtitle", "talk.wav", "--to", "zh", "--overwrite", *MEMORY).code == 0
    assert Path("talk.zh.srt").read_text(encoding="utf-8") == talk.read_text(encoding="utf-8")
    assert run("speech", "talk.wav", "--to", "zh", *MEMORY).out == "zh:Stop.\n一二。\nzh:Why?\n"
    outcome = run("text", "one two three Go. Why?", "--to", "zh", "--from", "en", *MEMORY)
    assert (outcome.out, outcome.err) == ("一二。zh:Why?\n", "")
    outcome = run("text", "one two three four Go.", "--to", "zh", "--from", "en", *MEMORY)
    assert outcome.out == "zh:one two three four Go.\n"
    assert outcome.complaints == [
        "memory: 'one two three four Go.' is 87 % like one two three Go. -> 一二。 (corrected.zh.srt)"
    ]


def test_json_and_what_was_left_as_it_was(talk, run) -> None:
    arguments = ["learn", "talk.zh.json", "corrected.zh.srt", *MEMORY, "--json"]
    found = json.loads(run(*arguments, "--dry-run").out)
    assert (found["edited"], found["kept"], found["changed"]) == (1, 2, 0)
    assert not Path("mem.sqlite").exists()
    found = json.loads(run(*arguments, "--approved").out)
    assert [pair["source"] for pair in found["learned"]] == ["one two three Go.", "Stop.", "Why?"]
    assert found["changed"] == 3
    assert json.loads(run(*arguments).out)["changed"] == 0


def test_a_correction_outweighs_the_same_sentence_left_as_it_was(run) -> None:
    cue = "{}\n00:00:0{},000 --> 00:00:0{},900\n{}\n\n"
    for name, texts in {
        "talk.en.srt": ("Yes.", "Yes.", "I like this cat."),
        "talk.zh.srt": ("是。", "是。", "我喜欢这只猫。"),
        "corrected.zh.srt": ("对。", "是。", "我喜欢这只猫。"),
    }.items():
        lines = "".join(cue.format(number, number, number, text) for number, text in enumerate(texts, 1))
        Path(name).write_text(lines, encoding="utf-8")
    outcome = run("learn", *CHANGED, *MEMORY, "--approved")
    assert "2 new in mem.sqlite" in outcome.err
    assert Path("mem.en-zh.tsv").read_text(encoding="utf-8") == "I like this cat.\t我喜欢这只猫。\nYes.\t对。\n"


def test_nothing_was_changed(talk, run) -> None:
    outcome = run("learn", "talk.zh.srt", "talk.zh.srt", "--source", "talk.en.srt", *MEMORY)
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err == "0 corrections, 3 sentences left as they were; 0 new in mem.sqlite\n"


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (["talk.zh.srt", "none.srt", "--source", "talk.en.srt"], 3, "none.srt does not exist: check the name"),
        (["talk.zh.srt", "talk.wav", "--source", "talk.en.srt"], 3, "talk.wav"),
        (["talk.zh.srt", "other.zh.srt", "--source", "talk.en.srt"], 3, "is no version of talk.zh.srt"),
        (["empty.zh.srt", "empty.zh.srt", "--source", "talk.en.srt"], 3, "nothing in empty.zh.srt goes with what was"),
        (["bad.json", "corrected.zh.srt"], 3, "bad.json: line 1: not JSON"),
        (["talk.zh.json", "corrected.zh.srt", "--to", "de"], 3, "holds no translation into de, only zh"),
        (["talk.zh.srt", "corrected.zh.srt", "--source", "said.srt"], 4, "which one it is in with --from"),
        (["talk.zh.srt", "corrected.zh.srt", "--source", "talk.zh.srt"], 4, "both sides are Chinese: give --source in"),
        (["talk.zh.srt", "corrected.zh.srt"], 2, "give --source"),
        ([*CHANGED, "--corpus", "talk.en.srt"], 3, "talk.en.srt, line 1, has no tab"),
        (
            [*CHANGED, "--corpus", "talk.en.srt/pairs.tsv"],
            6,
            "talk.en.srt cannot be made a folder (file exists): give another",
        ),
        ([*CHANGED, "--corpus", os.devnull], 6, "is not a regular file: give another name"),
        ([*CHANGED, "--corpus", "mem.sqlite"], 6, "mem.sqlite is the memory: give the corpus another name"),
    ],
)
def test_what_cannot_be_learned_from(arguments, code, complaint, talk, run) -> None:
    Path("other.zh.srt").write_text("1\n00:01:00,000 --> 00:01:02,000\n完全不同的话\n", encoding="utf-8")
    Path("said.srt").write_bytes(Path("talk.en.srt").read_bytes())
    Path("empty.zh.srt").touch()
    Path("bad.json").write_text("{", encoding="utf-8")
    outcome = run("learn", *arguments, *MEMORY)
    assert outcome.code == code, outcome.err
    assert complaint in outcome.complaints[-1]
    assert not Path("mem.sqlite").exists()


def test_a_memory_that_is_none_is_told_before_any_work(talk, run) -> None:
    for command in (["subtitle", "talk.wav", "--overwrite"], ["speech", "talk.wav"], ["text", "one", "--from", "en"]):
        outcome = run(*command, "--to", "zh", "--memory", "none.sqlite")
        assert outcome.code == 3
        assert outcome.complaints == [
            "subtrans: error: none.sqlite does not exist: check the name, or make it with subtrans learn"
        ]
        outcome = run(*command, "--to", "zh", "--memory", "talk.zh.srt")
        assert "talk.zh.srt is no translation memory: give another file" in outcome.err
