"""An ffmpeg command graph in, what the program writes to its standard output out, chunk by chunk."""

from __future__ import annotations

import logging
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from pathlib import Path
from threading import Thread
from typing import IO, Any

from subtrans.errors import ConfigError, OutputError, SubtransError
from subtrans.text.paths import show

VARIABLE = "SUBTRANS_FFMPEG"
"""The environment variable that names the ffmpeg to use."""

Done = Callable[[int], object]
"""Takes the milliseconds of a file that are written."""

_CHUNK = 1 << 16
_CONVERTERS = {"GCONV_PATH": os.devnull}
"""Static builds, as many people have, crash at any MPEG transport stream: for the names of its channels they load the
converters of the system's C library, which are not of theirs. Told that there are none, they leave the names."""
_ERROR_LINES, _FIRST_LINES = 20, 15
_log = logging.getLogger("subtrans.media")


class FFmpegError(SubtransError):
    """ffmpeg ended with an error; `status` is its exit status (negative: the signal that killed it).

    `killed` is true where it did not end by itself: of a file that it could have read on, the rest is missing.
    """

    def __init__(self, status: int, errors: tuple[str, ...]) -> None:
        super().__init__(status, errors)  # what another process makes it of again
        self.status = status
        # On Windows a program that crashes has the number of its exception as its status.
        self.killed = status < 0 or 0xC0000000 <= status < 0xC0010000
        self.errors = errors

    def __str__(self) -> str:
        cause = f"was killed by signal {-self.status}" if self.status < 0 else f"ended with status {self.status}"
        return f"ffmpeg {cause}: {self.errors[0]}" if self.errors else f"ffmpeg {cause}"


def executable() -> str:
    """The ffmpeg to use: the one that SUBTRANS_FFMPEG names, else the one on PATH, else imageio-ffmpeg's."""
    if chosen := os.environ.get(VARIABLE):
        if found := shutil.which(chosen):
            return os.path.abspath(found)  # noqa: PTH100 - it is run in other folders too, and resolve() follows links
        raise ConfigError(f"{VARIABLE} is {chosen}, which is not a program: correct it or unset it")
    if found := shutil.which("ffmpeg"):  # on Windows the current folder comes before PATH
        return os.path.abspath(found)  # noqa: PTH100
    import imageio_ffmpeg

    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise SubtransError(f"no ffmpeg found: install it, or name it in {VARIABLE}") from error


