"""`subtrans memory`: what other tools know comes in, what it knows goes out, and what is wrong is forgotten."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from subtrans.cli.recall import Known
from subtrans.memory.store import Memory

ASKED = "--memory", "house.sqlite", "--from", "en", "--to", "zh"
TMX = """<?xml version="1.0"?><tmx version="1.4"><header srclang="en-US"/><body>
<tu><tuv xml:lang="en-US"><seg>Good <bpt i="1"/>morning.</seg></tuv><tuv xml:lang="zh-CN"><seg>早安。</seg></tuv></tu>
<tu><tuv xml:lang="en-US"><seg>Left open.</seg></tuv><tuv xml:lang="zh-CN"><seg></seg></tuv></tu>
</body></tmx>"""


@pytest.fixture
def known(run) -> None:
    Path("cat.tmx").write_text(TMX, encoding="utf-8")
    Path("cat.tsv").write_text("Stop.\t停。\n", encoding="utf-8")
    outcome = run("memory", "add", "cat.tmx", "cat.tsv", *ASKED)
    assert outcome.complaints == ["2 pairs; 2 new in house.sqlite"]


def test_what_other_tools_know_is_said(known, run, fakes) -> None:
    Path("said.srt").write_text("1\n00:00:00,000 --> 00:00:02,000\nGood morning.\n")
    assert run("subtitle", "said.srt", *ASKED).code == 0
    assert "早安。" in Path("said.zh.srt").read_text(encoding="utf-8")


def test_the_list(known, run) -> None:
    outcome = run("memory", "list", "--memory", "house.sqlite")
    assert [line.split("\t")[:5] for line in outcome.out.splitlines()] == [
        ["en", "zh", "Good morning.", "早安。", "cat.tmx"],
        ["en", "zh", "Stop.", "停。", "cat.tsv"],
    ]
    assert run("memory", "list", "--memory", "house.sqlite", "--to", "de").complaints == ["0 sentences in house.sqlite"]
    [one, _] = json.loads(run("memory", "list", "--memory", "house.sqlite", "--json").out)
    assert one["source"] == "Good morning."


@pytest.mark.parametrize("name", ["out.tmx", "out.tsv"])
def test_what_is_exported_can_be_added(name, known, run) -> None:
    assert run("memory", "export", name, *ASKED).complaints == [f"{name}: 2 pairs"]
    assert run("memory", "export", name, *ASKED).code == 6
    other = "--memory", "other.sqlite", *ASKED[2:]
    assert run("memory", "add", name, *other).complaints == ["2 pairs; 2 new in other.sqlite"]


def test_what_is_forgotten_does_not_train_either(known, run) -> None:
    corpus = Path("house.en-zh.tsv")
    assert corpus.read_text(encoding="utf-8") == "Good morning.\t早安。\nStop.\t停。\n"
    assert run("memory", "forget", "Good  morning.", *ASKED).complaints == ["1 sentence forgotten in house.sqlite"]
    assert corpus.read_text(encoding="utf-8") == "Stop.\t停。\n"
    assert run("memory", "list", "--memory", "house.sqlite").out.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (("forget", "Never."), 3, "the memory does not know 'Never.' from en to zh: see `subtrans memory list`"),
        (("export", "house.sqlite", "--overwrite"), 6, "house.sqlite is an input: give the output another name"),
        (
            ("export", "a.tmx", "--to", "de"),
            3,
            "the memory knows no sentence from en to de: see `subtrans memory list`",
        ),
        (
            ("add", "cat.tmx", "--to", "de"),
            3,
            "cat.tmx holds no sentence both in en and in de: its languages are en-US, zh-CN",
        ),
        (
            ("export", "a.tmx.gz"),
            6,
            "a.tmx.gz is no name for what is written: end it in .tmx, or .tsv for a table",
        ),
        (("add", "no.tsv"), 3, "no.tsv does not exist: check the name"),
        (
            ("list", "--memory", "no.sqlite"),
            3,
            "no.sqlite does not exist: check the name, or make it with subtrans learn",
        ),
        (
            ("export", "a.tmx", "--memory", "no.sqlite"),
            3,
            "no.sqlite does not exist: check the name, or make it with subtrans learn",
        ),
        (("list", "--memory", "cat.tsv"), 3, "cat.tsv is no translation memory: give another file"),
    ],
)
def test_what_cannot_be_done_changes_nothing(arguments, code, complaint, known, run) -> None:
    before = Path("house.sqlite").read_bytes()
    name, *rest = arguments
    outcome = run("memory", name, *(() if name == "list" else ASKED), *rest)
    assert (outcome.code, outcome.complaints[-1]) == (code, f"subtrans: error: {complaint}")
    assert Path("house.sqlite").read_bytes() == before


def test_the_memory_is_read_once_for_all_files(known, run, fakes, monkeypatch) -> None:
    for name in "abcdef":
        Path(f"{name}.en.srt").write_text("1\n00:00:00,000 --> 00:00:02,000\nGood morning.\n")
    reads = []
    entries = Memory.entries
    monkeypatch.setattr(Memory, "entries", lambda self: reads.append(1) or entries(self))
    assert run("subtitle", *(f"{name}.en.srt" for name in "abc"), *ASKED[:2], "--to", "zh").code == 0
    few = len(reads)
    assert run("subtitle", *(f"{name}.en.srt" for name in "abcdef"), *ASKED[:2], "--to", "zh", "--overwrite").code == 0
    assert len(reads) == 2 * few


def test_what_is_learned_during_a_run_is_known_to_the_next_recording(known, run) -> None:
    asked, remembered = SimpleNamespace(target="zh", memory=Path("house.sqlite")), Known()
    assert set(remembered.of(asked, "en")) == {"Good morning.", "Stop."}
    Path("more.tsv").write_text("Go.\t走。\n", encoding="utf-8")
    assert run("memory", "add", "more.tsv", *ASKED).code == 0
    assert remembered.of(asked, "en")["Go."].target == "走。"
    assert remembered.of(asked, "en") is remembered.of(asked, "en")
