"""Blocks of real sound, cut by the real detector: between sentences, and the same however the sound is decoded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from subtrans.engines import load_detector
from subtrans.media.decode import decode
from subtrans.pipelines.blocks import BlockOptions, blocks

TALK = Path(__file__).parents[2] / "samples" / "talk.mp4"


@pytest.mark.parametrize("first", [8_000, 30_000])
def test_sentences_lie_in_one_block_and_in_its_speech(first: int) -> None:
    options = BlockOptions(first=first, longest=2 * first)
    found = list(blocks(decode(TALK), load_detector(), options))
    assert len(found) > 1
    for sentence in json.loads(TALK.with_suffix(".json").read_text(encoding="utf-8"))["sentences"]:
        middle = (sentence["start"] + sentence["end"]) // 2
        (block,) = [block for block in found if block.audio.span.start <= middle < block.audio.span.end]
        assert block.audio.span.start <= sentence["start"]
        assert sentence["end"] <= block.audio.span.end
        spoken = sum(
            max(0, min(span.end, sentence["end"]) - max(span.start, sentence["start"])) for span in block.speech
        )
        assert spoken > 0.9 * (sentence["end"] - sentence["start"]), sentence["text"]


def test_the_size_of_decoded_pieces_does_not_matter() -> None:
    by_decoder = [
        [(block.audio.offset, block.speech) for block in blocks(decode(TALK, block_seconds=seconds), load_detector())]
        for seconds in (0.77, 30)
    ]
    assert by_decoder[0] == by_decoder[1]
