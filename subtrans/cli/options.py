"""The options that several commands share, a decorator each, and what they say about the engines as one value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, TypeVar

import click

from subtrans.cli.parameters import LanguageType, ModelType

Function = TypeVar("Function", bound=Callable[..., Any])
Options = TypeVar("Options")

ASR = "asr-en-nano"
MT = "mt-en-zh-nano"
"""The models that ship."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user asked of the engines; None where nothing was said, so that the engine's own default holds."""

    target: str
    source: str | None
    via: str | None
    mt: str
    offline: bool
    device: str | None
    compute_type: str | None
    beam_size: int | None
    batch_size: int | None
    threads: int | None
    asr: str | None = None

    def steer(self, options: Options) -> Options:
        """The engine's options with what was asked for in the place of their defaults."""
        known = {field.name for field in fields(options)}  # type: ignore[arg-type]
        given = {name: value for name in known if (value := getattr(self, name, None)) is not None}
        return replace(options, **given)  # type: ignore[type-var]


_COUNT = click.IntRange(1, 1024)

target = click.option("-t", "--to", "target", type=LanguageType(), required=True, help="The language to write.")
source = click.option("-f", "--from", "source", type=LanguageType(), help="The language of the input.")
via = click.option("--via", type=LanguageType(), help="Translate through this language where no model does the pair.")
asr = click.option("--asr", type=ModelType("asr"), default=ASR, show_default=True, help="The recogniser.")
mt = click.option("--mt", type=ModelType("mt"), default=MT, show_default=True, help="The translator.")
offline = click.option("--offline", is_flag=True, help="Fetch nothing: use what is on this machine.")
device = click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), help="Where the models run.")
compute_type = click.option("--compute-type", metavar="TYPE", help="Precision, such as int8, float16 or float32.")
beam_size = click.option("--beam-size", type=_COUNT, metavar="N", help="Hypotheses followed at once; 1 is fastest.")
batch_size = click.option("--batch-size", type=_COUNT, metavar="N", help="Windows or sentences decoded at once.")
threads = click.option("--threads", type=_COUNT, metavar="N", help="Processor threads, where not all are to be used.")
inputs = click.argument("inputs", metavar="INPUT...", nargs=-1, required=True, type=click.Path(path_type=Path))


def together(*decorators: Callable[[Any], Any]) -> Callable[[Function], Function]:
    """Several options as one decorator, in the order of the help."""

    def decorate(function: Function) -> Function:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


languages = together(target, source, via)
speech_engines = together(asr, mt, device, compute_type, beam_size, batch_size, threads, offline)
text_engine = together(mt, device, compute_type, beam_size, batch_size, threads, offline)
