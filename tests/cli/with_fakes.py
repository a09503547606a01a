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


class Slow(FakeTranscriber):
    def transcribe(self, *asked):
        if "HANG" in os.environ:
            Path(os.environ["HANG"]).touch()
            time.sleep(600)
        return super().transcribe(*asked)


class Broken(FakeTranslator):
    def translate(self, texts):
        raise RuntimeError("wires\ncrossed")


engines.load_detector = lambda *asked: FakeDetector()
engines.load_transcriber = lambda *asked, **options: Slow()
engines.load_translator = lambda *asked, **options: (Broken if "BROKEN" in os.environ else FakeTranslator)()
engines.check_transcriber = engines.check_translator = lambda *asked, **options: None
Interpreter._only_language = lambda self: "en"
main()
