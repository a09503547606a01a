"""The options that several commands share, a decorator each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from subtrans import engines
from subtrans.cli.parameters import (
    PATH,
    LanguagesType,
    LanguageType,
    ListOption,
    ModelType,
    NumberType,
    PartType,
    ProfileType,
    SpokenType,
)
from subtrans.engines.translation.habits import FORMALITIES

Function = TypeVar("Function", bound=Callable[..., Any])

ASR = "asr-en-nano"
MT = "mt-en-zh-nano"
"""The models that ship."""


def language(*names: str, help: str, **more: Any) -> Callable[[Function], Function]:  # noqa: A002 - Click's word
    """An option that names a language."""
    return click.option(*names, type=LanguageType(), metavar="LANG", help=help, **more)


def _count(name: str, help: str, most: int) -> Callable[[Function], Function]:  # noqa: A002
    return click.option(name, type=click.IntRange(1, most), metavar="N", help=help)


_WRITING = engines.TranslatorOptions()
_NAMES = "a name in `subtrans models`, a folder, or a hub id"

target = language("-t", "--to", "target", required=True, help="The language to write, such as zh, pt-BR or German.")
targets = click.option(
    "-t",
    "--to",
    "targets",
    cls=ListOption,
    type=LanguagesType(),
    metavar="LANG[,LANG...]",
    required=True,
    help="The language to write, such as zh, pt-BR or German; several with commas between them.",
)
source = click.option(
    "-f",
    "--from",
    "source",
    type=SpokenType(),
    metavar="LANG",
    help="The language of the input.  "
    "[default: auto: that in the name of subtitles; the models' only one; else that of the speech]",
)
allowed = click.option(
    "--allow-language",
    "allowed",
    cls=ListOption,
    type=LanguagesType(),
    metavar="LANG[,LANG...]",
    default=(),
    help="The languages that may be spoken, if --from is not given.",
)
multilingual = click.option(
    "--multilingual",
    is_flag=True,
    help="The language changes within the recording: detect it after every pause, among --allow-language.",
)
via = language("--via", help="Translate through this language where no model does the pair: --mt FIRST,SECOND.")
asr = click.option(
    "--asr",
    type=ModelType("asr"),
    default=ASR,
    show_default=True,
    metavar="MODEL",
    help=f"The recogniser: one of Whisper's such as small or large-v3-turbo, {_NAMES}.",
)
mt = click.option(
    "--mt", type=ModelType("mt"), default=MT, show_default=True, metavar="MODEL", help=f"The translator: {_NAMES}."
)
mts = click.option(
    "--mt",
    "models",
    type=ModelType("mt"),
    multiple=True,
    default=[MT],
    show_default=True,
    metavar="MODEL",
    help=f"The translator: {_NAMES}; with several, each language uses the first one that can.",
)
formality = click.option(
    "--formality",
    type=click.Choice(FORMALITIES),
    help="How people are addressed, if the translator was trained for it.",
)
align = click.option(
    "--align",
    type=ModelType(),
    metavar="MODEL",
    help="Find word times in the sound by this CTC model, a folder or a hub id.  [default: the recogniser's own head]",
)
offline = click.option("--offline", is_flag=True, help="Fetch nothing: use what is on this machine.")
no_journal = click.option(
    "--no-journal", is_flag=True, help="Store nothing; an interrupted run then cannot be continued."
)
device = click.option(
    "--device", type=click.Choice(["auto", "cpu", "cuda"]), help=f"Where the models run.  [default: {_WRITING.device}]"
)
asr_device, mt_device = (
    click.option(f"--{kind}-device", type=click.Choice(["auto", "cpu", "cuda"]), help=f"The same for the {name} alone.")
    for kind, name in (("asr", "recogniser"), ("mt", "translator"))
)
compute_type = click.option(
    "--compute-type",
    metavar="TYPE",
    help=f"Precision, such as int8, float16, float32.  [default: {_WRITING.compute_type}]",
)
_BEAM = "Hypotheses followed at once: more is slower and a little better, 1 is fastest.  [default: {}]"
beam_size = _count("--beam-size", _BEAM.format(_WRITING.beam_size), 100)


def _beam_sizes(function: Function) -> Function:
    """Of a command that hears too: only such a one loads what hearing needs."""
    both = f"{engines.TranscriberOptions().beam_size} for speech, {_WRITING.beam_size} for text"
    return _count("--beam-size", _BEAM.format(both), 100)(function)


house = click.option(
    "--profile",
    "house",
    type=ProfileType(),
    default="netflix",
    show_default=True,
    metavar="netflix|ted|bbc|FILE.toml",
    help="The norms that cues keep: those of a publisher, or your own.",
)
max_cps = click.option(
    "--max-cps",
    type=NumberType(0.1, 1000),
    metavar="N",
    help="Reading speed in characters a second, above which a shorter translation is sought.  [default: the profile's]",
)
shots = click.option("--shots", "snap", is_flag=True, help="Begin and end cues with the shots; reads the whole video.")
batch_size = _count("--batch-size", "Windows of speech, and sentences, taken at once; more use more memory.", 10_000)
lines_at_once = _count("--batch-size", "Lines taken at once; more use more memory.", 10_000)
threads = _count("--threads", "Processor threads of each engine.  [default: all cores, shared out]", 512)
memory = click.option(
    "--memory",
    type=PATH,
    metavar="FILE",
    help="Use the corrections that `subtrans learn` stored here; `default`: the memory in your data directory.",
)
glossary = click.option(
    "--glossary",
    type=PATH,
    metavar="FILE",
    help="Translate the terms in this file as it says: a term, a tab, its translation, and rules after another tab.",
)
hotwords = click.option(
    "--hotwords",
    metavar="TEXT",
    help='Names and words to expect, such as "Noether, quark", so that Whisper writes them right.',
)
by_channel = click.option("--by-channel", is_flag=True, help="Treat each channel of the sound as another speaker.")
audio_track = click.option(
    "--audio-track",
    "track",
    type=click.IntRange(min=0),
    metavar="N",
    help="Which audio track of a file to use, counted from 0.  [default: 0]",
)
part = click.option(
    "--part", type=PartType(), metavar="FROM-TO", help="Only this part of the input: 10:00-12:30, 1:02:03- or -90."
)


def together(*decorators: Callable[[Any], Any]) -> Callable[[Function], Function]:
    """Several options as one decorator, in the order of the help."""

    def decorate(function: Function) -> Function:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


norms = together(house, max_cps, shots)
languages = together(target, source, via)
several_languages = together(targets, source, via)
_wording = together(formality, glossary)
_machine = together(device, compute_type, _beam_sizes, batch_size, threads, offline)
_apart = together(asr_device, mt_device)
_heard = together(part, audio_track)
_tracks = together(_heard, by_channel)
_spoken = together(allowed, multilingual)
speech_engines = together(_spoken, _heard, asr, hotwords, align, mt, _wording, memory, _machine, _apart, no_journal)
subtitle_engines = together(_spoken, _tracks, asr, hotwords, align, mts, _wording, memory, _machine, _apart, no_journal)
live_engines = together(allowed, asr, hotwords, align, mts, _wording, memory, _machine, _apart)
text_engine = together(mt, _wording, device, compute_type, beam_size, lines_at_once, threads, offline)
