"""The translation memory: what goes in comes out, whoever else writes; the translator that asks it; the corpus."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import pytest
from contracts import check_translator
from fakes import FakeTranslator
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz, process

from subtrans.errors import InputError, OutputError
from subtrans.finetune.readers import Columns, read_pairs
from subtrans.formats.lines import legal
from subtrans.memory.corpus import write_corpus
from subtrans.memory.store import Entry, Memory, memory_file, pairs
from subtrans.memory.tmx import write_tmx
from subtrans.memory.translator import FUZZY, MemoryTranslator, Note, likest
from subtrans.ports import DraftTranslator
from subtrans.types import Hypothesis


def entry(source: str, target: str, date: str = "2025-01-01") -> Entry:
    return Entry(source, target, "talk.srt", date)


def test_what_goes_in_comes_out_for_its_pair_alone(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "deep" / "memory.sqlite", "en", "zh")
    assert memory.entries() == {}
    assert memory.add([entry("Stop.", "停。"), entry("Go.", "走。")]) == 2
    assert memory.add([entry("Stop.", "停下。", "2025-02-02"), entry("Go.", "走。")]) == 1
    assert memory.add([entry("Go.", "去。"), entry("Go. ", "走。")]) == 0
    assert Memory(str(memory.path), "en", "zh").entries() == memory.entries()
    again = Memory(tmp_path / "deep" / "memory.sqlite", "en", "zh")
    assert again.entries() == {"Go.": entry("Go.", "走。"), "Stop.": entry("Stop.", "停下。", "2025-02-02")}
    assert Memory(tmp_path / "deep" / "memory.sqlite", "en", "de").entries() == {}


@settings(max_examples=20)
@given(st.text(min_size=1), st.text())
def test_any_text_comes_out_as_one_line(tmp_path_factory, source, target) -> None:
    memory = Memory(tmp_path_factory.mktemp("memory") / "m.sqlite", "en", "zh")
    memory.add([entry(source, target)])
    (found,) = memory.entries().values()
    assert (found.source, found.target) == (" ".join(source.split()), " ".join(target.split()))


@settings(max_examples=40)
@given(st.dictionaries(st.text(min_size=1), st.text(min_size=1), min_size=1))
def test_what_is_exchanged_with_other_tools_comes_back(tmp_path_factory, texts) -> None:
    folder = tmp_path_factory.mktemp("memory")
    memory = Memory(folder / "m.sqlite", "en", "zh-Hant")
    memory.add(entry(source, target) for source, target in texts.items())
    entries = list(memory.entries().values())
    (folder / "house.tmx").write_text("".join(write_tmx(entries, "en", "zh-Hant")), encoding="utf-8", newline="")
    found = read_pairs(folder / "house.tmx", Columns(source="en", target="zh-Hant"))
    assert [(pair.source, pair.target) for pair in found] == [(legal(one.source), legal(one.target)) for one in entries]
    # Piece by piece it is laid out as it would be in one.
    root = ElementTree.parse(folder / "house.tmx").getroot()
    head, _, body = (folder / "house.tmx").read_bytes().decode().partition("\n")
    ElementTree.indent(root)
    assert (head, body) == ('<?xml version="1.0" encoding="UTF-8"?>', ElementTree.tostring(root, "unicode") + "\n")


def test_forgetting_and_the_pairs_that_are_known(tmp_path: Path) -> None:
    path = tmp_path / "m.sqlite"
    assert pairs(path) == []
    memory = Memory(path, "en", "zh")
    memory.add([entry("Stop.", "停。"), entry("Go.", "走。")])
    Memory(path, "en", "de").add([entry("Go.", "Geh.")])
    assert pairs(path) == [("en", "de"), ("en", "zh")]
    memory.remove(["Go.", "Never."])
    assert [*memory.entries()] == ["Stop."]
    memory.remove(["Stop."])
    assert pairs(path) == [("en", "de")]


def test_two_processes_write_at_once(tmp_path: Path) -> None:
    program = """
import sys
from pathlib import Path
from subtrans.memory.store import Entry, Memory
memory = Memory(Path(sys.argv[1]), "en", "zh")
for number in range(15):
    memory.add([Entry(f"{sys.argv[2]} {number}", "x", "o", "2025-01-01")])
