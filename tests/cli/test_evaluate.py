"""`subtrans evaluate`: files in, scores on standard output, and a line for what cannot be scored."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from subtrans.text.glossary import Glossary


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


def test_text_whose_marks_stand_apart_is_told_once(run) -> None:
    write("mine.txt", *(f"the sea is {n} miles wide ." for n in range(200)))
    write("right.txt", *(f"the sea is {n} miles wide." for n in range(200)))
    outcome = run("evaluate", "text", "mine.txt", "right.txt", "--lang", "en", "--baseline", "mine.txt")
    told = "mine.txt: marks stand apart from the words, and BLEU is of text as people write it"
    assert (outcome.code, outcome.complaints) == (0, [told])


@pytest.mark.parametrize("kind", ["text", "speech"])
def test_the_times_of_subtitles_are_not_scored_as_words(run, kind: str) -> None:
    write("talk.en.srt", "1", "00:00:01,000 --> 00:00:03,000", "He is here.")
    outcome = run("evaluate", kind, "talk.en.srt", "talk.en.srt", "--lang", "en")
    told = "subtrans: error: talk.en.srt holds subtitles and no lines of text: use `subtrans evaluate subtitles`"
    assert (outcome.code, outcome.out, outcome.complaints) == (3, "", [told])


def test_one_of_the_files_is_standard_input(run) -> None:
    right, mine = write("right.txt", "the sea is blue"), write("mine.txt", "the sea is red")
    expected = run("evaluate", "text", mine, right, "--lang", "en", "--baseline", right).out
    text = Path(mine).read_bytes()
    assert run("evaluate", "text", "-", right, "--lang", "en", "--baseline", right, stdin=text).out == expected
    heard = run("evaluate", "speech", mine, "-", "--lang", "en", stdin="the sea is red\n")
    assert heard.out.splitlines()[0].split()[:2] == ["WER", "0.00"]
    outcome = run("evaluate", "text", "-", "-", "--lang", "en", stdin=text)
    assert (outcome.code, outcome.complaints[-1]) == (2, "Error: only one of the files can be standard input (-)")
    outcome = run("evaluate", "text", "-", right, "--lang", "en", stdin=b"Caf\xe9\n")
    assert outcome.complaints == ["subtrans: error: line 1 of standard input is not UTF-8 text: convert it first"]


def test_files_that_do_not_go_together(run) -> None:
    outcome = run("evaluate", "text", write("a", "one"), write("b", "one", "two"), "--lang", "en")
    assert outcome.code == 3
    assert outcome.complaints == ["subtrans: error: a has 1 lines and b 2: they must go together"]


def test_transcripts_in_other_lines_are_scored_as_whole_texts(run) -> None:
    cues, said = (
        write("cues.txt", "The sea is", "red.", "And we", "swim."),
        write("said.txt", "The sea is blue. And we swim."),
    )
    outcome = run("evaluate", "speech", cues, said, "--lang", "en")
    assert outcome.out.split()[:2] == ["WER", "14.29"]
    assert outcome.complaints == ["cues.txt has 4 lines and said.txt 1: each is scored as one text"]
    outcome = run(
        "evaluate",
        "speech",
        write("a", "海は", "青い"),
        write("b", "海は青い"),
        "--lang",
        "ja",
        "--normaliser",
        "plain",
    )
    assert outcome.out.split()[:2] == ["WER", "0.00"]
    outcome = run("evaluate", "speech", write("none", *[]), said, "--lang", "en")
    assert outcome.code == 3


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


CUES = "1\n00:00:01,000 --> 00:00:03,000\n我喜欢猫。\n\n2\n00:00:04,000 --> 00:00:06,000\n你好。\n"


def test_subtitles(run) -> None:
    Path("mine.zh.srt").write_text(CUES, encoding="utf-8")
    Path("person.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:06.000\n我喜欢狗。\n你好。\n", encoding="utf-8")
    outcome = run("evaluate", "subtitles", "mine.zh.srt", "mine.zh.srt", "--json")
    same = json.loads(outcome.out)
    assert {score["name"]: score["value"] for score in same["scores"]} == {"SubER": 0.0, "AS-BLEU": 100.0}
    assert same["conforming"]["CPS"] == 1
    outcome = run("evaluate", "subtitles", "mine.zh.srt", "person.vtt", "--json")
    other = {score["name"]: score for score in json.loads(outcome.out)["scores"]}
    # One character and one kind of break are other ones, of 6 characters and 2 breaks, once punctuation is gone.
    assert other["SubER"]["value"] == pytest.approx(100 * 2 / 8)
    assert "tok:zh" in other["AS-BLEU"]["signature"]
    assert run("evaluate", "subtitles", "mine.zh.srt", "person.vtt").out.splitlines()[-1].startswith("conforming: ")


def test_subtitles_that_cannot_be_read(run) -> None:
    Path("mine.zh.srt").write_text(CUES, encoding="utf-8")
    Path("empty.srt").touch()
    outcome = run("evaluate", "subtitles", "mine.zh.srt", "empty.srt")
    assert outcome.code == 3
    assert "error: " in outcome.err
    outcome = run("evaluate", "subtitles", "empty.srt", "mine.zh.srt")
    assert outcome.code == 4
    assert "--lang" in outcome.err


def test_model(run, fakes) -> None:
    write("test.tsv", "one two\tzh:one two", "three\tzh:three four")
    arguments = ["evaluate", "model", "test.tsv", "--from", "en", "--to", "zh"]
    outcome = run(*arguments, "-o", "out.txt", "--json")
    assert outcome.code == 0, outcome.err
    found = json.loads(outcome.out)
    assert [score["name"] for score in found["scores"]] == ["BLEU", "chrF2", "TER", "ROUGE-L"]
    assert (found["sentences"], found["model"]) == (2, "mt-en-zh-nano")
    assert found["tokens_per_second"] > 0
    assert found["peak_memory"] > 1e6
    assert Path("out.txt").read_text(encoding="utf-8") == "zh:one two\nzh:three\n"
    assert "tokens a second" in run(*arguments).out


def test_model_takes_a_glossary_and_replaces_a_file_that_it_may(run, fakes) -> None:
    write("test.tsv", "one two\tzh:one two")
    write("out.txt", "old")
    arguments = ["evaluate", "model", "test.tsv", "--from", "en", "--to", "zh", "-o", "out.txt"]
    assert run(*arguments).code == 6
    outcome = run(*arguments, "--overwrite", "--glossary", write("terms.tsv", "one\t一"))
    assert (outcome.code, outcome.err) == (0, "out.txt: 1 translation\n")
    assert "1 sentence, " in outcome.out
    assert Path("out.txt").read_text(encoding="utf-8") == "zh:one two\n"
    glossary = fakes.asked["translator"]["glossary"]
    assert isinstance(glossary, Glossary)
    assert [term.target for term in glossary.terms] == ["一"]


def test_the_test_set_of_a_model_is_never_replaced(run, fakes) -> None:
    write("test.tsv", "one two\tzh:one two")
    outcome = run("evaluate", "model", "test.tsv", "-f", "en", "-t", "zh", "-o", "./test.tsv", "--overwrite")
    assert outcome.code == 6
    assert "is an input: give the output another name" in outcome.err
    assert Path("test.tsv").read_text(encoding="utf-8") == "one two\tzh:one two\n"


def test_model_with_all_that_is_wrong_told_at_once(run, fakes) -> None:
    write("out.txt", "kept")
    outcome = run("evaluate", "model", "none.tsv", "--from", "en", "--to", "zh", "-o", "out.txt")
    assert outcome.code == 3
    assert len(outcome.complaints) == 2


CAPTION = {
    "event": "caption",
    "number": 1,
    "start": 0,
    "end": 900,
    "source": "Good day.",
    "text": "你好。",
    "final": True,
    "words": [{"text": " Good", "start": 0, "end": 400}, {"text": " day.", "start": 500, "end": 900}],
    "audio": 1500,
    "emitted": 1900,
}
WORDS = [{"text": "Good", "start": 0}, {"text": "day.", "start": 450}]
SAID = {"sentences": [{"start": 0, "end": 900, "text": "Good day.", "words": WORDS}]}


def test_live_captions(run) -> None:
    write("talk.jsonl", json.dumps(CAPTION))
    write("talk.json", json.dumps(SAID))
    write("talk.zh.txt", "你好。")
    arguments = ["evaluate", "live", "talk.jsonl", "--from", "en", "--to", "zh"]
    outcome = run(*arguments)
    assert outcome.code == 0
    assert "sentence to its translation" in outcome.out
    assert "normalised erasure 0.00 source, 0.00 translation" in outcome.out
    outcome = run(*arguments, "--reference", "talk.json", "--translation", "talk.zh.txt", "--json")
    found = json.loads(outcome.out)
    # From the ends of the words as they were spoken, 450 and 900, to 1900 and to 1500.
    assert found["delays"]["word to its source"]["aware"]["mean"] == pytest.approx((1450 + 1000) / 2)
    assert found["delays"]["word to its source"]["unaware"]["maximum"] == 1050
    assert found["stream_laal"] == [1900, 1500]
    assert [score["name"] for score in found["scores"]] == ["WER", "BLEU"]


def test_captions_that_came_before_they_were_spoken_are_told_of(run) -> None:
    arguments = ["--from", "en", "--to", "zh"]
    assert run("evaluate", "live", write("talk.jsonl", json.dumps(CAPTION)), *arguments).err == ""
    write("talk.jsonl", json.dumps(CAPTION | {"emitted": 30}))
    assert "only with subtrans live --replay" in run("evaluate", "live", "talk.jsonl", *arguments).err


def test_live_captions_that_cannot_be_measured(run) -> None:
    arguments = ["evaluate", "live", write("talk.jsonl", json.dumps(CAPTION), "nonsense"), "--from", "en", "--to", "zh"]
    outcome = run(*arguments)
    assert outcome.code == 3
    assert outcome.complaints == ["subtrans: error: line 2 of talk.jsonl is no event of subtrans live --json"]
    write("talk.jsonl", json.dumps(CAPTION))
    outcome = run(*arguments, "--translation", "talk.zh.txt")
    assert outcome.code == 2
    assert "--translation needs --reference" in outcome.err
    write("talk.json", json.dumps(SAID))
    outcome = run(*arguments, "--reference", "talk.json", "--translation", write("talk.zh.txt", "你好。", "再见。"))
    assert outcome.complaints == [
        "subtrans: error: talk.zh.txt has 2 lines and talk.json 1 sentences: they must go together"
    ]


TIMES = "00:00:01,000 --> 00:00:03,000"


def subtitle_scores(run, language: str, times: str, mine: str, right: str) -> list[dict[str, Any]]:
    """SubER and AS-BLEU of a cue and what a person wrote."""
    names = [f"{name}.{language}.srt" for name in ("mine", "right")]
    for name, text in zip(names, (mine, right), strict=True):
        write(name, "1", times, text)
    return json.loads(run("evaluate", "subtitles", *names, "--json").out)["scores"]


def test_subtitles_of_a_day_and_in_any_place(run) -> None:
    times = "100:00:04,000 --> 100:00:06,500"
    scores = subtitle_scores(run, "en", times, "{\\an8}He is here.", "He is here.")
    assert [score["value"] for score in scores] == [0, pytest.approx(100)]


def test_marks_of_direction_are_none_of_a_word(run) -> None:
    scores = subtitle_scores(run, "ar", TIMES, "\u202bمرحبا يا صديقي.\u202c", "مرحبا يا صديقي.")
    assert [score["value"] for score in scores] == [0, pytest.approx(100)]


def test_subtitles_in_a_script_without_words(run) -> None:
    scores = subtitle_scores(run, "th", TIMES, "เขาไปแล้ว แต่", "เขาไปแล้ว และ")
    # Of the reference's 11 letters, each with its marks, and the end of its cue one is another and one is missing.
    assert scores[0]["value"] == pytest.approx(100 * 2 / 12, abs=0.001)
    assert scores[1]["value"] > 50
    assert all("tok:char" in score["signature"] for score in scores)


def test_subtitles_that_last_no_time_and_lines_of_marks_alone(run) -> None:
    write("mine.en.srt", "1", "00:00:01,000 --> 00:00:01,000", "\u200e", "He is here, and so is she.")
    scores = json.loads(run("evaluate", "subtitles", "mine.en.srt", "mine.en.srt", "--json").out)["scores"]
    assert [score["value"] for score in scores] == [0, pytest.approx(100)]


def test_the_batch_size_of_a_model_is_the_number_of_sentences_put_to_it_at_once(run, fakes) -> None:
    write("test.tsv", *(f"Hello {n}.\tzh:Hello {n}." for n in range(5)))
    run("evaluate", "model", "test.tsv", "--from", "en", "--to", "zh", "--batch-size", "2")
    assert fakes.translator.batches == [1, 2, 2, 1]  # the first warms it up


def test_the_test_set_of_a_model_may_be_a_table_with_a_head(run, fakes) -> None:
    write("test.csv", "English,Chinese", '"Hello, you.","zh:Hello, you."')
    assert json.loads(run("evaluate", "model", "test.csv", "--to", "zh", "--json").out)["sentences"] == 1
