"""Subtitles and the recording that they belong to in; the same subtitles, shown when somebody speaks, out."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from subtrans import engines, formats
from subtrans.cli import options
from subtrans.cli.inputs import look_into
from subtrans.cli.outputs import render
from subtrans.cli.parameters import PATH
from subtrans.cli.problems import Preflight
from subtrans.cli.screen import clock, count, note, progress
from subtrans.cli.scripts import stem_of
from subtrans.errors import InputError
from subtrans.media.files import atomic_write, check_apart, check_target
from subtrans.text.paths import real, show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subtrans.cli.inputs import Recording
    from subtrans.cli.scripts import Script
    from subtrans.pipelines.sync import Fit
    from subtrans.types import Span


@click.command(
    epilog="""\b
Examples:
  subtrans sync downloaded.en.srt film.mkv
  subtrans sync other-release.zh.ass film.mkv -o film.zh.ass
"""
)
@click.argument("subtitles", type=PATH)
@click.argument("recording", type=PATH)
@click.option("-o", "--output", type=PATH, help="Where they go.  [default: film.en.srt for film.mkv]")
@click.option("--overwrite", is_flag=True, help="Replace a file that exists.")
@click.option("--together", is_flag=True, help="Move all cues alike: both releases have the same scenes.")
@options.audio_track
def command(
    subtitles: Path, recording: Path, output: Path | None, overwrite: bool, together: bool, track: int | None
) -> None:
    """Move subtitles to when somebody speaks in a recording.

    Subtitles of another release begin too soon or too late, run at the speed of 24 or 25 frames a second, or lack a
    scene. In whatever language they are, they are moved to fit the speech; what they say and how they look stays.
    """
    from subtrans.pipelines.sync import SURE, SyncOptions, fit

    with Preflight() as preflight:
        found = preflight.check(look_into, subtitles)
        heard = preflight.check(partial(look_into, track=track), recording)
        preflight.check(_check_kinds, found, heard)
        if not preflight.problems:
            output = output or _named_after(recording, subtitles)
            preflight.check(_check_output, output, (subtitles, recording), overwrite)
    assert found and found.script and heard and output  # noqa: S101, PT018 - else there was a problem
    cues = sorted(found.script.cues, key=lambda cue: cue.span)
    speech = _speech(heard, track)
    try:
        fitted = fit(cues, speech, SyncOptions(change=None) if together else SyncOptions())
    except ValueError as error:
        raise InputError(f"{show(subtitles)} cannot be moved: {error}") from error
    with atomic_write(output, overwrite) as file:
        file.write(_text(found.script, fitted, output))
    note(f"{show(output)}: {count(cues, 'cue')}, {_told(fitted)}")
    if fitted.sure < SURE:
        note(f"{show(output)}: this may be chance: look whether the subtitles are those of {show(recording)}")


def _check_kinds(subtitles: Recording | None, recording: Recording | None) -> None:
    """InputError where one is not what it should be."""
    if subtitles and subtitles.script is None:
        known = formats.known(readable=True)
        raise InputError(f"{show(subtitles.path)} is no subtitle file by its suffix: use one of {known}")
    if subtitles and subtitles.script and not subtitles.script.cues:
        raise InputError(f"{show(subtitles.path)} holds no cues: there is nothing to move")
    if recording and recording.script:
        raise InputError(f"{show(recording.path)} is a file of subtitles: give the recording behind them")


def _named_after(recording: Path, subtitles: Path) -> Path:
    """film.en.srt for film.mkv and other-release.en.srt; .ttml for what is read and never written."""
    behind = subtitles.name[len(stem_of(subtitles)) :]
    path = recording.with_name(recording.stem + behind)
    return path if formats.is_written(path) else path.with_suffix(f".{formats.format_of(subtitles)}")


def _check_output(output: Path, inputs: Sequence[Path], overwrite: bool) -> None:
    check_apart(output, {real(path) for path in inputs})
    if not formats.is_written(output) and not output.is_dir():
        raise formats.no_format(output)
    check_target(output, overwrite)


def _speech(recording: Recording, track: int | None) -> list[Span]:
    """Where somebody speaks."""
    from subtrans.media.decode import decode
    from subtrans.pipelines.blocks import blocks
    from subtrans.pipelines.prefetch import prefetch

    detector = engines.load_detector(engines.DetectorOptions(padding=0))
    speech: list[Span] = []
    with progress(recording.path, recording.end) as shown:
        for block in prefetch(blocks(decode(recording.path, track=track or 0), detector)):
            speech += block.speech
            shown(block.audio.span.end, "")
    recording.check_unchanged()
    return speech


def _text(script: Script, fitted: Fit, output: Path) -> str:
    """The file: an ASS file stays what it is but for its times."""
    from subtrans.pipelines.sync import moved

    name = str(formats.format_of(output))
    if script.format == name == "ass":
        return formats.ass.retimed(script.text, fitted.moved)
    return render(moved(script.cues, fitted), name, script.language or "", None)


def _told(fitted: Fit) -> str:
    """What was done, in words."""
    first, *others = fitted.moves
    parts = [f"moved by {_seconds(first.offset)}"]
    parts += [f"from {clock(move.since)} on by {_seconds(move.offset)}" for move in others]
    if fitted.rate != 1:
        parts.insert(0, f"{float(fitted.rate):.4f} times as long")
    return f"{', '.join(parts)}; somebody speaks in {fitted.after:.0%} of their time, before in {fitted.before:.0%}"


def _seconds(offset: int) -> str:
    return f"{offset / 1000 or 0:+.2f} s"
