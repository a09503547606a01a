"""What ffmpeg can hear (a file, a stream, standard input, PulseAudio) in, its sound as it comes out."""

from __future__ import annotations

import logging
import math
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from subprocess import DEVNULL, Popen
from threading import Thread
from typing import Any

from subtrans.errors import DeviceError, InputError, SubtransError
from subtrans.media.capture import RECORDING, Capture
from subtrans.media.decode import to_samples
from subtrans.media.ffmpeg import FFmpegError, local_input, run
from subtrans.media.phase import Mixer
from subtrans.text.paths import show
from subtrans.text.reading import check_file
from subtrans.types import SAMPLE_RATE

PULSE = "pulse:"
"""What the name of a PulseAudio source begins with; `pulse:NAME.monitor` is what the output NAME plays."""
WAITS = (1, 2, 4, 8, 15, 30, 60, 60, 60, 60)
"""Seconds before each try to hear a stream again that broke: together five minutes."""
STEADY = 10_000
"""Milliseconds for which it must come until a break is another one, with all the tries."""
REST = 3.0
"""Seconds without a sample after which silence stands in for what does not come."""
_PATIENCE = 30
"""Seconds after which a line that says nothing is taken for dead, where it lies on TCP."""
STILL = 40.0
"""Seconds without a sample after which it is told that nothing comes: of most streams nothing else says so."""
_CHUNK = SAMPLE_RATE // 10 * 8
_log = logging.getLogger("subtrans.media")
_BROKEN = re.compile("Error during demuxing|Connection |HTTP error|Input/output error|timed out")
"""What ffmpeg's last words have in them where a stream did not end but broke: for ffmpeg that is no error."""
_AT_THE_END = "Error during demuxing"
"""What newer ones say where they read no further; of a last piece that is not whole its decoder may complain then."""
_URL = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)


def check(name: str) -> None:
    """InputError where `name` means a file that is none."""
    if _is_file(name):
        check_file(Path(name))


def listen(name: str, pcm: int | None = None, waits: Sequence[float] = WAITS, still: float = STILL) -> Capture:
    """The sound of a file, a URL, `-` (standard input) or `pulse:NAME`, read by a thread as fast as it comes.

    `pcm`: standard input holds bare 16-bit little-endian mono samples, so many a second. A stream that breaks is asked
    for again behind each of the `waits`, in seconds, and its times go on by the clock. When the sound stops with an
    error, `take` raises DeviceError behind its last sample, or InputError where there never was any. After `still`
    seconds without a sample a warning says so.
    """
    capture = _Program(_called(name), still, rest=None if _is_file(name) else REST)
    Thread(target=_Listener(name, pcm, capture, waits).run, name="listen", daemon=True).start()
    return capture


class _Program(Capture):
    """What a program hears: to stop ends it too, or one that waits for a stream that stands still would outlive us."""

    _program: Popen[bytes] | None = None
    _latest = math.inf  # when it was heard; never while none runs
    _told = False

    def __init__(self, called: str, still: float, rest: float | None) -> None:
        super().__init__(rest=rest)
        self._called = called
        self._still = still

    def started(self, program: Popen[bytes]) -> None:
        """This is it."""
        self._program = program
        self._latest = time.monotonic()
        if self.ended:
            program.kill()

    def heard(self) -> None:
        """Something comes."""
        self._latest = time.monotonic()
        if self._told:
            self._told = False
            _log.warning("%s is heard again", self._called)

    def idle(self, seconds: float) -> None:
        """Nothing is expected meanwhile."""
        self._latest = math.inf
        super().idle(seconds)

    def catch_up(self) -> None:
        """Tell once that nothing comes any more."""
        super().catch_up()
        if not self._told and time.monotonic() - self._latest > self._still:
            self._told = True
            _log.warning("no sound has come from %s for %.0f s: it is waited for", self._called, self._still)

    def stop(self) -> None:
        """Hear no more."""
        super().stop()
        if self._program:
            self._program.kill()


