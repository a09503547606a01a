"""Sound that is heard in, the same sound out; on its way it is written to a WAV file that plays at every moment."""

from __future__ import annotations

import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from subtrans.errors import OutputError
from subtrans.media.files import check_target
from subtrans.ports import SoundSource
from subtrans.text.paths import reason, show
from subtrans.types import SAMPLE_RATE, Audio

MOST = (2**32 - 2**16) // 2
"""Samples that the header of a WAV can tell of, 37 hours. What is heard behind them is in the file, untold."""


@contextmanager
def recorded(source: SoundSource, path: Path, overwrite: bool = False) -> Iterator[SoundSource]:
    """The source, whose sound goes to a 16-bit mono WAV at `path`: its header tells the truth after every block."""
    check_target(path, overwrite)
    with _telling(path):
        file = path.open("wb")
    sound = wave.open(file, "wb")  # noqa: SIM115 - closed where what its end cannot write is told
    sound.setnchannels(1)
    sound.setsampwidth(2)
    sound.setframerate(SAMPLE_RATE)

    def write(audio: Audio) -> None:
        with _telling(path):
            data = (audio.samples * 32767).clip(-32768, 32767).astype("<i2").tobytes()
            if sound.tell() + len(audio.samples) <= MOST:
                sound.writeframes(data)
            else:
                file.write(data)
            file.flush()

    try:
        write(Audio(np.zeros(0, dtype=np.float32)))
        yield _Recorded(source, write)
    finally:
        with _telling(path), file:
            sound.close()


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(f"{show(path)} cannot be written: {reason(error)}") from error


class _Recorded:
    """A SoundSource that shows what is taken from it."""

    def __init__(self, source: SoundSource, write: Callable[[Audio], None]) -> None:
        self._source = source
        self._write = write
        self.now = source.now
        self.behind = source.behind
        self.stop = source.stop

    def take(self, least: int, most: int) -> Audio | None:
        """What the source gives."""
        if (audio := self._source.take(least, most)) is not None:
            self._write(audio)
        return audio
