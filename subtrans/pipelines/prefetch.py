"""An iterable in, the same items out, or what is made of each, ahead of time by threads so that stages work at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable
from contextlib import closing, suppress
from queue import Empty, SimpleQueue
from typing import TypeVar
from weakref import finalize

Item = TypeVar("Item")
Result = TypeVar("Result")

PATIENCE = 1.0
"""Seconds that a stage which is given up waits for its thread: an engine cannot be stopped in the middle of a call."""


def prefetch(items: Iterable[Item], ahead: int = 1) -> Generator[Item, None, None]:
    """The items in their order, of which at most `ahead` wait, finished, for the consumer.

    What the items raise is raised here, after the items before it. When the consumer stops early (closes the generator
    or is interrupted), or the program ends, the thread ends after the item it is at and closes `items` if that is a
    generator.
    """
    if ahead < 1:
        raise ValueError(f"at least one item must be allowed ahead: {ahead}")
    slots = threading.Semaphore(ahead)
    results: SimpleQueue[tuple[Item] | BaseException | None] = SimpleQueue()
    stopped = threading.Event()
    # A daemon, so that a call into an engine which never returns cannot keep the program from ending.
    thread = threading.Thread(target=_produce, args=(items, slots, results, stopped), name="prefetch", daemon=True)
    thread.start()
    end = finalize(results, _end, stopped, slots, thread)  # as the program ends it is called too
    try:
        while (result := _next(results)) is not None:
            if isinstance(result, BaseException):
                raise result
            slots.release()
            yield result[0]
    finally:
        end()


def in_order(call: Callable[[Item], Result], items: Iterable[Item], count: int = 2) -> Generator[Result, None, None]:
    """What the call returns for each item, in their order; threads make `count` calls, at least two, at the same time.

    What is raised comes after the results before it, and a consumer that stops early ends the items, as with
    `prefetch`; calls that have begun then go on to their end, for nobody. A program that ends waits for them: a thread
    that Python takes away inside an engine's C++ aborts the process.
    """
    with closing(prefetch(_asked(call, items), count - 1)) as answers:
        for answer in answers:
            result = answer.get()
            if isinstance(result, BaseException):
                raise result
            yield result[0]


def _asked(
    call: Callable[[Item], Result], items: Iterable[Item]
) -> Generator[SimpleQueue[tuple[Result] | BaseException], None, None]:
    """For each item the place where what the call returns, or raises, will be found."""

    def ask(item: Item, answer: SimpleQueue[tuple[Result] | BaseException]) -> None:
        try:
            answer.put((call(item),))
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is the consumer's to handle
            answer.put(error)

    try:
        for item in items:
            answer: SimpleQueue[tuple[Result] | BaseException] = SimpleQueue()
            threading.Thread(target=ask, args=(item, answer), name="in order", daemon=False).start()
            yield answer
    finally:
        close(items)


def aside(call: Callable[[], Item]) -> Item:
    """What the call returns, made by a thread, so that Ctrl-C need not wait for an engine that cannot be stopped."""
    with closing(prefetch(call() for _ in range(1))) as results:
        return next(results)


def _end(stopped: threading.Event, slots: threading.Semaphore, thread: threading.Thread) -> None:
    stopped.set()
    slots.release()
    thread.join(PATIENCE)


def _produce(
    items: Iterable[Item],
    slots: threading.Semaphore,
    results: SimpleQueue[tuple[Item] | BaseException | None],
    stopped: threading.Event,
) -> None:
    iterator = iter(items)
    try:
        while True:
            slots.acquire()
            if stopped.is_set():
                break
            results.put((next(iterator),))
    except StopIteration:
        results.put(None)
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is the consumer's to handle
        results.put(error)
    finally:
        close(iterator)


def _next(results: SimpleQueue[tuple[Item] | BaseException | None]) -> tuple[Item] | BaseException | None:
    # Windows delivers Ctrl-C only between waits, so the wait is cut into short ones.
    while True:
        with suppress(Empty):
            return results.get(timeout=0.5)


def close(items: Iterable[object]) -> None:
    """End a generator that is given up, so that what it holds (a program, a file) is let go now.

    Left to the garbage collector it would live as long as the traceback of the error that it was given up for.
    """
    if isinstance(items, Generator):
        items.close()
