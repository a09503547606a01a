"""Events in from the thread that makes them, a web page that shows them, served by a thread of its own, out."""

from __future__ import annotations

import asyncio
import errno
import secrets
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from urllib.parse import quote

from subtrans.errors import OutputError, packages_for
from subtrans.events import LiveEvent
from subtrans.web.access import Access
from subtrans.web.board import Board

CONNECTIONS = 150
"""How many there may be at once: the readers, and who fetches the page. Each takes one of the files that the process
may have open, 256 on some systems; without a bound anybody in the network could take all, and end the captions."""
PATIENCE = 10.0
"""Seconds after which a connection that has asked for nothing is ended."""
LAST_WORDS = 2.0
"""Seconds that readers have, when the server stops, to get what they have not got yet."""


class CaptionServer:
    """A sink of captions, and the context in which its page is served; it takes events from any thread and never waits.

    `source` and `targets` are BCP-47 tags, which tell the browser which fonts and which voice to take; of several
    targets each reader chooses one. Entering it raises MissingExtraError without the extra `live`, OutputError when the
    address cannot be had.
    """

    def __init__(self, access: Access, source: str = "", targets: Sequence[str] = ()) -> None:
        self._access = access
        self._board = Board({"run": secrets.token_hex(8), "source": source, "targets": [*targets]})

    def __enter__(self) -> CaptionServer:  # noqa: PYI034 - Self is not in Python 3.10
        check_packages()
        import uvicorn

        from subtrans.web.app import application

        self._socket = _listen(self._access)
        self._host, self.port = self._socket.getsockname()[:2]
        self._server = uvicorn.Server(
            uvicorn.Config(
                application(self._board, self._access),
                log_config=None,
                log_level="critical",  # who sends what is no HTTP, as browsers that try https, is no news here
                access_log=False,  # addresses hold the token
                lifespan="off",
                proxy_headers=False,
                server_header=False,
                ws="websockets-sansio",
                ws_per_message_deflate=False,  # processor time is the captions'
                ws_max_size=1024,
                ws_max_queue=4,
                http=_bounded(),
                backlog=32,  # so many are taken in at once before one can be refused
                timeout_graceful_shutdown=1,
            )
        )
        # Not that of Windows, which shows a traceback for a reader that breaks off, and may take in no further one.
        self._loop = asyncio.SelectorEventLoop()
        self._thread = threading.Thread(target=self._run, name="captions page", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._begin_to_stop)
        self._thread.join(2 * LAST_WORDS)

    @property
    def address(self) -> str:
        """What to open in a browser; with the token, if there is one."""
        host = _own_address(self._socket.family) if self._host in {"0.0.0.0", "::"} else self._host  # noqa: S104
        token = f"?token={quote(self._access.token, safe='')}" if self._access.token else ""
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}/{token}"

    def show(self, event: LiveEvent) -> None:
        """Show an event on every page that is open; after the end it is dropped."""
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self._board.publish, event)

    def _run(self) -> None:
        with self._socket:
            try:
                self._loop.run_until_complete(self._server.serve([self._socket]))
            finally:
                self._loop.close()

    def _begin_to_stop(self) -> None:
        self._board.close()
        self._stopping = self._loop.create_task(self._stop())

    async def _stop(self) -> None:
        until = self._loop.time() + LAST_WORDS
        while self._board.readers and self._loop.time() < until:
            await asyncio.sleep(0.02)
        self._server.should_exit = True


def check_packages() -> None:
    """MissingExtraError where the page cannot be served."""
    with packages_for("the page of captions", "live"):
        for name in ("starlette", "uvicorn", "websockets"):
            import_module(name)


def check_address(access: Access) -> None:
    """OutputError when the page cannot be served there."""
    _listen(access).close()


def _bounded() -> type[asyncio.Protocol]:
    """Uvicorn's reader of requests, which bounds neither the connections nor how long they ask for nothing."""
    from uvicorn.protocols.http.auto import AutoHTTPProtocol

    class Bounded(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
        def connection_made(self, transport: asyncio.Transport) -> None:
            super().connection_made(transport)
            if len(self.connections) > CONNECTIONS:
                transport.abort()
            else:
                self.loop.call_later(PATIENCE, self.end_if_idle, transport)

        def end_if_idle(self, transport: asyncio.Transport) -> None:
            if self.cycle is None and transport.get_protocol() is self:  # a WebSocket has another one
                transport.abort()

    return Bounded


def _listen(access: Access) -> socket.socket:
    """A socket that is bound and listens, so that a port that is taken is told before the captions begin."""
    try:
        family = socket.getaddrinfo(access.host, access.port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((access.host, access.port), family=family)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        hint = "choose another --port" if error.errno in {errno.EADDRINUSE, errno.EACCES} else "check --host"
        place = f"{access.host}:{access.port}"
        raise OutputError(f"the captions cannot be served at {place} ({reason}): {hint}") from error


def _own_address(family: int) -> str:
    """Where other machines reach this one, else a loopback address. Nothing is sent to find out."""
    elsewhere, here = ("2001:db8::1", "::1") if family == socket.AF_INET6 else ("192.0.2.1", "127.0.0.1")
    with socket.socket(family, socket.SOCK_DGRAM) as probe, suppress(OSError):
        probe.connect((elsewhere, 9))
        here = str(probe.getsockname()[0])
    return here
