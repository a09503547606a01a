"""Held-out sentences in; a recording of them of any length, what is said in it and when, and its translation out.

    python benchmarks/speak.py SPLIT OUT [--minutes 10]

SPLIT is what models/asr-en-nano/recipe/split.py writes. OUT.wav, OUT.json (as samples/memo.json) and OUT.txt (a line a
sentence) are written: speech by the voices that asr-en-nano learned from, of sentences that neither model that ships
has seen, of the 3,000 commonest words, with 0.3 to 1.2 s between two. Needs scipy, and espeak-ng and flite of Debian.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import wave
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "models/asr-en-nano/recipe"))

import speak
import synthesize
import texts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("split", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=10)
    asked = parser.parse_args()
    lines = (asked.split / "test.tsv").read_text("utf-8").splitlines()
    translations = {texts.tidy(source): target for source, target in (line.split("\t")[:2] for line in lines)}
    known = texts.commonest(asked.split / "train.tsv", 3000)
    sentences = texts.test_sentences(asked.split / "test.tsv", len(lines), known)
    chance = random.Random(99)
    chance.shuffle(sentences)
    parts, said = [], []
    length, wanted = 0, round(asked.minutes * 60 * speak.SAMPLE_RATE)
    for sentence in sentences:
        if length >= wanted:
            break
        utterance = say(sentence, chance)
        said.append(described(sentence, utterance, length))
        pause = np.zeros(round(chance.uniform(0.3, 1.2) * speak.SAMPLE_RATE), np.float32)
        parts += [utterance.samples, pause]
        length += len(utterance.samples) + len(pause)
    with wave.open(str(asked.out.with_suffix(".wav")), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(speak.SAMPLE_RATE)
        file.writeframes((np.concatenate(parts).clip(-1, 1) * 32767).astype("<i2").tobytes())
    document = {"language": "en", "duration": length * 1000 // speak.SAMPLE_RATE, "sentences": said}
    asked.out.with_suffix(".json").write_text(json.dumps(document, indent=1), encoding="utf-8")
    translated = "".join(f"{translations[sentence['text']]}\n" for sentence in said)
    asked.out.with_suffix(".txt").write_text(translated, encoding="utf-8")
    print(f"{length / speak.SAMPLE_RATE / 60:.1f} minutes, {len(said)} sentences")


def say(sentence: str, chance: random.Random) -> speak.Utterance:
    """By a voice, at a speed and a pitch that are drawn; drawn again where word times cannot be had."""
    while True:
        with suppress(ValueError):
            return speak.speak(sentence, *synthesize.random_delivery(chance))


def described(sentence: str, utterance: speak.Utterance, begin: int) -> dict[str, Any]:
    """A sentence with its times in the recording, in milliseconds; it begins at the sample `begin`."""
    offset = begin * 1000 // speak.SAMPLE_RATE
    words = [
        {"text": word, "start": None if start is None else offset + start}
        for word, start in zip(utterance.words, utterance.starts, strict=True)
    ]
    return {"start": offset, "end": offset + utterance.end, "text": sentence, "words": words}


if __name__ == "__main__":
    main()
