"""Media files made for each test by the ffmpeg that imageio-ffmpeg carries, from bursts of tone at known times."""

from __future__ import annotations

import os
import subprocess
import wave
from collections.abc import Callable
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest
from numpy.typing import NDArray

BURSTS = (0.5, 1.25, 2.0)
"""Where the bursts of the standard recording of 2.6 s begin, in seconds."""


@pytest.fixture(autouse=True)
def program(monkeypatch: pytest.MonkeyPatch) -> str:
    """The ffmpeg of imageio-ffmpeg, or the one that the environment names, which the code under test uses too."""
    path = os.environ.get("SUBTRANS_FFMPEG") or imageio_ffmpeg.get_ffmpeg_exe()
    monkeypatch.setenv("SUBTRANS_FFMPEG", path)
    return path


def bursts(rate: int = 44_100, seconds: float = 2.6) -> NDArray[np.float32]:
    """Mono sound: 60 ms of a 1 kHz tone at each of `BURSTS`, else silence."""
    time = np.arange(int(rate * seconds)) / rate
    tone = 0.8 * np.sin(2 * np.pi * 1000 * time)
    heard = sum(((time >= start) & (time < start + 0.06)) for start in BURSTS)
    return (tone * heard).astype(np.float32)


@pytest.fixture
def wav(tmp_path: Path) -> Callable[..., Path]:
    """Write samples (frames or frames x channels) as a 16-bit wav and give its path."""

    def write(samples: NDArray[np.float32], rate: int = 44_100, name: str = "source.wav") -> Path:
        path = tmp_path / name
        channels = 1 if samples.ndim == 1 else samples.shape[1]
        with wave.open(str(path), "wb") as file:
            file.setnchannels(channels)
            file.setsampwidth(2)
            file.setframerate(rate)
            file.writeframes((samples * 32767).astype("<i2").tobytes())
        return path

    return write


@pytest.fixture
def encode(program: str, tmp_path: Path) -> Callable[..., Path]:
    """Run ffmpeg with the arguments, in the test's directory, and give the path of the file it is to write."""

    def run(*arguments: str, name: str) -> Path:
        path = tmp_path / name
        command = [program, "-hide_banner", "-nostdin", "-v", "error", "-y", *arguments, f"file:{path}"]
        subprocess.run(command, check=True, cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True)
        return path

    return run


@pytest.fixture
def recording(wav: Callable[..., Path]) -> Path:
    """The standard recording."""
    return wav(bursts())
