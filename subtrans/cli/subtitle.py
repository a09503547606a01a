"""Recordings in, a subtitle file in another language beside each of them out."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from subtrans.cli import options
from subtrans.cli.inputs import Recording, look_into, work_through
from subtrans.cli.interpreter import Interpreter
from subtrans.cli.outputs import UNKNOWN, Outputs, Wanted
from subtrans.cli.problems import Preflight
from subtrans.cli.screen import clock, count, note, progress
from subtrans.formats.document import Document, Target
from subtrans.media.probe import show as show_path

if TYPE_CHECKING:
    from subtrans.types import Translation

_PATH = click.Path(path_type=Path)


@click.command(
    epilog="""\b
Examples:
  subtrans subtitle talk.mp4 --to zh
  subtrans subtitle *.mkv --to German --output-dir subtitles \\
      --asr large-v3-turbo --mt facebook/nllb-200-distilled-600M
"""
)
@options.inputs
@options.languages
@click.option("-o", "--output", type=_PATH, help="The subtitle file; its suffix chooses the format.")
@click.option("--output-dir", "directory", type=_PATH, help="Where the files go.  [default: beside each input]")
@click.option("--overwrite", is_flag=True, help="Replace files that exist.")
@click.option("--transcript", is_flag=True, help="Write subtitles in the spoken language as well.")
@click.option("--json", "document", is_flag=True, help="Write words, sentences, translations and cues as JSON as well.")
@options.speech_engines
def command(
    inputs: tuple[Path, ...],
    output: Path | None,
    directory: Path | None,
    overwrite: bool,
    transcript: bool,
    document: bool,
    **asked: Any,
) -> None:
    """Subtitle audio or video in another language.

    talk.mp4 gets talk.zh.srt beside it. All inputs, outputs and models are checked before the work begins, and a file
    appears under its name when it is whole.
    """
    if output and (directory or len(inputs) > 1):
        raise click.UsageError("-o names one file: give one INPUT and no --output-dir")
    interpreter = Interpreter(options.Asked(**asked))
    wanted = Wanted(interpreter.asked.target, output, directory, overwrite, transcript, document)
    with Preflight() as preflight:
        recordings = [recording for path in inputs if (recording := preflight.check(look_into, path))]
        interpreter.check(preflight)
        wanted.check(preflight, inputs, interpreter.source)
    wanted.make_directory()
    interpreter.load()
    work_through(recordings, lambda recording: _remember(recording, interpreter, wanted))


def _remember(recording: Recording, interpreter: Interpreter, wanted: Wanted) -> None:
    with interpreter.remembering(recording.path):
        _subtitle(recording, interpreter, wanted)


def _subtitle(recording: Recording, interpreter: Interpreter, wanted: Wanted) -> None:
    """The whole walk for one recording. Where nobody speaks the files are written too, without cues."""
    from subtrans.evaluate.conformity import conformity
    from subtrans.pipelines.subtitle import Step
    from subtrans.text.languages import language as find_language
    from subtrans.text.profiles import profile

    started = time.monotonic()
    language = interpreter.spoken_in(recording.path)
    outputs = wanted.of(recording.path)
    wanted.check_transcript(outputs, language)
    translations: list[Translation] = []
    step = Step((), recording.duration or 0)
    with progress(recording.path, recording.duration) as show:
        for step in interpreter.subtitle(recording.path, language) if language else ():
            translations += step.translations
            show(step.until, step.translations[-1].text if step.translations else "")
    found = Document(
        file=recording.path.name,
        language=language or UNKNOWN,
        duration=step.until,
        sentences=tuple(translation.sentence for translation in translations),
        targets=(Target(wanted.target, tuple(translations), step.cues),),
    )
    wanted.write(outputs, found, step.transcript)
    note(_summary(found, outputs, time.monotonic() - started))
    if step.cues:
        written = find_language(wanted.target)
        note(f"{show_path(outputs.subtitles)}: {conformity(step.cues, profile(written), written).summary()}")


def _summary(found: Document, outputs: Outputs, seconds: float) -> str:
    if not found.sentences:
        return f"{show_path(outputs.subtitles)}: no speech found, so no cues"
    cues, sentences = count(found.targets[0].cues, "cue"), count(found.sentences, "sentence")
    sound = found.duration or 0
    return (
        f"{show_path(outputs.subtitles)}: {cues} from {sentences}, {found.language} to {outputs.target}, "
        f"{clock(sound)} of sound in {clock(round(seconds * 1000))} ({sound / 1000 / seconds:.1f}x)"
    )
