"""A microphone in, its sound as it comes out, by PortAudio."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np

from subtrans.errors import DeviceError, brief, packages_for
from subtrans.media.capture import Capture
from subtrans.media.phase import Mixer
from subtrans.types import SAMPLE_RATE

SILENT = 5.0
"""Seconds without a sample after which a microphone is taken for gone: one that hears nothing still sends zeros."""

MUTE = 5 * SAMPLE_RATE
"""Zeros at the beginning after which that is told: the quietest room is none, but who may not listen hears them."""
_log = logging.getLogger("subtrans.media")


def devices() -> list[str]:
    """A line for each device that can record: its number, its name, and whether it is the default.

    Windows lists a device once for each of its systems of sound, which tell those of one name apart.
    """
    sound = _sounddevice()
    default = sound.default.device[0]
    found = [(number, one) for number, one in enumerate(sound.query_devices()) if one["max_input_channels"] > 0]
    times = Counter(one["name"] for _, one in found)
    return [
        f"{number:3} {one['name']}"
        + (f", {sound.query_hostapis(one['hostapi'])['name']}" if times[one["name"]] > 1 else "")
        + (" (default)" if number == default else "")
        for number, one in found
    ]


@contextmanager
def microphone(name: str | None = None) -> Iterator[Capture]:
    """The sound of a device by its number or a part of its name, else of the default one.

    Of two channels, if it has more than one, that none cancels the other. One that has no 16 kHz, or none of so many
    channels, is heard as it is, and its sound is made so. DeviceError where there
    is none, or it cannot be opened; and from `take`, when the device has vanished.
    """
    sound = _sounddevice()
    capture = Capture(patience=SILENT, gone=_gone(name))
    device = int(name) if name and name.isdigit() else name
    failures: list[Exception] = []

    def opened(rate: int, channels: int) -> Any:
        convert, put = _converter(rate), _telling_of_silence(capture.put, _called(name))
        return sound.InputStream(
            samplerate=rate,
            channels=channels,
            dtype="float32",
            device=device,
            callback=lambda block, *_: put(convert(block)),
            finished_callback=lambda: capture.end(_gone(name)),
        )

    with ExitStack() as stack:
        try:
            its = sound.query_devices(device, "input")
            own, channels = round(its["default_samplerate"]), its["max_input_channels"]
            for wanted in dict.fromkeys([(SAMPLE_RATE, min(2, channels)), (SAMPLE_RATE, 1), (own, 1), (own, channels)]):
                try:
                    stack.enter_context(opened(*wanted))
                    break
                except sound.PortAudioError as error:
                    failures.append(error)
            else:
                raise failures[0]
        except (sound.PortAudioError, ValueError) as error:
            raise DeviceError(f"{_called(name)} cannot be opened ({brief(error)}): see --list-devices") from error
        yield capture
        capture.end()  # before the stream ends, which then is no failure


def _telling_of_silence(put: Callable[[Any], None], called: str) -> Callable[[Any], None]:
    """The same, with a warning where nothing but zeros comes: macOS and Windows give them to whom they do not trust."""
    zeros = 0

    def heard(sound: Any) -> None:
        nonlocal zeros
        if 0 <= zeros < MUTE:
            zeros = -1 if sound.any() else zeros + len(sound)
            if zeros >= MUTE:
                _log.warning(
                    "%s gives silence alone: unmute it, or let the terminal use it in the system's privacy settings",
                    called,
                )
        put(sound)

    return heard


def _converter(rate: int) -> Callable[[Any], Any]:
    """What makes 16 kHz mono of blocks of so many samples a second, a column a channel, as they come."""
    mixer = Mixer()

    def mixed(block: Any) -> Any:
        """A copy, as the block is PortAudio's."""
        mean = block.mean(axis=1, dtype=np.float32)
        return mixer(mean, (block[:, 0] - block[:, 1]) / 2) if block.shape[1] == 2 else mean

    if rate == SAMPLE_RATE:
        return mixed
    import av

    resampler = av.AudioResampler("flt", "mono", SAMPLE_RATE)

    def convert(block: Any) -> Any:
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(mixed(block)[None, :]), "flt", "mono")
        frame.sample_rate = rate
        return np.concatenate([np.zeros(0, np.float32), *(one.to_ndarray()[0] for one in resampler.resample(frame))])

    return convert


def _gone(name: str | None) -> DeviceError:
    return DeviceError(f"{_called(name)} has vanished: what was said is captioned; plug it in and start again")


def _called(name: str | None) -> str:
    return f"the microphone {name}" if name else "the microphone"


def _sounddevice() -> Any:
    try:
        with packages_for("the microphone", "live"):
            import sounddevice
    except OSError as error:
        raise DeviceError(f"PortAudio cannot be loaded ({error}): install it, such as libportaudio2") from error
    return sounddevice