def version(program: str | None = None) -> str:
    """The version that the ffmpeg at `program` (default: the one in use) gives itself, such as `7.0.2-static`."""
    program = program or executable()
    try:
        answer = subprocess.run(
            [program, "-version"], stdin=subprocess.DEVNULL, capture_output=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise SubtransError(f"{program} does not run as ffmpeg: install another, or name it in {VARIABLE}") from error
    words = answer.stdout.decode("utf-8", "replace").split()
    if words[:2] != ["ffmpeg", "version"] or len(words) < 3:
        raise SubtransError(f"{program} is not ffmpeg: install it, or name it in {VARIABLE}")
    return words[2]


LOCAL_OPTIONS = {"protocol_whitelist": "file,crypto,data"}
"""Options with which a local file, a playlist say, cannot make ffmpeg open a network address."""


def local_input(path: Path, **options: Any) -> Any:
    """The ffmpeg-python input node of a local file, whatever its name, opened with ffmpeg's `options`."""
    import ffmpeg

    return ffmpeg.input(_Name(local_url(path)), **LOCAL_OPTIONS, **options)


def local_url(path: Path) -> str:
    """`path` as ffmpeg takes it literally, whatever it holds: a leading dash, colons, brackets, `%`, quotes."""
    return "file:" + os.path.abspath(path)  # noqa: PTH100 - resolve() would follow links and so change the suffix


class _Name(str):
    """A name that ffmpeg-python can take though it holds undecodable bytes: it hashes `str()`, and formats the rest."""

    __slots__ = ()

    def __str__(self) -> str:
        return ascii(super().__str__())


def local_output(streams: Sequence[Any], path: Path, **options: Any) -> Any:
    """The ffmpeg-python node that writes `streams` to the local file `path`, in the place of what is there."""
    import ffmpeg

    return ffmpeg.output(*streams, _Name(local_url(path)), **options).overwrite_output()


def run(
    graph: Any,
    *,
    chunk: int = _CHUNK,
    folder: Path | None = None,
    stdin: int = subprocess.DEVNULL,
    started: Callable[[subprocess.Popen[bytes]], object] | None = None,
    complaints: list[str] | None = None,
    tied: bool = False,
) -> Generator[bytes, None, None]:
    """Run the ffmpeg-python `graph` and yield its standard output in pieces of `chunk` bytes; the last may be shorter.

    The program is ended when the iterator is closed, exhausted or fails, so none outlives it. It runs in `folder`, if
    that is given, gets the standard input `stdin`, by default none, and its own session: Ctrl-C reaches it through us
    alone. Complaints on an otherwise good run are logged. `started` gets the program, to end it from another thread;
    `complaints` gets its first complaints and the last ones. One that is `tied` ends when we are killed, as one that we
    read from does anyway; only Linux can be asked for it.

    Raises `FFmpegError` when ffmpeg fails, after all that it wrote has been yielded.
    """
    command = graph.global_args("-hide_banner", "-nostdin", "-v", "error").compile(cmd=executable())
    if tied and sys.platform == "linux" and sys.executable:
        command = [sys.executable, "-ISc", _TIED, *command]
    try:
        process = subprocess.Popen(
            command,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # the same for Windows
            cwd=folder,
            env=_CONVERTERS | os.environ,
        )
    except OSError as error:
        raise SubtransError(f"{command[0]} does not start: {error.strerror}; run `subtrans doctor`") from error
    assert process.stdout is not None  # noqa: S101 - both are pipes
    assert process.stderr is not None  # noqa: S101
    if started:
        started(process)
    errors = [] if complaints is None else complaints
    # Read beside the output: a full pipe of complaints would stop ffmpeg for ever.
    reader = Thread(target=_collect, args=(process.stderr, errors), daemon=True)
    reader.start()
    try:
        while data := process.stdout.read(chunk):
            yield data
        status = process.wait()
        reader.join()
    finally:
        process.kill()
        process.wait()
        reader.join(1)  # it is done, or stands still for ever: as a program ends, Python 3.13 stops all but one thread
        process.stdout.close()
        process.stderr.close()
    if status != 0:
        raise FFmpegError(status, tuple(errors))
    for line in errors:
        _log.debug("ffmpeg: %s", line)


def write(
    graph: Any, path: Path, target: Path, *, folder: Path | None = None, advice: str = "", done: Done | None = None
) -> None:
    """Run a graph that makes a file, to be called `target`, of `path`; OutputError, with `advice`, where it cannot.

    `done` is told how much is written, twice a second, more each time; what it raises ends ffmpeg.
    """
    if done:
        graph = graph.global_args("-progress", "pipe:1")
    reached, text = 0, b""
    try:
        # A report is longer than a piece, so that none waits for the next. An error of `done` would keep the iterator.
        with closing(run(graph, chunk=_PIECE, folder=folder, tied=True)) as pieces:
            for piece in pieces:
                *lines, text = (text + piece).split(b"\n")
                for line in lines:
                    # Where its streams are apart ffmpeg may go back, or say N/A.
                    if done and (found := _WRITTEN.match(line)) and int(found[1]) // 1000 > reached:
                        reached = int(found[1]) // 1000
                        done(reached)
    except FFmpegError as error:
        if error.killed:
            raise
        if any("No space left on device" in line for line in error.errors):
            raise OutputError(f"{show(target)} cannot be written: no space left on device") from error
        raise OutputError(f"{show(target)} cannot be made of {show(path)} ({error}){advice}") from error


def _collect(stream: IO[bytes], lines: list[str]) -> None:
    """Keep the first lines of `stream`, where the cause stands, and its last, each cut to what fits a message."""
    while line := stream.readline(4096):
        text = _PART.sub("", line.decode("utf-8", "replace").strip())
        if text:
            if len(lines) == _ERROR_LINES:
                del lines[_FIRST_LINES]
            lines.append(text[:300])


_PIECE = 64
_TIED = "import ctypes, os, sys; ctypes.CDLL(None).prctl(1, 9); os.execv(sys.argv[1], sys.argv[1:])"
"""A program that becomes the one it is given, once it has asked for SIGKILL as its parent dies (PR_SET_PDEATHSIG)."""
_WRITTEN = re.compile(rb"out_time_us=(\d+)")
_PART = re.compile(r"^(?:\[[^]]* @ 0x[0-9a-f]+\] )+")
"""The part of ffmpeg that complains, and where in memory it lies."""
