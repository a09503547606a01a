"""How often `subtrans sync` brings subtitles back to where they were, and how sure it is of those of something else.

    python benchmarks/sync.py RECORDING [--cases 160]

Speech is found in a recording of ten minutes or more. Parts of it, cut at random, get cues as people time them: a
little early or late, shown longer than the speech, one of eight left out. They are moved by up to 20 s and fitted to
the speech of that part and, where it is another, of a second one. A part counts as right where 95 % of the cues begin
within 0.4 s of where they did.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from pathlib import Path
from statistics import median

from measuring import report

from subtrans import engines
from subtrans.media.decode import decode
from subtrans.pipelines.blocks import blocks
from subtrans.pipelines.sync import fit, moved
from subtrans.types import Cue, Span

LENGTHS = (60, 120, 180, 300, 450)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recording", type=Path)
    parser.add_argument("--cases", type=int, default=160)
    options = parser.parse_args()
    detector = engines.load_detector(engines.DetectorOptions(padding=0))
    speech = [span for block in blocks(decode(options.recording), detector) for span in block.speech]
    chance = random.Random(7)
    right: dict[int, list[bool]] = defaultdict(list)
    sure: dict[int, list[float]] = defaultdict(list)
    other: dict[int, list[float]] = defaultdict(list)
    errors: list[float] = []
    for _ in range(options.cases):
        seconds = chance.choice(LENGTHS)
        here, there = (chance.randrange(0, speech[-1].end - seconds * 1000) for _ in range(2))
        part = within(speech, here, seconds)
        cues = timed(part, chance)
        away = chance.randrange(-3000, 20_000)
        kept = [cue for cue in cues if cue.span.start + away >= 0]
        late = [Cue(Span(cue.span.start + away, cue.span.end + away), cue.lines) for cue in kept]
        if len(late) < 5:
            continue
        fitted = fit(late, part)
        places = {cue.lines: cue.span.start for cue in kept}
        misses = sorted(abs(cue.span.start - places[cue.lines]) for cue in moved(late, fitted))
        right[seconds].append(bool(misses) and misses[int(0.95 * len(misses))] < 400)
        sure[seconds].append(fitted.sure)
        errors.append(median(misses) if misses else 0.0)
        if abs(here - there) > 600 * seconds:
            other[seconds].append(fit(late, within(speech, there, seconds)).sure)
    heads = ["seconds", "right", "least sure of those", "surest of another part"]
    rows = [
        [str(length), f"{sum(right[length])} of {len(right[length])}", least(sure[length], right[length]),
         f"{max(other[length], default=0):.1f}"]
        for length in LENGTHS
    ]  # fmt: skip
    report("sync", heads, rows, {"right": right, "sure": sure, "other": other, "errors": errors})
    print(f"cues begin {median(errors):.0f} ms from where they did, in the median")


def within(speech: list[Span], start: int, seconds: int) -> list[Span]:
    """The speech of a part, from its beginning on."""
    end = start + 1000 * seconds
    inside = ((max(span.start, start) - start, min(span.end, end) - start) for span in speech)
    return [Span(begin, stop) for begin, stop in inside if begin < stop]


def timed(speech: list[Span], chance: random.Random) -> list[Cue]:
    """Cues of what is said, as people time them."""
    cues: list[Cue] = []
    for span in speech:
        begin = span.start
        while begin < span.end:
            end = min(span.end, begin + chance.randint(1500, 5500))
            shown = max(0, begin + chance.randint(-250, 350)), max(end + chance.randint(-200, 900), begin + 700)
            if chance.random() > 0.12:
                start = max(shown[0], cues[-1].span.end if cues else 0)
                cues.append(Cue(Span(start, max(shown[1], start + 300)), (str(len(cues)),)))
            begin = end
    return cues


def least(sure: list[float], right: list[bool]) -> str:
    return f"{min((one for one, good in zip(sure, right, strict=True) if good), default=0):.1f}"


if __name__ == "__main__":
    main()
