"""The one door to the heavy libraries: a model's name and languages in, an engine that keeps a port out.

Nothing heavy is imported until an engine is loaded; the `check_*` functions never load or fetch a model.

Threads may share an engine; the main thread joins them, as from Python 3.12 on none can be begun once it has ended, and
engines begin some. Processes load their own: in one that was forked from a process with loaded engines, these wait
forever for threads that are not there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from subtrans.engines.translation.options import TranslatorOptions

if TYPE_CHECKING:
    from pathlib import Path

    from subtrans.engines.recognition.options import TranscriberOptions
    from subtrans.engines.recognition.vad import DetectorOptions
    from subtrans.ports import Transcriber, Translator, VoiceDetector
    from subtrans.text.glossary import Glossary

__all__ = [
    "DetectorOptions",
    "TranscriberOptions",
    "TranslatorOptions",
    "check_aligner",
    "check_transcriber",
    "check_translator",
    "in_context",
    "load_aligner",
    "load_detector",
    "load_transcriber",
    "load_translator",
]


def __getattr__(name: str) -> object:
    """The options of engines that hear, which a command that only writes does without."""
    if name == "DetectorOptions":
        from subtrans.engines.recognition.vad import DetectorOptions

        return DetectorOptions
    if name == "TranscriberOptions":
        from subtrans.engines.recognition.options import TranscriberOptions

        return TranscriberOptions
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def load_transcriber(
    name: str | Path, *, language: str | None, options: TranscriberOptions | None = None, offline: bool = False
) -> Transcriber:
    """A recogniser by name, folder or hub id, fetched and converted where needed.

    `language` is what is spoken (None: to be identified); LanguageError if the model does not know it.
    """
    from subtrans.engines.machine.devices import resolve_device
    from subtrans.engines.models.abilities import check_language
    from subtrans.engines.models.store import resolve
    from subtrans.engines.recognition.easing import EasingTranscriber
    from subtrans.engines.recognition.options import TranscriberOptions, fitted
    from subtrans.engines.recognition.whisper import WhisperTranscriber

    name = str(name)
    check_transcriber(name, language, offline=offline)
    model, options = resolve(name, "asr", offline=offline), fitted(options or TranscriberOptions())
    check_language(model.description, language)  # now that it is here, its files tell
    if resolve_device(options.device, options.compute_type).kind == "cuda":
        return EasingTranscriber(name, lambda smaller: WhisperTranscriber(model, smaller), options)
    return WhisperTranscriber(model, options)


def load_aligner(transcriber: Transcriber, name: str | Path, *, offline: bool = False) -> Transcriber:
    """The recogniser with word times found in the sound by a checkpoint for CTC."""
    from subtrans.engines.recognition.align import AlignedTranscriber
    from subtrans.engines.recognition.spellers import OWN, open_speller

    return transcriber if name == OWN else AlignedTranscriber(transcriber, open_speller(str(name), offline=offline))


def load_translator(
    name: str | Path,
    *,
    source: str,
    target: str,
    via: str | None = None,
    options: TranslatorOptions | None = None,
    offline: bool = False,
    glossary: Glossary | None = None,
    guarded: bool = False,
) -> Translator:
    """A translator from `source` to `target` by name, folder or hub id, fetched and converted where needed.

    With `via`, where the model cannot do the pair at once, two translators are chained through that language: `name`
    may then hold two names with a comma between them, else the leg that the model cannot do is taken by one that is
    here already. With a `glossary` its terms are said as prescribed. `guarded`, it looks over what it says, decodes a
    sentence that is surely wrong again and names the faults of what stays wrong.
    """
    from subtrans.engines.models.store import resolve
    from subtrans.engines.translation.guarded import GuardedTranslator
    from subtrans.engines.translation.opening import open_translator
    from subtrans.engines.translation.pivot import PivotTranslator, route

    legs = route(str(name), source, target, via)
    options = options or TranslatorOptions()
    options = replace(options, alignment=options.alignment or glossary is not None)
    between = replace(options, formality=None)
    engines = [
        open_translator(
            resolve(leg.name, "mt", offline=offline), leg.source, leg.target, options if leg is legs[-1] else between
        )
        for leg in legs
    ]
    engine = engines[0] if len(engines) == 1 else PivotTranslator(engines[0], engines[1])
    if glossary:
        from subtrans.engines.translation.terms import TermTranslator

        engine = TermTranslator(engine, glossary, target)
    return GuardedTranslator(engine, source, target) if guarded else engine


def in_context(
    translator: Translator, name: str | Path, source: str, target: str, via: str | None = None, *, offline: bool = False
) -> Translator:
    """The translator, for texts in their order: where its model was trained to, it sees those before each.

    It remembers them, so each recording needs one of its own.
    """
    from subtrans.engines.models.store import resolve
    from subtrans.engines.translation.habits import ContextTranslator, habits_of
    from subtrans.engines.translation.pivot import route

    model = resolve(route(str(name), source, target, via)[0].name, "mt", offline=offline)
    count = habits_of(model.description).context if model.format == "ctranslate2" else 0
    return ContextTranslator(translator, count) if count else translator


def load_detector(options: DetectorOptions | None = None) -> VoiceDetector:
    """The voice detector that comes with faster-whisper."""
    from subtrans.engines.recognition.vad import DetectorOptions, SileroDetector

    return SileroDetector(options or DetectorOptions())


def check_transcriber(
    name: str | Path, language: str | None, *, offline: bool = False, hotwords: str | None = None
) -> None:
    """Raise ModelError or LanguageError if the recogniser is not there, cannot hear the language or be told words."""
    from subtrans.engines.models.abilities import check_hotwords, check_language
    from subtrans.engines.models.store import describe

    description = describe(str(name), "asr", offline=offline)
    check_language(description, language)
    check_hotwords(description, hotwords)


def check_aligner(name: str | Path, recogniser: str | Path, *, offline: bool = False) -> None:
    """Raise ModelError or MissingExtraError if words cannot be aligned by that CTC model."""
    from subtrans.engines.recognition.spellers import check_speller

    check_speller(str(name), str(recogniser), offline=offline)


def check_translator(
    name: str | Path,
    source: str,
    target: str,
    via: str | None = None,
    *,
    offline: bool = False,
    formality: str | None = None,
) -> None:
    """Raise ModelError or LanguageError if the translator is not there, or cannot do the pair so formally."""
    from subtrans.engines.models.store import describe
    from subtrans.engines.translation.habits import check_formality
    from subtrans.engines.translation.pivot import route

    *_, last = [describe(leg.name, "mt", offline=offline) for leg in route(str(name), source, target, via)]
    check_formality(last, formality)
