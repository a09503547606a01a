"""Sound that is arriving in, captions in another language out while the person is still speaking."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from subtrans.cli import options
from subtrans.cli.asked import Asked
from subtrans.cli.captions import Doubtful, InLanguage, Unsure, screen
from subtrans.cli.interpreter import Interpreter
from subtrans.cli.lateness import reporting
from subtrans.cli.page import access, check_page, page, page_options
from subtrans.cli.parameters import PATH, NumberType
from subtrans.cli.problems import Preflight
from subtrans.cli.recall import with_memory
from subtrans.cli.saving import LiveFiles
from subtrans.cli.screen import note
from subtrans.cli.sections import SectionedCommand
from subtrans.cli.sound import check_sound, heard_in, sound, stopping
from subtrans.events import LanguageEvent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from subtrans.cli.norms import House
    from subtrans.events import LiveEvent
    from subtrans.ports import CaptionSink, SoundSource


def _list_devices(context: click.Context, parameter: click.Parameter, asked: bool) -> None:
    if asked:
        from subtrans.media.microphone import devices

        for line in devices():
            click.echo(line)
        context.exit()


@click.command(
    cls=SectionedCommand,
    epilog="""\b
Examples:
  subtrans live --to zh
  subtrans live pulse:alsa_output.pci.monitor --to zh --save talk.srt
  subtrans live rtmp://server/lecture --to zh --json
  subtrans live --from en --to zh,ja --mt MODEL --mt MODEL --serve
