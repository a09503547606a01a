"""Sentences in, a folder of speech out: shards of 16-bit samples with text, voice and word starts of each utterance.

    python synthesize.py OUT --tatoeba train.tsv --tanaka train.en --wordnet DICT --held-out test.tsv ... [--passes 2]

Each sentence is spoken once a pass by another voice, speed and pitch. Shards that are there already are kept, so a
run that was stopped goes on where it was; training may begin on the first ones. OUT/sentences.txt holds what is said.
"""

from __future__ import annotations

import argparse
import json
import random
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import speak
import texts

SHARD = 500
SPREAD = 1.3
"""How much more speed and pitch vary in training than in the tests."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--tatoeba", type=Path, required=True)
    parser.add_argument("--tanaka", type=Path, required=True)
    parser.add_argument("--wordnet", type=Path, required=True, help="the folder of WordNet's data.noun and its like")
    parser.add_argument("--held-out", type=Path, nargs="*", default=[])
    parser.add_argument("--passes", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    sentences = texts.training_sentences(options.tatoeba, options.tanaka, options.wordnet, options.held_out)
    (options.out / "sentences.txt").write_text("\n".join(sentences) + "\n", encoding="utf-8")
    number, made = 0, []
    with ProcessPoolExecutor(options.workers) as pool:
        for turn in range(options.passes):
            random.Random(options.seed + turn).shuffle(sentences)
            for begin in range(0, len(sentences), SHARD):
                stem, seed = options.out / f"{number:04d}", (options.seed << 20) + number
                made.append(pool.submit(make_shard, stem, sentences[begin : begin + SHARD], seed))
                number += 1
        for shard in made:
            shard.result()


def make_shard(stem: Path, sentences: list[str], seed: int) -> None:
    """Write `stem`.npy (int16 samples, end to end) and then `stem`.json (one entry an utterance)."""
    index = stem.with_suffix(".json")
    if index.exists():
        return
    rng = random.Random(seed)
    entries, chunks, position = [], [], 0
    for sentence in sentences:
        voice, speed, pitch = random_delivery(rng, SPREAD)
        try:
            utterance = speak.speak(sentence, voice, speed, pitch)
        except ValueError:
            continue
        samples = (np.clip(utterance.samples / np.abs(utterance.samples).max(), -1, 1) * 32000).astype(np.int16)
        entries.append(
            {"text": sentence, "voice": voice, "begin": position, "length": len(samples), "starts": utterance.starts}
        )
        chunks.append(samples)
        position += len(samples)
    partial = stem.with_suffix(".part.npy")
    np.save(partial, np.concatenate(chunks))
    partial.replace(stem.with_suffix(".npy"))
    partial = stem.with_suffix(".part.json")
    partial.write_text(json.dumps(entries))
    partial.replace(index)
    print(f"{stem.name}: {len(entries)} utterances, {position / speak.SAMPLE_RATE / 60:.1f} minutes", flush=True)


def random_delivery(rng: random.Random, spread: float = 1.0) -> tuple[str, float, float]:
    """A voice, a speed and a pitch: 55 % espeak-ng (a third of it in the accent's plain voice), 45 % flite."""
    if rng.random() < 0.55:
        accent = rng.choice(speak.ACCENTS)
        voice = f"espeak:{accent}+{rng.choice(speak.VARIANTS)}" if rng.random() < 0.67 else f"espeak:{accent}"
    else:
        voice = f"flite:{rng.choices(speak.FLITE_VOICES, (4, 4, 4, 3))[0]}"
    return voice, rng.uniform(0.8, 1.25) ** spread, rng.uniform(0.75, 1.3) ** spread


if __name__ == "__main__":
    main()
