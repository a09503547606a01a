"""Our policy beside the published one, on the same recording and models in one run: delay, errors, erasure, computing.

    python benchmarks/live.py [INPUT] [--reference JSON] [--json FILE]

The published one is LocalAgreement-2 as Macháček et al. (2023) describe it: every second the whole buffer is heard
again, what two hearings agree on is committed, beyond 15 s the buffer is cut at the last whole sentence; no endpoints,
nothing given up. Time is the processor time of this process: computing counts, other programs do not.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np

from subtrans import engines
from subtrans.evaluate.live import live_report, read_spoken
from subtrans.media.capture import Replay
from subtrans.media.clock import ComputingClock
from subtrans.media.decode import decode
from subtrans.pipelines.captions import Captioner
from subtrans.pipelines.live import live
from subtrans.ports import SoundSource, Transcriber, Translator
from subtrans.text.sentences import SentenceOptions
from subtrans.types import Audio, CaptionEvent, LagEvent, LiveEvent, Word, samples

ROOT = Path(__file__).parent.parent
STEP, TRIM = 1000, 15_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input", type=Path, nargs="?", default=ROOT / "samples/talk.mp4")
    parser.add_argument("--reference", type=Path, default=ROOT / "samples/talk.json")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    spoken = read_spoken(asked.reference.read_text(encoding="utf-8"))
    detector = engines.load_detector()
    hearing, writing = engines.TranscriberOptions(threads=1), engines.TranslatorOptions(threads=1)
    transcriber = engines.load_transcriber("asr-en-nano", language="en", options=hearing)
    translator = engines.load_translator("mt-en-zh-nano", source="en", target="zh", options=writing)
    transcriber.transcribe(Audio(np.zeros(32_000, dtype=np.float32)), [], "en")

    def replay() -> SoundSource:
        return Replay(decode(asked.input, block_seconds=0.1), ComputingClock(time.process_time))

    runs = {
        "subtrans": live(replay(), detector, transcriber, translator, language="en", target="zh"),
        "published": published(replay(), transcriber, translator),
    }
    found = {}
    for name, run in runs.items():
        began = time.process_time()
        events = list(run)
        report = live_report(events, "en", "zh", spoken)
        share = (time.process_time() - began) * 1000 / events[-1].audio
        found[name] = {**asdict(report), "processor_share": share}
        delay = report.delays["word to its source"].aware
        [error] = report.scores
        print(
            f"{name:10} word to its source: mean {delay.mean / 1000:.2f} s, "
            f"median {delay.median / 1000:.2f} s, p95 {delay.p95 / 1000:.2f} s; "
            f"{error.name} {error.value:.1f}; erasure {report.source_erasure:.2f} source, "
            f"{report.target_erasure:.2f} translation; processor time by time of sound {share:.2f}"
        )
    if asked.json:
        asked.json.write_text(json.dumps(found, ensure_ascii=False, indent=1, default=str), encoding="utf-8")


def published(source: SoundSource, transcriber: Transcriber, translator: Translator) -> Iterator[LiveEvent]:
    """LocalAgreement-2 on a fixed step of a second; captions are made of its words as ours are."""
    captioner = Captioner(translator, "zh", SentenceOptions())
    buffer = Audio(np.zeros(0, dtype=np.float32))
    committed: list[Word] = []
    draft: list[Word] = []
    while (audio := source.take(samples(STEP), samples(30_000))) is not None:
        heard = audio.span.end
        buffer = Audio(np.concatenate([buffer.samples, audio.samples]), buffer.offset)
        words = behind(committed, transcriber.transcribe(buffer, [buffer.span], "en"))
        sure = 0
        while sure < min(len(words), len(draft)) and plain(words[sure]) == plain(draft[sure]):
            sure += 1
        new, draft = words[:sure], words[sure:]
        committed += new
        final = captioner.add(new)
        shown = captioner.draft(draft, translated=True)
        for caption, agreed in [*final, *([shown] if shown else [])]:
            yield CaptionEvent(caption, agreed, heard, source.now())
        if buffer.span.duration > TRIM and (ends := sentence_ends(committed, buffer.span.start)):
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
