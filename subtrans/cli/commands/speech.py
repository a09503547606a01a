"""Recordings in, what they say in another language out on standard output, a sentence a line as it comes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from subtrans.cli import options, walks
from subtrans.cli.asked import Asked
from subtrans.cli.gather import named_inputs
from subtrans.cli.inputs import Recording, look_into, work_through
from subtrans.cli.interpreter import Interpreter, remembering
from subtrans.cli.problems import Preflight
from subtrans.cli.screen import doubts, misheard, note, one_line, progress, put
from subtrans.cli.sections import SectionedCommand
from subtrans.formats.document import translation_to_line
from subtrans.text.paths import show as show_path

if TYPE_CHECKING:
    from pathlib import Path

    from subtrans.types import Sentence, Translation


@click.command(
    cls=SectionedCommand,
    epilog="""\b
Examples:
  subtrans speech memo.m4a --to zh
  subtrans speech memo.m4a --to zh --json | jq -r '[.start, .text] | @tsv'
""",
)
@named_inputs
@options.languages
@click.option("--with-source", is_flag=True, help="Print what was said, a tab, and then its translation.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object a line: file, times, source, text, score.")
@options.speech_engines
def command(inputs: tuple[Path, ...], with_source: bool, as_json: bool, **asked: Any) -> None:
    """Translate recorded speech to text, a line a sentence.

    Each sentence is printed as soon as it is understood. The times in JSON are milliseconds.
    """
    wish = Asked(**asked)
    interpreter = Interpreter(wish)
    with Preflight() as preflight:
        recordings = preflight.check_inputs(partial(look_into, track=wish.track, part=wish.part), inputs)
        interpreter.check(preflight)
    interpreter.load()

    def line(recording: Recording, translation: Translation) -> str:
        if as_json:
            return translation_to_line(translation, str(recording.path))
        text = one_line(translation.text)
        return f"{one_line(translation.sentence.text)}\t{text}" if with_source else text

    def work(recording: Recording) -> None:
        said: list[Sentence] = []
        wrong: list[Translation] = []
        language = interpreter.spoken_in(recording.path)
        with progress(recording.path, recording.end, recording.begin) as show:
            for passage in walks.speech(interpreter, recording.path, language) if language else ():
                for translation in passage.translations:
                    put(line(recording, translation))
                    said.append(translation.sentence)
                    wrong += [translation] if translation.faults else []
                show(passage.until, passage.translations[-1].text if passage.translations else "")
        for doubt in (*doubts(wrong), *misheard(said, wish.asr)):
            note(doubt)
        if not said:
            note(f"{show_path(recording.path)}: no speech found")

    def remember(recording: Recording) -> None:
        with remembering(recording.path, [interpreter]):
            work(recording)

    work_through(recordings, remember, preflight.left_out)
