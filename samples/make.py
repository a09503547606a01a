"""The two recordings of this folder out of the sentences below: `python samples/make.py` (a few seconds).

    talk.mp4   five voices tell of a day at the sea; talk.en.txt and talk.json say what is said and when
    memo.flac  a note that one voice leaves; memo.en.txt and memo.json likewise

Needs ffmpeg with drawtext and fontconfig, the font DejaVu, espeak-ng and flite with their libraries, and scipy (for
`speak`, which the recogniser's recipe uses too). The times in the JSON files are milliseconds, as the synthesisers
planned them: a sentence's start and end, and its words' starts (null where a voice runs two words together).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import wave
from pathlib import Path
from typing import Any

import numpy as np
from picture import Scene, draw

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent / "models/asr-en-nano/recipe"))
from speak import SAMPLE_RATE, speak  # noqa: E402

ANN, BEN, IAN, SUE, TOM = "flite:slt", "flite:rms", "flite:awb", "espeak:en-us+f2", "espeak:en-gb-x-rp+m3"

TALK: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "title",
        (
            (ANN, "Last Sunday we went to the sea."),
            (ANN, "It was a wonderful day."),
        ),
    ),
    (
        "train",
        (
            (BEN, "We got up at six in the morning."),
            (BEN, "It was still dark outside."),
            (TOM, "I forgot my hat."),
            (TOM, "I left my camera at home."),
            (ANN, "The train was late."),
            (ANN, "We waited for twenty minutes."),
            (ANN, "There were a lot of people on the train."),
            (IAN, "I met an old friend on the train."),
            (IAN, "He asked me where we were going."),
        ),
    ),
    (
        "sea",
        (
            (SUE, "The sky was blue."),
            (SUE, "The water was very cold."),
            (BEN, "It was too cold to swim."),
            (ANN, "We walked along the beach."),
        ),
    ),
    (
        "lunch",
        (
            (TOM, "We were very hungry."),
            (TOM, "We had lunch at a small restaurant."),
            (BEN, "The fish was very good."),
            (BEN, "The food was very cheap."),
        ),
    ),
    (
        "rain",
        (
            (ANN, "In the afternoon it started to rain."),
            (ANN, "We got very wet."),
            (SUE, "I was tired, but I was happy."),
        ),
    ),
    (
        "home",
        (
            (SUE, "I fell asleep on the train."),
            (ANN, "We had a very good time."),
            (ANN, "I want to go there again."),
        ),
    ),
)
MEMO = (
    "I will come home late tonight.",
    "There is some food in the kitchen.",
    "Please buy some milk.",
    "Don't forget to close the window.",
    "My sister will come to see us tomorrow.",
    "She likes dogs and cats.",
    "Please call me tonight.",
)
PAUSE, LONG_PAUSE = 700, 1_300
"""Milliseconds between sentences, and between the parts of the talk."""


class Recording:
    """Sentences one after the other on a timeline."""

    def __init__(self) -> None:
        self.pieces: list[np.ndarray] = []
        self.milliseconds = 0
        self.sentences: list[dict[str, Any]] = []

    def pause(self, milliseconds: int) -> None:
        self.pieces.append(np.zeros(milliseconds * SAMPLE_RATE // 1000, np.float32))
        self.milliseconds += milliseconds

    def say(self, text: str, voice: str) -> None:
        spoken = speak(text, voice)
        # As loud as each other; whole milliseconds, so that the timeline stays exact.
        samples = spoken.samples * (0.09 / np.sqrt(np.mean(spoken.samples**2)))
        samples = np.pad(samples, (0, -len(samples) % (SAMPLE_RATE // 1000)))
        begin, length = self.milliseconds, len(samples) * 1000 // SAMPLE_RATE
        words = [
            {"text": word, "start": None if start is None else begin + start}
            for word, start in zip(spoken.words, spoken.starts, strict=True)
        ]
        self.sentences.append(
            {"voice": voice, "start": begin + spoken.starts[0], "end": begin + length, "text": text, "words": words}
        )
        self.pieces.append(samples.astype(np.float32))
        self.milliseconds += length

    def write_wav(self, path: Path) -> None:
        """16-bit mono, with the hiss of a quiet room in place of digital silence."""
        samples = np.concatenate(self.pieces)
        hiss = np.random.default_rng(0).normal(0, 0.0004, len(samples))
        samples = np.clip(samples + hiss, -0.98, 0.98)
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(SAMPLE_RATE)
            file.writeframes((samples * 32767).astype("<i2").tobytes())

    def write_truth(self, name: str, file: str) -> None:
        """NAME.en.txt, a sentence a line, and NAME.json."""
        truth = {"file": file, "language": "en", "duration": self.milliseconds, "sentences": self.sentences}
        text = "".join(sentence["text"] + "\n" for sentence in self.sentences)
        (HERE / f"{name}.en.txt").write_text(text, encoding="utf-8")
        (HERE / f"{name}.json").write_text(json.dumps(truth, indent=1) + "\n", encoding="utf-8")


def make_talk(folder: Path) -> None:
    recording, scenes = Recording(), []
    for number, (name, sentences) in enumerate(TALK):
        begin = recording.milliseconds
        recording.pause(LONG_PAUSE // 2 if number else LONG_PAUSE)
        for position, (voice, text) in enumerate(sentences):
            if position:
                recording.pause(PAUSE)
            recording.say(text, voice)
        recording.pause(LONG_PAUSE // 2)
        if number == len(TALK) - 1:
            recording.pause(LONG_PAUSE)
        scenes.append(Scene(name, (recording.milliseconds - begin) / 1000))
    recording.write_wav(folder / "talk.wav")
    draw(scenes, folder / "talk.wav", HERE / "talk.mp4")
    recording.write_truth("talk", "talk.mp4")


def make_memo(folder: Path) -> None:
    recording = Recording()
    recording.pause(500)
    for text in MEMO:
        recording.say(text, IAN)
        recording.pause(PAUSE)
    recording.write_wav(folder / "memo.wav")
    command = ["ffmpeg", "-v", "error", "-y", "-i", str(folder / "memo.wav"), str(HERE / "memo.flac")]
    subprocess.run(command, check=True)
    recording.write_truth("memo", "memo.flac")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        make_talk(Path(temporary))
        make_memo(Path(temporary))
