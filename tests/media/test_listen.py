"""What ffmpeg hears at an address, from a server of our own on this machine."""

from __future__ import annotations

import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from fakes import spoken, write_wav

from subtrans.errors import DeviceError
from subtrans.media.capture import CAPACITY, Capture
from subtrans.media.ffmpeg import executable
from subtrans.media.listen import listen
from subtrans.types import SAMPLE_RATE

Send = Callable[..., str]


@pytest.fixture
def send() -> Iterator[Send]:
    """Gives the bytes to who asks at the address, as fast as they are taken; `more` of them to who asks again.

    With `stall` it then says nothing; with `breaks` the first line does not end but breaks, when that is set.
    """
    over = threading.Event()
    threads = []

    def start(*data: bytes, stall: bool = False, breaks: threading.Event | None = None) -> str:
        server = socket.create_server(("127.0.0.1", 0))

        def serve() -> None:
            with server:
                for number, piece in enumerate(data):
                    with server.accept()[0] as reader:
                        reader.sendall(piece)
                        if stall:
                            over.wait()
                        if breaks and number == 0:
                            breaks.wait(60)
                            reader.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

        threads.append(threading.Thread(target=serve, daemon=True))
        threads[-1].start()
        return f"tcp://127.0.0.1:{server.getsockname()[1]}"

    yield start
    over.set()
    for thread in threads:
        thread.join(20)


def wav(folder: Path, sound: np.ndarray) -> bytes:
    return write_wav(folder / "sound.wav", sound).read_bytes()


def everything(capture: Capture) -> np.ndarray:
    return np.concatenate([audio.samples for audio in iter(lambda: capture.take(16_000, 160_000), None)])


def test_a_stream_is_heard_from_its_first_sample(tmp_path, send) -> None:
    sound = spoken("one two three Stop. four five six seven Again.")
    heard = everything(listen(send(wav(tmp_path, sound))))
    assert len(heard) == len(sound)
    assert np.allclose(heard, sound, atol=1e-3)


def test_of_a_recording_behind_an_address_nothing_is_lost(tmp_path, send) -> None:
    # It comes at once, and is more than may wait.
    sound = np.tile(spoken("one two three Stop."), 120)
    assert len(sound) > CAPACITY * SAMPLE_RATE
    capture = listen(send(wav(tmp_path, sound)))
    first = capture.take((CAPACITY - 1) * SAMPLE_RATE, SAMPLE_RATE)
    assert first is not None
    assert np.allclose(np.concatenate([first.samples, everything(capture)]), sound, atol=1e-3)


def test_a_stream_that_breaks_is_no_end(tmp_path, send, caplog) -> None:
    breaks = threading.Event()
    sound = np.tile(spoken("one two three Stop."), 4)
    capture = listen(send(wav(tmp_path, sound)[:-2], breaks=breaks), waits=(0, 0.1))
    assert capture.take(SAMPLE_RATE, SAMPLE_RATE) is not None
    breaks.set()
    with pytest.raises(DeviceError, match=r"the sound of tcp://.* has stopped \(.*Connection refused.*\)"):
        everything(capture)
    [told] = caplog.messages
    assert "broke off (" in told


def test_a_stream_that_broke_is_heard_again(tmp_path, send, caplog) -> None:
    breaks = threading.Event()
    sound = np.tile(spoken("one two three Stop."), 4)
    capture = listen(send(wav(tmp_path, sound)[:-2], wav(tmp_path, sound), breaks=breaks), waits=(0,))
    first = capture.take(SAMPLE_RATE, SAMPLE_RATE)
    assert first is not None
    breaks.set()
    heard = np.concatenate([first.samples, everything(capture)])
    assert np.allclose(heard[-len(sound) :], sound, atol=1e-3)
    before = heard[: -len(sound)]
    assert np.allclose(before, sound[: len(before)], atol=1e-3)
    assert len(before) > len(sound) // 2
    broke, again = caplog.messages
    assert "broke off" in broke
    assert "is heard again" in again


def test_a_recording_behind_an_address_that_breaks_goes_on_where_it_broke(tmp_path) -> None:
    sound = np.tile(spoken("one two three Stop."), 20)
    data, asked = wav(tmp_path, sound), []

    class Breaking(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            begin = int((self.headers.get("Range") or "bytes=0-")[6:-1])
            asked.append(begin)
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data)}")
            self.send_header("Content-Length", str(len(data) - begin))
            self.send_header("Accept-Ranges", "bytes")
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(data[begin:][: len(data) // 2])

        def log_message(self, *_: object) -> None:
            """Not on standard error."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Breaking) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        heard = everything(listen(f"http://127.0.0.1:{server.server_port}/talk.wav", waits=()))
        server.shutdown()
    assert len(asked) > 1
    assert len(heard) == len(sound)
    assert np.allclose(heard, sound, atol=1e-3)


def test_channels_that_cancel_each_other_are_heard(tmp_path, send) -> None:
    path = write_wav(tmp_path / "sound.wav", spoken("one two three Stop."))

    def as_heard(layout: str) -> np.ndarray:
        command = [executable(), "-v", "error", "-i", path, "-af", layout, "-f", "matroska", "-c:a", "flac", "pipe:1"]
        return everything(listen(send(subprocess.run(command, capture_output=True, check=True).stdout)))

    for second, share in ("c0", 1), ("-1*c0", 1), ("0*c0", 0.5):
        heard = as_heard(f"pan=stereo|c0=c0|c1={second}")
        assert np.allclose(heard, share * spoken("one two three Stop."), atol=1e-3)
    centre = as_heard("pan=5.1|FC=c0")
    assert np.abs(centre).max() > 0.2 * np.abs(spoken("one two three Stop.")).max()


@pytest.mark.parametrize("container", ["flv", "mpegts"])
def test_a_sender_that_starts_anew_with_another_time_leaves_no_pause(container, tmp_path, send) -> None:
    path = write_wav(tmp_path / "sound.wav", spoken("one two three Stop."))

    def sent(start: str) -> bytes:
        options = "-c:a", "aac", "-output_ts_offset", start, "-f", container, "pipe:1"
        command = [executable(), "-v", "error", "-i", path, *options]
        return subprocess.run(command, capture_output=True, check=True).stdout

    again = sent("600")
    heard = everything(listen(send(sent("0") + (again[13:] if container == "flv" else again))))  # 13: the header
    assert len(heard) == pytest.approx(2 * len(spoken("one two three Stop.")), abs=SAMPLE_RATE // 2)


def test_a_stream_that_stands_still_is_told_once(tmp_path, send, caplog) -> None:
    capture = listen(send(wav(tmp_path, np.tile(spoken("one two three Stop."), 4)), stall=True), still=0.5)
    position = 0
    while position < 10 * SAMPLE_RATE:  # silence stands in for what does not come
        audio = capture.take(SAMPLE_RATE // 2, SAMPLE_RATE)
        assert audio is not None
        position = audio.offset
    capture.stop()
    [told] = caplog.messages
    assert "no sound has come from tcp://" in told


def test_no_ffmpeg_waits_for_a_stream_that_stands_still(tmp_path, send) -> None:
    capture = listen(send(wav(tmp_path, spoken("one")), stall=True))
    while (program := capture._program) is None:
        time.sleep(0.01)
    assert program.poll() is None
    capture.stop()
    assert program.wait(20) != 0
