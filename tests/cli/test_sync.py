"""`subtrans sync` with the detector that ships, on the sample."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import srt

from subtrans import formats
from subtrans.types import Cue, Look, Span

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture
def talk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Cue]:
    """The cues of the talk, of which a video lies in the current folder."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(SAMPLES / "talk.mp4", "talk.mp4")
    return formats.read((SAMPLES / "golden/talk.zh.srt").read_text(encoding="utf-8"), "srt")


def late(cues: list[Cue]) -> list[Cue]:
    """At the speed of 25 frames a second, and too late."""
    return [Cue(Span(*(round(t * 24 / 25) + 4321 for t in (cue.span.start, cue.span.end))), cue.lines) for cue in cues]


def test_subtitles_of_another_release_come_to_lie_beside_the_film(run, talk) -> None:
    Path("other.zh.srt").write_text(formats.write(late(talk), "srt"), encoding="utf-8")
    outcome = run("sync", "other.zh.srt", "talk.mp4")
    assert outcome.code == 0
    assert outcome.complaints[0].startswith("talk.zh.srt: 25 cues, 1.0417 times as long, moved by -4.")
    found = list(srt.parse(Path("talk.zh.srt").read_text(encoding="utf-8")))
    assert [cue.content for cue in found] == [cue.text for cue in talk]
    assert (
        max(abs(one.start.total_seconds() * 1000 - cue.span.start) for one, cue in zip(found, talk, strict=True)) < 150
    )

    again = run("sync", "other.zh.srt", "talk.mp4")
    assert (again.code, "talk.zh.srt exists already" in again.err) == (6, True)
    assert run("sync", "other.zh.srt", "talk.mp4", "-o", "talk.zh.vtt", "--together").code == 0
    assert Path("talk.zh.vtt").read_text(encoding="utf-8").startswith("WEBVTT")


def test_an_ass_file_stays_what_it_is_but_for_its_times(run, talk) -> None:
    text = formats.write(late(talk), "ass").replace("[Events]\n", "[Aegisub Extradata]\nData: 0,a,b\n\n[Events]\n")
    text += "Comment: 0,0:00:09.00,0:00:10.00,Default,,0,0,0,,a note\n"
    text += "Dialogue: 1,0:00:09.00,0:00:10.00,Default,,0,0,0,,{\\p1}m 0 0 l 9 9{\\p0}\n"
    Path("other.zh.ass").write_text(text, encoding="utf-8")
    assert run("sync", "other.zh.ass", "talk.mp4").code == 0
    new = Path("talk.zh.ass").read_text(encoding="utf-8")
    assert "a note" in new
    assert "{\\p1}m 0 0 l 9 9{\\p0}" in new
    moved = formats.read(new, "ass")
    assert [(cue.lines, cue.look.style) for cue in moved] == [(cue.lines, "Default") for cue in talk]
    assert abs(moved[0].span.start - talk[0].span.start) < 150
    assert moved[0].look == Look(style="Default")


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (("talk.mp4", "talk.mp4"), 3, "talk.mp4 is no subtitle file by its suffix: use one of .srt"),
        (("a.zh.srt", "a.zh.srt"), 3, "a.zh.srt is a file of subtitles: give the recording behind them"),
        (("none.zh.srt", "talk.mp4"), 3, "none.zh.srt does not exist: check the name"),
        (("a.zh.srt", "talk.mp4", "-o", "a.zh.srt"), 6, "a.zh.srt is an input: give the output another name"),
        (("a.zh.srt", "talk.mp4", "-o", "a.doc"), 6, "a.doc names no subtitle format by its suffix"),
        (("a.zh.srt", "talk.mp4", "-o", "."), 6, ". is a directory: give the name of a file"),
        (("a.zh.srt", "."), 3, ". is a directory: give the files in it"),
        (("a.zh.srt", "talk.mp4", "--audio-track", "3"), 3, "talk.mp4 has 1 audio track"),
        (("empty.zh.srt", "talk.mp4"), 3, "empty.zh.srt holds no cues: there is nothing to move"),
    ],
)
def test_what_cannot_be(run, talk, arguments, code, line) -> None:
    Path("a.zh.srt").write_text(formats.write(talk, "srt"), encoding="utf-8")
    Path("empty.zh.srt").write_text("\n", encoding="utf-8")
    outcome = run("sync", *arguments)
    assert (outcome.code, len(outcome.complaints)) == (code, 1)
    assert outcome.err.startswith(f"subtrans: error: {line}")
    assert not Path("talk.zh.srt").exists()


def test_subtitles_of_something_else_are_doubted(run, talk) -> None:
    cues = [Cue(Span(start, start + 900), ("?",)) for start in (1, 7000, 7950, 9000, 30_000, 31_500)]
    Path("other.zh.srt").write_text(formats.write(cues, "srt"), encoding="utf-8")
    outcome = run("sync", "other.zh.srt", "talk.mp4")
    assert outcome.code == 0
    assert outcome.complaints[-1] == (
        "talk.zh.srt: this may be chance: look whether the subtitles are those of talk.mp4"
    )
