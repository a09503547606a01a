"""`subtrans evaluate`: files in, scores on standard output, and a line for what cannot be scored."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


def write(name: str, *lines: str) -> str:
    Path(name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return name


def test_text_as_lines_and_as_json(run) -> None:
    hypothesis, reference = write("mine.txt", "我喜欢猫。", "你好。"), write("right.txt", "我喜欢狗。", "你好。")
    outcome = run("evaluate", "text", hypothesis, reference, "--lang", "zh")
    assert outcome.code == 0
    assert [line.split()[0] for line in outcome.out.splitlines()] == ["BLEU", "chrF2", "TER", "ROUGE-L"]
    outcome = run("evaluate", "text", hypothesis, reference, "--lang", "zh", "--json")
    scores = {score["name"]: score for score in json.loads(outcome.out)["scores"]}
    assert "tok:zh" in scores["BLEU"]["signature"]
    # One edit in the eight characters of both lines.
    assert scores["TER"]["value"] == pytest.approx(100 / 8)


def test_text_of_two_systems(run) -> None:
    right = [f"the sea is {n} miles wide and blue" for n in range(30)]
    write("right.txt", *right)
    write("old.txt", *(line.replace("blue", "red").replace("miles", "men") for line in right))
    arguments = ["evaluate", "text", "right.txt", "right.txt", "--lang", "en", "--baseline", "old.txt"]
    found = json.loads(run(*arguments, "--json").out)["against_baseline"]
    assert [one["name"] for one in found] == ["BLEU", "chrF2", "TER"]
    assert found[0]["p"] < 0.05
    assert "significant" in run(*arguments).out


def test_speech(run) -> None:
    write("heard.txt", "it is two dollars", "Hello there")
    write("said.txt", "It's $2.", "Hello, Theo!")
    scores = json.loads(run("evaluate", "speech", "heard.txt", "said.txt", "--lang", "en", "--json").out)["scores"]
    # Normalised: "it is $2" and "hello theo": one of five words is another one.
    assert {score["name"]: score["value"] for score in scores}["WER"] == pytest.approx(20.0)
    plain = run("evaluate", "speech", "heard.txt", "said.txt", "--lang", "en", "--json", "--normaliser", "plain")
    assert json.loads(plain.out)["scores"][0]["value"] > 20


def test_files_that_do_not_go_together(run) -> None:
    outcome = run("evaluate", "text", write("a", "one"), write("b", "one", "two"), "--lang", "en")
    assert outcome.code == 3
    assert outcome.complaints == ["subtrans: error: a has 1 lines and b 2: they must go together"]


def test_files_that_are_no_text(run) -> None:
    Path("a").write_bytes(b"one\nCaf\xe9\n")
    outcome = run("evaluate", "text", "a", write("b", "one", "two"), "--lang", "en")
    assert outcome.complaints == ["subtrans: error: line 2 of a is not UTF-8 text: convert it first"]
    outcome = run("evaluate", "text", "none", "b", "--lang", "en")
    assert (outcome.code, outcome.complaints) == (3, ["subtrans: error: none does not exist: check the name"])


def test_nothing_to_score(run) -> None:
    Path("a").touch()
    outcome = run("evaluate", "speech", "a", "a", "--lang", "en")
    assert outcome.code == 3
    assert "empty" in outcome.err or "nothing to score" in outcome.err
