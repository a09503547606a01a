"""What is to be heard live in; the sound as it arrives, which a signal ends, out."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from subtrans.cli.screen import note, waiting
from subtrans.text.languages import language as find_language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from subtrans.cli.interpreter import Interpreter
    from subtrans.ports import SoundSource


@contextmanager
def sound(name: str | None, device: str | None, speed: float | None, pcm: int | None) -> Iterator[SoundSource]:
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
        try:
            yield heard
        finally:
            heard.stop()


@contextmanager
def stopping(source: SoundSource) -> Iterator[None]:
    """Within, the first Ctrl-C, or other signal to end, ends the sound and not the program; the second is as ever."""
    from subtrans.cli.process import ends, in_turn

    before = {number: signal.getsignal(number) for number in ends()}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def as_ever(number: int, _: object) -> None:
        restore()
        signal.raise_signal(number)

    handler = in_turn(lambda *_: source.stop(), as_ever)
    for number in before:
        signal.signal(number, handler)
    try:
        yield
    finally:
        restore()


def heard_in(interpreter: Interpreter, source: SoundSource) -> tuple[str | None, SoundSource]:
    """The language in which people begin to speak, told, or None where nobody does; and what is to be heard."""
    from subtrans.pipelines.opening import hear_language
    from subtrans.pipelines.prefetch import aside

    with waiting("listening for the language ..."):
        language, source = aside(lambda: hear_language(source, interpreter.detector, interpreter.transcriber))
    if language:
        note(f"{find_language(language).name} ({language}) is spoken: if it is not, name what is with --from")
    return language, source


def check_sound(name: str, replay: bool) -> None:
    """InputError where it is clear before anything is heard that it cannot be."""
    from subtrans.media.listen import check

    check(name)
    if replay:
        from subtrans.media.probe import probe
        from subtrans.text.reading import check_file

        check_file(Path(name))
        probe(Path(name)).audio_track(0)
