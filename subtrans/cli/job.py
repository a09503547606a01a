"""An input in; its walk through the engines, and the files and lines that it gives, out."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from subtrans.cli import video
from subtrans.cli.outputs import UNKNOWN
from subtrans.cli.screen import clock, count, doubts, note, progress, waiting
from subtrans.cli.video import Shown
from subtrans.formats.document import Document, Target
from subtrans.media.probe import show as show_path
from subtrans.text.bilingual import Order, bilingual

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from subtrans.cli.inputs import Recording
    from subtrans.cli.interpreter import Interpreter
    from subtrans.cli.norms import Norms
    from subtrans.cli.outputs import Wanted
    from subtrans.pipelines.subtitle import Step
    from subtrans.types import Cue, Translation


def subtitle(
    recording: Recording, interpreters: Sequence[Interpreter], wanted: Wanted, order: Order | None, norms: Norms
) -> None:
    """The whole walk for one recording. Where nobody speaks the files are written too, without cues."""
    started = time.monotonic()
    first, *others = interpreters
    language = first.spoken_in(recording.path)
    wanted.check_transcript(recording.path, language)
    translations, last = _follow(recording, first.subtitle(recording.path, language, norms) if language else ())
    found = Document(
        file=recording.path.name,
        language=language or UNKNOWN,
        duration=last.until,
        sentences=tuple(translation.sentence for translation in translations),
        targets=(Target(first.asked.target, tuple(translations), last.cues),),
    )
    recording.check_unchanged()
    wanted.write(wanted.transcripts(recording.path, found.language, last.transcript, None))
    shown = [_write(recording, found, last.transcript, wanted, order, norms, started)]
    for other in others:
        started = time.monotonic()
        steps = other.subtitle_sentences(found.sentences, language, norms) if language else ()
        translations, step = _follow(recording, steps)
        target = Target(other.asked.target, tuple(translations), step.cues)
        shown.append(
            _write(recording, replace(found, targets=(target,)), last.transcript, wanted, order, norms, started)
        )
    _make_videos(recording, shown, Shown(found.language, last.transcript), wanted)


def _make_videos(recording: Recording, shown: Sequence[Shown], transcript: Shown, wanted: Wanted) -> None:
    """The video with what is shown, in the ways that were asked for; it is kept as it is where there are no cues."""
    if not any(one.cues for one in shown):
        return
    path = recording.path
    for one in shown if wanted.burn else ():
        with waiting("drawing the subtitles ..."):
            note(f"{show_path(video.burn(wanted, path, one, None))}: drawn into the picture")
    if wanted.mux:
        tracks = [*shown, transcript] if wanted.transcript and transcript.tag not in wanted.targets else shown
        with waiting("writing the streams ..."):
            note(f"{show_path(video.mux(wanted, path, tracks, None))}: {count(tracks, 'stream')} of subtitles added")


def _follow(recording: Recording, steps: Iterable[Step]) -> tuple[list[Translation], Step]:
    """All translations and the last step, which has the cues, with a bar meanwhile."""
    from subtrans.pipelines.subtitle import Step

    translations: list[Translation] = []
    step = Step((), recording.duration or 0)
    with progress(recording.path, recording.duration) as show:
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
) -> Shown:
    """Write the files of one target, say so, and give what is shown."""
    from subtrans.text.languages import language

    target = found.targets[0]
    cues: Sequence[Cue] = target.cues
    if order and found.sentences:
        cues = bilingual(cues, transcript, found.sentences, language(found.language), order)
    texts = wanted.texts(recording.path, found, cues, None)
    wanted.write(texts)
    name = show_path(list(texts)[-1])
    note(f"{name}: {_summary(found, time.monotonic() - started)}")
    for line in doubts(target.translations):
        note(f"{name}: {line}")
    if target.cues:
        note(f"{name}: {_conformity(target, norms)}")
    return Shown(target.language, cues)


def _summary(found: Document, seconds: float) -> str:
    if not found.sentences:
        return "no speech found, so no cues"
    target, sound = found.targets[0], found.duration or 0
    cues, sentences = count(target.cues, "cue"), count(found.sentences, "sentence")
    return (
        f"{cues} from {sentences}, {found.language} to {target.language}, "
        f"{clock(sound)} of sound in {clock(round(seconds * 1000))} ({sound / 1000 / seconds:.1f}x)"
    )


def _conformity(target: Target, norms: Norms) -> str:
    from subtrans.evaluate.conformity import conformity
    from subtrans.text.languages import language

    written = language(target.language)
    return conformity(target.cues, norms.of(written), written).summary()
