"""`--part`: only a stretch of the input, at the times of the whole."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
import srt
from fakes import spoken, write_wav

from subtrans.cli.parameters import PartType
from subtrans.media.ffmpeg import executable
from subtrans.types import Span


def starts(path: str) -> list[int]:
    return [round(1000 * cue.start.total_seconds()) for cue in srt.parse(Path(path).read_text(encoding="utf-8"))]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("90-120", Span(90_000, 120_000)),
        ("10:00-12:30.5", Span(600_000, 750_500)),
        ("1:02:03,25 - 1:02:04", Span(3_723_250, 3_724_000)),
        ("-90", Span(0, 90_000)),
        ("75:00-", Span(4_500_000, 10**9)),
    ],
)
def test_parts_as_they_are_written(written: str, expected: Span) -> None:
    assert PartType().convert(written, None, None) == expected


def test_a_part_has_the_times_of_the_whole(run, fakes) -> None:
    write_wav(Path("talk.wav"), spoken("one two Stop. " * 4))
    assert run("subtitle", "talk.wav", "--to", "zh").code == 0
    whole = starts("talk.zh.srt")
    result = run("subtitle", "talk.wav", "--to", "zh", "--part", "2-4.5", "-o", "part.srt")
    assert result.code == 0
    assert "0:02 of sound" in result.err
    assert starts("part.srt") == [time for time in whole if 2000 <= time < 4500]
    result = run("speech", "talk.wav", "--to", "zh", "--part", "2.0-", "--json")
    assert json.loads(result.out.splitlines()[0])["start"] == pytest.approx(whole[2], abs=20)


def test_a_part_behind_a_duration_that_is_a_guess_is_heard(run, fakes) -> None:
    write_wav(Path("talk.wav"), spoken("one two Stop. " * 3))
    subprocess.run([executable(), "-v", "error", "-i", "talk.wav", "-c:a", "mp2", "talk.ts"], check=True)
    Path("joined.ts").write_bytes(Path("talk.ts").read_bytes() * 2)
    assert run("subtitle", "joined.ts", "--to", "zh", "--part", "5-", "-o", "part.srt").code == 0
    assert 5000 <= starts("part.srt")[0] < 6000
    late = run("subtitle", "joined.ts", "--to", "zh", "--part", "20-")
    assert (late.code, "the sound of joined.ts ends before 20 s: choose an earlier part" in late.err) == (3, True)


def test_a_part_of_subtitles_is_the_cues_that_begin_in_it(run, fakes) -> None:
    cues = "".join(f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\none two.\n\n" for n in range(1, 6))
    Path("talk.en.srt").write_text(cues, encoding="utf-8")
    assert run("subtitle", "talk.en.srt", "--to", "zh", "--part", "2-4").code == 0
    assert starts("talk.zh.srt") == [2000, 3000]


@pytest.mark.parametrize(
    ("part", "code", "message"),
    [
        ("10-", 3, "talk.wav ends at 0:01: --part begins behind that"),
        ("5-2", 2, "'5-2' ends before it begins"),
        ("-", 2, "'-' is no part of a recording: write it as 10:00-12:30"),
        ("10:00", 2, "'10:00' is no part of a recording"),
        (f"0-{'9' * 400}", 2, "is no part of a recording"),
    ],
)
def test_a_part_that_is_none_is_told(run, fakes, part: str, code: int, message: str) -> None:
    write_wav(Path("talk.wav"), spoken("one two Stop. "))
    result = run("subtitle", "talk.wav", "--to", "zh", "--part", part)
    assert result.code == code
    assert message in " ".join(result.err.split())
    assert not Path("talk.zh.srt").exists()
