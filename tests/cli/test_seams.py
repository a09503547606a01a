"""However long the blocks are, the same words are heard at the same times."""

from __future__ import annotations

from pathlib import Path

import pytest

from subtrans.engines import TranscriberOptions, load_detector, load_transcriber
from subtrans.media.decode import decode
from subtrans.pipelines.blocks import BlockOptions, blocks
from subtrans.pipelines.transcribe import transcribe

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.mark.timeout(1200)  # each recording is heard five times, perhaps on a busy machine
@pytest.mark.parametrize("name", ["memo.flac", "talk.mp4"])
def test_five_lengths_of_blocks(name: str) -> None:
    recogniser = load_transcriber("asr-en-nano", language="en", options=TranscriberOptions(device="cpu", threads=1))
    detector, heard = load_detector(), []
    for length in (6000, 9000, 13_000, 20_000, 30_000):
        found = blocks(decode(SAMPLES / name), detector, BlockOptions(first=length, longest=length))
        heard.append([word for block in transcribe(found, recogniser, "en") for word in block.words])
    whole = heard[-1]
    assert len(whole) > 30
    for words in heard[:-1]:
        assert [word.text for word in words] == [word.text for word in whole]
        for one, other in zip(words, whole, strict=True):
            assert abs(one.span.start - other.span.start) <= 40, (one, other)
            assert abs(one.span.end - other.span.end) <= 40, (one, other)