"""
    path = tmp_path / "m.sqlite"
    writers = [subprocess.Popen([sys.executable, "-c", program, str(path), name]) for name in ("a", "b")]
    assert [writer.wait() for writer in writers] == [0, 0]
    assert len(Memory(path, "en", "zh").entries()) == 30


def test_files_that_are_no_memory(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not a database, and long enough to be taken for one" * 20)
    with pytest.raises(InputError, match="no translation memory"):
        Memory(text, "en", "zh")
    with pytest.raises(InputError, match="is a directory"):
        Memory(tmp_path, "en", "zh")
    other = tmp_path / "other.sqlite"
    connection = sqlite3.connect(other)
    connection.execute("create table songs (name text)")
    connection.commit()
    connection.close()
    with pytest.raises(InputError, match="no translation memory"):
        Memory(other, "en", "zh")
    with pytest.raises(OutputError, match="cannot be made a folder"):
        Memory(text / "m.sqlite", "en", "zh").add([entry("a", "b")])


def test_an_empty_file_becomes_a_memory(tmp_path: Path) -> None:
    (tmp_path / "m.sqlite").touch()
    memory = Memory(tmp_path / "m.sqlite", "en", "zh")
    assert memory.entries() == {}
    assert memory.add([entry("a", "b")]) == 1


def test_the_memory_of_the_user() -> None:
    assert memory_file(Path("default")).name == "memory.sqlite"
    assert memory_file(Path("mine.sqlite")) == Path("mine.sqlite")


def test_the_translator_keeps_the_port() -> None:
    told: list[Note] = []
    translator = MemoryTranslator(FakeTranslator(), {"Stop.": entry("Stop.", "停。")}, told.append)
    found = check_translator(translator, ["Stop.", "Go.", "Stop.", "Why?"])
    assert found == ["停。", "zh:Go.", "停。", "zh:Why?"]
    assert translator.translate([" Stop.\n"])[0].score is None
    assert not told


@pytest.mark.parametrize("said", ["I don't know.", "I don\u2019t  know."])
@pytest.mark.parametrize("known", ["I don't know.", "I don\u2019t know."])
def test_apostrophes_of_either_kind_are_the_same(known: str, said: str) -> None:
    translator = MemoryTranslator(FakeTranslator(), {known: entry(known, "不知道。")}, print)
    assert translator.translate([said, "I can't."]) == [
        Hypothesis("不知道。"),
        *FakeTranslator().translate(["I can't."]),
    ]
    assert translator.draft(said) == "不知道。"


def test_a_draft_is_what_the_memory_holds_or_the_translator_drafts() -> None:
    class Quick(FakeTranslator):
        def draft(self, text: str) -> str:
            return f"quick:{text}"

    entries = {"Good morning.": entry("Good morning.", "早安。")}
    assert [MemoryTranslator(Quick(), entries).draft(text) for text in ("Good  morning.", "No")] == [
        "早安。",
        "quick:No",
    ]
    assert MemoryTranslator(FakeTranslator(), entries).draft("No") == "zh:No"
    assert isinstance(MemoryTranslator(Quick(), entries), DraftTranslator)


def test_what_a_person_wrote_is_not_made_shorter() -> None:
    class Translator(FakeTranslator):
        def shorten(self, texts: Sequence[str]) -> list[Hypothesis]:
            return [Hypothesis("短") for _ in texts]

    known = {"Stop.": entry("Stop.", "停。")}
    found = MemoryTranslator(Translator(), known, print).shorten(["Go.", "Stop."])
    assert [one.text for one in found] == ["短", ""]


def test_sentences_that_are_like_one_are_told_once_and_translated() -> None:
    told: list[Note] = []
    known = {"The water was cold.": entry("The water was cold.", "水很冷。")}
    translator = MemoryTranslator(FakeTranslator(), known, told.append)
    for _ in range(2):
        assert translator.translate(["The water was colder."])[0].text == "zh:The water was colder."
    assert [(note.text, note.entry.target) for note in told] == [("The water was colder.", "水很冷。")]
    assert "95 % like The water was cold. -> 水很冷。 (talk.srt)" in str(told[0])


_words = st.lists(
    st.sampled_from(["the", "water", "was", "cold", "colder", "水很冷", "e\u0301", "\U0001f600", ""]), max_size=70
)


@given(st.lists(_words.map(" ".join), min_size=1, max_size=40), st.lists(_words.map(" ".join), min_size=1, max_size=30))
def test_what_is_most_like_each_sentence_is_found_for_many_as_for_one(texts, known) -> None:
    alone = [process.extractOne(text, known, scorer=fuzz.ratio, score_cutoff=FUZZY) for text in texts]
    assert [*likest(texts, known)] == [one and one[:2] for one in alone]


def test_the_corpus_keeps_lines_of_other_origin(tmp_path: Path) -> None:
    path = tmp_path / "pairs.tsv"
    path.write_text("Stop.\t停止。\nHello.\t你好。\tmore\n", encoding="utf-8")
    for _ in range(2):
        write_corpus(path, [entry("Stop.", "停。"), entry("Go.", "走。")])
        assert path.read_text(encoding="utf-8") == "Hello.\t你好。\tmore\nStop.\t停。\nGo.\t走。\n"
    path.write_text("a letter to mother\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 1, has no tab"):
        write_corpus(path, [entry("Stop.", "停。")])
    assert path.read_text(encoding="utf-8") == "a letter to mother\n"


@pytest.mark.parametrize(
    "change",
    [
        "create view other as select 1",
        "create trigger other after insert on entry begin delete from entry; end",
        "insert into entry values ('en', 'zh', 'a', x'00', '', '')",
    ],
)
def test_a_memory_of_strangers_runs_nothing_and_holds_text(tmp_path: Path, change: str) -> None:
    path = tmp_path / "memory.sqlite"
    Memory(path, "en", "zh").add([Entry("Hello.", "你好。", "x", "2026-01-01")])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(change)
    with pytest.raises(InputError, match="is no translation memory"):
        Memory(path, "en", "zh")
