"""Recordings in, a subtitle file in another language beside each of them out."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click
from click.core import ParameterSource

from subtrans import formats
from subtrans.cli import options, video
from subtrans.cli.asked import Asked
from subtrans.cli.failures import tell
from subtrans.cli.gather import arrivals, check_folder, named_inputs
from subtrans.cli.inputs import Recording, look_into, work_through
from subtrans.cli.interpreter import Interpreter
from subtrans.cli.job import check_script, is_done, make_results
from subtrans.cli.norms import House, Norms
from subtrans.cli.outputs import JSON, Kind, Wanted
from subtrans.cli.parameters import PATH, NamesType
from subtrans.cli.problems import Preflight
from subtrans.cli.screen import count, waiting
from subtrans.cli.scripts import is_script
from subtrans.cli.sections import SectionedCommand
from subtrans.engines import TranslatorOptions
from subtrans.media.mux import CONTAINERS, Container
from subtrans.text.bilingual import ORDERS, Order

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
    help="Translate this subtitle track of a video, counted from 0, in the place of what is said.",
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
    again. All inputs, outputs and models are checked before the work begins, and a file appears under its name when
    it is whole.
    """
    if output:  # what is said of all runs gives way to what is said of this one
        directory = directory if _is_of_this_run("directory") else None
        names = names if _is_of_this_run("names") else None
    if output and (directory or names or len(inputs) > 1 or len(targets) > 1 or watch):
        raise click.UsageError("-o names one file: give one INPUT, one LANG, no --format and no --output-dir")
    kind = _kind(forced=forced, sdh=sdh)
    keep = skip_existing or (watch is not None and not overwrite)
    wanted = Wanted(targets, output, directory, overwrite, transcript, names, document, kind, mux, burn, font, keep)
    # The beam's other hypotheses cost nothing: a shorter one may fit where the best has no time.
    several = asked["beam_size"] or TranslatorOptions().beam_size
    wish = Asked(target=targets[0], mt=models[0], models=models, num_hypotheses=several, **asked)
    interpreters = [Interpreter(replace(wish, target=target)) for target in targets]
    first = interpreters[0]
    named = inputs
    if wanted.keep:
        wanted.check_owners(inputs)
        inputs = tuple(path for path in inputs if not is_done(path, wanted, wish.source))
        if not inputs and not watch:
            return

    def look(path: Path) -> Recording:
        recording = look_into(path, track=wish.track, part=wish.part, subtitles=subtitles, language=wish.source)
        wanted.check_length(recording)
        if mux or burn:
            video.check(wanted, path)
        return recording

    with Preflight() as preflight:
        check = preflight.check_input if len(inputs) > 1 else preflight.check
        with waiting(f"looking into {count(inputs, 'input')} ..."):
            recordings = [recording for path in inputs if (recording := check(look, path))]
        hearing = watch is not None or not all(
            subtitles is not None or is_script(path) or wanted.lacks_videos_alone(path) for path in inputs
        )
        _check_engines(preflight, recordings, interpreters, hearing)
        wanted.check(preflight, inputs, first.source)
        preflight.check(_check_room, recordings, wanted)
        if watch:
            preflight.check(check_folder, watch)
    wanted.make_directory()
    if hearing:
        first.load()

    def work(recording: Recording, wanted: Wanted = wanted) -> None:
        make_results(recording, interpreters, wanted, order, Norms(house, max_cps), snap)

    if recordings or not watch:
        work_through(recordings, work, preflight.left_out)
    made: dict[Path, tuple[int, int]] = {}
    for path in arrivals(watch) if watch else ():
        before = wanted.stamps(path, first.source)
        # One that seemed whole and has grown: what was made of its beginning is replaced, if nobody changed it.
        stale = before is not None and before.items() <= made.items()
        now = replace(wanted, overwrite=True, keep=False) if stale else wanted
        _take(path, named, look, first, now, partial(work, wanted=now))
        after = wanted.stamps(path, first.source) or {}
        made.update(after.items() - (before or {}).items())


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


def _check_engines(
    preflight: Preflight, recordings: Sequence[Recording], interpreters: Sequence[Interpreter], hearing: bool
) -> None:
    first, *others = interpreters
    if hearing:
        first.check(preflight)
        for other in others if first.source else ():
            other.check_writing(preflight, str(first.source))
    for recording in recordings:
        if recording.script:
            preflight.check(check_script, recording, interpreters, preflight)


def _take(
    path: Path,
    named: Sequence[Path],
    look: Callable[[Path], Recording],
    interpreter: Interpreter,
    wanted: Wanted,
    work: Callable[[Recording], None],
) -> None:
    """Deal with a recording that has come; what is wrong with it is told and the watch goes on.

    Results of those that were `named` are not its own.
    """
    try:
        wanted.check_owners([*named, path])
        if wanted.keep and is_done(path, wanted, interpreter.source):
            return
        with Preflight() as preflight:
            recording = preflight.check(look, path)
            wanted.check(preflight, [path], interpreter.source)
        if recording:
            work_through([recording], work)
    except Exception as error:  # noqa: BLE001 - whatever it is
        tell(error)


def _check_room(recordings: Sequence[Recording], wanted: Wanted) -> None:
    """OutputError where a disk has no room for all subtitles, a million bytes and a thousand a second of sound.

    A video with subtitles is taken to be as large as the one without.
    """
    from subtrans.media.files import check_room

    needed: dict[Path, int] = {}
    for recording in recordings:
        folder = wanted.results(recording.path)[0].parent
        # The times of a script may be any; a translation is not four times as long.
        size = 4 * len(recording.script.text) if recording.script else recording.end or 0
        needed[folder] = needed.get(folder, 1_000_000) + size * len(wanted.targets)
        needed[folder] += recording.stamp[0] * (bool(wanted.mux) + wanted.burn * len(wanted.targets))
    for folder, size in needed.items():
        check_room(folder, size)
