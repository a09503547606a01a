"""What each stage of `subtrans subtitle` costs alone, what all of them cost together, and how that grows with length.

    python benchmarks/stages.py [--minutes 1 3 10] [--rounds 3] [--threads N] [--asr MODEL]

One process loads the engines once and, in every round, walks each recording (samples/memo.flac over and over) stage by
stage and then as the command does, with its stages overlapping. Costs are seconds of processor time, the medians of the
rounds, which what else runs does not change much. The last two columns are time on the clock, which needs a machine
with nothing else to do: that of the whole walk to that of recognition alone from the file, which decodes and detects
too, and to that of the slower of the two engines over sound that is there and blocks that are found.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from measuring import recording, report

from subtrans import engines
from subtrans.engines.machine.heap import share_one_heap
from subtrans.engines.machine.threads import shares
from subtrans.media.decode import decode
from subtrans.pipelines.blocks import blocks
from subtrans.pipelines.prefetch import prefetch
from subtrans.pipelines.speech import SpeechOptions, translate, whole_sentences
from subtrans.pipelines.subtitle import subtitle
from subtrans.pipelines.transcribe import transcribe
from subtrans.text.languages import language
from subtrans.text.layout import cues
from subtrans.text.profiles import profile

Value = TypeVar("Value")
STAGES = ("decode and detect", "recognise", "translate", "lay out", "all together")
HEARING = "hear alone"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, nargs="+", default=[1, 3, 10])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--asr", default="asr-en-nano", help="another recogniser of English")
    options = parser.parse_args()
    hearing, writing = (options.threads, options.threads) if options.threads else shares()
    share_one_heap()
    detector = engines.load_detector()
    transcriber = engines.load_transcriber(
        options.asr, language="en", options=engines.TranscriberOptions(threads=hearing)
    )
    steering = engines.TranslatorOptions(threads=writing, num_hypotheses=4)
    translator = engines.load_translator("mt-en-zh-nano", source="en", target="zh", options=steering, guarded=True)
    walk, chinese = SpeechOptions(), language("zh")

    def walk_through(path: Path, times: dict[str, list[float]], clock: dict[str, list[float]]) -> None:
        def timed(stage: str, call: Callable[[], Iterable[Value]]) -> list[Value]:
            begin, work = time.perf_counter(), time.process_time()
            found = list(call())
            times.setdefault(stage, []).append(time.process_time() - work)
            clock.setdefault(stage, []).append(time.perf_counter() - begin)
            return found

        found = timed(STAGES[0], lambda: blocks(decode(path), detector))
        heard = timed(STAGES[1], lambda: transcribe(found, transcriber, "en"))
        said = [sentence for sentences, _ in whole_sentences(heard, walk.sentences) for sentence in sentences]
        batches = [said[first : first + walk.batch] for first in range(0, len(said), walk.batch)]
        done = timed(STAGES[2], lambda: (one for batch in batches for one in translate(batch, translator)))
        timed(STAGES[3], lambda: cues(done, profile(chinese), chinese))
        ports = (detector, transcriber, translator)
        timed(HEARING, lambda: transcribe(prefetch(blocks(decode(path), detector)), transcriber, "en"))
        timed(STAGES[4], lambda: prefetch(subtitle(decode(path), *ports, language="en", target="zh")))

    rows, figures = [], {}
    with tempfile.TemporaryDirectory() as folder:
        walk_through(recording(Path(folder), 0.5), {}, {})  # what is slow the first time
        for minutes in options.minutes:
            path, times, clock = recording(Path(folder), minutes), {}, {}
            for _ in range(options.rounds):
                walk_through(path, times, clock)
            recognise, write, whole = (statistics.median(clock[STAGES[place]]) for place in (1, 2, 4))
            costs = [f"{statistics.median(times[stage]):.2f}" for stage in STAGES]
            hearing_alone = statistics.median(clock[HEARING])
            ratios = f"{whole / max(hearing_alone, write):.2f}", f"{whole / max(recognise, write):.2f}"
            rows.append([f"{minutes:g}", *costs, *ratios])
            figures[f"{minutes:g}"] = {"processor": times, "clock": clock}
            print(*rows[-1], flush=True)
    heads = ["minutes", *STAGES, "all to recognition alone", "all to the slower engine"]
    report("stages", heads, rows, figures, f"{hearing} threads hear, {writing} write.")


if __name__ == "__main__":
    main()
