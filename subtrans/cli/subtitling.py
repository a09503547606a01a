"""A job and a recording in; its walk through the engines, and the files and lines that it gives, out."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from subtrans.cli import video, walks
from subtrans.cli.interpreter import remembering
from subtrans.cli.outputs import UNKNOWN
from subtrans.cli.screen import clock, count, doubts, misheard, note, progress
from subtrans.cli.scripts import is_script
from subtrans.cli.video import Shown
from subtrans.formats.document import Document, Target
from subtrans.text.bilingual import bilingual_parts
from subtrans.text.languages import language as find_language
from subtrans.text.paths import show as show_path
from subtrans.text.script import Part, dress, give_way, parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from subtrans.cli.inputs import Recording
    from subtrans.cli.interpreter import Interpreter
    from subtrans.cli.job import Job
    from subtrans.cli.norms import Norms
    from subtrans.pipelines.subtitle import Step
    from subtrans.types import Cue, Translation


@dataclass(frozen=True, slots=True)
class _Original:
    """What a recording says, in its own language: translated into each of the others, and shown beside it."""

    recording: Recording
    found: Document
    """Without a target."""
    parts: Sequence[Part]
    """The sentences again, by their places on the picture; what was heard has one, without cues."""
    transcript: Sequence[Cue]
    """Nothing where it is not shown."""


def make_results(job: Job, recording: Recording) -> None:
    """What is to be done for one recording: all of it, the videos alone, or nothing where another run is at it."""
    path, wanted = recording.path, job.wanted
    with job.claimed(path) as mine:
        if mine and wanted.lacks_videos_alone(path):
            video.make(wanted, path, [kept for tag in wanted.targets if (kept := video.kept(wanted, path, tag))])
        elif mine:
            norms = job.norms if is_script(path) else job.norms.beside(path)
            with remembering(path, job.interpreters):
                _subtitle(replace(job, norms=norms), job.whole(recording))


def _subtitle(job: Job, recording: Recording) -> None:
    """The whole walk for one recording. Where nobody speaks the files are written too, without cues."""
    started = time.monotonic()
    path, wanted = recording.path, job.wanted
    first, *others = job.interpreters
    language = job.language_of(recording)
    if job.is_done(path, language or UNKNOWN):
        return
    wanted.check_transcript(path, language)
    if recording.script and language:
        transcript, until = recording.script.cues, recording.end or 0
        known = parts(transcript, find_language(language))
        target = _translate(recording, known, first, language, job.norms)
    else:
        steps = walks.subtitle(first, path, language, job.norms) if language else ()
        translations, last = _follow(recording, steps)
        until = last.until
        known = (Part((), tuple(translation.sentence for translation in translations)),)
        transcript = ()
        if language and (wanted.transcript or job.order == "apart"):
            transcript = walks.transcript(first.asked, known[0].sentences, language, job.norms)
        target = Target(first.asked.target, tuple(translations), last.cues)
    sentences = tuple(sentence for part in known for sentence in part.sentences)
    found = Document(path.name, language or UNKNOWN, until, sentences)
    original = _Original(recording, found, known, transcript)
    recording.check_unchanged()
    for line in () if recording.script else misheard(sentences, first.asked.asr):
        note(f"{show_path(path)}: {line}")
    wanted.write(wanted.transcripts(path, found.language, transcript, recording.styles))
    shown = [_write(job, original, target, started)]
    for other in others:
        started = time.monotonic()
        target = Target(other.asked.target, (), ())
        if language:
            target = _translate(recording, known, other, language, job.norms)
        shown.append(_write(job, original, target, started))
    video.make(wanted, path, shown, Shown(found.language, transcript, "", recording.styles))


def _translate(
    recording: Recording, known: Sequence[Part], interpreter: Interpreter, language: str, norms: Norms
) -> Target:
    """Translations of sentences that are known already, and cues that look like theirs."""
    found: list[list[Cue]] = [[] for _ in known]
    written = recording.script is not None

    def dressed() -> Iterator[Step]:
        sentences = [part.sentences for part in known]
        for number, step in walks.subtitle_parts(interpreter, sentences, language, norms, written=written):
            found[number].extend(dress(step.cues, known[number]) if written else step.cues)
            yield step

    translations, _ = _follow(recording, dressed())
    target = interpreter.asked.target
    cues = give_way(found, known, norms.of(find_language(target))) if written else chain.from_iterable(found)
    return Target(target, tuple(translations), tuple(sorted(cues, key=lambda cue: cue.span)))


def _follow(recording: Recording, steps: Iterable[Step]) -> tuple[list[Translation], Step]:
    """All translations and the last step, which has the cues, with a bar meanwhile."""
    from subtrans.pipelines.subtitle import Step

    translations: list[Translation] = []
    step = Step((), recording.end or 0)
    with progress(recording.path, recording.end, recording.begin) as show:
        for step in steps:
            translations += step.translations
            show(step.until, step.translations[-1].text if step.translations else "")
    return translations, step


def _write(job: Job, original: _Original, target: Target, started: float) -> Shown:
    """Write the files of one target, say so, and give what is shown."""
    recording, wanted = original.recording, job.wanted
    found = replace(original.found, targets=(target,))
    cues: Sequence[Cue] = target.cues
    translated = found.language != target.language or job.interpreters[0].asked.multilingual
    if job.order and found.sentences and translated:
        spoken = find_language(found.language)
        cues = bilingual_parts(cues, original.transcript, original.parts, spoken, job.order)
    kept = video.kept(wanted, recording.path, target.language)
    written = wanted.write(wanted.texts(recording.path, found, cues, recording.styles))
    name = show_path(written[-1]) if written else ""
    if written:
        note(f"{name}: {_summary(found, recording, time.monotonic() - started)}")
        for line in doubts(target.translations):
            note(f"{name}: {line}")
    if written and target.cues:
        note(f"{name}: {_conformity(target, job.norms)}")
    return kept or Shown(target.language, cues, "".join(cue.text for cue in target.cues), recording.styles)


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
