"""What holds for every test: hypothesis may take its time, nothing is set from outside, the cache is its own."""

from __future__ import annotations

import atexit
import os
import signal
import tempfile

from hypothesis import settings

settings.register_profile("subtrans", deadline=None)
settings.load_profile("subtrans")

for name in [name for name in os.environ if name.startswith("SUBTRANS_")]:
    del os.environ[name]

_CACHE = tempfile.TemporaryDirectory(prefix="subtrans-tests-")
os.environ["SUBTRANS_CACHE"] = os.environ["XDG_CONFIG_HOME"] = _CACHE.name
atexit.register(_CACHE.cleanup)


# A shell that starts the tests in the background has them, and the programs that they start, ignore interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)
