"""Changes of the picture are found in real video."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from subtrans.errors import InputError
from subtrans.media.ffmpeg import executable
from subtrans.media.shots import shots


def video(path: Path, *colours: str) -> Path:
    """One second of each colour, 25 frames a second."""
    inputs = [
        part for colour in colours for part in ("-f", "lavfi", "-i", f"color={colour}:size=64x48:rate=25:duration=1")
    ]
    joined = "".join(f"[{index}:v]" for index in range(len(colours))) + f"concat=n={len(colours)}"
    subprocess.run([executable(), "-v", "error", *inputs, "-filter_complex", joined, path], check=True)
    return path


def test_each_change_is_found(tmp_path: Path) -> None:
    talk = video(tmp_path / "a 'b' [c]:%d.mkv", "black", "white", "white", "red")
    assert list(shots(talk)) == [1000, 3000]


def test_one_picture_has_no_changes(tmp_path: Path) -> None:
    assert list(shots(video(tmp_path / "talk.mp4", "black"))) == []


def test_what_is_no_video_is_told(tmp_path: Path) -> None:
    (tmp_path / "talk.mp4").write_text("Minutes of the meeting")
    with pytest.raises(InputError, match=r"talk\.mp4 has no video that can be read: leave out --shots"):
        list(shots(tmp_path / "talk.mp4"))
