"""`subtrans subtitle` with norms other than the language's usual ones, and beside a picture."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import srt
from fakes import spoken, write_wav

from subtrans.media.ffmpeg import executable
from subtrans.types import Hypothesis

TALK = "one two three Stop. red green cat Why? four five six seven Again. "


@pytest.fixture
def talk(run, fakes) -> Path:
    return write_wav(Path("talk.wav"), spoken(TALK))


def cues() -> list[srt.Subtitle]:
    return list(srt.parse(Path("talk.zh.srt").read_text(encoding="utf-8")))


def test_a_profile_of_ones_own(run, talk) -> None:
    Path("house.toml").write_text("base = 'bbc'\nlines = 1\n[zh]\ncharacters_per_line = 5\n", "utf-8-sig")
    assert run("subtitle", talk, "--to", "zh", "--profile", "house.toml").code == 0
    assert {len(cue.content.splitlines()) for cue in cues()} == {1}
    assert max(len(cue.content) for cue in cues()) <= 10  # a letter is half as wide as a Chinese character


@pytest.mark.parametrize(
    "text",
    [
        "lines = ",
        "lines = 'two'",
        "[klingon]\nlines = 1",
        "base = []",
        f"x = {'[' * 5000}",
        "frame_rate = '1e99999999'",
    ],
)
def test_a_file_that_is_no_profile_is_told_before_any_work(text, run, talk) -> None:
    Path("house.toml").write_text(text)
    outcome = run("subtitle", talk, "--to", "zh", "--profile", "house.toml")
    assert (outcome.code, len(outcome.complaints)) == (9, 1)
    assert "house.toml" in outcome.err


def test_a_profile_that_is_not_there(run, talk) -> None:
    outcome = run("subtitle", talk, "--to", "zh", "--profile", "house.toml")
    assert (outcome.code, outcome.err) == (
        9,
        "subtrans: error: house.toml is no profile: no such file or directory\n",
    )


def test_a_reading_speed_asks_for_shorter_translations(run, talk, fakes, monkeypatch) -> None:
    def translate(texts):
        return [Hypothesis("很长很长很长的话。", -0.4, (), (Hypothesis("短话。", -0.5),)) for _ in texts]

    monkeypatch.setattr(fakes.translator, "translate", translate)
    assert run("subtitle", talk, "--to", "zh").code == 0
    assert cues()[0].content == "很长很长很长的话。"
    assert fakes.asked["translator"]["options"].num_hypotheses == 4
    outcome = run("subtitle", talk, "--to", "zh", "--max-cps", "4", "--overwrite", "--beam-size", "2", "--no-journal")
    assert outcome.code == 0
    assert cues()[0].content == "短话。"
    assert fakes.asked["translator"]["options"].num_hypotheses == 2


def test_cues_keep_to_the_frames_and_shots_of_a_video(run, talk) -> None:
    picture = ["-f", "lavfi", "-i", "color=black:size=64x48:rate=25:duration=1.6", "-f", "lavfi"]
    picture += ["-i", "color=white:size=64x48:rate=25:duration=4", "-i", "talk.wav"]
    joined = ["-filter_complex", "[0:v][1:v]concat[v]", "-map", "[v]", "-map", "2:a", "-c:a", "pcm_s16le"]
    subprocess.run([executable(), "-v", "error", *picture, *joined, "talk.mkv"], check=True)
    assert run("subtitle", "talk.mkv", "--to", "zh", "--no-journal").code == 0
    starts = [round(cue.start.total_seconds() * 1000) for cue in cues()]
    assert starts == [0, 1520, 3040]
    assert run("subtitle", "talk.mkv", "--to", "zh", "--shots", "--overwrite", "--no-journal").code == 0
    assert round(cues()[1].start.total_seconds() * 1000) == 1600
