from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from captions import caption

from subtrans.web import app
from subtrans.web.access import Access
from subtrans.web.board import Board

SCOPE = {
    "type": "websocket",
    "path": "/events",
    "query_string": b"",
    "headers": [(b"host", b"127.0.0.1")],
    "subprotocols": [],
}


class Reader:
    """One end of a WebSocket, without a network: what was sent to it; from its second message on it may be `stuck`."""

    def __init__(self, board: Board, *, stuck: bool = False) -> None:
        self.messages: list[dict[str, Any]] = []
        self.code: int | None = None
        self._stuck = stuck
        self._asked: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._asked.put_nowait({"type": "websocket.connect"})
        self.task = asyncio.ensure_future(app.application(board, Access())(SCOPE, self._asked.get, self._send))

    async def _send(self, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.close":
            self.code = message["code"]
        elif message["type"] == "websocket.send":
            if self._stuck and self.messages:
                await asyncio.Event().wait()
            self.messages.append(json.loads(message["text"]))

    async def leave(self) -> None:
        """Close it from this end."""
        await self._asked.put({"type": "websocket.disconnect", "code": 1001})

    async def until(self, count: int) -> None:
        """Wait for so many messages."""
        while len(self.messages) < count:
            await asyncio.sleep(0)


def test_a_reader_who_is_stuck_holds_up_nobody_and_is_given_up(monkeypatch) -> None:
    monkeypatch.setattr(app, "SLOWEST", 0.05)

    async def watch() -> None:
        board = Board({})
        stuck, quick = Reader(board, stuck=True), Reader(board)
        await stuck.until(1)
        await quick.until(1)
        for number in range(1, 1001):
            board.publish(caption(number, "One more."))
            await quick.until(1 + number)
        assert len(stuck.messages) == 1
        await stuck.task
        assert board.readers == 1
        board.close()
        await quick.task
        assert quick.code == 1001

    asyncio.run(watch())


def test_readers_to_whom_nothing_is_said_are_told_that_the_line_holds(monkeypatch) -> None:
    monkeypatch.setattr(app, "BEAT", 0.01)

    async def watch() -> None:
        board = Board({})
        reader = Reader(board)
        await reader.until(3)
        board.publish(caption(1, "Said."))
        board.close()
        await reader.task
        told = [message["event"] for message in reader.messages]
        assert told[:3] == ["hello", "beat", "beat"]
        assert told[-1] == "caption"

    asyncio.run(watch())


def test_who_has_left_is_forgotten() -> None:
    async def watch() -> None:
        board = Board({})
        reader = Reader(board)
        await reader.until(1)
        await reader.leave()
        await reader.task
        assert board.readers == 0
        assert reader.code is None

    asyncio.run(watch())


def test_more_readers_than_there_is_room_for_are_sent_away(monkeypatch) -> None:
    monkeypatch.setattr(app, "READERS", 1)

    async def watch() -> None:
        board = Board({})
        first = Reader(board)
        await first.until(1)
        second = Reader(board)
        await second.task
        assert second.code == 1013
        assert second.messages == []
        board.close()
        await first.task

    asyncio.run(watch())


@pytest.mark.parametrize("path", ["/", "/events", "/captions.js", "/elsewhere"])
def test_nothing_is_answered_under_another_name(path) -> None:
    sent = []

    async def ask() -> None:
        scope = {**SCOPE, "type": "http", "method": "GET", "path": path, "headers": [(b"host", b"evil.example")]}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await app.application(Board({}), Access())(scope, asyncio.Queue().get, send)

    asyncio.run(ask())
    assert sent[0]["status"] == 403
