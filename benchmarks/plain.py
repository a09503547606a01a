"""The plain way, as a peer: faster-whisper's own loop, then one translation a segment, one cue a segment.

    python benchmarks/plain.py INPUT OUTPUT.srt [--batched] [--translator transformers|ctranslate2|none] [--asr FOLDER]

It uses the models that ship in the precision of `subtrans subtitle`, and beams of the same width. With
`transformers` it calls `generate` for one segment after the other, as the common tools do; `ctranslate2` gets all
segments at once; `none` writes what was heard.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import srt
from faster_whisper import BatchedInferencePipeline, WhisperModel

MODELS = Path(__file__).parent.parent / "models"
BEAM = 4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input")
    parser.add_argument("output", type=Path)
    parser.add_argument("--batched", action="store_true")
    parser.add_argument("--translator", choices=TRANSLATORS, default="transformers")
    parser.add_argument("--asr", default=str(MODELS / "asr-en-nano/ct2"))
    options = parser.parse_args()
    recogniser = WhisperModel(options.asr, device="cpu", compute_type="int8")
    if options.batched:
        batched = BatchedInferencePipeline(recogniser)
        segments, _ = batched.transcribe(options.input, language="en", word_timestamps=True, batch_size=8)
    else:
        segments, _ = recogniser.transcribe(options.input, language="en", word_timestamps=True, vad_filter=True)
    heard = list(segments)
    texts = TRANSLATORS[options.translator]([segment.text.strip() for segment in heard])
    cues = [
        srt.Subtitle(None, timedelta(seconds=segment.start), timedelta(seconds=segment.end), text)
        for segment, text in zip(heard, texts, strict=True)
    ]
    options.output.write_text(srt.compose(cues), encoding="utf-8")


def with_transformers(texts: list[str]) -> list[str]:
    from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

    folder = MODELS / "mt-en-zh-nano/hf"
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSeq2SeqLM.from_pretrained(folder).eval()
    said = []
    for text in texts:
        output = model.generate(**tokenizer(text, return_tensors="pt"), num_beams=BEAM, max_new_tokens=200)
        said.append(tokenizer.decode(output[0], skip_special_tokens=True))
    return said


def with_ctranslate2(texts: list[str]) -> list[str]:
    import ctranslate2
    import sentencepiece

    folder = MODELS / "mt-en-zh-nano/ct2"
    encode = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
    decode = sentencepiece.SentencePieceProcessor(model_file=str(folder / "target.spm"))
    translator = ctranslate2.Translator(str(folder), device="cpu", compute_type="int8")
    pieces = [[*encode.encode(text, out_type=str), "</s>"] for text in texts]
    results = translator.translate_batch(pieces, beam_size=BEAM, max_batch_size=1024, batch_type="tokens")
    return [decode.decode(result.hypotheses[0]) for result in results]


TRANSLATORS: dict[str, Callable[[list[str]], list[str]]] = {
    "transformers": with_transformers,
    "ctranslate2": with_ctranslate2,
    "none": lambda texts: texts,
}

if __name__ == "__main__":
    main()
