"""What a run wrote of one recording in; the video with it as streams, or drawn into the picture, out."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from subtrans import formats
from subtrans.cli.screen import count, note, progress
from subtrans.text.languages import language
from subtrans.text.paths import show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from subtrans.cli.outputs import Wanted
    from subtrans.cli.scripts import Script
    from subtrans.media.mux import TrackFormat
    from subtrans.types import Cue


@dataclass(frozen=True, slots=True)
class Shown:
    """The subtitles in one language, as they are shown."""

    tag: str
    cues: Sequence[Cue]
    """The original may stand in them as well."""
    text: str
    """What of it is in the language."""
    styles: str | None = None
    """The ASS file that they came from, for its styles."""
    kept: Script | None = None
    """The file that they were read from, which is shown as it is, parts of cues in italics too."""


def kept(wanted: Wanted, path: Path, tag: str) -> Shown | None:
    """The subtitles in a language that exist and stay, corrected by a person perhaps; None where there are none."""
    from subtrans.cli.scripts import read_script

    file = wanted.kept(path, tag)
    if file is None:
        return None
    script = read_script(file, tag)
    return Shown(tag, script.cues, "".join(cue.text for cue in script.cues), script.styles, script)


def tell_skipped(wanted: Wanted, paths: Sequence[Path]) -> None:
    """Say that all results of recordings exist, and which videos are older than subtitles that they show."""
    for path in paths[:_NAMED]:
        note(f"{show(wanted.results(path)[-1])}: exists, skipped")
    if len(paths) > _NAMED:
        note(f"{len(paths) - _NAMED} more exist, skipped")
    for path in paths if wanted.mux or wanted.burn else ():
        _tell_old(wanted, path)


_NAMED = 10


def _tell_old(wanted: Wanted, path: Path) -> None:
    files = {tag: file for tag in wanted.targets if (file := wanted.kept(path, tag))}
    videos = [(wanted.burned(path, tag), file) for tag, file in files.items() if wanted.burn]
    videos += [(wanted.muxed(path), file) for file in files.values() if wanted.mux]
    for old in dict.fromkeys(one for one, file in videos if one.stat().st_mtime_ns < file.stat().st_mtime_ns):
        note(f"{show(old)} is older than its subtitles: delete it, and it is made again with them")


def check(wanted: Wanted, path: Path) -> None:
    """Whether the recording has a picture, the container can hold its streams, and there are fonts."""
    from subtrans.media.burn import picture_of
    from subtrans.media.fonts import find_font, sample
    from subtrans.media.mux import check_held
    from subtrans.media.probe import probe

    if wanted.mux:
        check_held(probe(path), wanted.mux)
    if wanted.burn:
        picture_of(probe(path))
        for tag in wanted.targets:
            find_font(sample(language(tag)), language(tag), wanted.font)


def make(wanted: Wanted, path: Path, shown: Sequence[Shown], transcript: Shown | None = None) -> None:
    """The video with what is shown, in the ways that were asked for; it is kept as it is where there are no cues."""
    if not any(one.cues for one in shown):
        if wanted.mux or wanted.burn:
            note(f"{show(path)}: there is nothing to show, so no video is written")
        return
    for one in shown if wanted.burn else ():
        if wanted.has(wanted.burned(path, one.tag)):
            continue
        burned = _burn(wanted, path, one)
        note(f"{show(burned)}: drawn into the picture")
    if wanted.mux and not wanted.has(wanted.muxed(path)):
        also = [transcript] if transcript and wanted.transcript and transcript.tag not in wanted.targets else []
        muxed = _mux(wanted, path, [*shown, *also])
        note(f"{show(muxed)}: {count([*shown, *also], 'stream')} of subtitles added")


def _mux(wanted: Wanted, path: Path, shown: Sequence[Shown]) -> Path:
    """The file with the subtitles as streams, the first of them the default one."""
    from subtrans.media.mux import Track
    from subtrans.media.mux import mux as write

    target = wanted.muxed(path)
    styled = target.suffix == ".mkv" and ("ass" in wanted.names(path) or any(one.styles for one in shown))
    name: TrackFormat = "ass" if styled else "vtt" if target.suffix == ".webm" else "srt"
    tracks = [
        Track(
            text=_text(one, name),
            format=name,
            language=language(one.tag).iso639_2,
            title=language(one.tag).name,
            default=number == 0,
            forced=wanted.kind == "forced",
            hearing_impaired=wanted.kind == "sdh",
        )
        for number, one in enumerate(shown)
    ]
    with _bar(target, path, "writing the streams") as done:
        write(path, tracks, target, overwrite=wanted.overwrite, done=done)
    return target


def _text(one: Shown, name: TrackFormat) -> str:
    if one.kept and one.kept.format == name:
        return one.kept.text
    return formats.ass.write(one.cues, like=one.styles) if name == "ass" else formats.write(one.cues, name)


def _burn(wanted: Wanted, path: Path, shown: Shown) -> Path:
    """The file with the subtitles drawn into the picture, in a font that has their letters."""
    from subtrans.media.burn import burn as write
    from subtrans.media.burn import picture_of, white_of
    from subtrans.media.fonts import find_font, sample
    from subtrans.media.probe import probe, shown_size

    written = language(shown.tag)
    font = find_font(shown.text or sample(written), written, wanted.font)
    picture = picture_of(probe(path))
    size, white = shown_size(path, picture), white_of(picture)
    styled = formats.ass.write(
        shown.cues, like=shown.styles, font=font.family, line=font.line, picture=size, white=white
    )
    target = wanted.burned(path, shown.tag)
    with _bar(target, path, "drawing the subtitles") as done:
        write(path, styled, font.path, target, overwrite=wanted.overwrite, done=done)
    return target


@contextmanager
def _bar(target: Path, path: Path, what: str) -> Iterator[Callable[[int], None]]:
    """A bar over the video `target` while it is made of `path`, and `what` is done."""
    from subtrans.media.probe import probe

    with progress(target, probe(path).duration) as advance:
        advance(0, what)
        yield lambda until: advance(until, what)
