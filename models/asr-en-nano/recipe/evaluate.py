"""An exported model in, its figures out: WER without noise and at 15 dB, word starts, ten minutes of speech, people.

    python evaluate.py OUT --held-out test.tsv --train train.tsv [--sentences 500] [--people DIR] [--json FILE]

OUT is run as users run it, in int8, its words timed by its CTC head. The sentences were never seen in training; they
are spoken by the same voices, with speeds and pitches drawn anew.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import jiwer
import numpy as np
import speak
import synthesize
import texts
from faster_whisper import WhisperModel
from faster_whisper.audio import decode_audio
from scipy.io import wavfile
from transformers.models.whisper.english_normalizer import EnglishTextNormalizer

from subtrans.engines.recognition.heads import HEAD, Head, heed
from subtrans.types import Span, Word

normalise = EnglishTextNormalizer({})


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("model", type=Path)
    parser.add_argument("--held-out", type=Path, required=True)
    parser.add_argument("--train", type=Path, required=True, help="what the commonest words are counted in")
    parser.add_argument("--words", type=int, default=3000)
    parser.add_argument("--sentences", type=int, default=500)
    parser.add_argument("--people", type=Path, help="a folder with sound files and NAME.txt references")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--show", type=int, default=0)
    options = parser.parse_args()
    model, attentive = (WhisperModel(str(options.model / "ct2"), device="cpu", compute_type="int8") for _ in range(2))
    heed(model, Head(options.model / "ct2" / HEAD))
    known = texts.commonest(options.train, options.words)
    sentences = texts.test_sentences(options.held_out, options.sentences, known)
    spoken = speak_all(sentences, seed=99)
    figures: dict[str, float] = {}
    unseen = (
        f"{len(sentences)} held-out Tatoeba sentences of the {options.words} commonest words, the voices of training"
    )
    for name, decibels in ((f"{unseen}, no noise", None), (f"{unseen}, noise at 15 dB", 15.0)):
        rng = np.random.default_rng(7)
        heard, by_head, by_attention = [], [], []
        for utterance in spoken:
            samples = with_noise(utterance.samples, decibels, rng)
            words = recognise(model, samples)
            heard.append("".join(word.text for word in words).strip())
            by_head += late(words, utterance)
            by_attention += late(recognise(attentive, samples), utterance)
        said = [" ".join(utterance.words) for utterance in spoken]
        figures[f"WER: {name}"] = wer(said, heard)
        figures[f"median error of word starts in ms: {name}"] = float(np.median(np.abs(by_head)))
        figures[f"median error of word starts in ms: {name}, by attention"] = float(np.median(np.abs(by_attention)))
        for reference, hypothesis in list(zip(said, heard, strict=True))[: options.show]:
            print(f"{reference}\n    {hypothesis}")
    others = speak_all(texts.test_sentences(options.held_out, options.sentences // 2, None), seed=99)
    heard = ["".join(word.text for word in recognise(model, with_noise(each.samples, None, rng))) for each in others]
    figures[f"WER: {len(others)} held-out Tatoeba sentences of any words, the voices of training, no noise"] = wer(
        [" ".join(utterance.words) for utterance in others], heard
    )
    recording, said = ten_minutes(spoken)
    whole = "ten minutes of them as one recording, through"
    figures[f"WER: {whole} subtrans speech"] = wer([said], [through_subtrans(options.model, recording)])
    figures[f"WER: {whole} plain faster-whisper with VAD"] = wer([said], [through_faster_whisper(attentive, recording)])
    if options.people:
        figures |= people(model, options.people)
    print(json.dumps(figures, indent=2))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


def speak_all(sentences: list[str], seed: int) -> list[speak.Utterance]:
    """Each sentence by a drawn voice, at a drawn speed and pitch."""
    rng = random.Random(seed)
    spoken = []
    for sentence in sentences:
        while True:
            voice, speed, pitch = synthesize.random_delivery(rng)
            try:
                spoken.append(speak.speak(sentence, voice, speed, pitch))
                break
            except ValueError:
                continue
    return spoken


def with_noise(samples: np.ndarray, decibels: float | None, rng: np.random.Generator) -> np.ndarray:
    padded = np.pad(samples, speak.SAMPLE_RATE // 2)
    if decibels is None:
        return padded
    noise = rng.standard_normal(len(padded)).astype(np.float32)
    level = np.sqrt(np.mean(samples**2) / 10 ** (decibels / 10), dtype=np.float32)
    return (padded + noise * level).astype(np.float32)


def recognise(model: WhisperModel, samples: np.ndarray) -> list[Word]:
    """The words that are heard."""
    segments, _ = model.transcribe(samples, language="en", word_timestamps=True, condition_on_previous_text=False)
    words = [word for segment in segments for word in segment.words]
    starts = [max(0, round(word.start * 1000)) for word in words]
    return [
        Word(word.word, Span(start, max(start, round(word.end * 1000))))
        for word, start in zip(words, starts, strict=True)
    ]


def late(words: list[Word], utterance: speak.Utterance) -> list[float]:
    """By how many milliseconds the start of each rightly heard word is off."""
    said, heard = [plain(word) for word in utterance.words], [plain(word.text) for word in words]
    errors = []
    for chunk in jiwer.process_words(" ".join(said), " ".join(heard) or "-").alignments[0]:
        if chunk.type == "equal" and words:
            for i in range(chunk.ref_end_idx - chunk.ref_start_idx):
                start = utterance.starts[chunk.ref_start_idx + i]
                if start is not None:
                    errors.append(words[chunk.hyp_start_idx + i].span.start - (start + 500))
    return errors


def plain(word: str) -> str:
    return "".join(c for c in word.lower() if c.isalnum()) or "-"


def wer(said: list[str], heard: list[str]) -> float:
    """Word error rate in per cent with Whisper's English normaliser."""
    pairs = [(normalise(a), normalise(b)) for a, b in zip(said, heard, strict=True)]
    pairs = [(a, b) for a, b in pairs if a]
    return round(100 * jiwer.wer([a for a, _ in pairs], [b for _, b in pairs]), 2)


