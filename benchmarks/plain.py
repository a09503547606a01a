"""The plain way, as a peer: faster-whisper's own loop, then CTranslate2 on its segments, one cue a segment.

    python benchmarks/plain.py INPUT OUTPUT.srt

It uses the same two models that ship and the same precision as `subtrans subtitle`.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import ctranslate2
import sentencepiece
import srt
from faster_whisper import WhisperModel

MODELS = Path(__file__).parent.parent / "models"


def main(source: str, target: str) -> None:
    recogniser = WhisperModel(str(MODELS / "asr-en-nano/ct2"), device="cpu", compute_type="int8")
    segments, _ = recogniser.transcribe(source, language="en", word_timestamps=True, vad_filter=True)
    heard = list(segments)
    folder = MODELS / "mt-en-zh-nano/ct2"
    encode = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
    decode = sentencepiece.SentencePieceProcessor(model_file=str(folder / "target.spm"))
    translator = ctranslate2.Translator(str(folder), device="cpu", compute_type="int8")
    pieces = [[*encode.encode(segment.text.strip(), out_type=str), "</s>"] for segment in heard]
    results = translator.translate_batch(pieces, beam_size=5, max_batch_size=1024, batch_type="tokens")
    texts = [decode.decode(result.hypotheses[0]) for result in results]
    cues = [
        srt.Subtitle(None, timedelta(seconds=segment.start), timedelta(seconds=segment.end), text)
        for segment, text in zip(heard, texts, strict=True)
    ]
    Path(target).write_text(srt.compose(cues), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
