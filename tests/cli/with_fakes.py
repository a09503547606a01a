"""A program: `subtrans` as it is, with engines without models behind it and, where asked, faults."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from fakes import FakeDetector, FakeTranscriber, FakeTranslator

from subtrans import engines
from subtrans.cli import main
from subtrans.cli.interpreter import Interpreter


def count(engine: str) -> None:
    """A line for each call that is begun, in the file that CALLS names; each takes a little time."""
    if "CALLS" in os.environ:
        with Path(os.environ["CALLS"]).open("a") as file:
            file.write(f"{engine}\n")
        time.sleep(0.03)


def hang(engine: str) -> None:
    """As an engine that is in the middle of a long call; its name in the folder says that it is."""
    if os.environ.get("HANG", "").endswith(engine):
        Path(os.environ["HANG"]).touch()
        time.sleep(600)


class Transcriber(FakeTranscriber):
    def transcribe(self, *asked):
        count("transcriber")
        hang("transcriber")
        return super().transcribe(*asked)


class Translator(FakeTranslator):
    def translate(self, texts):
        count("translator")
        hang("translator")
        if "BROKEN" in os.environ:
            raise RuntimeError("wires\ncrossed")
        return super().translate(texts)


engines.load_detector = lambda *asked: FakeDetector()
engines.load_transcriber = lambda *asked, **options: Transcriber()
engines.load_translator = lambda *asked, **options: Translator()
engines.check_transcriber = engines.check_translator = lambda *asked, **options: None
Interpreter._only_language = lambda self: "en"
main()
