"""Shards of speech in, batches of training windows out: utterances joined with pauses, and all that is taught of them.

A batch holds the windows' samples, the tokens of Whisper's formats (with and without timestamps, with and without a
previous text), the characters for CTC, and for each token the frames in which its word is spoken. What the windows
sound like through a room and a microphone is sound.py's part.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from network import CHARACTERS
from sound import HOP, RATE
from tokenizers import Tokenizer
from torch import Tensor

FRAMES_A_SECOND = 50
IGNORED = -100
SPELL = {character: index + 1 for index, character in enumerate(CHARACTERS)}


@dataclass(frozen=True, slots=True)
class WindowOptions:
    """How windows are drawn."""

    seconds: float = 4.0  # a window is filled with utterances up to this length
    shortest: float = 4.0  # the length is drawn anew for each batch, between this and `seconds`
    full: float = 0.0  # share of batches whose windows are padded to 30 s, as faster-whisper pads
    moved: float = 0.5  # share of windows, of those not padded, that begin at another encoder position than the first
    timestamps: float = 0.5  # share of windows with timestamps
    bare: float = 0.25  # share of windows without language and task, as faster-whisper asks a model of few tokens
    prompt: float = 0.0  # share of windows with a previous text
    silent: float = 0.02  # share of windows without speech
    cut: float = 0.0  # share of windows whose last utterance is cut off by the end of the window
    frames: int = 8000  # mel frames in a batch, padding included


@dataclass(slots=True)
class Window:
    samples: np.ndarray  # int16
    tokens: list[int]
    targets: list[int]
    characters: list[int]
    spans: list[tuple[int, int]]  # encoder frames of the word that each target belongs to; (0, 0) for none


@dataclass(frozen=True, slots=True)
class Batch:
    samples: Tensor  # (batch, samples), int16
    lengths: Tensor  # (batch,), samples before the padding
    frames: int  # mel frames of each window, padding included
    shift: Tensor  # (batch,)
    tokens: Tensor  # (batch, tokens)
    targets: Tensor  # (batch, tokens)
    characters: Tensor  # all, end to end
    character_lengths: Tensor  # (batch,)
    frame_lengths: Tensor  # (batch,), encoder frames that hold sound
    spans: Tensor  # (batch, tokens, 2)


@dataclass
class Speech:
    """The shards of a folder, which may still be growing; new ones are picked up by `refresh`."""

    folder: Path
    entries: list[dict] = field(default_factory=list)
    shards: dict[str, np.ndarray] = field(default_factory=dict)

    def refresh(self) -> None:
        for index in sorted(self.folder.glob("[0-9]*[0-9].json")):
            if index.stem not in self.shards:
                self.shards[index.stem] = np.load(index.with_suffix(".npy"), mmap_mode="r")
                for entry in json.loads(index.read_text()):
                    self.entries.append({**entry, "shard": index.stem})

    def samples(self, entry: dict) -> np.ndarray:
        begin = entry["begin"]
        return self.shards[entry["shard"]][begin : begin + entry["length"]]


class WindowMaker:
    """Draws windows from speech; everything random comes from the seed."""

    def __init__(self, speech: Speech, tokenizer: Tokenizer, options: WindowOptions, seed: int) -> None:
        self.speech, self.tokenizer, self.options = speech, tokenizer, options
        self.rng = np.random.default_rng(seed)
        self.drawn = 0
        self.spelled: dict[str, list[int]] = {}
        self.start = tokenizer.token_to_id("<|startoftranscript|>")
        self.end = tokenizer.token_to_id("<|endoftext|>")
        self.english = tokenizer.token_to_id("<|en|>")
        self.transcribe = tokenizer.token_to_id("<|transcribe|>")
        self.plain = tokenizer.token_to_id("<|notimestamps|>")
        self.zero = tokenizer.token_to_id("<|0.00|>")
        self.silence = tokenizer.token_to_id("<|nospeech|>")
        self.previous = tokenizer.token_to_id("<|startofprev|>")

    def batch(self) -> Batch:
        """One batch of about `frames` mel frames; windows of like length are not needed, all are filled alike."""
        options = self.options
        full = self.rng.random() < options.full
        # of few lengths, since a GPU plans its kernels for each shape anew
        length = 30 if full else 2 * round(self.rng.uniform(options.shortest, options.seconds) / 2)
        windows = [self.window(length * RATE, full) for _ in range(max(1, round(options.frames / (length * 100))))]
        return collate(windows, length, full, options.moved, self.rng)

    def window(self, size: int, full: bool) -> Window:
        """One window of about `size` samples."""
        options, rng = self.options, self.rng
        if rng.random() < options.silent:
            return self.silent_window(int(rng.uniform(0.3, 1.0) * size))  # sound.py puts noise there
        share = rng.uniform(0.03, 0.4) if rng.random() < 0.3 else rng.uniform(0.5, 1.0)
        room = int(share * size) if full else size
        parts: list[np.ndarray] = [np.zeros(int(rng.uniform(0, 0.6) * RATE), np.int16)]
        position = len(parts[0])
        said: list[tuple[str, int, int, list[int]]] = []  # text, begin, end, word starts; in samples
        unfinished: int | None = None
        while True:
            entry = self.draw()
            begin, end = position, position + entry["length"]
            if end > room and said:
                if rng.random() < options.cut and end > size > begin + RATE // 2:
                    parts.append(self.loudness(self.speech.samples(entry))[: size - begin])
                    unfinished, position = begin, size
                break
            if end > size:
                continue
            parts.append(self.loudness(self.speech.samples(entry)))
            starts = [-1 if start is None else begin + start * RATE // 1000 for start in entry["starts"]]
            said.append((entry["text"], begin, end, starts))
            pause = min(int(rng.exponential(0.45) * RATE) + RATE // 20, 3 * RATE)
            parts.append(np.zeros(pause, np.int16))
            position = end + pause
            if position >= room or (not full and rng.random() < 0.1):
                break
        return self.written(np.concatenate(parts)[:size], said, unfinished)

    def draw(self) -> dict:
        if self.drawn % 5000 == 0:
            self.speech.refresh()
        self.drawn += 1
        return self.speech.entries[self.rng.integers(len(self.speech.entries))]

    def loudness(self, samples: np.ndarray) -> np.ndarray:
        return (samples * np.float32(10 ** (self.rng.uniform(-8, 0) / 20))).astype(np.int16)

    def silent_window(self, size: int) -> Window:
        samples = np.zeros(size, np.int16)
        if self.rng.random() < self.options.bare:
            return Window(samples, [self.start, self.plain], [self.silence, self.end], [], [(0, 0)] * 2)
        tokens = [self.start, self.english, self.transcribe, self.plain]
        return Window(samples, tokens, [self.silence, IGNORED, IGNORED, self.end], [], [(0, 0)] * 4)

    def written(self, samples: np.ndarray, said: list, unfinished: int | None) -> Window:
        """The window's tokens: row i holds token i, its target is token i + 1 and its span where that one is heard."""
        rng = self.rng
        timed = rng.random() < self.options.timestamps
        bare = rng.random() < self.options.bare
        prompt = [self.start] + ([] if bare else [self.english, self.transcribe]) + ([] if timed else [self.plain])
        sequence = [(token, (0, 0)) for token in prompt]
        for text, begin, end, starts in said:
            if timed:
                sequence.append((self.stamp(begin), (0, 0)))
            sequence += self.pieces(text, starts, end)
            if timed:
                sequence.append((self.stamp(end), (0, 0)))
        if timed and unfinished is not None:
            sequence.append((self.stamp(unfinished), (0, 0)))
        sequence.append((self.end, (0, 0)))
        tokens = [token for token, _ in sequence[:-1]]
        targets = [token for token, _ in sequence[1:]]
        spans = [span for _, span in sequence[1:]]
        given = slice(0 if bare else 1, len(prompt) - 1)  # all of the prompt but the language, which is learned
        targets[given] = [IGNORED] * len(targets[given])
        if rng.random() < self.options.prompt:
            past = " ".join(self.draw()["text"] for _ in range(rng.integers(1, 4)))
            prefix = [self.previous, *self.tokenizer.encode(" " + past, add_special_tokens=False).ids][:120]
            tokens = prefix + tokens
            targets = [IGNORED] * len(prefix) + targets
            spans = [(0, 0)] * len(prefix) + spans
        characters = [SPELL[c] for c in " ".join(text.lower() for text, *_ in said) if c in SPELL]
        return Window(samples, tokens, targets, characters, spans)

    def stamp(self, position: int) -> int:
        return self.zero + min(1500, round(position * FRAMES_A_SECOND / RATE))

    def pieces(self, text: str, starts: list[int], end: int) -> list[tuple[int, tuple[int, int]]]:
        """Tokens with the encoder frames of their word; words that were run together share theirs."""
        spoken = []
        begin = starts[0]
        for i, word in enumerate(text.split()):
            begin = starts[i] if starts[i] >= 0 else begin
            after = next((start for start in starts[i + 1 :] if start >= 0), end)
            first = begin * FRAMES_A_SECOND // RATE
            span = (first, max(first + 1, round(after * FRAMES_A_SECOND / RATE)))
            if word not in self.spelled:
                self.spelled[word] = self.tokenizer.encode(" " + word, add_special_tokens=False).ids
            spoken += [(token, span) for token in self.spelled[word]]
        return spoken


