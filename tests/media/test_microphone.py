from __future__ import annotations

import sys
import wave
from types import SimpleNamespace

import numpy as np
import pytest
from fakes import silence, spoken

from subtrans.errors import DeviceError, MissingExtraError, OutputError
from subtrans.media import record
from subtrans.media.capture import Replay
from subtrans.media.clock import ComputingClock
from subtrans.media.microphone import devices, microphone
from subtrans.media.record import recorded
from subtrans.types import Audio


class PortAudioError(Exception):
    pass


class InputStream:
    """Says "one" when it is opened, and then vanishes."""

    opened: dict
    only: tuple[int, int] | None = None  # the rate and the channels that the device has, if it has no others
    second = 1  # what its second channel is of its first
    busy = False

    def __init__(self, **options) -> None:
        if self.only not in {None, (options["samplerate"], options["channels"])}:
            raise PortAudioError("Error opening InputStream: Invalid sample rate [PaErrorCode -9997]")
        InputStream.opened = options

    def __enter__(self):
        if self.busy:
            raise PortAudioError("Error starting stream: Unanticipated host error [PaErrorCode -9999]")
        rate, channels = self.opened["samplerate"], self.opened["channels"]
        sound = np.repeat(np.repeat(spoken("one"), rate // 16_000)[:, None], channels, axis=1)
        sound[:, 1:] *= self.second
        for start in range(0, len(sound), 320):
            self.opened["callback"](sound[start : start + 320], 320, None, None)
        self.opened["finished_callback"]()

    def __exit__(self, *rest) -> None:
        pass


@pytest.fixture(autouse=True)
def sounddevice(monkeypatch) -> None:
    names = ("Speakers", 0, 0), ("Desk microphone", 1, 0), ("Line", 2, 0), ("Line", 2, 1)
    known = [
        {"name": name, "max_input_channels": channels, "hostapi": api, "default_samplerate": 48000.0}
        for name, channels, api in names
    ]

    def query_devices(device=None, kind=None):
        if device == "nothing":
            raise ValueError("No input device matching 'nothing'")
        return known if kind is None else known[2 if device is None else device]

    fake = SimpleNamespace(
        PortAudioError=PortAudioError,
        InputStream=InputStream,
        query_devices=query_devices,
        query_hostapis=lambda number: {"name": ("MME", "Windows WASAPI")[number]},
        default=SimpleNamespace(device=[2, 0]),
    )
    monkeypatch.setitem(sys.modules, "sounddevice", fake)


def test_devices_that_can_record_are_listed() -> None:
    assert devices() == ["  1 Desk microphone", "  2 Line, MME (default)", "  3 Line, Windows WASAPI"]


def test_a_microphone_is_heard_until_it_vanishes() -> None:
    with microphone("2") as source:
        assert (InputStream.opened["device"], InputStream.opened["samplerate"]) == (2, 16_000)
        audio = source.take(16_000, 16_000)
        assert audio is not None
        assert np.array_equal(audio.samples, spoken("one"))
        with pytest.raises(DeviceError, match="the microphone 2 has vanished"):
            source.take(1, 1)


def test_a_microphone_that_may_not_be_heard_is_told_once(caplog, monkeypatch) -> None:
    nothing = np.zeros((16_000, 1), np.float32)
    with microphone():
        for _ in range(20):  # behind its first word
            InputStream.opened["callback"](nothing, 16_000, None, None)
    assert not caplog.records
    monkeypatch.setattr(InputStream, "__enter__", lambda self: self)
    with microphone("2"):
        for _ in range(20):
            InputStream.opened["callback"](nothing, 16_000, None, None)
    (line,) = caplog.messages
    assert line.startswith("the microphone 2 gives silence alone: unmute it, or let the terminal use it")


@pytest.mark.parametrize("channels", [1, 2])
def test_a_microphone_that_has_one_rate_alone_is_heard(channels, monkeypatch) -> None:
    monkeypatch.setattr(InputStream, "only", (48_000, channels))
    with microphone("2") as source:
        audio = source.take(16_000, 16_000)
    assert audio is not None
    # The last samples are in the filter when the device vanishes.
    assert 0 <= len(spoken("one")) - len(audio.samples) <= 32
    assert np.abs(audio.samples[100:3000] - spoken("one")[100:3000]).max() < 0.01


def test_a_balanced_microphone_in_a_stereo_socket_is_heard(monkeypatch) -> None:
    monkeypatch.setattr(InputStream, "second", -1)
    with microphone("2") as source:
        audio = source.take(16_000, 16_000)
    assert audio is not None
    assert np.array_equal(audio.samples, spoken("one"))


def test_a_microphone_that_does_not_start(monkeypatch) -> None:
    monkeypatch.setattr(InputStream, "busy", True)
    with pytest.raises(DeviceError, match=r"the microphone cannot be opened \(Error starting stream"), microphone():
        pass


def test_no_such_microphone() -> None:
    with pytest.raises(DeviceError, match=r"nothing cannot be opened .*--list-devices"), microphone("nothing"):
        pass


def test_without_the_extra(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(MissingExtraError, match=r"subtrans\[live\]"):
        devices()


def test_a_recording_plays_at_every_moment(tmp_path) -> None:
    sound = np.concatenate([spoken("one two"), silence(200)])
    blocks = [Audio(sound[start : start + 1600], start) for start in range(0, len(sound), 1600)]
    path = tmp_path / "talk.wav"
    with recorded(Replay(blocks, ComputingClock()), path) as source:
        heard = 0
        while (audio := source.take(1600, 1600)) is not None:
            heard += len(audio.samples)
            with wave.open(str(path)) as file:
                assert file.getnframes() == heard
                assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16_000, 1, 2)
    assert heard == len(sound)
    with pytest.raises(OutputError, match="exists already"), recorded(source, path):
        pass


def test_a_recording_of_days_goes_on_behind_what_its_header_can_tell(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(record, "MOST", 4800)
    sound = spoken("one two three")
    path = tmp_path / "talk.wav"
    blocks = [Audio(sound[start : start + 1600], start) for start in range(0, len(sound), 1600)]
    with recorded(Replay(blocks, ComputingClock()), path) as source:
        while source.take(1600, 1600) is not None:
            pass
    with wave.open(str(path)) as file:
        told = file.readframes(file.getnframes())
    assert len(told) == 2 * 4800
    assert path.read_bytes()[44:].startswith(told)
    assert path.stat().st_size == 44 + 2 * len(sound)