class _Listener:
    """Puts what one source gives into a capture, over every break that can be mended."""

    def __init__(self, name: str, pcm: int | None, capture: _Program, waits: Sequence[float]) -> None:
        self._name = name
        self._pcm = pcm
        self._capture = capture
        self._waits = waits
        self._left = list(waits)
        self._called = _called(name)
        self._mixed = Mixer()
        self._heard = False  # ever
        self._broken = False  # and nothing has come since

    def run(self) -> None:
        """Hear it to its end."""
        try:
            while (cause := self._hear()) and not self._capture.ended:
                self._wait(cause)
        except SubtransError as error:
            self._capture.end(error)
        self._capture.end()

    def _hear(self) -> str:
        """Why the sound stopped; nothing where it ended as it should."""
        name, capture = self._name, self._capture
        complaints: list[str] = []
        stdin = sys.stdin.fileno() if name == "-" else DEVNULL
        begun: int | None = None
        try:
            sound = run(
                _graph(name, self._pcm), chunk=_CHUNK, stdin=stdin, started=capture.started, complaints=complaints
            )
            for data in sound:
                capture.heard()
                if begun is None:
                    self._begin()
                    begun = capture.now()
                capture.put(self._mixed(*to_samples(data).reshape(-1, 2).T), wait=_waits(name, capture))
                if capture.ended:
                    return ""
                if capture.now() - begun > STEADY:
                    self._left = list(self._waits)
        except FFmpegError as error:
            return error.errors[0] if error.errors else str(error)
        broken = [one for one in complaints if _AT_THE_END in one] or complaints[-1:]
        if broken and (begun is None or (_URL.match(name) and _BROKEN.search(broken[-1]))):
            return broken[-1]
        return "it is gone" if name.startswith(PULSE) else "it is empty" if begun is None else ""

    def _begin(self) -> None:
        """Tell that it is heard again, where it was not."""
        self._heard = True
        if self._broken:
            self._capture.catch_up()
            self._broken = False
            _log.warning("%s is heard again", self._called)

    def _wait(self, cause: str) -> None:
        """Wait for the next try; InputError or DeviceError where there is none."""
        if not self._heard:
            raise InputError(f"nothing can be heard from {self._called} ({cause}): check the name")
        # A recording comes faster than it is spoken; it would be heard from its beginning.
        if not (_URL.match(self._name) and self._left and self._capture.ahead < RECORDING):
            raise DeviceError(f"the sound of {self._called} has stopped ({cause}): what was said is captioned")
        if not self._broken:
            minutes = sum(self._left) / 60
            _log.warning("%s broke off (%s): it is tried again for %.0f minutes", self._called, cause, minutes)
        self._broken = True
        self._capture.idle(self._left.pop(0))


def _called(name: str) -> str:
    return "standard input" if name == "-" else show(Path(name)) if _is_file(name) else name


def _is_file(name: str) -> bool:
    return name != "-" and not name.startswith(PULSE) and not _URL.match(name)


def _waits(name: str, capture: Capture) -> bool:
    """Whether the sound can be made to wait, because nobody is speaking now: behind a URL, too, may be a recording."""
    return not name.startswith(PULSE) and (capture.ahead > 0 or not _URL.match(name))


def _graph(name: str, pcm: int | None) -> Any:
    """The ffmpeg-python graph from what is heard to raw samples on standard output.

    Two channels: the mean of what is heard and half its difference, of sound with one channel nothing.
    """
    import ffmpeg

    if name == "-":
        source = ffmpeg.input("pipe:0", **({"f": "s16le", "ar": pcm, "ac": 1} if pcm else {}))
    elif name.startswith(PULSE):
        # Fragments of a tenth of a second: by default the server keeps two seconds back. Time is told by counting the
        # samples: the hour of their arrival jumps about on a busy machine, and to follow it would cut the sound up.
        source = ffmpeg.input(
            name.removeprefix(PULSE),
            f="pulse",
            fragment_size=SAMPLE_RATE // 10 * 4,
            wallclock=0,
            channels=2,
            sample_rate=SAMPLE_RATE,
        )
    elif _URL.match(name):
        # Without `nobuffer`, which loses what is read to find out what it holds.
        source = ffmpeg.input(name, **_line_options(name.partition(":")[0].lower()))
    else:
        source = local_input(Path(name))
    sound = source.audio.filter("aresample", SAMPLE_RATE, **{"async": 1})
    sound = sound.filter("aformat", sample_rates=SAMPLE_RATE, channel_layouts="mono|stereo")
    # The second value of one channel is the first. A sender that starts anew may have another number of them.
    sound = sound.filter("aeval", "(val(0)+val(1))/2|(val(0)-val(1))/2", c="stereo")
    output = sound.output("pipe:1", format="f32le", acodec="pcm_f32le", flush_packets=1)
    # A sender that starts anew has another time: by default ffmpeg takes up to 30 hours of FLV (RTMP) for a pause.
    return output if _is_file(name) else output.global_args("-dts_error_threshold", "10")


def _line_options(scheme: str) -> dict[str, int]:
    """What ffmpeg is told of the line to an address: when it is dead, and to go on in a recording where it broke."""
    on_tcp = scheme in {"http", "https", "tcp", "tls"} or scheme.startswith("rtmp")
    options = {"rw_timeout": _PATIENCE * 1_000_000} if on_tcp else {}
    return options | ({"reconnect": 1, "reconnect_delay_max": _PATIENCE} if scheme in {"http", "https"} else {})