def collate(windows: list[Window], seconds: int, full: bool, moved: float, rng: np.random.Generator) -> Batch:
    frames = seconds * RATE // HOP
    lengths = torch.tensor([len(window.samples) for window in windows])
    samples = torch.zeros(len(windows), seconds * RATE, dtype=torch.int16)
    for row, window in zip(samples, windows, strict=True):
        row[: len(window.samples)] = torch.from_numpy(window.samples)
    most = -(-max(len(window.tokens) for window in windows) // 32) * 32
    tokens = torch.zeros(len(windows), most, dtype=torch.long)
    targets = torch.full((len(windows), most), IGNORED)
    spans = torch.zeros(len(windows), most, 2, dtype=torch.long)
    for i, window in enumerate(windows):
        tokens[i, : len(window.tokens)] = torch.tensor(window.tokens)
        targets[i, : len(window.targets)] = torch.tensor(window.targets)
        spans[i, : len(window.spans)] = torch.tensor(window.spans)
    shift = torch.zeros(len(windows), dtype=torch.long)
    if not full:
        shift = torch.from_numpy(rng.integers(0, 1501 - frames // 2, len(windows)) * (rng.random(len(windows)) < moved))
    return Batch(
        samples,
        lengths,
        frames,
        shift,
        tokens,
        targets,
        torch.tensor([c for window in windows for c in window.characters], dtype=torch.long),
        torch.tensor([len(window.characters) for window in windows]),
        (lengths // HOP + 1).clamp(max=frames) // 2,
        spans,
    )
