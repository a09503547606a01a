"""The commands with the real engines behind them, on real sound and small checkpoints of random weights."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import tinymodels

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("checkpoints")
    return {"--asr": tinymodels.whisper(folder / "whisper"), "--mt": tinymodels.marian(folder / "marian")}


def test_text(run, models, checkpoints) -> None:
    lines = [line for text in tinymodels.TEXTS for line in (text, "")]
    options = ("--mt", checkpoints["--mt"], "--from", "en", "--to", "zh", "--threads", "1", "--json")
    outcome = run("text", *options, stdin="\n".join(lines))
    assert (outcome.code, outcome.err) == (0, "")
    found = [json.loads(line) for line in outcome.out.splitlines()]
    assert [line["source"] for line in found] == lines[:-1]
    assert [bool(line["text"]) for line in found] == [bool(line) for line in lines[:-1]]
    assert len({line["text"] for line in found}) == len(tinymodels.TEXTS) + 1, "the output does not depend on the input"
    # The same lines one at a time, whose scores are rounded otherwise, and with another beam.
    alone = [
        json.loads(line) for line in run("text", *options, "--batch-size", "1", stdin="\n".join(lines)).out.splitlines()
    ]
    assert [line | {"score": pytest.approx(line["score"], abs=1e-4)} for line in alone] == found
    assert run("text", *options, "--beam-size", "1", stdin="\n".join(lines)).code == 0


def test_speech_is_heard_and_cut_where_the_speakers_pause(run, models, checkpoints) -> None:
    """The weights are random, so nothing is known of the words; whatever they are, each is in the cues once."""
    options = [str(part) for option in checkpoints.items() for part in option]
    outcome = run(
        *("subtitle", SAMPLES / "memo.flac", "--from", "en", "--to", "zh", *options),
        *("--threads", "1", "--beam-size", "1", "--transcript", "--json", "-o", "memo.zh.srt"),
    )
    assert outcome.code == 0, outcome.err
    document = json.loads(Path("memo.zh.json").read_text(encoding="utf-8"))
    truth = json.loads((SAMPLES / "memo.json").read_text(encoding="utf-8"))
    assert document["source"]["duration"] == pytest.approx(truth["duration"], abs=30)
    assert len(document["targets"][0]["translations"]) == len(document["sentences"])
    assert Path("memo.zh.srt").exists()
    assert Path("memo.en.srt").exists()
