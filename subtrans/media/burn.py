"""A video and styled subtitles in; the video with the subtitles drawn into its picture out."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from subtrans.errors import InputError
from subtrans.media.ffmpeg import Done, local_input, local_output, write
from subtrans.media.files import atomic_path
from subtrans.media.held import sound_codecs
from subtrans.media.pauses import filling
from subtrans.media.probe import Probe, VideoStream, probe, shown_size
from subtrans.text.paths import show


def burn(
    path: Path, styled: str, font: Path, target: Path, *, overwrite: bool = False, done: Done | None = None
) -> None:
    """Write `target` with the first picture and the sound of `path`, and the ASS file `styled` drawn by libass.

    The filter sees plain names in a temporary folder only, so nothing in a path or a text can be taken for its syntax.
    The letters are upright and have their proportions where the picture is shown turned or stretched. It is encoded in
    H.264 (constant rate factor 18), with further frames where it stands still without any. The sound is copied where
    the container holds it. `done` is told how much is written.
    """
    contents = probe(path)
    picture = picture_of(contents)
    source = local_input(path)
    with TemporaryDirectory(prefix="subtrans-") as name, atomic_path(target, overwrite) as temporary:
        folder = Path(name)
        (folder / "subtitles.ass").write_text(styled, encoding="utf-8")
        (folder / "fonts").mkdir()
        shutil.copyfile(font, folder / "fonts" / f"font{font.suffix.lower()}")
        # Pictures of two half pictures become whole ones, as players make them of what is marked so: the result is not.
        drawn = source[str(picture.index)].filter("bwdif", mode="send_frame", deint="interlaced")
        pauses = filling(contents, picture)
        if pauses:
            drawn = drawn.filter("fps", fps=str(pauses.rate))
            drawn = drawn.filter("tpad", stop_mode="clone", stop_duration=round(pauses.tail, 3))
        # H.264 in its common form needs an even number of rows and columns.
        drawn = drawn.filter("pad", "ceil(iw/2)*2", "ceil(ih/2)*2")
        size = "{}x{}".format(*shown_size(path, picture))
        drawn = drawn.filter("ass", "subtitles.ass", fontsdir="fonts", original_size=size)
        options = {"c:v": "libx264", "crf": 18, "pix_fmt": "yuv420p", "c:a": "copy"}
        options |= sound_codecs(contents.audio, target.suffix.lower().removeprefix("."))
        if pauses and contents.duration:
            options["t"] = contents.duration / 1000  # ffmpeg may let the last frame stand as long as the one before it
        if target.suffix.lower() in {".mp4", ".mov"}:
            options["movflags"] = "+faststart"
        heard = [source[str(stream.index)] for stream in contents.audio]
        write(local_output([drawn, *heard], temporary, **options), path, target, folder=folder, done=done)


def white_of(picture: VideoStream) -> float:
    """How much of the signal white letters have: in HDR what is above is for what shines (ITU-R BT.2408)."""
    return _WHITE.get(picture.transfer, 1.0)


_WHITE = {16: 0.58, 18: 0.75}
"""PQ and HLG."""


def picture_of(contents: Probe) -> VideoStream:
    """The first moving picture; InputError where there is none to draw into."""
    if not contents.video:
        raise InputError(f"{show(contents.path)} has no picture to draw subtitles into: leave out --burn")
    return contents.video[0]
