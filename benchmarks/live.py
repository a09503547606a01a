"""Our live captions beside the published policy and another one, same recording and models in one run, as a table.

    python benchmarks/live.py [INPUT] [--reference JSON|TXT] [--asr MODEL] [--mt MODEL] [--policy NAME] [--json FILE]

`published` is LocalAgreement-2 as Macháček et al. (2023) describe it: every second the whole buffer is heard again,
what two hearings agree on is committed, beyond 15 s the buffer is cut at the last whole sentence; no endpoints,
nothing given up. `hold-2` is our walk with Hold-n (Liu et al., 2020) in the place of the agreement: all words but the
last two of each hearing are committed.

Delays run from the end of a spoken word to when it is committed, computing included; erasure is what drafts showed and
took back, and what stays of a translation stands so long before it is final. WER also stands beside that of the same
models on the whole file, as `speech` and `subtitle` hear it. Time is the processor time of this process, on one thread:
computing counts, other programs do not.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from subtrans import engines
from subtrans.evaluate.live import live_report, read_spoken
from subtrans.evaluate.scores import wer
from subtrans.events import CaptionEvent, DegradeEvent, LagEvent, LiveEvent
from subtrans.media.capture import Replay
from subtrans.media.clock import ComputingClock
from subtrans.media.decode import decode
from subtrans.pipelines.captions import Captioner
from subtrans.pipelines.live import live
from subtrans.pipelines.speech import speech
from subtrans.pipelines.text import translate_lines
from subtrans.ports import SoundSource, Transcriber, Translator, VoiceDetector
from subtrans.text.sentences import SentenceOptions
from subtrans.types import Audio, Word, samples

ROOT = Path(__file__).parent.parent
STEP, TRIM, HELD = 1000, 15_000, 2
POLICIES = ("subtrans", "published", "hold-2")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input", type=Path, nargs="?", default=ROOT / "samples/talk.mp4")
    parser.add_argument("--reference", type=Path, default=ROOT / "samples/talk.json")
    parser.add_argument("--asr", default="asr-en-nano")
    parser.add_argument("--mt", default="mt-en-zh-nano")
    parser.add_argument("--trim", type=int, default=TRIM, help="milliseconds beyond which `published` cuts its buffer")
    parser.add_argument("--policy", action="append", choices=POLICIES, help="only this one; can be given again")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    text = asked.reference.read_text(encoding="utf-8")
    spoken = read_spoken(text) if asked.reference.suffix == ".json" else []
    said = " ".join(sentence.text for sentence in spoken) or text
    detector = engines.load_detector()
    transcriber = engines.load_transcriber(asked.asr, language="en", options=engines.TranscriberOptions(threads=1))
    writing = engines.TranslatorOptions(threads=1)
    translator = engines.load_translator(asked.mt, source="en", target="zh", options=writing, guarded=True)
    ports = detector, transcriber, translator
    transcriber.transcribe(Audio(np.zeros(32_000, dtype=np.float32)), [], "en")

    def replay() -> SoundSource:
        return Replay(decode(asked.input, block_seconds=0.1), ComputingClock(time.process_time))

    def run(name: str) -> Iterator[LiveEvent]:
        if name == "published":
            return published(replay(), *ports, trim=asked.trim)
        policy = {"policy": hold} if name == "hold-2" else {}
        return live(replay(), detector, transcriber, {"zh": translator}, language="en", **policy)

    passages = speech(decode(asked.input), *ports, language="en")
    heard = " ".join(one.sentence.text for passage in passages for one in passage.translations)
    offline = wer([heard], [said]).value
    found: dict[str, Any] = {"offline": {"wer": offline}}
    print(f"{asked.input.name}, {asked.asr}, {asked.mt}; WER of the whole file {offline:.1f}\n")
    heads = "policy | delay, mean | p95 | no computing | WER | erasure | of translations | stand before final"
    heads += " | lag at first, last, most | processor by sound | steps given up | translations as `text`"
    print(f"| {heads} |\n|{'---|' * len(heads.split(' | '))}")
    for name in asked.policy or POLICIES:
        events, began = [], time.process_time()
        events += run(name)
        share = (time.process_time() - began) * 1000 / events[-1].audio
        report = live_report(events, "en", "zh", spoken)
        captions = [event.caption for event in events if isinstance(event, CaptionEvent) and event.caption.final]
        error = wer([" ".join(caption.source for caption in captions)], [said]).value
        lines = translate_lines([caption.source for caption in captions], translator, separator="")
        same = sum(one.text == line.text for one, (_, line) in zip(captions, lines, strict=True))
        given_up = sum(event.active for event in events if isinstance(event, DegradeEvent))
        found[name] = {**asdict(report), "wer": error, "processor_share": share, "given_up": given_up, "same": same}
        delay = report.delays["word to its source"]
        lags = ", ".join(f"{lag / 1000:.1f}" for lag in report.lag)
        print(
            f"| {name} | {delay.aware.mean / 1000:.2f} s | {delay.aware.p95 / 1000:.2f} s "
            f"| {delay.unaware.mean / 1000:.2f} s | {error:.1f} | {report.source_erasure:.2f} "
            f"| {report.target_erasure:.2f} | {report.head_start / 1000:.2f} s | {lags} s | {share:.2f} | {given_up} "
            f"| {same} of {len(captions)} |",
            flush=True,
        )
    if asked.json:
        asked.json.write_text(json.dumps(found, ensure_ascii=False, indent=1, default=str), encoding="utf-8")


def hold(previous: Sequence[Word], current: Sequence[Word]) -> int:
    """A Policy: all but the last words are sure, whatever was heard before."""
    return max(0, len(current) - HELD)


def published(
    source: SoundSource, detector: VoiceDetector, transcriber: Transcriber, translator: Translator, *, trim: int
) -> Iterator[LiveEvent]:
    """LocalAgreement-2 on a fixed step of a second; captions are made of its words as ours are."""
    captioner = Captioner({"zh": translator}, SentenceOptions())
    buffer = Audio(np.zeros(0, dtype=np.float32))
    committed: list[Word] = []
    draft: list[Word] = []
    while (audio := source.take(samples(STEP), samples(30_000))) is not None:
        heard = audio.span.end
        buffer = Audio(np.concatenate([buffer.samples, audio.samples]), buffer.offset)
        words = behind(committed, transcriber.transcribe(buffer, detector.detect(buffer), "en"))
        sure = 0
        while sure < min(len(words), len(draft)) and plain(words[sure]) == plain(draft[sure]):
            sure += 1
        new, draft = words[:sure], words[sure:]
        committed += new
        final = [*captioner.add(new)]
        for caption, agreed in [*final, *captioner.draft(draft, translated=True)]:
            yield CaptionEvent(caption, agreed, heard, source.now())
        if buffer.span.duration > trim and (ends := sentence_ends(committed, buffer.span.start)):
            cut = samples(ends[-1]) - buffer.offset
            buffer = Audio(buffer.samples[cut:], buffer.offset + cut)
        yield LagEvent(source.behind(), 0.0, heard, source.now())
    for caption, agreed in [*captioner.add(draft), *captioner.end()]:
        yield CaptionEvent(caption, agreed, heard, source.now())


def behind(committed: list[Word], words: list[Word]) -> list[Word]:
    """The words behind the committed ones: by time, then without the up to five that were committed already."""
    if not committed:
        return words
    end = committed[-1].span.end
    words = [word for word in words if word.span.start > end - 100]
    if words and abs(words[0].span.start - end) < 1000:
        for count in range(1, min(5, len(committed), len(words)) + 1):
            if [plain(word) for word in committed[-count:]] == [plain(word) for word in words[:count]]:
                return words[count:]
    return words


def sentence_ends(committed: list[Word], start: int) -> list[int]:
    return [
        word.span.end for word in committed if word.text.rstrip().endswith((".", "?", "!")) and word.span.end > start
    ]


def plain(word: Word) -> str:
    return word.text.strip().casefold().strip(".,?!")


if __name__ == "__main__":
    main()
