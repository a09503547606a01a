"""`--glossary` from the file to what is printed and written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[2] / "samples"
TERMS = "Tom\t托马斯\nBoston\t波城\ten-zh\nBoston\tBostonia\tde\n"


@pytest.fixture(autouse=True)
def terms(run) -> None:
    Path("terms.tsv").write_text(TERMS, encoding="utf-8")


def test_text(run) -> None:
    outcome = run("text", "Tom lives in Boston.", "--to", "zh", "--glossary", "terms.tsv")
    assert outcome.code == 0, outcome.err
    assert outcome.out == "托马斯住在波城。\n"
    assert outcome.err == ""


def test_terms_from_a_spreadsheet(run) -> None:
    Path("terms.tsv").write_bytes(TERMS.replace("\n", "\r\n").encode("utf-16"))
    assert run("text", "Tom lives in Boston.", "--to", "zh", "--glossary", "terms.tsv").out == "托马斯住在波城。\n"


def test_text_without_terms_is_what_it_was(run) -> None:
    plain = run("text", "--file", SAMPLES / "letter.txt", "--to", "zh")
    assert run("text", "--file", SAMPLES / "letter.txt", "--to", "zh", "--glossary", "terms.tsv").out == plain.out


def test_speech(run) -> None:
    plain = run("speech", SAMPLES / "memo.flac", "--to", "zh", "--json", "--no-journal")
    first = json.loads(plain.out.splitlines()[0])
    word = max(first["source"].strip(".").split(), key=len)
    Path("terms.tsv").write_text(f"{word}\t喵星人\n", encoding="utf-8")
    outcome = run("speech", SAMPLES / "memo.flac", "--to", "zh", "--json", "--no-journal", "--glossary", "terms.tsv")
    found = [json.loads(line) for line in outcome.out.splitlines()]
    assert found[0]["source"] == first["source"]
    assert "喵星人" in found[0]["text"] or found[0]["faults"] == ["term"]


@pytest.mark.parametrize(
    ("path", "message"),
    [("none.tsv", "none.tsv does not exist: check the name"), (".", "is a directory: give a file")],
)
def test_no_file(run, path: str, message: str) -> None:
    outcome = run("text", "Hello.", "--to", "zh", "--glossary", path)
    assert outcome.code == 3
    assert message in outcome.err
    assert outcome.out == ""


def test_not_text(run) -> None:
    Path("terms.tsv").write_bytes(b"\xff\xfe\x00")
    outcome = run("text", "Hello.", "--to", "zh", "--glossary", "terms.tsv")
    assert outcome.code == 3
    assert outcome.complaints == ["subtrans: error: line 1 of terms.tsv is not UTF-8 text: convert it first"]
