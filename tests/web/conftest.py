"""Servers on a free port of this machine, which end with the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from subtrans.web.access import Access
from subtrans.web.server import CaptionServer

Serve = Callable[..., CaptionServer]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a server for an `Access` with the values given; it speaks English and writes Chinese."""
    with ExitStack() as stack:
        yield lambda **access: stack.enter_context(CaptionServer(Access(**{"port": 0, **access}), "en", "zh"))
