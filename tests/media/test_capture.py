from __future__ import annotations

import threading

import numpy as np
import pytest
from fakes import silence, spoken
from hypothesis import given
from hypothesis import strategies as st

from subtrans.errors import DeviceError
from subtrans.media.capture import Capture, Replay
from subtrans.media.clock import ComputingClock, WallClock
from subtrans.types import Audio, milliseconds


class Hand:
    """A timer that is moved by hand."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def blocks(sound, size=1600):
    return [Audio(sound[start : start + size], start) for start in range(0, len(sound), size)]


@given(st.integers(0, 40_000), st.integers(1, 5000), st.lists(st.integers(0, 2000), min_size=1, max_size=5))
def test_a_replay_gives_every_sample_once_and_none_before_its_time(length, least, computing) -> None:
    sound, hand = np.arange(length, dtype=np.float32), Hand()
    source, taken, turn = Replay(blocks(sound), ComputingClock(hand)), [], 0
    while (audio := source.take(least, 16_000)) is not None:
        assert audio.offset == sum(map(len, taken))
        taken.append(audio.samples)
        assert milliseconds(audio.offset + len(audio.samples)) <= source.now() + 1
        assert len(audio.samples) >= least or sum(map(len, taken)) == length
        assert len(audio.samples) < max(16_000, least) + 2 * 1600
        hand.seconds += computing[turn % len(computing)] / 1000
        turn += 1
    assert np.array_equal(np.concatenate([sound[:0], *taken]), sound)


def test_computing_makes_a_replay_wait() -> None:
    hand = Hand()
    source = Replay(blocks(silence(10_000)), ComputingClock(hand))
    source.take(8000, 160_000)
    assert (source.now(), source.behind()) == (500, 0)
    hand.seconds += 2
    assert (source.now(), source.behind()) == (2500, 2000)
    audio = source.take(8000, 160_000)
    assert audio is not None
    assert len(audio.samples) == 32_000
    source.stop()
    assert source.take(8000, 160_000) is None


def test_a_wall_clock_runs_so_many_times_faster() -> None:
    clock = WallClock(speed=1000)
    clock.wait_until(2000)
    assert clock.now() >= 2000
    with pytest.raises(ValueError, match="forward"):
        WallClock(0)


@given(st.lists(st.integers(1, 4000), max_size=8), st.integers(1, 6000), st.integers(1, 9000))
def test_what_is_put_in_is_taken_out_whole_and_in_order(sizes, least, most) -> None:
    capture = Capture(lambda: ComputingClock(Hand()))
    sound = np.arange(sum(sizes), dtype=np.float32)
    start = 0
    for size in sizes:
        capture.put(sound[start : start + size])
        start += size
    capture.end()
    taken = []
    while (audio := capture.take(least, most)) is not None:
        assert audio.offset == sum(map(len, taken))
        assert len(audio.samples) <= most
        taken.append(audio.samples)
    assert np.array_equal(np.concatenate([sound[:0], *taken]), sound)


def test_what_does_not_fit_is_silence_and_is_said(caplog) -> None:
    capture = Capture(lambda: ComputingClock(Hand()), capacity=1000)
    for level in (0.1, 0.2, 0.3):
        capture.put(np.full(400, level, dtype=np.float32))
    first = capture.take(1, 1000)
    capture.put(np.full(400, 0.4, dtype=np.float32))
    rest = capture.take(1, 1000)
    assert first is not None
    assert rest is not None
    assert [len(first.samples), rest.offset, len(rest.samples)] == [800, 800, 800]
    assert not rest.samples[:400].any()
    assert (rest.samples[400:] == np.float32(0.4)).all()
    assert "0.0 s of sound were lost at 0.1 s" in caplog.text


def test_a_stream_waits_for_room() -> None:
    capture = Capture(lambda: ComputingClock(Hand()), capacity=1000)
    thread = threading.Thread(
        target=lambda: [capture.put(np.full(400, level, dtype=np.float32), wait=True) for level in range(9)]
    )
    thread.start()
    taken = [audio.samples for _ in range(9) if (audio := capture.take(400, 400)) is not None]
    thread.join()
    assert [int(one[0]) for one in taken] == list(range(9))


@pytest.mark.parametrize(("seconds", "kept"), [(0, 16_000), (1, 24_000), (3, 40_000)])
def test_who_stops_hears_on_only_to_where_a_speaker_would_be(seconds, kept) -> None:
    hand, sound = Hand(), np.arange(48_000, dtype=np.float32)
    capture = Capture(lambda: ComputingClock(hand))
    for block in blocks(sound):
        capture.put(block.samples)
    capture.take(8000, 8000)
    hand.seconds += seconds
    capture.stop()
    rest = capture.take(1, 160_000)
    assert np.array_equal(rest.samples if rest else sound[:0], sound[8000 : 8000 + kept])
    assert capture.take(1, 160_000) is None


@pytest.mark.parametrize(("seconds", "before"), [(0, 0), (3.5, 3500), (40, 0)])
def test_what_came_before_the_clock_had_been_spoken_unless_it_is_a_recording(seconds, before) -> None:
    hand = Hand()
    capture = Capture(lambda: ComputingClock(hand))
    capture.put(silence(int(seconds * 1000)))
    for _ in range(20):  # and then as it is spoken
        hand.seconds += 0.25
        capture.put(silence(250))
    assert capture.take(1, 16_000 * 60) is not None
    assert (capture.now(), capture.behind()) == (5000 + before, 0)
    assert capture.ahead == int(seconds * 1000)


def test_a_failure_is_raised_behind_the_last_sample() -> None:
    capture = Capture(lambda: ComputingClock(Hand()))
    capture.put(spoken("one"))
    capture.end(DeviceError("unplugged"))
    assert capture.take(100_000, 100_000) is not None
    with pytest.raises(DeviceError, match="unplugged"):
        capture.take(1, 1)
    assert capture.take(1, 1) is None


def test_a_device_that_sends_nothing_any_more_is_gone() -> None:
    capture = Capture(patience=0.0, gone=DeviceError("gone"))
    with pytest.raises(DeviceError, match="gone"):
        capture.take(1, 1)


def test_silence_stands_in_for_what_does_not_come() -> None:
    hand = Hand()
    capture = Capture(lambda: ComputingClock(hand), rest=0.0)
    capture.put(spoken("one"))
    first = capture.take(1, 160_000)
    assert first is not None
    hand.seconds = 5
    rest = capture.take(1, 160_000)
    assert rest is not None
    assert not rest.samples.any()
    assert milliseconds(len(first.samples) + len(rest.samples)) == 5000
    capture.put(np.ones(32_000, dtype=np.float32))  # what came late after all
    assert capture.ahead == 2000
    capture.catch_up()
    last = capture.take(1, 160_000)
    assert last is not None
    assert last.samples.all()