""",
)
@click.argument("source_name", metavar="[INPUT]", required=False)
@options.several_languages
@click.option("--list-devices", is_flag=True, is_eager=True, expose_value=False, callback=_list_devices,
              help="List the devices that can record.")  # fmt: skip
@click.option("--microphone", metavar="NAME", help="A number or a name of --list-devices.  [default: the system's]")
@click.option("--replay", is_flag=True, help="Play the file INPUT as if it were spoken now.")
@click.option("--replay-speed", type=NumberType(min=0), default=1.0, show_default=True, metavar="X",
              help="How many times faster; 0 does not wait at all. Times stay those of real speed.")  # fmt: skip
@click.option("--pcm", type=click.IntRange(min=1), metavar="RATE",
              help="Standard input (INPUT is -) is raw 16-bit mono samples at this rate.")  # fmt: skip
@click.option("--with-source", is_flag=True, help="Print what was said, a tab, and then its translation.")
@click.option("--json", "as_json", is_flag=True, help="Print every event as a JSON object a line.")
@click.option("--text-file", "text_file", type=PATH, help="Keep the last two captions in this file, for OBS.")
@click.option("--save", type=PATH, help="Write subtitles as they become final; the file is valid at every moment.")
@click.option("--bilingual", is_flag=True, help="Show what was said above its translation, in the subtitles of --save.")
@click.option("--record", type=PATH, help="Write the sound to this WAV file as it is heard.")
@click.option("--overwrite", is_flag=True, help="Replace files that exist.")
@page_options
@click.option("--report", is_flag=True, help="At the end, tell how late and how steady the captions were.")
@options.house
@options.live_engines
def command(
    source_name: str | None,
    microphone: str | None,
    replay: bool,
    replay_speed: float,
    pcm: int | None,
    with_source: bool,
    as_json: bool,
    text_file: Path | None,
    save: Path | None,
    bilingual: bool,
    record: Path | None,
    overwrite: bool,
    serve: bool,
    host: str | None,
    port: int | None,
    token: str | None,
    report: bool,
    house: House,
    targets: tuple[str, ...],
    models: tuple[str, ...],
    **asked: Any,
) -> None:
    """Caption in another language while somebody is still speaking.

    INPUT is what ffmpeg can read: a file, a URL, - for standard input, pulse:NAME; without it a microphone. Ctrl-C ends
    it, after everything that was said is captioned and written. With several languages, each has its own files,
    talk.zh.srt and talk.ja.srt for --save talk.srt, and the readers of the page choose theirs.
    """
    from subtrans.pipelines.live import live
    from subtrans.pipelines.prefetch import prefetch

    if microphone and source_name:
        raise click.UsageError("give INPUT or --microphone, not both")
    if replay and (source_name is None or source_name == "-"):
        raise click.UsageError("--replay needs INPUT, a file")
    if pcm and source_name != "-":
        raise click.UsageError("--pcm is about standard input: give - as INPUT")
    wanted_page = access(serve=serve, host=host, port=port, token=token)
    wish = Asked(target=targets[0], mt=models[0], models=models, alone=True, **asked)
    interpreter, *others = interpreters = [Interpreter(replace(wish, target=target)) for target in targets]
    files = LiveFiles(targets, save, text_file, record, overwrite, house)
    with Preflight() as preflight:
        if source_name is not None:
            preflight.check(check_sound, source_name, replay)
        interpreter.check(preflight, others)
        preflight.check(check_page, wanted_page)
        files.check(preflight, source_name)
    interpreter.load(others)
    transcriber = interpreter.transcriber
    with ExitStack() as stack:
        source = stack.enter_context(sound(source_name, microphone, replay_speed if replay else None, pcm))
        if record:
            from subtrans.media.record import recorded

            source = stack.enter_context(recorded(source, record, overwrite))
        stack.enter_context(stopping(source))
        served = stack.enter_context(page(wanted_page, interpreter.source or "", targets))
        opening: list[LiveEvent] = []
        if interpreter.source is None:
            interpreter.source, source = heard_in(interpreter, source)
            if interpreter.source is None:
                note("nobody spoke: there is no language to caption")
                return
            opening = [LanguageEvent(interpreter.source, 0, source.now())]
            interpreter.load(others)
        spoken = interpreter.source
        translators = {
            each.asked.target: with_memory(each.translator(spoken), each.asked, spoken, telling=False)
            for each in interpreters
        }
        judges = _judges(stack, wish.asr, targets)
        tagged = len(targets) > 1
        shown = stack.enter_context(screen(as_json=as_json, with_source=with_source, tagged=tagged))
        # Files first: what was ever shown is in them, even if the program is killed.
        sinks = stack.enter_context(files.sinks(spoken, both=bilingual))
        sinks += [shown, *served, *judges]
        for target in reversed(targets) if report else ():  # what is entered last is told first
            log = stack.enter_context(reporting(spoken, target, f"{target}:" if tagged else ""))
            sinks.append(InLanguage(target, log))
        quick = getattr(transcriber, "greedy", lambda: None)()
        events = chain(
            opening, live(source, interpreter.detector, transcriber, translators, language=spoken, quick=quick)
        )
        # The walk has a thread of its own, so that this one only waits and shows.
        show_all(prefetch(events, ahead=64), sinks, source)


def show_all(events: Iterable[LiveEvent], sinks: Sequence[CaptionSink], source: SoundSource) -> None:
    """Show every event in every sink; one whose reader is gone ends the sound, and the others are finished first."""
    gone: OSError | None = None
    open_sinks = list(sinks)
    for event in events:
        for sink in tuple(open_sinks):
            try:
                sink.show(event)
            except OSError as error:  # noqa: PERF203 - each sink fails for itself
                open_sinks.remove(sink)
                gone = error
                source.stop()
    if gone:
        raise gone


def _judges(stack: ExitStack, asr: str, targets: Sequence[str]) -> list[CaptionSink]:
    """What tells, when the captions have ended, that the recogniser was unsure and which translations may be wrong."""
    unsure = Unsure(asr)
    found: list[CaptionSink] = [unsure]
    for target in reversed(targets):  # the last callback is called first
        doubtful = Doubtful(target if len(targets) > 1 else "")
        stack.callback(doubtful.finish)
        found.append(InLanguage(target, doubtful))
    stack.callback(unsure.finish)
    return found