def ten_minutes(spoken: list[speak.Utterance]) -> tuple[np.ndarray, str]:
    """Utterances with pauses between them as one recording, and what is said in it."""
    rng = np.random.default_rng(3)
    parts, said, length = [], [], 0
    for utterance in spoken:
        if length > 600 * speak.SAMPLE_RATE:
            break
        pause = np.zeros(int(rng.uniform(0.3, 1.2) * speak.SAMPLE_RATE), np.float32)
        parts += [utterance.samples, pause]
        length += len(utterance.samples) + len(pause)
        said.append(" ".join(utterance.words))
    return np.concatenate(parts), " ".join(said)


def through_subtrans(model: Path, recording: np.ndarray) -> str:
    """What `subtrans speech` hears in it, from a 16-bit file as users have."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recording.wav"
        wavfile.write(path, speak.SAMPLE_RATE, (np.clip(recording, -1, 1) * 32767).astype(np.int16))
        command = [sys.executable, "-m", "subtrans", "speech", str(path), "--from", "en", "--to", "zh", "--json"]
        done = subprocess.run([*command, "--asr", str(model)], check=True, capture_output=True, text=True)
    return " ".join(json.loads(line)["source"] for line in done.stdout.splitlines())


def through_faster_whisper(model: WhisperModel, recording: np.ndarray) -> str:
    segments, _ = model.transcribe(recording, language="en", vad_filter=True, condition_on_previous_text=False)
    return " ".join(segment.text for segment in segments)


def people(model: WhisperModel, folder: Path) -> dict[str, float]:
    figures = {}
    for reference in sorted(folder.rglob("*.txt")):
        sounds = [
            reference.with_suffix(suffix) for suffix in (".flac", ".wav") if reference.with_suffix(suffix).exists()
        ]
        if sounds and reference.stem != "aishell-BAC009S0724W0121":
            segments, _ = model.transcribe(
                decode_audio(str(sounds[0])), language="en", condition_on_previous_text=False
            )
            heard = " ".join(segment.text for segment in segments)
            figures[f"WER: a person, {reference.stem}"] = wer([reference.read_text()], [heard])
    return figures


if __name__ == "__main__":
    main()
