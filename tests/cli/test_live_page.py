"""`subtrans live` with its page and its report, as they are typed."""

from __future__ import annotations

import socket

import pytest
from fakes import spoken, write_wav

REPLAY = ("live", "talk.wav", "--to", "zh", "--replay", "--replay-speed", "0")


@pytest.fixture
def talk(tmp_path, fakes):
    return write_wav(tmp_path / "talk.wav", spoken("one two three Stop. red green cat Why? "))


def test_the_page_is_served_beside_the_lines(run, talk) -> None:
    plain = run(*REPLAY)
    served = run(*REPLAY, "--serve", "--port", "0")
    assert served.code == 0
    assert served.out == plain.out
    assert served.err.startswith("Captions are at http://127.0.0.1:")


def test_a_report_at_the_end(run, talk) -> None:
    outcome = run(*REPLAY, "--report")
    assert outcome.code == 0
    assert len(outcome.out.splitlines()) == 2
    assert [line.split("  ")[0] for line in outcome.complaints[:5]] == [
        "seconds from",
        "word to its source",
        "word to its translation",
        "sentence to its source",
        "sentence to its translation",
    ]
    assert outcome.complaints[-1].endswith("2 captions")


def test_no_report_on_silence(run, fakes, tmp_path) -> None:
    write_wav(tmp_path / "talk.wav", spoken("one two three Stop. ") * 0)
    outcome = run(*REPLAY, "--report")
    assert (outcome.code, outcome.err) == (0, "nobody spoke: there is nothing to report\n")
    several = run(*REPLAY, "--to", "zh,en", "--report")
    assert several.complaints == [f"{tag}: nobody spoke: there is nothing to report" for tag in ("zh", "en")]


def test_one_caption_is_told_as_one(run, fakes, tmp_path) -> None:
    write_wav(tmp_path / "talk.wav", spoken("one two three Stop. "))
    assert run(*REPLAY, "--report").complaints[-1].endswith(" 1 caption")


def test_a_network_needs_a_token(run, talk) -> None:
    outcome = run(*REPLAY, "--serve", "--host", "0.0.0.0")
    assert outcome.code == 2
    assert "0.0.0.0 can be reached from other machines: give a --token that readers need" in outcome.err
    assert run(*REPLAY, "--serve", "--host", "0.0.0.0", "--port", "0", SUBTRANS_TOKEN="correct horse").code == 0


def test_a_port_that_is_taken_is_told_before_it_begins(run, talk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        outcome = run(*REPLAY, "--serve", "--port", taken.getsockname()[1])
    assert outcome.code == 6
    assert outcome.out == ""
    assert len(outcome.complaints) == 1
    assert "choose another --port" in outcome.err
