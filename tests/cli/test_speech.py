"""`subtrans speech`: a sentence a line on standard output, as text or JSON."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeTranslator, silence, spoken, write_wav

from subtrans.media.ffmpeg import executable

TALK = "one two three Stop. red green cat Why? "
CHANGING = ("--multilingual", "--allow-language", "en,fr", "--no-journal")


@pytest.fixture
def talk(run, fakes) -> Path:
    return write_wav(Path("talk.wav"), spoken(TALK))


def test_a_sentence_a_line(run, talk) -> None:
    outcome = run("speech", talk, "--to", "zh")
    assert (outcome.code, outcome.out, outcome.err) == (0, "zh:one two three Stop.\nzh:red green cat Why?\n", "")


def test_with_source(run, talk) -> None:
    outcome = run("speech", talk, "--to", "zh", "--with-source")
    assert outcome.out.splitlines() == [
        "one two three Stop.\tzh:one two three Stop.",
        "red green cat Why?\tzh:red green cat Why?",
    ]


def test_json_lines(run, talk) -> None:
    outcome = run("speech", talk, "--to", "zh", "--json")
    first, second = map(json.loads, outcome.out.splitlines())
    assert first == {
        "file": "talk.wav",
        "start": 0,
        "end": 920,
        "source": "one two three Stop.",
        "text": "zh:one two three Stop.",
        "score": -0.25,
    }
    assert (second["start"], second["end"]) == (1520, 2440)


def test_several_inputs_in_their_order(run, talk) -> None:
    write_wav(Path("more.wav"), spoken("Go. "))
    outcome = run("speech", "more.wav", "talk.wav", "--to", "zh", "--json")
    assert [json.loads(line)["file"] for line in outcome.out.splitlines()] == ["more.wav", "talk.wav", "talk.wav"]
    assert outcome.complaints == ["2 of 2 inputs done, 0 failed"]


def test_silence_is_said(run, fakes) -> None:
    write_wav(Path("rain.wav"), silence(3000))
    outcome = run("speech", "rain.wav", "--to", "zh")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "rain.wav: no speech found\n")


@pytest.mark.parametrize("failure", [MemoryError, RuntimeError("mkl_malloc: failed to allocate memory")])
def test_sentences_come_before_the_end(run, fakes, failure) -> None:
    """Each is printed when its block is done: those before a failure are there."""
    write_wav(Path("talk.wav"), spoken(TALK * 20))
    fakes.transcriber.patience = 1
    fakes.transcriber.failure = failure
    outcome = run("speech", "talk.wav", "--to", "zh")
    assert outcome.code == 1
    assert outcome.out.startswith("zh:one two three Stop.\nzh:red green cat Why?\n")
    assert outcome.err == "subtrans: error: there is not enough memory: use a smaller model, or --batch-size 1\n"


def test_a_gpu_that_fails_is_named_and_what_to_do(run, fakes) -> None:
    write_wav(Path("talk.wav"), spoken(TALK))
    fakes.transcriber.failure = RuntimeError("cuBLAS failed with status CUBLAS_STATUS_INTERNAL_ERROR")
    outcome = run("speech", "talk.wav", "--to", "zh")
    assert (outcome.code, outcome.err) == (
        7,
        "subtrans: error: the GPU failed (cuBLAS failed with status CUBLAS_STATUS_INTERNAL_ERROR): use --device cpu\n",
    )


def test_a_damaged_file_gives_what_it_holds_and_a_warning(run, fakes) -> None:
    write_wav(Path("talk.wav"), spoken(TALK * 8))
    subprocess.run([executable(), "-v", "error", "-i", "talk.wav", "talk.flac"], check=True)
    whole = Path("talk.flac").read_bytes()
    Path("talk.flac").write_bytes(whole[: len(whole) // 2])
    outcome = run("speech", "talk.flac", "--to", "zh")
    assert outcome.code == 0
    assert outcome.out.splitlines()[:2] == ["zh:one two three Stop.", "zh:red green cat Why?"]
    (line,) = outcome.complaints
    assert line.startswith("subtrans: warning: talk.flac is damaged or cut short: ")


@pytest.fixture
def linguists(monkeypatch, fakes) -> None:
    """A recogniser and translators that know every language."""
    from subtrans import engines

    for name in ("check_transcriber", "check_translator"):
        monkeypatch.setattr(engines, name, lambda *asked, **options: None)
    monkeypatch.setattr(engines, "in_context", lambda translator, *asked, **options: translator)
    monkeypatch.setattr(
        engines, "load_translator", lambda *asked, source, target, **options: FakeTranslator(f"{source}>{target}")
    )


def test_each_sentence_is_translated_from_what_it_is_said_in(run, linguists) -> None:
    # The fake recogniser takes samples below zero for French.
    write_wav(Path("talk.wav"), np.concatenate([spoken(TALK * 3), silence(900), -spoken(TALK * 3)]))
    for options in ((), ("--from", "en")):
        outcome = run("speech", "talk.wav", "--to", "zh", *CHANGING, *options)
        assert outcome.code == 0
        assert [line.partition(":")[0] for line in outcome.out.splitlines()] == ["en>zh"] * 6 + ["fr>zh"] * 6


def test_what_is_said_in_the_target_language_stays_as_it_is(run, linguists) -> None:
    write_wav(Path("talk.wav"), np.concatenate([spoken(TALK * 3), silence(900), -spoken(TALK * 3)]))
    outcome = run("speech", "talk.wav", "--to", "fr", *CHANGING)
    said = ["one two three Stop.", "red green cat Why?"] * 3
    assert outcome.out.splitlines() == [f"en>fr:{one}" for one in said] + said


@pytest.mark.parametrize("options", [(), ("--allow-language", "en"), ("--from", "en")])
def test_languages_that_change_are_named_before_any_work(run, talk, options) -> None:
    outcome = run("speech", talk, "--to", "zh", "--multilingual", *options)
    assert (outcome.code, outcome.out) == (4, "")
    assert "name them with --allow-language" in outcome.err


def test_the_language_that_holds_otherwise_is_one_of_them(run, talk) -> None:
    outcome = run("speech", talk, "--to", "zh", *CHANGING, "--from", "de", "--asr", "large-v3-turbo")
    assert outcome.code == 4
    assert outcome.complaints[0] == "subtrans: error: --from de is none of en, fr: add it to --allow-language"
