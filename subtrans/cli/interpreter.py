"""What the user asked of the engines in; the engines, checked before any work and each loaded once, out."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING

from subtrans import engines
from subtrans.cli.asked import Asked
from subtrans.cli.problems import Preflight, check_device
from subtrans.cli.recall import Known, read_memory, with_memory
from subtrans.cli.screen import GO_ON, note, waiting
from subtrans.cli.terms import expected, read_terms
from subtrans.engines.translation.verbatim import VerbatimTranslator
from subtrans.errors import LanguageError, SubtransError
from subtrans.text.languages import language as find_language
from subtrans.text.paths import show

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from subtrans.engines.resume.journal import Journal
    from subtrans.ports import Transcriber, Translator, VoiceDetector

_log = logging.getLogger("subtrans.cli")


class Interpreter:
    """The engines of one run: the detector and the recogniser, and a translator for each language that is spoken."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.source: str | None = asked.source
        self.hears = True
        """Whether anything is heard, which takes most of the processor."""
        self._translators: dict[str, Translator] = {}
        self._known = Known()
        self.journal: Journal | None = None
        """What is known of the recording that is dealt with, see `remembering`."""

    def check_writing(self, preflight: Preflight, source: str) -> None:
        """Whether there is a translator from `source`, for a job in which nothing is heard by this interpreter."""
        if self._translates(source):
            preflight.check(self._model, source)
        preflight.check(check_device, self.asked)
        preflight.check(read_memory, self.asked, source)
        preflight.check(read_terms, self.asked, source)

    def check(self, preflight: Preflight, others: Sequence[Interpreter] = ()) -> None:
        """Whether the models are there and can do what is asked; none is loaded or fetched.

        The same of `others`, which translate what this one hears.
        """
        from subtrans.media.ffmpeg import executable

        preflight.check(executable)
        if self.source is None:
            self.source = preflight.check(self._only_language)
        spoken = (self.source,) if self.source and not self.asked.multilingual else self.asked.allowed
        if self.asked.multilingual:
            preflight.check(_check_choice, self.asked)
        hear = partial(engines.check_transcriber, offline=self.asked.offline, hotwords=self.asked.hotwords)
        for language in spoken or (None,):
            preflight.check(hear, self.asked.asr, language)
        for language in spoken if self.source or self.asked.multilingual else ():
            if self._translates(language):
                preflight.check(self._model, language)
        if self.asked.align:
            preflight.check(engines.check_aligner, self.asked.align, self.asked.asr, offline=self.asked.offline)
        preflight.check(read_memory, self.asked, self.source or "en")
        preflight.check(read_terms, self.asked, self.source or "en")
        preflight.check(check_device, self.asked)
        for other in others if self.source else ():
            other.check_writing(preflight, str(self.source))

    def load(self, others: Sequence[Interpreter] = ()) -> None:
        """Load what every input needs, fetching it where that is needed; the translators of `others` too."""
        models = f"{self.asked.asr} and {', '.join(self.asked.models or (self.asked.mt,))}"
        _log.info("loading %s", models)
        from subtrans.engines.machine.heap import share_one_heap
        from subtrans.pipelines.prefetch import aside

        share_one_heap()

        def load() -> None:
            self.detector  # noqa: B018 - a property that loads
            self.transcriber  # noqa: B018
            for each in (self, *others) if self.source is not None else ():
                each.translator(str(self.source))

        with waiting(f"loading {models} ..."):
            aside(load)

    @cached_property
    def detector(self) -> VoiceDetector:
        """What finds speech."""
        return engines.load_detector()

    @cached_property
    def transcriber(self) -> Transcriber:
        """What recognises it."""
        options = self.asked.on(self.asked.asr_device).steer(engines.TranscriberOptions(threads=self._threads[0]))
        options = replace(options, hotwords=expected(self.asked, self.source))
        offline, align = self.asked.offline, self.asked.align
        transcriber = engines.load_transcriber(self.asked.asr, language=self.source, options=options, offline=offline)
        return engines.load_aligner(transcriber, align, offline=offline) if align else transcriber

    def translator(self, source: str) -> Translator:
        """What translates from `source`; LanguageError where the model cannot."""
        if not self._translates(source):
            return VerbatimTranslator()
        if source not in self._translators:
            asked = self.asked
            options, terms = engines.TranslatorOptions(threads=self._threads[1]), read_terms(asked, source)
            there = asked.on(asked.mt_device)
            self._translators[source] = there.load_translator(self._model(source), source, options, terms)
        return self._translators[source]

    @cached_property
    def _threads(self) -> tuple[int, int]:
        """Of the recogniser and of the translator; 0 for all, where they do not share the processor."""
        from subtrans.engines.machine.devices import resolve_device
        from subtrans.engines.machine.threads import shares

        asked = self.asked
        devices = (asked.on(own).device or "auto" for own in (asked.asr_device, asked.mt_device))
        both = all(resolve_device(device, asked.compute_type or "auto").kind == "cpu" for device in devices)
        translates = asked.multilingual or self.source is None or self._translates(self.source)
        return shares() if self.hears and both and translates else (0, 0)

    def spoken_in(self, path: Path) -> str | None:
        """The language of a recording: as told, or as heard; None where nobody speaks."""
        if self.source is not None:
            return self.source
        from subtrans.cli.spoken import languages_of
        from subtrans.pipelines.prefetch import aside

        with waiting("listening for the language ..."):
            heard = aside(lambda: languages_of(path, self.asked.track or 0, self.asked.part, *self.hearing()))
        if heard[1:] and not self.asked.multilingual:
            names = [find_language(tag).name for tag in heard]
            note(
                f"{show(path)}: {names[0]} is spoken, and {' and '.join(names[1:])} in places: "
                f"if the language changes, use --multilingual --allow-language {','.join(heard)}"
            )
        return heard[0] if heard else None

    def hearing(self) -> tuple[VoiceDetector, Transcriber]:
        """The detector and the recogniser; with a journal, those that remember."""
        detector, transcriber = self.detector, self.transcriber
        if self.journal is not None:
            from subtrans.engines.resume.remember import RememberingDetector, RememberingTranscriber, hearing_key

            key = hearing_key(self.asked)
            detector = RememberingDetector(detector, self.journal, f"detect {key}")
            transcriber = RememberingTranscriber(transcriber, self.journal, f"hear {key}")
        if self.asked.multilingual:
            from subtrans.pipelines.switching import SwitchingTranscriber

            transcriber = SwitchingTranscriber(transcriber)
        return detector, transcriber

    def translating(self, source: str) -> Translator:
        """The translator from `source`; with a journal, one that remembers, and with a memory, one that looks there."""
        if self.asked.multilingual:
            from subtrans.pipelines.switching import SwitchingTranslator

            return SwitchingTranslator(cache(self._translating), source)
        return self._translating(source)

    def _translating(self, source: str) -> Translator:
        translator = self.translator(source)
        if not self._translates(source):
            return translator
        if self.journal is not None:
            from subtrans.engines.resume.remember import RememberingTranslator, translating_key

            chosen = replace(self.asked, mt=self._model(source), models=())
            translator = RememberingTranslator(translator, self.journal, translating_key(chosen, source))
        asked = self.asked
        translator = with_memory(translator, asked, source, self._known)
        return engines.in_context(
            translator, self._model(source), source, asked.target, asked.via, offline=asked.offline
        )

    def _translates(self, source: str) -> bool:
        """Whether what is spoken is to be read in another language."""
        return find_language(source) != find_language(self.asked.target)

    def _only_language(self) -> str | None:
        from subtrans.engines.models.store import describe

        known = describe(self.asked.asr, "asr", offline=self.asked.offline).languages
        return known[0] if len(known) == 1 else None

    def _model(self, source: str) -> str:
        """The first translator that can do the pair; the error of the first named where none can."""
        problems: list[SubtransError] = []
        for name in self.asked.models or (self.asked.mt,):
            try:
                self.asked.check_translator(name, source)
            except SubtransError as error:  # noqa: PERF203 - each name fails for itself
                problems.append(error)
            else:
                return name
        raise problems[0]


@contextmanager
def remembering(path: Path, interpreters: Sequence[Interpreter]) -> Iterator[None]:
    """Within, what they find in the recording is kept, and what a run before found in it is not sought again."""
    if interpreters[0].asked.no_journal:
        yield
        return
    from subtrans.engines.models.cards import file_digest
    from subtrans.engines.resume.journals import journal_of
    from subtrans.pipelines.prefetch import aside

    with waiting("looking for what is known of it ..."):
        digest = aside(lambda: file_digest(path))
    with journal_of(path, digest) as journal:
        for each in interpreters:
            each.journal = journal
        try:
            yield
        except KeyboardInterrupt as stop:
            if journal is not None and journal.answers:
                raise type(stop)(GO_ON.format("")) from None
            raise
        finally:
            for each in interpreters:
                each.journal = None


def _check_choice(asked: Asked) -> None:
    """Whether there are languages to choose from, and the one that holds where none can be told is among them."""
    if len(asked.allowed) < 2:
        raise LanguageError("--multilingual chooses among two languages or more: name them with --allow-language")
    if asked.source and asked.source not in asked.allowed:
        raise LanguageError(f"--from {asked.source} is none of {', '.join(asked.allowed)}: add it to --allow-language")
