"""Recordings in, a subtitle file in another language beside each of them out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, get_args

import click
from click.core import ParameterSource

from subtrans import formats
from subtrans.cli import options
from subtrans.cli.asked import Asked
from subtrans.cli.gather import named_inputs
from subtrans.cli.inputs import work_through
from subtrans.cli.interpreter import Interpreter
from subtrans.cli.job import Job
from subtrans.cli.norms import House, Norms
from subtrans.cli.outputs import JSON, Kind, Wanted
from subtrans.cli.parameters import PATH, ListOption, NamesType
from subtrans.cli.problems import Preflight
from subtrans.cli.screen import GO_ON
from subtrans.cli.sections import SectionedCommand
from subtrans.cli.subtitling import make_results
from subtrans.cli.watching import check_folder, keep_watch
from subtrans.engines import TranslatorOptions
from subtrans.media.files import make_folder
from subtrans.media.mux import CONTAINERS, Container
from subtrans.text.bilingual import ORDERS, Order

_FORMATS = (*formats.FORMATS, JSON)


@click.command(
    cls=SectionedCommand,
    epilog="""\b
Examples:
  subtrans subtitle talk.mp4 --to zh
  subtrans subtitle lectures/ --to zh --skip-existing
  subtrans subtitle talk.en.srt --to zh
  subtrans subtitle *.mkv --to German --output-dir subtitles \\
      --asr large-v3-turbo --mt facebook/nllb-200-distilled-600M
""",
)
@named_inputs
@options.several_languages
@click.option("-o", "--output", type=PATH, help="The subtitle file; its suffix chooses the format.")
@click.option("--output-dir", "directory", type=PATH, help="Where the files go.  [default: beside each input]")
@click.option("--overwrite", is_flag=True, help="Replace files that exist.")
@click.option(
    "--format",
    "names",
    cls=ListOption,
    type=NamesType(_FORMATS),
    metavar="FORMAT[,FORMAT...]",
    help=f"What to write: {', '.join(_FORMATS)}.  [default: srt, or what -o says]",
)
@click.option("--skip-existing", is_flag=True, help="Keep results that exist, and make those that are missing.")
@click.option(
    "--watch",
    type=PATH,
    metavar="DIR",
    is_eager=True,
    help="Then wait for recordings in this folder, and take each when it has stopped growing; Ctrl-C ends it.",
)
@click.option(
    "--track",
    "subtitles",
    type=click.IntRange(min=0),
    metavar="N",
    help="Translate this subtitle track of a video, counted from 0, instead of the speech.",
)
@click.option("--transcript", is_flag=True, help="Write subtitles in the spoken language as well.")
@click.option("--json", "document", is_flag=True, help="Write words, sentences, translations and cues as JSON as well.")
@click.option(
    "--bilingual",
    "order",
    type=click.Choice(ORDERS),
    help="Show the original too: above the translation, below it, or at the top of the picture.",
)
@click.option("--forced", is_flag=True, help="Name and mark the files as forced subtitles.")
@click.option("--sdh", is_flag=True, help="Name and mark them as made for the deaf and hard of hearing.")
@click.option(
    "--mux", type=click.Choice(CONTAINERS), help="Write the video with the subtitles as streams: talk.subtitled.mkv."
)
@click.option("--burn", is_flag=True, help="Write the video with the subtitles in its picture: talk.zh.burned.mp4.")
@click.option("--font", type=PATH, help="The font file to burn with.  [default: one that has the letters]")
@options.norms
@options.subtitle_engines
def command(
    inputs: tuple[Path, ...],
    targets: tuple[str, ...],
    output: Path | None,
    directory: Path | None,
    overwrite: bool,
    names: tuple[str, ...] | None,
    skip_existing: bool,
    watch: Path | None,
    subtitles: int | None,
    transcript: bool,
    document: bool,
    order: Order | None,
    forced: bool,
    sdh: bool,
    mux: Container | None,
    burn: bool,
    font: Path | None,
    models: tuple[str, ...],
    house: House,
    max_cps: float | None,
    snap: bool,
    **asked: Any,
) -> None:
    """Subtitle audio or video in another language.

    talk.mp4 gets talk.zh.srt beside it; so does talk.en.srt, which is translated sentence by sentence and laid out
    again. All inputs, outputs and models are checked before the work begins, and a file appears under its name only
    when it is complete.
    """
    if output:  # what is said of all runs gives way to what is said of this one
        directory = directory if _is_of_this_run("directory") else None
        names = names if _is_of_this_run("names") else None
    if output and (directory or names or len(inputs) > 1 or len(targets) > 1 or watch):
        raise click.UsageError("-o names one file: give one INPUT, one LANG, no --format and no --output-dir")
    keep = skip_existing or (watch is not None and not overwrite)
    wanted = Wanted(
        targets=targets,
        output=output,
        directory=directory,
        overwrite=overwrite,
        transcript=transcript,
        formats=names,
        document=document,
        kind=_kind(forced=forced, sdh=sdh),
        mux=mux,
        burn=burn,
        font=font,
        keep=keep,
    )
    # The beam's other hypotheses cost nothing: a shorter one may fit where the best has no time.
    several = asked["beam_size"] or TranslatorOptions().beam_size
    wish = Asked(target=targets[0], mt=models[0], models=models, num_hypotheses=several, **asked)
    interpreters = [Interpreter(replace(wish, target=target)) for target in targets]
    job = Job(wanted, interpreters, Norms(house, max_cps, snap), order, subtitles)
    if keep:
        wanted.check_owners(inputs)
    missing = job.missing(inputs)
    if keep and not missing and not watch:
        return
    hearing = watch is not None or any(map(job.is_heard, missing))
    with Preflight() as preflight:
        recordings = job.check(preflight, missing, hearing)
        if watch:
            preflight.check(check_folder, watch, directory)
    if directory:
        make_folder(directory)
    for each in interpreters:
        each.hears = hearing
    if hearing:
        interpreters[0].load()
    if recordings or not watch:
        with _going_on(wanted, inputs):
            work_through(recordings, partial(make_results, job), preflight.left_out)
    if watch:
        keep_watch(job, watch, inputs)


@contextmanager
def _going_on(wanted: Wanted, inputs: Sequence[Path]) -> Iterator[None]:
    """Within, an interruption says that what was written stands in the way of the same command, if it does."""
    try:
        yield
    except KeyboardInterrupt as stop:
        refused = not (wanted.keep or wanted.overwrite)
        if refused and any(result.exists() for path in inputs for result in wanted.results(path)):
            raise type(stop)(GO_ON.format(" with --skip-existing")) from None
        raise


def _kind(**asked: bool) -> Kind | None:
    """The one kind that is asked for; what is said of all runs gives way to what is said of this one."""
    kinds = [kind for kind in get_args(Kind) if asked[kind]]
    here = [kind for kind in kinds if _is_of_this_run(kind)] or kinds
    if len(here) > 1:
        raise click.UsageError("--forced and --sdh are kinds of files of their own: use a run for each")
    return here[0] if here else None


def _is_of_this_run(parameter: str) -> bool:
    """Whether it was on the command line, not in the environment or the settings."""
    return click.get_current_context().get_parameter_source(parameter) is ParameterSource.COMMANDLINE
