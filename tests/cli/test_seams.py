"""However long the blocks are, the same words are heard at the same times."""

from __future__ import annotations

from pathlib import Path

import pytest

from subtrans.engines import TranscriberOptions, load_aligner, load_detector, load_transcriber
from subtrans.media.decode import decode
from subtrans.pipelines.blocks import BlockOptions, blocks
from subtrans.pipelines.transcribe import transcribe

MEMO = Path(__file__).parents[2] / "samples" / "memo.flac"


@pytest.mark.timeout(1200)  # it hears a recording five times, perhaps on a busy machine
def test_five_lengths_of_blocks() -> None:
    pytest.importorskip("torchaudio", reason="words are aligned with the sound by torchaudio")
    recogniser = load_transcriber("asr-en-nano", language="en", options=TranscriberOptions(device="cpu", threads=1))
    aligned, detector = load_aligner(recogniser, "ctc", "asr-en-nano"), load_detector()
    heard = []
    for first in (4000, 6000, 9000, 13_000, 30_000):
        found = blocks(decode(MEMO), detector, BlockOptions(first=first, longest=first))
        heard.append([word for block in transcribe(found, aligned, "en") for word in block.words])
    whole = heard[-1]
    assert len(whole) > 30
    for words in heard[:-1]:
        assert [word.text for word in words] == [word.text for word in whole]
        for one, other in zip(words, whole, strict=True):
            assert abs(one.span.start - other.span.start) <= 40, (one, other)
