"""What ffmpeg can hear (a file, a stream, standard input, PulseAudio) in, its sound as it comes out."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from subprocess import DEVNULL, Popen
from threading import Thread
from typing import Any

from subtrans.errors import DeviceError, InputError, SubtransError
from subtrans.media.capture import Capture
from subtrans.media.decode import to_samples
from subtrans.media.ffmpeg import FFmpegError, local_input, run
from subtrans.text.paths import show
from subtrans.text.reading import check_file
from subtrans.types import SAMPLE_RATE

PULSE = "pulse:"
"""What the name of a PulseAudio source begins with; `pulse:NAME.monitor` is what the output NAME plays."""
_CHUNK = SAMPLE_RATE // 10 * 4
_BROKEN = re.compile("Error during demuxing|Connection |prematurely|HTTP error|Input/output error|timed out")
"""What ffmpeg's last words have in them where a stream did not end but broke: for ffmpeg that is no error."""
_URL = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)


def check(name: str) -> None:
    """InputError where `name` means a file that is none."""
    if _is_file(name):
        check_file(Path(name))


def listen(name: str, pcm: int | None = None) -> Capture:
    """The sound of a file, a URL, `-` (standard input) or `pulse:NAME`, read by a thread as fast as it comes.

    `pcm`: standard input holds bare 16-bit little-endian mono samples, so many a second. When the sound stops with an
    error, `take` raises DeviceError behind its last sample, or InputError where there never was any.
    """
    capture = _Program()
    Thread(target=_read, args=(name, pcm, capture), name="listen", daemon=True).start()
    return capture


class _Program(Capture):
    """What a program hears: to stop ends it too, or one that waits for a stream that stands still would outlive us."""

    _program: Popen[bytes] | None = None

    def started(self, program: Popen[bytes]) -> None:
        """This is it."""
        self._program = program
        if self.ended:
            program.kill()

    def stop(self) -> None:
        """Hear no more."""
        super().stop()
        if self._program:
            self._program.kill()


def _read(name: str, pcm: int | None, capture: _Program) -> None:
    heard, cause = False, "it is gone" if name.startswith(PULSE) else ""
    complaints: list[str] = []
    stdin = sys.stdin.fileno() if name == "-" else DEVNULL
    try:
        sound = run(_graph(name, pcm), chunk=_CHUNK, stdin=stdin, started=capture.started, complaints=complaints)
        for data in sound:
            capture.put(to_samples(data), wait=_waits(name, capture))
            heard = True
            if capture.ended:
                return
        if complaints and (not heard or (_URL.match(name) and _BROKEN.search(complaints[-1]))):
            cause = complaints[-1]
    except FFmpegError as error:
        cause = error.errors[0] if error.errors else str(error)
    except SubtransError as error:
        capture.end(error)
    called = "standard input" if name == "-" else show(Path(name)) if _is_file(name) else name
    if not heard:
        capture.end(InputError(f"nothing can be heard from {called} ({cause or 'it is empty'}): check the name"))
    elif cause:
        capture.end(DeviceError(f"the sound of {called} has stopped ({cause}): what was said is captioned"))
    capture.end()


def _is_file(name: str) -> bool:
    return name != "-" and not name.startswith(PULSE) and not _URL.match(name)


def _waits(name: str, capture: Capture) -> bool:
    """Whether the sound can be made to wait, because nobody is speaking now: behind a URL, too, may be a recording."""
    return not name.startswith(PULSE) and (capture.ahead or not _URL.match(name))


def _graph(name: str, pcm: int | None) -> Any:
    """The ffmpeg-python graph from what is heard to raw samples on standard output."""
    import ffmpeg

    if name == "-":
        source = ffmpeg.input("pipe:0", **({"f": "s16le", "ar": pcm, "ac": 1} if pcm else {}))
    elif name.startswith(PULSE):
        # Fragments of a tenth of a second: by default the server keeps two seconds back. Time is told by counting the
        # samples: the hour of their arrival jumps about on a busy machine, and to follow it would cut the sound up.
        source = ffmpeg.input(
            name.removeprefix(PULSE),
            f="pulse",
            fragment_size=SAMPLE_RATE // 10 * 2,
            wallclock=0,
            channels=1,
            sample_rate=SAMPLE_RATE,
        )
    elif _URL.match(name):
        source = ffmpeg.input(name)  # without `nobuffer`, which loses what is read to find out what it holds
    else:
        source = local_input(Path(name))
    sound = source.audio.filter("aresample", SAMPLE_RATE, **{"async": 1})
    sound = sound.filter("aformat", sample_fmts="flt", sample_rates=SAMPLE_RATE, channel_layouts="mono")
    output = sound.output("pipe:1", format="f32le", acodec="pcm_f32le", flush_packets=1)
    # A sender that starts anew has another time: by default ffmpeg takes up to 30 hours of FLV (RTMP) for a pause.
    return output if _is_file(name) else output.global_args("-dts_error_threshold", "10")
