"""What a live run keeps of a talk does not grow with the talk."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
from captions import caption
from fakes import FakeDetector, FakeTranscriber, FakeTranslator, spoken

from subtrans.cli.captions import Doubtful, Screen, Unsure
from subtrans.cli.lateness import Log
from subtrans.cli.saving import Subtitles
from subtrans.events import CaptionEvent, LiveEvent
from subtrans.media.capture import Replay
from subtrans.media.clock import ComputingClock
from subtrans.pipelines.live import live
from subtrans.text.languages import language
from subtrans.text.profiles import profile
from subtrans.types import Audio, Span, Word
from subtrans.web.board import Board

LITTLE = 500
"""Blocks of memory that chance may make of a difference; one a caption would be more."""


def kept(events: Iterator[LiveEvent], first: int, last: int, sinks=()) -> int:
    """How many more blocks of memory are held after the last caption than after the first."""
    held = {}
    for event in events:
        for sink in sinks:
            sink.show(event)
        if isinstance(event, CaptionEvent) and event.caption.final and event.caption.number in (first, last):
            gc.collect()
            held[event.caption.number] = sys.getallocatedblocks()
    return held[last] - held[first]


def talk(captions: int) -> Iterator[LiveEvent]:
    """A draft and a final caption each two seconds."""
    for number in range(1, captions + 1):
        start = number * 2000
        words = Word(" one", Span(start, start + 800)), Word(f" {number}.", Span(start + 800, start + 1600))
        said = caption(number, f"one {number}.", f"第{number}句话。", faults=("numbers",))
        event = replace(said, caption=replace(said.caption, span=Span(start, start + 1600)), words=words)
        yield replace(event, caption=replace(event.caption, final=False, faults=()), words=words[:1])
        yield event


def test_those_who_show_write_and_measure_captions_keep_no_talk(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda file: None)  # which takes longest
    saved = Subtitles(tmp_path / "talk.srt", language("en"), language("zh"), profile(language("zh")), both=True)
    board = Board({}, minutes=1)
    page = type("Page", (), {"show": lambda self, event: board.publish(event)})()
    mailbox = board.join()  # of somebody who reads nothing
    with (tmp_path / "log").open("w+", encoding="utf-8") as file:
        log = Log(file)
        assert kept(talk(1200), 200, 1200, [saved, Screen(), Unsure("nano"), Doubtful(), page, log]) < LITTLE
        assert sum(1 for _ in log) == 2400
    saved.finish()
    assert mailbox.overflowed


def test_the_walk_keeps_no_talk() -> None:
    class Detector(FakeDetector):
        def detect(self, audio):
            self.heard.clear()
            return super().detect(audio)

    class Translator(FakeTranslator):
        def translate(self, texts):
            self.batches.clear()
            return super().translate(texts)

    sound = spoken("one two three Stop. red green cat Why? ")

    def blocks() -> Iterator[Audio]:
        for start in range(0, 450 * len(sound), len(sound)):
            yield Audio(sound.copy(), start)

    source = Replay(blocks(), ComputingClock(lambda: 0.0))
    events = live(source, Detector(), FakeTranscriber(), {"zh": Translator()}, language="en")
    assert kept(events, 100, 900) < LITTLE
