"""Subtitles drawn into a picture: where they are, the picture changes; and the fonts that they are drawn with."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from programs import children, runs
from squares import build_font

from subtrans.errors import InputError, OutputError
from subtrans.formats import ass
from subtrans.media import fonts
from subtrans.media.burn import burn, white_of
from subtrans.media.ffmpeg import executable
from subtrans.media.fonts import find_font, installed, sample
from subtrans.media.probe import probe, shown_size
from subtrans.text.languages import LANGUAGES, language
from subtrans.types import Cue, Look, Span

NAME = 'it\'s [a] "test": 100% {ü},; 咖啡 🎬 ' + "x" * 150


@pytest.fixture
def font(tmp_path: Path) -> Callable[..., Path]:
    """A font of squares in the folder of the test."""

    def build(characters: str, family: str = "Squares", name: str = "squares.ttf", ascent: int = 800) -> Path:
        return build_font(tmp_path / name, characters, family, ascent)

    return build


def rows(path: Path, second: float) -> list[int]:
    """The rows of the picture at a time that are not all of one colour."""
    return changed(path, second, axis=1)


def changed(path: Path, second: float, axis: int) -> list[int]:
    """The same of rows (axis 1) or columns (0)."""
    with av.open(str(path)) as file:
        frame = next(frame for frame in file.decode(video=0) if frame.time >= second)
    grey = frame.to_ndarray(format="gray").astype(int)
    return np.flatnonzero(np.ptp(grey, axis=axis) > 60).tolist()


def test_a_process_that_is_killed_takes_ffmpeg_with_it(encode, tmp_path) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux can be asked for it")
    source = encode("-f", "lavfi", "-i", "color=blue:size=64x64:duration=10:rate=10", name="film.mkv")
    program = "import sys; from pathlib import Path; from subtrans.media.ffmpeg import local_input, local_output, write"
    program += "; given, made = map(Path, sys.argv[1:]); slow = local_input(given, re=None, stream_loop=99)"
    program += "; write(local_output([slow], made), given, made, done=lambda _: print('begun', flush=True))"
    command = [sys.executable, "-c", program, str(source), str(tmp_path / "made.mkv")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        (child,) = children(process.pid)
        process.kill()
    while runs(child):
        time.sleep(0.05)  # the test's own time limit ends a wait in vain


@pytest.mark.parametrize("size", ["320x180", "181x321"])
def test_cues_are_drawn_where_and_when_they_are_shown(size, encode, font, tmp_path) -> None:
    source = encode(
        "-f", "lavfi", "-i", f"color=blue:size={size}:duration=3:rate=10,format=yuv444p", name=f"{NAME}.mkv"
    )
    cues = [Cue(Span(500, 1000), ("好'[;:",)), Cue(Span(1500, 2500), ("好好",), Look(anchor=8))]
    width, height = map(int, size.split("x"))
    squares = font("好")
    styled = ass.write(cues, font="Squares", picture=(width, height))
    target = tmp_path / f"{NAME}.mp4"
    burn(source, styled, squares, target)
    assert rows(target, 0.2) == rows(target, 1.2) == rows(target, 2.7) == []
    assert min(rows(target, 0.7)) > height * 0.7
    assert 0 < max(rows(target, 2.0)) < height * 0.3
    assert (probe(target).video[0].width, probe(target).video[0].height) == (width + width % 2, height + height % 2)


@pytest.mark.parametrize(("turned", "shown"), [(False, (640, 180)), (True, (180, 640))])
def test_letters_keep_their_proportions_in_pictures_that_are_stretched_or_turned(
    turned, shown, encode, font, tmp_path
) -> None:
    blue = ["-f", "lavfi", "-i", "color=blue:size=320x180:duration=1:rate=5,setsar=2"]
    source = encode(*blue, "-pix_fmt", "yuv420p", name="flat.mp4")
    if turned:
        source = encode("-display_rotation", "90", "-i", str(source), "-c", "copy", name="turned.mp4")
    assert shown_size(source, probe(source).video[0]) == shown
    styled = ass.write([Cue(Span(0, 1000), ("好",))], font="Squares", picture=shown)
    target = tmp_path / "burned.mp4"
    burn(source, styled, font("好"), target)
    (picture,) = probe(target).video
    high, wide = (len(changed(target, 0.5, axis)) / size for axis, size in [(1, picture.height), (0, picture.width)])
    assert high * shown[1] == pytest.approx(wide * shown[0], rel=0.3)


def test_pictures_of_two_half_pictures_become_whole(encode, font, tmp_path) -> None:
    moving = "smptebars=size=320x240:rate=50:duration=1,scroll=0.05,tinterlace=interleave_top,fieldorder=tff"
    halves = ["-c:v", "mpeg2video", "-flags", "+ildct+ilme", "-q:v", "2"]
    source = encode("-f", "lavfi", "-i", moving, *halves, name="a.ts")
    burn(source, ass.write([]), font("a"), tmp_path / "b.mkv")
    assert combed(tmp_path / "b.mkv") < combed(source) / 2
    assert combed(source) > 1


def combed(path: Path) -> float:
    """How much more a row of the last picture differs from the next one than from the one behind that."""
    with av.open(str(path)) as file:
        *_, last = file.decode(video=0)
    grey = last.to_ndarray(format="gray").astype(int)
    return float((np.abs(grey[1:-1] - grey[2:]).mean() - np.abs(grey[:-2] - grey[2:]).mean()).clip(0.001))


@pytest.mark.parametrize("frames", ["eq(n,0)", "eq(n,0)+eq(n,2)+eq(n,45)+eq(n,46)"])
@pytest.mark.parametrize("name", ["b.mkv", "b.mp4"])
def test_cues_come_and_go_in_a_picture_that_stands_still(frames, name, encode, font, tmp_path) -> None:
    picture = f"color=blue:size=320x180:rate=10:duration=6,select='{frames}'"
    sound = ["-f", "lavfi", "-i", "sine=duration=6", "-fps_mode", "vfr"]
    source = encode("-f", "lavfi", "-i", picture, *sound, "-c:v", "libx264", "-c:a", "aac", name="a.mp4")
    cues = [Cue(Span(1000, 2000), ("好",)), Cue(Span(3000, 4000), ("好",)), Cue(Span(5000, 5500), ("好",))]
    burn(source, ass.write(cues, font="Squares", picture=(320, 180)), font("好"), tmp_path / name)
    shown = [bool(rows(tmp_path / name, second)) for second in (0.9, 1.1, 1.9, 2.1, 3.1, 4.1, 5.1, 5.6)]
    assert shown == [False, True, True, False, True, False, True, False]
    assert probe(tmp_path / name).duration == pytest.approx(6000, abs=100)


def test_frames_that_come_often_enough_stay_as_they_are(encode, font, tmp_path) -> None:
    picture = "testsrc=size=64x48:rate=30:duration=2,select='not(mod(n,7))+not(mod(n,5))'"
    source = encode("-f", "lavfi", "-i", picture, "-fps_mode", "vfr", "-c:v", "libx264", name="a.mkv")
    burn(source, ass.write([]), font("a"), tmp_path / "b.mkv")
    assert times(tmp_path / "b.mkv") == times(source)


def times(path: Path) -> list[float | None]:
    """When each frame is shown."""
    with av.open(str(path)) as file:
        return [frame.time for frame in file.decode(video=0)]


def test_sound_that_mp4_does_not_hold_becomes_aac(encode, recording, font, tmp_path) -> None:
    blue = ["-f", "lavfi", "-i", "color=blue:size=64x48:duration=1:rate=5", "-i", str(recording), "-ar", "8000"]
    source = encode(*blue, "-c:a", "pcm_alaw", "-f", "mov", name="camera.mp4")
    burn(source, ass.write([]), font("a"), tmp_path / "b.mp4")
    assert [one.codec for one in probe(tmp_path / "b.mp4").audio] == ["aac"]


@pytest.mark.parametrize(("curve", "white"), [("smpte2084", 0.58), ("arib-std-b67", 0.75), ("bt709", 1.0)])
def test_letters_do_not_glare_in_hdr(curve, white, encode, font, tmp_path) -> None:
    tags = f"setparams=color_primaries=bt2020:color_trc={curve}:colorspace=bt2020nc:range=tv"
    black = ["-f", "lavfi", "-i", f"color=black:size=320x180:duration=1:rate=5,format=yuv420p10le,{tags}"]
    known = f"log-level=error:colorprim=bt2020:transfer={curve}:colormatrix=bt2020nc"
    source = encode(*black, "-c:v", "libx265", "-x265-params", known, name="a.mkv")
    dark = white_of(probe(source).video[0])
    assert dark == white
    styled = ass.write([Cue(Span(0, 1000), ("好",))], font="Squares", picture=(320, 180), white=dark)
    burn(source, styled, font("好"), tmp_path / "b.mkv")
    assert probe(tmp_path / "b.mkv").video[0].transfer == probe(source).video[0].transfer
    with av.open(str(tmp_path / "b.mkv")) as file:
        brightest = next(file.decode(video=0)).to_ndarray()[:180].max()
    assert (brightest - 16) / 219 == pytest.approx(white, abs=0.04)


def test_how_much_is_drawn_is_told(encode, font, tmp_path) -> None:
    source = encode("-f", "lavfi", "-i", "color=blue:size=64x48:duration=2:rate=20", name="a.mkv")
    told: list[int] = []
    burn(source, ass.write([]), font("a"), tmp_path / "b.mp4", done=told.append)
    assert told == sorted(set(told))
    assert told[-1] == pytest.approx(2000, abs=100)


def test_an_interrupt_while_it_is_told_ends_it_and_leaves_nothing(encode, font, tmp_path, monkeypatch) -> None:
    source, squares = encode("-f", "lavfi", "-i", "color=size=64x48:duration=60", name="a.mkv"), font("a")
    monkeypatch.setenv("SUBTRANS_FFMPEG", slow(tmp_path))
    before = set(tmp_path.iterdir())

    def interrupt(_: int) -> None:
        assert len(set(tmp_path.iterdir()) - before) == 2, "the file on its way, and the number of ffmpeg"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught:
        burn(source, ass.write([]), squares, tmp_path / "b.mp4", done=interrupt)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "number").read_text()), 0)
    assert {path.name for path in set(tmp_path.iterdir()) - before} == {"number"}
    del caught


def slow(folder: Path) -> str:
    """An ffmpeg that reads no faster than it is played, and writes down its number."""
    if os.name == "nt":
        pytest.skip("needs a shell script")
    path = folder / "slow"
    path.write_text(f'#!/bin/sh\necho $$ > "{folder}/number"\nexec "{executable()}" -re "$@"\n')
    path.chmod(0o755)
    return str(path)


def test_letters_in_high_lines_are_as_large_as_others(encode, font, tmp_path) -> None:
    source = encode("-f", "lavfi", "-i", "color=blue:size=320x180:duration=1:rate=5,format=yuv444p", name="a.mkv")
    heights = []
    for ascent in (800, 2700):
        squares = font("好", ascent=ascent)
        found = find_font("好", language("zh"), squares)
        styled = ass.write([Cue(Span(0, 1000), ("好",))], font=found.family, line=found.line, picture=(320, 180))
        target = tmp_path / f"{ascent}.mp4"
        burn(source, styled, squares, target)
        heights.append(len(rows(target, 0.5)))
    assert abs(heights[0] / 1.45 - heights[1]) < 3  # the first font's lines are an em high


@pytest.mark.parametrize("ascent", [800, 1250, 2700])
def test_a_line_of_the_norms_is_one_in_a_high_picture(ascent, encode, font, tmp_path) -> None:
    source = encode("-f", "lavfi", "-i", "color=blue:size=360x640:duration=1:rate=5,format=yuv444p", name="a.mkv")
    squares = font("好 ", ascent=ascent)
    found = find_font("好", language("zh"), squares)
    line = "好" * 11 + " " + "好" * 11  # as wide as 42 letters of a wide font
    styled = ass.write([Cue(Span(0, 1000), (line,))], font=found.family, line=found.line, picture=(360, 640))
    burn(source, styled, squares, tmp_path / "b.mp4")
    drawn = rows(tmp_path / "b.mp4", 0.5)
    assert len(drawn) == drawn[-1] - drawn[0] + 1 < 360 / 26 * 1.5


def test_a_recording_without_a_picture_is_told(recording, font, tmp_path) -> None:
    with pytest.raises(InputError, match="has no picture to draw subtitles into: leave out --burn"):
        burn(recording, ass.write([]), font("a"), tmp_path / "b.mp4")
    assert not (tmp_path / "b.mp4").exists()


def test_a_font_must_have_the_letters(font) -> None:
    path = font("abc 好")
    assert find_font("cab! 🎬", language("en"), path).family == "Squares"
    with pytest.raises(OutputError, match=r"squares.ttf has not the letters of Arabic: install one such as"):
        find_font("مرحبا", language("ar"), path)


def test_what_is_no_font_is_told(tmp_path) -> None:
    (tmp_path / "a.ttf").write_text("hello")
    with pytest.raises(InputError, match=r"a.ttf is not a font"):
        find_font("a", language("en"), tmp_path / "a.ttf")
    with pytest.raises(InputError, match="does not exist"):
        find_font("a", language("en"), tmp_path / "b.ttf")


def test_the_first_installed_font_that_has_all_is_taken(font, tmp_path, monkeypatch) -> None:
    font("ab", "Half", "notosans.ttf")
    font("abc", "Whole", "zzz.ttf")
    (tmp_path / "broken.ttf").write_bytes(b"\0\1\0\0")
    monkeypatch.setattr(fonts, "_folders", lambda: iter([tmp_path, tmp_path / "none"]))
    installed.cache_clear()
    try:
        assert find_font("ab", language("en")).family == "Half"
        assert find_font("abc", language("en")).family == "Whole"
        font("ab(", "Marked", "yyy.ttf")
        installed.cache_clear()
        assert find_font("ab (a) 🎬", language("en")).family == "Marked"
        assert find_font("ab [", language("en")).family == "Half"
        with pytest.raises(OutputError, match="no font on this machine has the letters of Thai"):
            find_font(sample(language("th")), language("th"))
    finally:
        installed.cache_clear()


def test_every_sample_is_in_a_script_of_the_table() -> None:
    scripts = {row.script for row in LANGUAGES.values()}
    assert set(fonts._SAMPLES) <= scripts
