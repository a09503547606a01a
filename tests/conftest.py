"""What holds for every test: examples of hypothesis may take as long as a busy machine makes them."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("subtrans", deadline=None)
settings.load_profile("subtrans")
