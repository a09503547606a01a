"""Events in as they come; for each reader a mailbox that holds the newest of each, as JSON, out.

A caption takes the place of the earlier one of its number and language, in the history and in every mailbox, so what
a slow reader has still to get is bounded by the captions of the last minutes and not by the drafts made of them.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Hashable, Mapping
from dataclasses import replace

from subtrans.events import CaptionEvent, DegradeEvent, LanguageEvent, LiveEvent
from subtrans.formats.events import event_to_line


class Board:
    """The captions of the last `minutes`, and the readers who wait for the next. For the thread of one event loop.

    `greeting` is what every reader is told first. More than `backlog` waiting messages end a mailbox.
    """

    def __init__(self, greeting: Mapping[str, object], minutes: float = 10, backlog: int = 200) -> None:
        self._greeting = greeting
        self._length = int(minutes * 60_000)
        self._backlog = backlog
        self._captions: dict[tuple[int, str], CaptionEvent] = {}
        self._degraded: dict[str, DegradeEvent] = {}
        self._now = 0  # when the latest event was
        self._readers: set[Mailbox] = set()

    def join(self) -> Mailbox:
        """A mailbox for a new reader, which begins with the greeting and the last minutes."""
        mailbox = Mailbox(self._backlog)
        captions = [json.loads(event_to_line(self._captions[key])) for key in sorted(self._captions)]
        hello = {"event": "hello", **self._greeting, "captions": captions, "emitted": self._now}
        mailbox.put("hello", json.dumps(hello, ensure_ascii=False))
        for step, event in self._degraded.items():
            mailbox.put(step, event_to_line(event))
        self._readers.add(mailbox)
        return mailbox

    def leave(self, mailbox: Mailbox) -> None:
        """Forget a reader."""
        self._readers.discard(mailbox)

    def publish(self, event: LiveEvent) -> None:
        """Keep the event and give it to everybody; a final caption stays as it is, whatever comes after it."""
        self._now = event.emitted
        key = self._keep(event)
        if key is not None and self._readers:
            message = event_to_line(event)
            for reader in self._readers:
                reader.put(key, message)

    def close(self) -> None:
        """Say to every reader that nothing more will come."""
        for reader in self._readers:
            reader.close()

    @property
    def readers(self) -> int:
        """How many look on."""
        return len(self._readers)

    def _keep(self, event: LiveEvent) -> Hashable | None:
        """Under what the event is known; a later one with the same key takes its place. None for one that is void."""
        if isinstance(event, CaptionEvent):
            place = event.caption.number, event.caption.language
            if place in self._captions and self._captions[place].caption.final:
                return None
            # The words tell what of a draft will stay; of several languages they would be most of the history.
            self._captions[place] = replace(event, words=()) if event.caption.final else event
            begin = event.caption.span.end - self._length
            self._captions = {key: old for key, old in self._captions.items() if old.caption.span.end >= begin}
            return place
        if isinstance(event, LanguageEvent):
            self._greeting = {**self._greeting, "source": event.language}
            return "language"
        if isinstance(event, DegradeEvent):
            self._degraded[event.step] = event
            if not event.active:
                del self._degraded[event.step]
            return event.step
        return "lag"


class Mailbox:
    """What one reader has still to get, in the order in which it was first due."""

    def __init__(self, backlog: int) -> None:
        self._backlog = backlog
        self._messages: dict[Hashable, str] = {}
        self._news = asyncio.Event()
        self._closed = False
        self.overflowed = False
        """Whether the reader fell so far behind that it must come again and be given the last minutes."""

    def put(self, key: Hashable, message: str) -> None:
        """Leave a message in the place of the one with the same key, if that one still waits."""
        if self._closed:
            return
        self._messages[key] = message
        if len(self._messages) > self._backlog:
            self._messages.clear()
            self.overflowed = True
            self._closed = True
        self._news.set()

    def close(self) -> None:
        """What is in the mailbox can still be taken; then it ends."""
        self._closed = True
        self._news.set()

    async def take(self) -> str | None:
        """The next message, or None when no more will come."""
        while not self._messages:
            if self._closed:
                return None
            self._news.clear()
            await self._news.wait()
        return self._messages.pop(next(iter(self._messages)))
