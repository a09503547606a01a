"""An engine and a journal in, the same port out, which does not work out again what was answered before.

A question is the hash of everything that the engine would be given, the samples themselves among it, and of `settings`,
which stands for the engine: its kind, its model, its options. So the walk above
stays what it is: run again after a crash it asks the same questions, gets the same answers, and goes on where they end.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import subtrans
from subtrans import __version__
from subtrans.engines.models.cards import file_digest
from subtrans.engines.resume.journals import key_of
from subtrans.ports import Transcriber, Translator, VoiceDetector, listed, shorten
from subtrans.types import Hypothesis, Span, Word

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from subtrans.engines.models.cards import Kind
    from subtrans.engines.resume.journal import Journal
    from subtrans.types import Audio

Engine = TypeVar("Engine")

EITHER = frozenset(
    {
        *("offline", "threads", "no_journal", "memory", "asr_device", "mt_device"),
        *("track", "part", "by_channel", "multilingual", "alone"),
    }
)
"""What was asked for and changes no answer. Whatever is not named here does: a new option never gets stale answers."""
NOT_HEARD = EITHER | {"target", "source", "via", "mt", "models", "asr", "num_hypotheses", "formality"}
"""What does not change what is heard; the language is in the question."""
TERMS = frozenset({"source", "target"})
"""With a glossary these choose the terms that the recogniser is told to expect."""
NOT_WRITTEN = EITHER | {"asr", "align", "mt", "allowed", "hotwords"}


class _Remembering(Generic[Engine]):
    """An engine and what it answered before, with the same `settings`."""

    def __init__(self, engine: Engine, journal: Journal, settings: str) -> None:
        self._engine, self._journal, self._settings = engine, journal, settings

    def _answer(self, ask: Callable[[], Any], audio: Audio | None, *rest: Any) -> Any:
        """What the engine said when it was first asked this, else what `ask` gets of it."""
        question = [self._settings, audio.offset if audio else None, *rest]
        digest = hashlib.blake2b(json.dumps(question).encode(), digest_size=20)
        if audio is not None:
            digest.update(audio.samples.data)
        return self._journal.answer(digest.hexdigest(), ask)


class RememberingDetector(_Remembering[VoiceDetector]):
    """The VoiceDetector port over another one."""

    def detect(self, audio: Audio) -> list[Span]:
        """The stretches of speech, as they were found when these samples were first looked at."""
        known = self._answer(lambda: [[span.start, span.end] for span in self._engine.detect(audio)], audio)
        return [Span(start, end) for start, end in known]


class RememberingTranscriber(_Remembering[Transcriber]):
    """The Transcriber port over another one."""

    def identify(self, audio: Audio) -> str:
        """The language, as it was heard first."""
        return str(self._answer(lambda: self._engine.identify(audio), audio))

    def transcribe(self, audio: Audio, speech: Sequence[Span], language: str, said: str = "") -> list[Word]:
        """The words, as they were heard first."""

        def ask() -> list[list[Any]]:
            words = self._engine.transcribe(audio, speech, language, said)
            return [[word.text, word.span.start, word.span.end, word.probability] for word in words]

        spans = [[span.start, span.end] for span in speech]
        known = self._answer(ask, audio, spans, language, *filter(None, [said]))
        return [Word(text, Span(start, end), probability) for text, start, end, probability in known]


class RememberingTranslator(_Remembering[Translator]):
    """The Translator port over another one; remembers batches, as what is translated together is rounded together."""

    def translate(self, texts: Sequence[str]) -> list[Hypothesis]:
        """One hypothesis for each text, in order, as they were given first."""
        return self._ask(self._engine.translate, texts)

    def shorten(self, texts: Sequence[str]) -> list[Hypothesis]:
        """The same for what was looked for because it is short."""
        return self._ask(partial(shorten, self._engine), texts, "short")

    def _ask(
        self, translate: Callable[[Sequence[str]], list[Hypothesis]], texts: Sequence[str], *how: str
    ) -> list[Hypothesis]:
        texts = listed(texts)
        if not texts:
            return []
        known = self._answer(lambda: [_to_json(hypothesis) for hypothesis in translate(texts)], None, texts, *how)
        return [_from_json(one) for one in known]


def hearing_key(asked: Any) -> str:
    """Stands for a detector and a recogniser: the content of the models and all that was asked for but the rest's."""
    return key_of(
        *_program("faster-whisper", "ctranslate2"),
        _model(asked.asr, "asr", asked.offline),
        _options(asked, NOT_HEARD - TERMS if asked.glossary else NOT_HEARD, asked.asr_device),
    )


def translating_key(asked: Any, source: str) -> str:
    """Stands for a translator: the content of the models and all that was asked for."""
    from subtrans.engines.translation.pivot import route

    legs = [
        (_model(leg.name, "mt", asked.offline), leg.source, leg.target)
        for leg in route(asked.mt, source, asked.target, asked.via)
    ]
    return key_of(*_program("ctranslate2", "sentencepiece"), legs, _options(asked, NOT_WRITTEN, asked.mt_device))


def _program(*packages: str) -> list[str]:
    """What hears and writes: our own code and the engines' versions. Another may do it otherwise."""
    return [own_code(Path(subtrans.__file__).parent), *map(_installed, packages)]


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # an extra brings it
        return ""


@cache
def own_code(package: Path) -> str:
    """The hash of the code that hears and writes, which this process has loaded: it is read once."""
    digest = hashlib.blake2b(__version__.encode(), digest_size=20)
    for path in sorted(path for room in ("engines", "text") for path in package.glob(f"{room}/**/*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _model(name: str, kind: Kind, offline: bool) -> tuple[str, ...]:
    """The content of a model, what its card tells the engine to do with it, and what reads a checkpoint."""
    from subtrans.engines.models.convert import fingerprint
    from subtrans.engines.models.store import resolve

    model = resolve(name, kind, offline=offline)
    card = model.description.card
    told = f"{card.window} {card.habits}" if card else ""
    if model.format == "ctranslate2":
        return fingerprint(model.path, ".bin"), told
    return fingerprint(model.path, ".safetensors"), told, _installed("transformers"), _installed("torch")


def _options(asked: Any, without: frozenset[str], own: str | None) -> dict[str, Any]:
    """What was asked for, files by their content; and where the models really run."""
    from subtrans.engines.machine.devices import resolve_device

    device = resolve_device(own or asked.device or "auto", asked.compute_type or "auto")
    given = {field.name: getattr(asked, field.name) for field in fields(asked) if field.name not in without}
    files = {name: value for name, value in given.items() if isinstance(value, Path) and value.is_file()}
    content = {name: file_digest(path) for name, path in files.items()}
    return given | content | {"device": device.kind, "compute_type": device.compute_type}


def _to_json(one: Hypothesis) -> list[Any]:
    return [one.text, one.score, one.alignment, [_to_json(other) for other in one.alternatives], one.faults]


def _from_json(known: Any) -> Hypothesis:
    text, score, alignment, alternatives, faults = known
    pairs = tuple((source, target) for source, target in alignment)
    return Hypothesis(text, score, pairs, tuple(_from_json(other) for other in alternatives), tuple(faults))
