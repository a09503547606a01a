"""A board and the rules of access in, the web application that shows the one by the others out."""

from __future__ import annotations

import asyncio
from importlib import resources
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from subtrans.web.access import Access
from subtrans.web.board import Board, Mailbox

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

PAGE = {
    "/": ("index.html", "text/html"),
    "/captions.css": ("captions.css", "text/css"),
    "/captions.js": ("captions.js", "text/javascript"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
}
OPEN = PAGE.keys() - {"/"}
"""What is given without the token, as it holds nothing that was said."""

SLOWEST = 20.0
"""Seconds that a reader may take for one message before it is given up."""
BEAT = 10.0
"""Seconds after which a reader to whom nothing was sent is told that the line holds: pages cannot see it otherwise."""
READERS = 100
"""How many may look on at once."""


def application(board: Board, access: Access) -> ASGIApp:
    """The page at /, its parts beside it, and the events, a JSON object a message, at the WebSocket /events."""

    def serve(path: str, name: str, kind: str) -> Route:
        body = resources.files("subtrans.web").joinpath("page").joinpath(name).read_bytes()

        async def answer(request: Request) -> Response:
            return Response(body, media_type=kind, headers=_headers(request.headers["host"]))

        return Route(path, answer, methods=["GET"])

    async def events(socket: WebSocket) -> None:
        await socket.accept()
        if board.readers >= READERS:
            return await socket.close(1013, "too many readers")
        mailbox = board.join()
        try:
            await _send(socket, mailbox)
        finally:
            board.leave(mailbox)

    pages = [serve(path, *part) for path, part in PAGE.items()]
    return _Guard(Starlette(routes=[*pages, WebSocketRoute("/events", events)]), access)


async def _send(socket: WebSocket, mailbox: Mailbox) -> None:
    """Send what comes until it ends or the reader leaves; what a reader says is not listened to."""
    leaving = asyncio.ensure_future(_leave(socket))
    leaving.add_done_callback(lambda _: mailbox.close())
    try:
        while (message := await _next(mailbox)) is not None and not leaving.done():
            await asyncio.wait_for(socket.send_text(message), SLOWEST)
        if not leaving.done():
            await socket.close(1013 if mailbox.overflowed else 1001)
    except (WebSocketDisconnect, asyncio.TimeoutError, RuntimeError):
        pass  # the reader is gone; the page comes back by itself
    finally:
        leaving.cancel()


async def _next(mailbox: Mailbox) -> str | None:
    try:
        return await asyncio.wait_for(mailbox.take(), BEAT)
    except asyncio.TimeoutError:
        return '{"event": "beat"}'


async def _leave(socket: WebSocket) -> None:
    """Return when the reader has left."""
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass


def _headers(host: str) -> dict[str, str]:
    """Nothing comes from elsewhere, no other page can hold this one, and its address, with the token, stays here."""
    sources = f"script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' ws://{host} wss://{host}"
    return {
        "Content-Security-Policy": f"default-src 'none'; {sources}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-store",
    }


class _Guard:
    """Lets through, to the page and the socket, what the rules of access do not refuse."""

    def __init__(self, inner: ASGIApp, access: Access) -> None:
        self._inner, self._access = inner, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            return await self._inner(scope, receive, send)
        request = HTTPConnection(scope)
        reason = self._access.refuse(
            request.headers, request.query_params.get("token"), secret=request.url.path not in OPEN
        )
        if reason is None:
            return await self._inner(scope, receive, send)
        if scope["type"] == "websocket":
            return await WebSocket(scope, receive, send).close(1008)  # before it was accepted: HTTP 403
        return await PlainTextResponse(f"{reason}\n", 403)(scope, receive, send)
