"""Tokens a second, peak memory and BLEU of translation: subtrans, bare CTranslate2, transformers' generate.

    python benchmarks/translation.py [PAIRS.tsv] [--lines 200] [--beam 4] [--threads 1]

PAIRS has a sentence, a tab and its reference a line; by default it is a part of what the model learned from, so that
BLEU tells how the engines compare, not how good it is. All use mt-en-zh-nano and the same beam; each has a process of
its own, which loads, translates eight lines, and is timed on the rest. transformers translates a sentence at a time, as
the common tools do, and in batches of 32; `subtrans` is what `subtrans text` does, in batches of 32 too, with its
guards. Tokens are those of the output as the model's own vocabulary writes it, the same for all.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from measuring import ROOT, report, run

MODEL = ROOT / "models/mt-en-zh-nano"
BATCH = 32
Translate = Callable[[list[str]], list[str]]


def subtrans(beam: int, threads: int) -> Translate:
    from subtrans import engines

    options = engines.TranslatorOptions(device="cpu", beam_size=beam, threads=threads, alignment=False)
    translator = engines.load_translator("mt-en-zh-nano", source="en", target="zh", options=options, guarded=True)
    return lambda texts: [one.text for one in translator.translate(texts)]


def ctranslate2(beam: int, threads: int) -> Translate:
    import ctranslate2
    import sentencepiece

    encode, decode = (
        sentencepiece.SentencePieceProcessor(model_file=str(MODEL / f"ct2/{side}.spm")) for side in ("source", "target")
    )
    engine = ctranslate2.Translator(str(MODEL / "ct2"), device="cpu", compute_type="int8", intra_threads=threads)

    def translate(texts: list[str]) -> list[str]:
        pieces = [[*encode.encode(text, out_type=str), "</s>"] for text in texts]
        results = engine.translate_batch(pieces, beam_size=beam, max_batch_size=1024, batch_type="tokens")
        return [decode.decode(result.hypotheses[0]) for result in results]

    return translate


def transformers(beam: int, threads: int) -> Translate:
    import torch
    from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

    torch.set_num_threads(threads)
    tokenizer = AutoTokenizer.from_pretrained(MODEL / "hf")
    model = AutoModelForSeq2SeqLM.from_pretrained(MODEL / "hf").eval()

    def translate(texts: list[str]) -> list[str]:
        with torch.inference_mode():
            output = model.generate(
                **tokenizer(texts, return_tensors="pt", padding=True), num_beams=beam, max_new_tokens=200
            )
        return tokenizer.batch_decode(output, skip_special_tokens=True)

    return translate


WAYS: dict[str, tuple[Callable[[int, int], Translate], int]] = {
    "subtrans": (subtrans, BATCH),
    "bare CTranslate2": (ctranslate2, BATCH),
    "transformers, a sentence at a time": (transformers, 1),
    "transformers, batches of 32": (transformers, BATCH),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=Path, nargs="?", default=MODEL / "recipe/own_sentences.tsv")
    parser.add_argument("--lines", type=int, default=200)
    parser.add_argument("--beam", type=int, default=4)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    pairs = [line.split("\t")[:2] for line in options.pairs.read_text("utf-8").splitlines()]
    pairs = pairs[:: max(1, len(pairs) // options.lines)][: options.lines]
    if options.way:
        print(json.dumps(timed(options.way, [source for source, _ in pairs], options.beam, options.threads)))
        return
    import sacrebleu
    import sentencepiece

    count = sentencepiece.SentencePieceProcessor(model_file=str(MODEL / "ct2/target.spm"))
    figures = {}
    for way in WAYS:
        command = [sys.executable, __file__, str(options.pairs), "--way", way]
        command += [f"--{name}={getattr(options, name)}" for name in ("lines", "beam", "threads")]
        with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
            peak = run(command, output).megabytes
            output.seek(0)
            found = json.loads(output.read().splitlines()[-1])
        tokens = sum(len(count.encode(text)) for text in found["texts"])
        bleu = sacrebleu.corpus_bleu(found["texts"], [[reference for _, reference in pairs]], tokenize="zh").score
        figures[way] = {"seconds": found["seconds"], "processor": found["processor"], "tokens": tokens}
        figures[way] |= {"megabytes": peak, "bleu": bleu, "speed": tokens / found["processor"]}
    first = figures["subtrans"]["speed"]
    rows = [
        [way, f"{one['speed']:.0f}", f"{first / one['speed']:.2f}x", f"{one['megabytes']:.0f}", f"{one['bleu']:.1f}"]
        for way, one in figures.items()
    ]
    heads = ["", "tokens a second of processor time", "subtrans to it", "peak memory, MB", "BLEU"]
    report("translation", heads, rows, figures)


def timed(way: str, texts: list[str], beam: int, threads: int) -> dict[str, object]:
    load, size = WAYS[way]
    translate = load(beam, threads)
    translate(texts[:8])
    begin, work = time.perf_counter(), time.process_time()
    said = [text for first in range(0, len(texts), size) for text in translate(texts[first : first + size])]
    return {"seconds": time.perf_counter() - begin, "processor": time.process_time() - work, "texts": said}


if __name__ == "__main__":
    main()
