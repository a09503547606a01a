"""What holds for every test: examples of hypothesis may take their time, and no option comes from outside."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("subtrans", deadline=None)
settings.load_profile("subtrans")

for name in [name for name in os.environ if name.startswith("SUBTRANS_")]:
    del os.environ[name]
