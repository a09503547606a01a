"""Servers on a free port of this machine, which end with the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any

import pytest

from subtrans.web.access import Access
from subtrans.web.server import CaptionServer

Serve = Callable[..., CaptionServer]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a server for an `Access` with the values given; what it shows is English and its translations."""
    with ExitStack() as stack:

        def start(targets: Sequence[str] = ("zh",), **access: Any) -> CaptionServer:
            return stack.enter_context(CaptionServer(Access(**{"port": 0, **access}), "en", targets))

        yield start
