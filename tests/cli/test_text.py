"""`subtrans text`: as many lines out as in, in their order."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from subtrans.cli.screen import quote


@pytest.mark.parametrize("words", [["Good morning."], ["Good", "morning."]])
def test_an_argument(words, run, fakes) -> None:
    outcome = run("text", *words, "--to", "zh")
    assert (outcome.code, outcome.out, outcome.err) == (0, "zh:Good morning.\n", "")


def test_standard_input_line_by_line(run, fakes) -> None:
    outcome = run("text", "--to", "zh", stdin="One.\n\n  \nTwo. Three.\r\nno line feed at the end")
    assert outcome.out == "zh:One.\n\n\nzh:Two.zh:Three.\nzh:no line feed at the end\n"


def test_a_file_of_a_thousand_lines(run, fakes) -> None:
    lines = [f"Line {number}." if number % 7 else "" for number in range(1000)]
    Path("letter.txt").write_text("\n".join(lines) + "\n")
    outcome = run("text", "--file", "letter.txt", "--to", "zh")
    assert outcome.out.splitlines() == [f"zh:{line}" if line else "" for line in lines]
    assert len(fakes.translator.batches) > 10


def test_only_a_line_feed_ends_a_line(run, fakes) -> None:
    Path("letter.txt").write_bytes("\ufeffone\u2028two\x0cthree\x85four\r\nfive\n".encode())
    outcome = run("text", "--file", "letter.txt", "--to", "zh")
    assert outcome.out == "zh:one two three four\nzh:five\n"


def test_an_argument_that_is_no_text(run, fakes) -> None:
    outcome = run("text", "caf\udce9", "--to", "zh")
    assert (outcome.code, outcome.out) == (3, "")
    assert outcome.err == "subtrans: error: the text is not UTF-8: convert it first\n"


def test_words_of_a_spaced_language_keep_their_space(run, fakes, models) -> None:
    card = models / "mt-en-zh-nano" / "card.toml"
    card.write_text(card.read_text().replace('"zh"', '"de"'))
    assert run("text", "One. Two.", "--to", "de").out == "de:One. de:Two.\n"


@pytest.mark.parametrize("set_by", ["option", "environment", "settings"])
def test_a_code_that_is_a_country_s_too_is_told_once(run, fakes, models, set_by, monkeypatch) -> None:
    card = models / "mt-en-zh-nano" / "card.toml"
    card.write_text(card.read_text().replace('"zh"', '"kr"'))
    Path("settings.toml").write_text('to = "kr"\n')
    if set_by == "environment":
        monkeypatch.setenv("SUBTRANS_TO", "kr")
    before, behind = (["--settings", "settings.toml"] if set_by == "settings" else []), ["--to", "kr"]
    outcome = run(*before, "text", "Hello.", *(behind if set_by == "option" else []))
    assert (outcome.out, outcome.err) == ("kr:Hello.\n", "kr is taken for Kanuri: for Korean type ko\n")
    assert run("text", "Hello.", "--to", "Kanuri").err == ""


def test_json(run, fakes) -> None:
    outcome = run("text", "--to", "zh", "--json", stdin='He said "hi".\n\n')
    assert [json.loads(line) for line in outcome.out.splitlines()] == [
        {"source": 'He said "hi".', "text": 'zh:He said "hi".', "score": -0.25},
        {"source": "", "text": "", "score": None},
    ]


def test_batch_size_is_the_number_of_lines_read_at_once(run, fakes) -> None:
    run("text", "--to", "zh", "--batch-size", "2", stdin="One.\nTwo.\nThree.\n")
    assert fakes.translator.batches == [2, 1]


def test_nothing_gives_nothing(run, fakes) -> None:
    outcome = run("text", "--to", "zh", stdin="")
    assert (outcome.code, outcome.out) == (0, "")


def test_text_that_is_the_name_of_a_file_is_translated_with_a_hint(run, fakes) -> None:
    Path("letter.txt").write_text("Dear Sir")
    outcome = run("text", "letter.txt", "--to", "zh")
    assert outcome.out == "zh:letter.txt\n"
    assert outcome.err == "subtrans: letter.txt is a file too: to translate what it holds, use --file\n"


def test_a_file_of_subtitles_is_translated_as_a_text_with_a_hint(run, fakes) -> None:
    Path("talk.en.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nHi.\n")
    outcome = run("text", "--file", "talk.en.srt", "--to", "zh")
    assert outcome.out.splitlines()[2] == "zh:Hi."
    assert "talk.en.srt is translated as a text, with its times: for subtitles, use subtrans subtitle" in outcome.err


def test_several_languages_are_not_one_that_is_unknown(run, fakes) -> None:
    outcome = run("text", "Hi.", "--to", "zh,ja")
    assert (outcome.code, outcome.err) == (4, "subtrans: error: 'zh,ja' names several languages: give one\n")


def test_text_and_file_exclude_each_other(run, fakes) -> None:
    assert run("text", "One.", "--file", "letter.txt", "--to", "zh").code == 2


@pytest.mark.parametrize(("name", "reason"), [("no.txt", "does not exist"), (".", "is a directory")])
def test_a_file_that_cannot_be_read(name, reason, run, fakes) -> None:
    outcome = run("text", "--file", name, "--to", "zh")
    assert (outcome.code, outcome.out) == (3, "")
    assert outcome.err.startswith(f"subtrans: error: {name} {reason}")


def test_the_source_must_be_told_where_the_translator_knows_several(run, fakes) -> None:
    outcome = run("text", "One.", "--to", "zh", "--mt", "facebook/nllb-200-distilled-600M")
    assert outcome.code == 4
    assert outcome.err.endswith("is not made for one language alone: say which one the text is in with --from\n")
    assert run("text", "One.", "--to", "zh", "--from", "en", "--mt", "facebook/nllb-200-distilled-600M").code == 0


@pytest.mark.parametrize("text", ["long " * 100, "x" * 5000])
def test_an_argument_of_any_length(text, run, fakes) -> None:
    outcome = run("text", text, "--to", "zh")
    assert (outcome.code, outcome.out, outcome.err) == (0, f"zh:{text.strip()}\n", "")


def test_a_note_quotes_no_more_than_a_sentence_and_nothing_that_a_terminal_obeys() -> None:
    assert quote("\x1b[31mone\ntwo " + "7" * 900) == f"\ufffd[31mone two {'7' * 287}…"
