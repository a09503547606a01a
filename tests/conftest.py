"""What holds for every test: hypothesis may take its time, nothing is set from outside, the cache is its own.

A GPU is not used: what the tests expect of models, to the last character, is what a processor computes. Which ffmpeg
they run can be chosen, as people have many."""

from __future__ import annotations

import atexit
import os
import signal
import tempfile

from hypothesis import settings

settings.register_profile("subtrans", deadline=None)
settings.load_profile("subtrans")

for name in [name for name in os.environ if name.startswith("SUBTRANS_") and name != "SUBTRANS_FFMPEG"]:
    del os.environ[name]

os.environ["CUDA_VISIBLE_DEVICES"] = ""

_CACHE = tempfile.TemporaryDirectory(prefix="subtrans-tests-")
os.environ["SUBTRANS_CACHE"] = os.environ["XDG_CONFIG_HOME"] = _CACHE.name
atexit.register(_CACHE.cleanup)


# A shell that starts the tests in the background has them, and the programs that they start, ignore interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)
