"""Scenes by name and length, and a recording, in; a calm animated video in simple shapes out, drawn by ffmpeg."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ffmpeg

WIDTH, HEIGHT, RATE = 640, 360, 15
FONT = "DejaVu Sans"


@dataclass(frozen=True, slots=True)
class Scene:
    """One of the scenes below, for so many seconds."""

    name: str
    seconds: float


def draw(scenes: Sequence[Scene], sound: Path, target: Path) -> None:
    """One scene after the other as H.264, the sound as AAC, in an MP4 file that can be played while it loads."""
    pictures = [SCENES[scene.name](scene.seconds) for scene in scenes]
    picture = ffmpeg.concat(*pictures, v=1, a=0).filter("format", "yuv420p")
    output = ffmpeg.output(
        picture,
        ffmpeg.input(str(sound)).audio,
        str(target),
        vcodec="libx264",
        crf=26,
        preset="veryslow",
        tune="animation",
        g=10 * RATE,
        acodec="aac",
        ar=48_000,
        audio_bitrate="64k",
        movflags="+faststart",
        **{"metadata:s:a:0": "language=eng", "metadata": "title=A Day at the Sea"},
    )
    output.global_args("-v", "error", "-y").run()


def _canvas(colour: str, seconds: float, width: int = WIDTH, height: int = HEIGHT) -> Any:
    return ffmpeg.input(f"color=c={colour}:s={width}x{height}:r={RATE}:d={seconds:.3f}", f="lavfi")


def _box(on: Any, x: int, y: int, width: int, height: int, colour: str) -> Any:  # noqa: PLR0917
    return on.filter("drawbox", x, y, width, height, colour, "fill")


def _text(on: Any, text: str, x: int | str, y: int | str, size: int, colour: str) -> Any:  # noqa: PLR0917
    """Text with its upper left corner at x, y; expressions may use t (seconds), w, h, text_w and text_h."""
    return on.filter("drawtext", text=text, x=x, y=y, fontsize=size, fontcolor=colour, font=FONT, expansion="none")


def _train(seconds: float) -> Any:
    """An engine and two carriages with lit windows, on black."""
    train = _canvas("black", seconds, 420, 110)
    for number, colour in enumerate(["#c8553d", "#588b8b", "#588b8b"]):
        left = 285 - 140 * number
        train = _box(train, left, 20, 130, 65, colour)
        for window in range(3):
            train = _box(train, left + 12 + 40 * window, 32, 26, 24, "#ffd98e")
        for wheel in (left + 14, left + 90):
            train = _text(train, "●", wheel, 72, 34, "#39424e")
    return train.filter("colorkey", "black", 0.01, 0)


def _title(seconds: float) -> Any:
    on = _box(_canvas("#bfe3f0", seconds), 0, 205, WIDTH, 155, "#3f88a5")
    on = _text(on, "●", 520, -55, 150, "#ffd166")
    on = _text(on, "A Day at the Sea", "(w-text_w)/2", 110, 52, "#1f3a4d")
    on = _text(on, "told by five friends", "(w-text_w)/2", 222, 24, "#ffffff")
    return on.filter("setsar", 1)


def _morning(seconds: float) -> Any:
    on = _box(_canvas("#27375c", seconds), 0, 190, WIDTH, 80, "#46557d")
    on = _text(on, "●", 60, "80-3*t", 90, "#f4a261")
    on = _box(on, 0, 180, WIDTH, 180, "#2f4a3c")
    on = _box(on, 0, 246, WIDTH, 6, "#8d99ae")
    on = ffmpeg.overlay(on, _train(seconds), x=f"-420+t*{1060 / seconds:.3f}", y=150)
    return on.filter("setsar", 1)


def _sea(seconds: float) -> Any:
    on = _box(_canvas("#8ecae6", seconds), 0, 150, WIDTH, 130, "#2a7fa8")
    on = _text(on, "●", 80, 12, 120, "#ffd166")
    for row in range(3):
        waves = "~   ~     ~  ~      ~    ~   ~     ~    ~"
        on = _text(on, waves, f"{-60 + 25 * row}+14*sin(t+{row})", 165 + 34 * row, 34, "#bde0ee")
    on = _text(on, "◢", "300+4*t", 98, 58, "#ffffff")
    on = _box(on, 0, 280, WIDTH, 80, "#e9d8a6")
    for x, y, size in [(70, 300, 26), (210, 318, 18), (380, 298, 22), (540, 312, 30)]:
        on = _text(on, "●", x, y, size, "#c2b280" if size != 22 else "#ffffff")
    return on.filter("setsar", 1)


def _lunch(seconds: float) -> Any:
    on = _box(_canvas("#f2e8cf", seconds), 0, 150, WIDTH, 210, "#a98467")
    on = _box(on, 60, 30, 150, 90, "#8ecae6")
    on = _box(on, 430, 30, 150, 90, "#8ecae6")
    on = _text(on, "●", "(w-text_w)/2", 70, 290, "#ffffff")
    on = _text(on, "●", "(w-text_w)/2", 92, 240, "#edf2f4")
    on = _text(on, "><(((º>", "(w-text_w)/2", "158+4*sin(t)", 44, "#457b9d")
    return on.filter("setsar", 1)


def _rain(seconds: float) -> Any:
    on = _box(_canvas("#7d8597", seconds), 0, 250, WIDTH, 110, "#5c677d")
    on = _box(on, 380, 110, 200, 140, "#a4796b")
    on = _box(on, 370, 90, 220, 26, "#6b4a3f")
    on = _box(on, 450, 180, 50, 70, "#3d2b25")
    on = _text(on, "STATION", 415, 125, 30, "#f2e8cf")
    on = _text(on, "☁", 40, 15, 130, "#adb5bd")
    on = _text(on, "☁", 230, -5, 130, "#adb5bd")
    for column in range(12):
        y = f"mod(80*{column % 5}+150*t,300)-20"
        on = _text(on, "'", 20 + 53 * column, y, 34, "#cfe2f3")
    return on.filter("setsar", 1)


def _night(seconds: float) -> Any:
    on = _box(_canvas("#14213d", seconds), 0, 180, WIDTH, 180, "#1b2d25")
    on = _text(on, "☾", 500, 5, 90, "#f1e9c9")
    for x, y, size in [(60, 40, 18), (150, 90, 12), (230, 30, 14), (330, 70, 18), (420, 35, 12), (590, 120, 14)]:
        on = _text(on, "✦", x, y, size, "#f1e9c9")
    on = _box(on, 0, 246, WIDTH, 6, "#8d99ae")
    train = _train(seconds).filter("hflip")
    on = ffmpeg.overlay(on, train, x=f"640-t*{1060 / seconds:.3f}", y=150)
    return on.filter("setsar", 1)


SCENES = {"title": _title, "train": _morning, "sea": _sea, "lunch": _lunch, "rain": _rain, "home": _night}
