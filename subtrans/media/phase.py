"""A stereo track in; whether its two channels cancel each other when they are mixed, or what is heard of them, out."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from subtrans.media.probe import AudioStream, Probe, opened
from subtrans.types import SAMPLE_RATE

_PLACES = 5
_SECONDS = 2.0
"""How much is listened to at each place, spread over the whole."""
_WEAKER = 10
"""How much weaker the sum of the channels is than their difference where one is upside down, in energy."""


class Mixer:
    """Makes one of two channels as they come: their mean, or half their difference while they cancel each other."""

    def __init__(self) -> None:
        self._mixed = self._parted = 0.0  # the energy of the latest seconds
        self._cancels = False

    def __call__(self, mixed: NDArray[np.float32], parted: NDArray[np.float32]) -> NDArray[np.float32]:
        """Which of the next samples, of the mean and of half the difference, are heard."""
        fading = 0.5 ** (len(mixed) / SAMPLE_RATE)
        self._mixed = self._mixed * fading + float(np.sum(mixed.astype(float) ** 2))
        self._parted = self._parted * fading + float(np.sum(parted.astype(float) ** 2))
        if self._mixed * _WEAKER < self._parted:
            self._cancels = True
        elif self._mixed > self._parted:
            self._cancels = False
        return parted if self._cancels else mixed


def cancels(contents: Probe, stream: AudioStream) -> bool:
    """Whether one channel is the other upside down, as a microphone's balanced plug in a stereo socket gives it.

    People hear both channels; their mix is silent. False where the sound cannot be looked into.
    """
    import av.error

    if stream.channels != 2:
        return False
    mixed = parted = 0.0
    with suppress(av.error.FFmpegError, ValueError), opened(contents.path) as container:
        sound = container.streams[stream.index]
        for place in range(_PLACES if contents.duration else 1):
            if place:
                container.seek((container.start_time or 0) + (contents.duration or 0) * 1000 * place // _PLACES)
            resampler = av.AudioResampler("fltp", "stereo")
            heard = 0.0
            for frame in container.decode(sound):
                for piece in resampler.resample(frame):
                    left, right = piece.to_ndarray().astype(float)
                    mixed += float(np.sum((left + right) ** 2))
                    parted += float(np.sum((left - right) ** 2))
                    heard += piece.samples / piece.sample_rate
                if heard >= _SECONDS:
                    break
    return mixed * _WEAKER < parted
