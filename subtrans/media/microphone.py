"""A microphone in, its sound as it comes out, by PortAudio."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from subtrans.errors import DeviceError, MissingExtraError, brief
from subtrans.media.capture import Capture
from subtrans.types import SAMPLE_RATE

SILENT = 5.0
"""Seconds without a sample after which a microphone is taken for gone: one that hears nothing still sends zeros."""


def devices() -> list[str]:
    """A line for each device that can record: its number, its name, and whether it is the default."""
    sound = _sounddevice()
    default = sound.default.device[0]
    return [
        f"{number:3} {device['name']}" + (" (default)" if number == default else "")
        for number, device in enumerate(sound.query_devices())
        if device["max_input_channels"] > 0
    ]


@contextmanager
def microphone(name: str | None = None) -> Iterator[Capture]:
    """The sound of a device by its number or a part of its name, else of the default one.

    DeviceError where there is none, or it cannot record 16 kHz; and from `take`, when the device has vanished.
    """
    sound = _sounddevice()
    capture = Capture(patience=SILENT, gone=_gone(name))
    device = int(name) if name and name.isdigit() else name
    try:
        stream = sound.InputStream(
            samplerate=SAMPLE_RATE,
            channels=1,
            dtype="float32",
            device=device,
            callback=lambda block, *_: capture.put(block[:, 0].copy()),
            finished_callback=lambda: capture.end(_gone(name)),
        )
    except (sound.PortAudioError, ValueError) as error:
        raise DeviceError(f"{_called(name)} cannot be opened ({brief(error)}): see --list-devices") from error
    with stream:
        yield capture
        capture.end()  # before the stream ends, which then is no failure


def _gone(name: str | None) -> DeviceError:
    return DeviceError(f"{_called(name)} has vanished: what was said is captioned; plug it in and start again")


def _called(name: str | None) -> str:
    return f"the microphone {name}" if name else "the microphone"


def _sounddevice() -> Any:
    try:
        import sounddevice
    except ImportError as error:
        raise MissingExtraError("the microphone", "live") from error
    except OSError as error:
        raise DeviceError(f"PortAudio cannot be loaded ({error}): install it, such as libportaudio2") from error
    return sounddevice
