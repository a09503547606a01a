"""A module is imported when it is first used, however it is asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "use",
    [
        "import asyncio; asyncio.run(asyncio.sleep(0))",
        "from asyncio import Queue",
        "import asyncio.events; asyncio.events.new_event_loop().close()",
        "import importlib.util; assert importlib.util.find_spec('asyncio')",
        "import ctranslate2; ctranslate2.extensions.asyncio.Queue",
    ],
)
def test_a_later_module_is_there_when_it_is_used(use) -> None:
    program = f"""
import sys
from subtrans.engines.later import import_later
import_later("asyncio")
import asyncio
assert "asyncio.events" not in sys.modules
{use}
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_line_is_translated_without_what_its_engine_never_uses() -> None:
    program = """
import sys
from subtrans import engines
translator = engines.load_translator("mt-en-zh-nano", source="en", target="zh", guarded=True)
translator.translate(["Good morning."])
unused = "asyncio.events", "ssl", "numpy", "subtrans.engines.recognition.whisper", "subtrans.engines.recognition.vad"
assert not {*unused} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True)
