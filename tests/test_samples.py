"""The samples are what their README says: every sentence is heard at its time, with silence before it."""

from __future__ import annotations

import json
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest

from subtrans.media.decode import decode
from subtrans.media.probe import probe
from subtrans.types import SAMPLE_RATE

SAMPLES = Path(__file__).parent.parent / "samples"
A_MILLISECOND = SAMPLE_RATE // 1000


@pytest.mark.parametrize("name", ["talk", "memo"])
def test_speech_is_where_the_truth_says(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUBTRANS_FFMPEG", imageio_ffmpeg.get_ffmpeg_exe())
    truth = json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))
    sound = np.concatenate([block.samples for block in decode(SAMPLES / truth["file"])])
    assert len(sound) / A_MILLISECOND == pytest.approx(truth["duration"], abs=30)
    texts = [sentence["text"] for sentence in truth["sentences"]]
    assert (SAMPLES / f"{name}.en.txt").read_text("utf-8").splitlines() == texts
    for sentence in truth["sentences"]:
        start, end = sentence["start"] * A_MILLISECOND, sentence["end"] * A_MILLISECOND
        assert np.abs(sound[start - 300 * A_MILLISECOND : start - 60 * A_MILLISECOND]).max() < 0.02
        assert np.sqrt(np.mean(sound[start:end] ** 2)) > 0.05
        starts = [word["start"] for word in sentence["words"] if word["start"] is not None]
        assert starts == sorted(starts)
        assert starts[0] == sentence["start"]
        assert starts[-1] < sentence["end"]
        assert [word["text"] for word in sentence["words"]] == sentence["text"].split()


def test_the_video_is_small_and_plays_anywhere() -> None:
    contents = probe(SAMPLES / "talk.mp4")
    (video,) = contents.video
    assert (video.codec, video.width, video.height) == ("h264", 640, 360)
    assert [(stream.codec, stream.language) for stream in contents.audio] == [("aac", "eng")]
    assert (SAMPLES / "talk.mp4").stat().st_size < 1_500_000
