"""Subtitles in; every breach of the norms of their language, with cue number and value, out."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from subtrans.cli import options
from subtrans.cli.failures import tell
from subtrans.cli.gather import matching
from subtrans.cli.norms import House, Norms, Videos, judge_cues, videos_in
from subtrans.cli.parameters import PATH
from subtrans.cli.screen import clock, count, note, quote
from subtrans.cli.scripts import is_script, language_of
from subtrans.formats.files import read_file
from subtrans.media.files import atomic_write, check_apart, check_target
from subtrans.text.paths import real

if TYPE_CHECKING:
    from subtrans.evaluate.conformity import Conformity
    from subtrans.evaluate.conformity_page import Checked


@click.command(
    epilog="""\b
Examples:
  subtrans check talk.zh.srt
  subtrans check talk.srt --lang de --video film.mp4 --profile bbc --strict
  subtrans check subtitles/ --html report.html
"""
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=PATH)
@options.language("--lang", "tag", help="The language of the subtitles.  [default: from a name such as talk.zh.srt]")
@click.option("--video", type=PATH, help="Their video: gaps are counted in its frames.  [default: the one beside them]")
@options.house
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--html", type=PATH, metavar="REPORT", help="Write a page with the shares and every violation, too.")
@click.option("--overwrite", is_flag=True, help="Replace a REPORT that exists.")
@click.option("--strict", is_flag=True, help="End with exit code 1 when a cue breaks a norm.")
def command(
    files: tuple[Path, ...],
    tag: str | None,
    video: Path | None,
    house: House,
    as_json: bool,
    html: Path | None,
    overwrite: bool,
    strict: bool,
) -> None:
    """Check subtitles against the norms of their language.

    Every violation is a line with the number of the cue, its time and its value; the last line shows the share of cues
    that keep each norm. A folder stands for the subtitles in it. With several files, each line begins with the name of
    its file, and the last line is for all of them.
    """
    from subtrans.evaluate.conformity import total

    meant = [path for name in files for one in matching(name) for path in (_subtitles(one) or [one])]
    if video is not None and len(meant) > 1:
        raise click.UsageError("--video belongs to one FILE: give one")
    if html is not None:
        check_apart(html, {real(path) for path in meant})
        check_target(html, overwrite)
    each: list[Conformity] = []
    checked: list[Checked] = []  # for a report
    codes, guessed, videos = [], False, cache(videos_in)
    for path in meant:
        try:
            one = judge(path, tag, video, Norms(house), videos)
        except Exception as error:  # noqa: BLE001 - whatever it is
            codes.append(tell(error))
            continue
        each.append(one.found)
        guessed |= _guesses(one)
        if as_json or html:
            checked.append(one)
        if not as_json:
            click.echo(_lines(one, named=len(meant) > 1))
    found = total(each)
    if as_json and checked:
        several = _as_dict(found) | {"files": [{"file": one.name, **_breaches(one)} for one in checked]}
        report = _breaches(checked[0]) if len(meant) == 1 else several
        click.echo(json.dumps(report, ensure_ascii=False, indent=1))
    elif len(meant) > 1:
        click.echo(f"{count(each, 'file')}, {found.cues} cues: {found.summary()}")
    if guessed:
        note("gaps are judged as at 24 frames a second: name the video with --video")
    if html is not None and checked:
        from subtrans.evaluate.conformity_page import conformity_page

        with atomic_write(html, overwrite) as file:
            file.write(conformity_page(checked))
    if codes or (strict and found.violations):
        raise click.exceptions.Exit(codes[0] if codes else 1)


def _subtitles(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if is_script(path)) if folder.is_dir() else []


def judge(path: Path, tag: str | None, video: Path | None, norms: Norms, videos: Videos = videos_in) -> Checked:
    """What a file keeps of the norms: in the language `tag`, else that of its name, and the frames of its video."""
    from subtrans.text.languages import language

    written = language(tag or language_of(path, "--lang"))
    norms = norms.found_beside(path, videos) if video is None else norms.beside(video)
    return judge_cues(path, read_file(path, written.tag).cues, written, norms)


def _guesses(one: Checked) -> bool:
    """Whether gaps that are so many frames long are called wrong without the frames of a video."""
    frames = one.profile.gaps_in_frames and one.profile.frame_rate is None
    return frames and any(violation.rule == "gap" for violation in one.found.violations)


def _lines(one: Checked, *, named: bool) -> str:
    breaches = [(*one.broken[violation.cue], violation) for violation in one.found.violations]
    lines = [
        f"{number}\t{clock(cue.span.start)}\t{violation}\t{quote(cue.text)}" for number, cue, violation in breaches
    ]
    return "\n".join(f"{one.name}\t{line}" if named else line for line in (*lines, one.found.summary()))


def _breaches(one: Checked) -> dict[str, Any]:
    breaches = [asdict(violation) | {"cue": one.broken[violation.cue][0]} for violation in one.found.violations]
    return _as_dict(one.found) | {"violations": breaches}


def _as_dict(found: Conformity) -> dict[str, Any]:
    return {"cues": found.cues, "conforming": found.shares()}
