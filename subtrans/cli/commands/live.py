"""Sound that is arriving in, captions in another language out while the person is still speaking."""

from __future__ import annotations

import signal
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from subtrans import formats
from subtrans.cli import options
from subtrans.cli.asked import Asked
from subtrans.cli.captions import Doubtful, Unsure, screen
from subtrans.cli.commands.evaluate.live import reporting
from subtrans.cli.interpreter import Interpreter
from subtrans.cli.page import access, check_page, page, page_options
from subtrans.cli.parameters import PATH
from subtrans.cli.problems import Preflight
from subtrans.cli.saving import Subtitles, TextFile
from subtrans.cli.sections import SectionedCommand
from subtrans.errors import LanguageError, OutputError
from subtrans.media.files import check_apart, check_target
from subtrans.text.languages import language
from subtrans.text.paths import show

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from subtrans.ports import CaptionSink, SoundSource
    from subtrans.types import LiveEvent


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
""",
)
@click.argument("source_name", metavar="[INPUT]", required=False)
@options.languages
@click.option("--list-devices", is_flag=True, is_eager=True, expose_value=False, callback=_list_devices,
              help="List the devices that can record.")  # fmt: skip
@click.option("--microphone", metavar="NAME", help="A number or a name of --list-devices.  [default: the system's]")
@click.option("--replay", is_flag=True, help="Hear the file INPUT as if it were spoken now.")
@click.option("--replay-speed", type=click.FloatRange(min=0), default=1.0, show_default=True, metavar="X",
              help="So many times faster; 0 waits for nothing, and the times are those of real speed.")  # fmt: skip
@click.option("--pcm", type=click.IntRange(min=1), metavar="RATE",
              help="Standard input (INPUT is -) is bare 16-bit mono samples, so many a second.")  # fmt: skip
@click.option("--with-source", is_flag=True, help="Print what was said, a tab, and then its translation.")
@click.option("--json", "as_json", is_flag=True, help="Print every event as a JSON object a line.")
@click.option("--text-file", "text_file", type=PATH, help="Keep the last two captions in this file, for OBS.")
@click.option("--save", type=PATH, help="Write subtitles as they become final: whole at every moment.")
@click.option("--bilingual", is_flag=True, help="What was said above its translation, in the subtitles.")
@click.option("--record", type=PATH, help="Write the sound to this WAV file as it is heard.")
@click.option("--overwrite", is_flag=True, help="Replace files that exist.")
@page_options
@click.option("--report", is_flag=True, help="At the end, tell how late and how steady the captions were.")
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
    **asked: Any,
) -> None:
    """Caption in another language while somebody is still speaking.

    INPUT is what ffmpeg can hear: a file, a URL, - for standard input, pulse:NAME; without it a microphone. Ctrl-C ends
    it: what was said is captioned and written to the end.
    """
    from subtrans.pipelines.live import live
    from subtrans.pipelines.prefetch import prefetch

    if microphone and source_name:
        raise click.UsageError("give INPUT or --microphone, not both")
    if replay and (source_name is None or source_name == "-"):
        raise click.UsageError("--replay needs INPUT, a file")
    wanted_page = access(serve=serve, host=host, port=port, token=token)
    interpreter = Interpreter(Asked(**asked))
    with Preflight() as preflight:
        if source_name is not None:
            preflight.check(_check_input, source_name, replay)
        interpreter.check(preflight)
        preflight.check(check_page, wanted_page)
        written: set[Path] = set()
        for path in filter(None, (save, record, text_file)):
            preflight.check(_check_output, path, source_name, written, overwrite or path is text_file)
        if save and formats.format_of(save) is None:
            preflight.problems.append(
                OutputError(f"{show(save)} names no subtitle format by its suffix: use one of {formats.known()}")
            )
        if not interpreter.source and not preflight.problems:
            raise LanguageError("the language cannot be heard before somebody speaks: name it with --from")
    interpreter.load()
    spoken = str(interpreter.source)
    transcriber = interpreter.transcriber
    greedy = getattr(transcriber, "greedy", None)
    with ExitStack() as stack:
        source = stack.enter_context(_open(source_name, microphone, replay_speed if replay else None, pcm))
        if record:
            from subtrans.media.record import recorded

            source = stack.enter_context(recorded(source, record, overwrite))
        unsure, doubtful = Unsure(str(interpreter.asked.asr)), Doubtful()
        stack.callback(doubtful.finish)
        stack.callback(unsure.finish)
        shown = stack.enter_context(screen(as_json=as_json, with_source=with_source))
        # Files first: what was ever shown is in them, even if the program is killed.
        sinks: list[CaptionSink] = []
        if save:
            saved = Subtitles(save, language(spoken), language(interpreter.asked.target), both=bilingual)
            sinks.append(saved)
            stack.callback(saved.finish)
        if text_file:
            sinks.append(TextFile(text_file))
        sinks += [shown, *stack.enter_context(page(wanted_page, spoken, interpreter.asked.target)), unsure, doubtful]
        if report:
            sinks.append(stack.enter_context(reporting(spoken, interpreter.asked.target)))
        stack.enter_context(_stopping(source))
        events = live(
            source,
            interpreter.detector,
            transcriber,
            interpreter.translator(spoken),
            language=spoken,
            target=interpreter.asked.target,
            quick=greedy() if greedy else None,
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


@contextmanager
def _open(name: str | None, device: str | None, speed: float | None, pcm: int | None) -> Iterator[SoundSource]:
    """What is heard: a microphone, a recording at its own speed, or whatever ffmpeg can hear."""
    if name is None:
        from subtrans.media.microphone import microphone

        with microphone(device) as source:
            yield source
    elif speed is not None:
        from subtrans.media.capture import Replay
        from subtrans.media.clock import ComputingClock, WallClock
        from subtrans.media.decode import decode

        clock = WallClock(speed) if speed else ComputingClock()
        yield Replay(decode(Path(name), block_seconds=0.1), clock)
    else:
        from subtrans.media.listen import listen

        heard = listen(name, pcm)
        yield heard
        heard.stop()


@contextmanager
def _stopping(source: SoundSource) -> Iterator[None]:
    """Within, the first Ctrl-C, or other signal to end, ends the sound and not the program; the second is as ever."""
    from subtrans.cli.process import ends

    before = {number: signal.getsignal(number) for number in ends()}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def stop(*_: object) -> None:
        restore()
        source.stop()

    for number in before:
        signal.signal(number, stop)
    try:
        yield
    finally:
        restore()


def _check_input(name: str, replay: bool) -> None:
    from subtrans.media.listen import check

    check(name)
    if replay:
        from subtrans.media.probe import check_file, probe

        check_file(Path(name))
        probe(Path(name)).audio_track(0)


def _check_output(path: Path, source_name: str | None, written: set[Path], overwrite: bool) -> None:
    check_apart(path, {Path(source_name).resolve()} if source_name else ())
    if path.resolve() in written:
        raise OutputError(f"{show(path)} would be written twice: give each file another name")
    written.add(path.resolve())
    check_target(path, overwrite)
