"""Reading, cleaning and splitting parallel text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subtrans.errors import InputError
from subtrans.finetune.cleaning import clean, fold
from subtrans.finetune.corpus import (
    CorpusOptions,
    Pair,
    content_hash,
    load_corpus,
    remove_overlap,
    split_by_hash,
    write_tsv,
)
from subtrans.finetune.readers import Columns, read_pairs

OPTIONS = CorpusOptions(train=("train.tsv",))
SENTENCES = st.sampled_from(["Hi.", "hi", "Go!", "Good day.", "good day", "No", "Yes", "See you.", "Bye", "Thanks"])
TARGETS = st.sampled_from(["你好。", "你好", "去！", "再见", "不", "是", "谢谢", "日安"])


def test_columns_are_chosen(tmp_path: Path) -> None:
    file = tmp_path / "a.tsv"
    file.write_text('7\tHi.\t你好。\n8\tGo "on".\t继续。\n', encoding="utf-8")
    assert read_pairs(file, Columns(1, 2)) == [Pair("Hi.", "你好。"), Pair('Go "on".', "继续。")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"Hi.\tok\nalone\n", "line 2: 1 columns, 2 needed"),
        (b"", "no sentence pairs"),
        (b"\xff\xfa\t\x00", "not UTF-8"),
        (b"\xff\xfe\t\x00a", "not UTF-8"),
    ],
)
def test_unreadable_files_say_where(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "bad.tsv"
    file.write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_pairs(file)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        read_pairs(tmp_path / "none.tsv")


def test_each_rule_of_cleaning_is_counted() -> None:
    pairs = [
        Pair("Good  morning.", "早上好。"),
        Pair("Good morning.", "早上好。"),
        Pair("...", "。"),
        Pair("OK", "OK"),
        Pair("a" * 301, "好" * 100),
        Pair("Hi", "这是一个非常非常非常长的句子"),
    ]
    kept, dropped = clean(pairs, OPTIONS)
    assert kept == [Pair("Good morning.", "早上好。")]
    assert dropped == {"duplicate": 1, "empty": 1, "identical": 1, "too long": 1, "length ratio": 1}


@given(st.lists(st.builds(Pair, SENTENCES, TARGETS), max_size=40), st.floats(0, 0.5), st.floats(0, 0.5))
def test_nothing_leaks_and_nothing_is_lost(pairs: list[Pair], dev_share: float, test_share: float) -> None:
    train, dev, test = split_by_hash(pairs, dev_share, test_share)
    for one, other in ((train, dev), (train, test), (dev, test)):
        assert not {fold(pair.source) for pair in one} & {fold(pair.source) for pair in other}
        assert not {fold(pair.target) for pair in one} & {fold(pair.target) for pair in other}
    assert {fold(pair.source) for pair in pairs} == {fold(pair.source) for pair in [*train, *dev, *test]}
    assert len({fold(pair.source) for pair in test}) == len(test)


@given(st.lists(st.builds(Pair, SENTENCES, TARGETS), max_size=30), st.randoms())
@settings(max_examples=50)
def test_the_order_of_the_file_does_not_move_a_sentence(pairs: list[Pair], generator: object) -> None:
    shuffled = pairs[:]
    generator.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (split_by_hash(each, 0.2, 0.2) for each in (pairs, shuffled))
    for left, right in zip(one, other, strict=True):
        assert {fold(pair.source) for pair in left} == {fold(pair.source) for pair in right}


def test_large_groups_train() -> None:
    pairs = [Pair("Hi.", f"嗨{number}") for number in range(30)]
    assert split_by_hash(pairs, 0.5, 0.5)[0] == pairs


def test_overlap_is_found_in_either_language() -> None:
    train = [Pair("HELLO there", "你好"), Pair("Bye", "再见！"), Pair("Yes", "是")]
    assert remove_overlap(train, [Pair("Hello, there!", "喂"), Pair("Good-bye", "再见")]) == [Pair("Yes", "是")]


def test_a_corpus_of_files(tmp_path: Path) -> None:
    words = ["one", "two", "three", "four", "five", "six", "seven", "eight"]
    pairs = [Pair(f"{a} and {b}", f"{i}和{j}") for i, a in enumerate(words) for j, b in enumerate(words)]
    write_tsv(pairs, tmp_path / "train.tsv")
    write_tsv([Pair("a new one", "新的")], tmp_path / "extra.tsv")
    options = CorpusOptions(
        train=("train.tsv",), folder=str(tmp_path), extra=(str(tmp_path / "extra.tsv"),), dev_share=0.2, test_share=0.2
    )
    corpus = load_corpus(options)
    assert len(corpus.train) + len(corpus.dev) + len(corpus.test) == 65
    assert Pair("a new one", "新的") in corpus.train
    assert corpus == load_corpus(options)
    assert corpus.hashes["test"] == content_hash(corpus.test)


def test_dev_and_test_files_are_kept_out_of_training(tmp_path: Path) -> None:
    write_tsv([Pair("Hi.", "你好。"), Pair("Go.", "去。"), Pair("No.", "不。")], tmp_path / "train.tsv")
    write_tsv([Pair("hi", "您好")], tmp_path / "dev.tsv")
    write_tsv([Pair("Leave.", "去")], tmp_path / "test.tsv")
    options = CorpusOptions(("train.tsv",), str(tmp_path), dev=("dev.tsv",), test=("test.tsv",))
    with pytest.raises(InputError, match=r"2 training pairs are also in dev, test or general, such as 'Hi\.'"):
        load_corpus(options)
    assert len(load_corpus(replace(options, overlap="allow")).train) == 3
    corpus = load_corpus(replace(options, overlap="remove"))
    assert corpus.train == (Pair("No.", "不。"),)
    assert corpus.dropped["also in dev, test or general"] == 2
    with pytest.raises(InputError, match="both dev and test"):
        load_corpus(CorpusOptions(("train.tsv",), str(tmp_path), dev=("dev.tsv",)))


def test_what_is_forgotten_and_what_is_chosen_by_are_measured_on_sentences_of_their_own(tmp_path: Path) -> None:
    write_tsv([Pair("Hi.", "你好。"), Pair("Go.", "去。"), Pair("No.", "不。")], tmp_path / "train.tsv")
    write_tsv([Pair("Yes.", "是。"), Pair("Stop!", "停！")], tmp_path / "dev.tsv")
    write_tsv([Pair("Yes!", "对。")], tmp_path / "test.tsv")
    write_tsv([Pair("hi", "您好")], tmp_path / "general.tsv")
    options = CorpusOptions(
        ("train.tsv",), str(tmp_path), dev=("dev.tsv",), test=("test.tsv",), general=("general.tsv",)
    )
    with pytest.raises(InputError, match=r"1 dev pairs are also in test, such as 'Yes\.'"):
        load_corpus(options)
    with pytest.raises(InputError, match=r"1 training pairs are also in dev, test or general, such as 'Hi\.'"):
        load_corpus(replace(options, test=("general.tsv",)))
    corpus = load_corpus(replace(options, overlap="remove"))
    assert corpus.train == (Pair("Go.", "去。"), Pair("No.", "不。"))
    assert (corpus.dev, corpus.test) == ((Pair("Stop!", "停！"),), (Pair("Yes!", "对。"),))


def test_narrow_punctuation_of_training_targets_is_widened(tmp_path: Path) -> None:
    write_tsv([Pair("Well, who?", "嗯,谁?"), Pair("At 8:30, or 3,000?", "8:30,或3,000吗?")], tmp_path / "a.tsv")
    write_tsv([Pair("No!", "不!")], tmp_path / "b.tsv")
    write_tsv([Pair("Yes!", "是!")], tmp_path / "c.tsv")
    corpus = load_corpus(CorpusOptions(("a.tsv",), str(tmp_path), dev=("c.tsv",), test=("b.tsv",), full_width=True))
    assert [pair.target for pair in corpus.train] == ["嗯，谁？", "8:30,或3,000吗？"]
    assert corpus.test == (Pair("No!", "不!"),)


def test_traditional_characters_are_simplified(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("A horse.\t一匹馬。\nA cat.\t一隻貓。\nA dog.\t一隻狗。\n", encoding="utf-8")
    for name in ("dev.tsv", "test.tsv"):
        write_tsv([Pair(name, name + "字")], tmp_path / name)
    options = CorpusOptions(("a.tsv",), str(tmp_path), dev=("dev.tsv",), test=("test.tsv",), simplify=True)
    assert [pair.target for pair in load_corpus(options).train] == ["一匹马。", "一只猫。", "一只狗。"]
