"""An input in; its walk through the engines, and the files and lines that it gives, out."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from subtrans.cli import video, walks
from subtrans.cli.outputs import UNKNOWN
from subtrans.cli.screen import clock, count, doubts, misheard, note, progress, waiting
from subtrans.cli.scripts import is_script
from subtrans.cli.video import Shown
from subtrans.errors import LanguageError
from subtrans.formats.document import Document, Target
from subtrans.text.bilingual import Order, bilingual
from subtrans.text.languages import language as find_language
from subtrans.text.paths import show as show_path
from subtrans.text.script import Part, dress, parts, place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from subtrans.cli.inputs import Recording
    from subtrans.cli.interpreter import Interpreter
    from subtrans.cli.norms import Norms
    from subtrans.cli.outputs import Wanted
    from subtrans.cli.problems import Preflight
    from subtrans.pipelines.subtitle import Step
    from subtrans.text.languages import Language
    from subtrans.types import Cue, Translation


def check_script(recording: Recording, interpreters: Sequence[Interpreter], preflight: Preflight) -> None:
    """Whether the language of a script is known, and can be translated from."""
    language = _language(recording, interpreters[0])
    for interpreter in interpreters:
        interpreter.check_writing(preflight, str(language))


def _language(recording: Recording, interpreter: Interpreter) -> str | None:
    """The language of a recording: as told, as its script says, or as heard; None where nobody speaks."""
    script = recording.script
    if script is None:
        return interpreter.spoken_in(recording.path)
    language = interpreter.asked.source or script.language
    if language is None:
        raise LanguageError(f"nothing says what language {show_path(recording.path)} is in: say it with --from")
    return language


def is_done(path: Path, wanted: Wanted, language: str | None) -> bool:
    """Whether all results of a recording in `language` are there, which is said."""
    if wanted.lacks(path, language):
        return False
    video.tell_skipped(wanted, path)
    return True


def make_results(
    recording: Recording,
    interpreters: Sequence[Interpreter],
    wanted: Wanted,
    order: Order | None,
    norms: Norms,
    snap: bool,
) -> None:
    """What is to be done for one recording: all of it, the videos alone, or nothing where another run is at it."""
    path, (first, *others) = recording.path, interpreters
    with _claimed(path, wanted, first.asked.source) as mine:
        if mine and wanted.lacks_videos_alone(path):
            _make_videos(path, [kept for tag in wanted.targets if (kept := video.kept(wanted, path, tag))], wanted)
        elif mine:
            norms = norms if is_script(path) else norms.beside(path, snap)
            with first.remembering(path, others):
                _subtitle(recording, interpreters, wanted, order, norms)


@contextmanager
def _claimed(path: Path, wanted: Wanted, language: str | None) -> Iterator[bool]:
    """Whether this run is to make what is missing of the results, which is said where it is not.

    Of several runs that keep what exists each takes what no other has begun.
    """
    if not wanted.keep:
        yield True
        return
    from subtrans.engines.resume.journals import claim

    with claim(wanted.results(path)[0]) as mine:
        if not mine:
            note(f"{show_path(path)}: another run is at it, skipped")
        yield mine and not is_done(path, wanted, language)


def _subtitle(
    recording: Recording, interpreters: Sequence[Interpreter], wanted: Wanted, order: Order | None, norms: Norms
) -> None:
    """The whole walk for one recording. Where nobody speaks the files are written too, without cues."""
    started = time.monotonic()
    first, *others = interpreters
    language = _language(recording, first)
    if wanted.keep and is_done(recording.path, wanted, language or UNKNOWN):
        return
    wanted.check_transcript(recording.path, language)
    known: Sequence[Part] = ()
    if recording.script and language:
        known = parts(recording.script.cues, find_language(language))
        translations, last = _translate(recording, known, first, language, norms)
        last = replace(last, transcript=recording.script.cues)
    else:
        steps = walks.subtitle(first, recording.path, language, norms) if language else ()
        translations, last = _follow(recording, steps)
    found = Document(
        file=recording.path.name,
        language=language or UNKNOWN,
        duration=last.until,
        sentences=tuple(translation.sentence for translation in translations),
        targets=(Target(first.asked.target, tuple(translations), last.cues),),
    )
    recording.check_unchanged()
    for line in () if recording.script else misheard(found.sentences, str(first.asked.asr)):
        note(f"{show_path(recording.path)}: {line}")
    wanted.write(wanted.transcripts(recording.path, found.language, last.transcript, _styles(recording)))
    known = known or [Part((), found.sentences)]
    shown = [_write(recording, found, last.transcript, wanted, order, norms, started, known)]
    for other in others:
        started = time.monotonic()
        translations, step = _translate(recording, known, other, language, norms) if language else ([], last)
        document = replace(found, targets=(Target(other.asked.target, tuple(translations), step.cues),))
        shown.append(_write(recording, document, last.transcript, wanted, order, norms, started, known))
    _make_videos(recording.path, shown, wanted, Shown(found.language, last.transcript, "", _styles(recording)))


def _translate(
    recording: Recording, known: Sequence[Part], interpreter: Interpreter, language: str, norms: Norms
) -> tuple[list[Translation], Step]:
    """All translations of sentences that are known already, and the last step, whose cues look like theirs."""
    from subtrans.pipelines.subtitle import Step

    cues: list[Cue] = []

    def dressed() -> Iterator[Step]:
        for number, step in walks.subtitle_parts(interpreter, [part.sentences for part in known], language, norms):
            cues.extend(dress(step.cues, known[number]) if known[number].cues else step.cues)
            yield step

    return _follow(recording, dressed())[0], Step((), recording.end or 0, tuple(sorted(cues, key=lambda cue: cue.span)))


def _styles(recording: Recording) -> str | None:
    return recording.script.styles if recording.script else None


def _make_videos(path: Path, shown: Sequence[Shown], wanted: Wanted, transcript: Shown | None = None) -> None:
    """The video with what is shown, in the ways that were asked for; it is kept as it is where there are no cues."""
    if not any(one.cues for one in shown):
        if wanted.mux or wanted.burn:
            note(f"{show_path(path)}: there is nothing to show, so no video is written")
        return
    for one in shown if wanted.burn else ():
        if wanted.has(wanted.burned(path, one.tag)):
            continue
        with waiting("drawing the subtitles ..."):
            burned = video.burn(wanted, path, one)
        note(f"{show_path(burned)}: drawn into the picture")
    if wanted.mux and not wanted.has(wanted.muxed(path)):
        also = [transcript] if transcript and wanted.transcript and transcript.tag not in wanted.targets else []
        with waiting("writing the streams ..."):
            muxed = video.mux(wanted, path, [*shown, *also])
        note(f"{show_path(muxed)}: {count([*shown, *also], 'stream')} of subtitles added")


def _follow(recording: Recording, steps: Iterable[Step]) -> tuple[list[Translation], Step]:
    """All translations and the last step, which has the cues, with a bar meanwhile."""
    from subtrans.pipelines.subtitle import Step

    translations: list[Translation] = []
    step = Step((), recording.end or 0)
    with progress(recording) as show:
        for step in steps:
            translations += step.translations
            show(step.until, step.translations[-1].text if step.translations else "")
    return translations, step


def _write(
    recording: Recording,
    found: Document,
    transcript: Sequence[Cue],
    wanted: Wanted,
    order: Order | None,
    norms: Norms,
    started: float,
    known: Sequence[Part],
) -> Shown:
    """Write the files of one target, say so, and give what is shown."""
    target = found.targets[0]
    cues: Sequence[Cue] = target.cues
    if order and found.sentences:
        cues = _bilingual(cues, transcript, known, find_language(found.language), order)
    kept = video.kept(wanted, recording.path, target.language)
    written = wanted.write(wanted.texts(recording.path, found, cues, _styles(recording)))
    name = show_path(written[-1]) if written else ""
    if written:
        note(f"{name}: {_summary(found, recording, time.monotonic() - started)}")
        for line in doubts(target.translations):
            note(f"{name}: {line}")
    if written and target.cues:
        note(f"{name}: {_conformity(target, norms)}")
    return kept or Shown(target.language, cues, "".join(cue.text for cue in target.cues), _styles(recording))


def _bilingual(
    cues: Sequence[Cue], transcript: Sequence[Cue], known: Sequence[Part], spoken: Language, order: Order
) -> Sequence[Cue]:
    """The cues with what was said beside them; in a script, each place on the picture for itself."""
    if len(known) == 1 or order == "apart":
        sentences = [sentence for part in known for sentence in part.sentences]
        return bilingual(cues, transcript, sentences, spoken, order)
    both = [
        cue
        for part in known
        for cue in bilingual(
            [cue for cue in cues if place(cue) == place(part.cues[0])], part.cues, part.sentences, spoken, order
        )
    ]
    return sorted(both, key=lambda cue: cue.span)


def _summary(found: Document, recording: Recording, seconds: float) -> str:
    written = recording.script is not None
    if not found.sentences:
        return f"no {'text' if written else 'speech'} found, so no cues"
    target, sound = found.targets[0], max(0, (found.duration or 0) - recording.begin)
    cues, sentences = count(target.cues, "cue"), count(found.sentences, "sentence")
    return (
        f"{cues} from {sentences}, {found.language} to {target.language}, "
        f"{clock(sound)} of {'subtitles' if written else 'sound'} in {clock(round(seconds * 1000))} "
        f"({sound / 1000 / seconds:.1f}x)"
    )


def _conformity(target: Target, norms: Norms) -> str:
    from subtrans.evaluate.conformity import conformity

    written = find_language(target.language)
    return conformity(target.cues, norms.of(written), written).summary()
