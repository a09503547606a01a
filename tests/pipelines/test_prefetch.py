"""The prefetch stage: same items, bounded, failures handed on, no thread left behind."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtrans.pipelines.prefetch import in_order, prefetch


def threads() -> int:
    return sum(thread.name == "prefetch" for thread in threading.enumerate())


@given(st.lists(st.integers()), st.integers(1, 4))
def test_same_items_in_the_same_order(items: list[int], ahead: int) -> None:
    assert list(prefetch(items, ahead)) == items
    assert threads() == 0


@pytest.mark.parametrize("ahead", [1, 3])
def test_never_more_than_ahead_wait(ahead: int) -> None:
    made = 0
    # One item is with the consumer, `ahead` may wait for it.
    started = threading.Semaphore(0)

    def source() -> Iterator[int]:
        nonlocal made
        for number in range(20):
            made += 1
            started.release()
            yield number

    stage = prefetch(source(), ahead)
    for number in range(10):
        assert next(stage) == number
        assert made <= number + 1 + ahead
    for _ in range(10 + ahead):
        assert started.acquire(timeout=5), "the thread does not work ahead"
    assert made == 10 + ahead
    stage.close()


def test_makes_the_next_item_while_the_consumer_has_this_one() -> None:
    second = threading.Event()

    def source() -> Iterator[int]:
        yield 1
        second.set()
        yield 2

    stage = prefetch(source())
    next(stage)
    assert second.wait(5)
    assert list(stage) == [2]


def test_failure_comes_after_the_items_before_it() -> None:
    def source() -> Iterator[int]:
        yield 1
        yield 2
        raise OSError("the disk is gone")

    stage = prefetch(source(), 2)
    got = [next(stage), next(stage)]
    with pytest.raises(OSError, match="the disk is gone") as caught:
        next(stage)
    assert got == [1, 2]
    assert any(entry.name == "source" for entry in caught.traceback), "the place of the failure is lost"
    assert threads() == 0


@pytest.mark.parametrize("stage_of", [prefetch, partial(in_order, int)], ids=["prefetch", "in order"])
def test_closing_early_ends_the_thread_and_closes_the_source(stage_of: Callable[..., Generator[int]]) -> None:
    closed = threading.Event()

    def source() -> Iterator[int]:
        try:
            yield from range(1000)
        finally:
            closed.set()

    stage = stage_of(source())
    assert next(stage) == 0
    stage.close()
    assert closed.is_set()
    assert threads() == 0


def test_closing_does_not_wait_for_an_engine_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("subtrans.pipelines.prefetch.PATIENCE", 0.01)
    released = threading.Event()

    def source() -> Iterator[int]:
        yield 1
        released.wait()
        yield 2

    stage = prefetch(source())
    assert next(stage) == 1
    stage.close()
    released.set()


def test_nothing_runs_before_the_first_item_is_asked_for() -> None:
    prefetch(iter([1, 2]))
    assert threads() == 0


def test_none_and_exceptions_are_items_too() -> None:
    error = ValueError("an item, not a failure")
    assert list(prefetch([None, error, None])) == [None, error, None]


def test_no_room_ahead_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        next(prefetch([1], 0))


@given(st.lists(st.integers()), st.integers(2, 4))
def test_results_come_in_the_order_of_the_items(items: list[int], count: int) -> None:
    assert list(in_order(str, items, count)) == [str(item) for item in items]


@pytest.mark.parametrize("count", [2, 3])
def test_so_many_calls_are_made_at_once_and_no_more(count: int) -> None:
    together, now, most = threading.Barrier(count), 0, 0
    lock = threading.Lock()

    def call(item: int) -> int:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        together.wait(5)  # raises where fewer are made
        with lock:
            now -= 1
        return item

    assert list(in_order(call, range(4 * count), count)) == list(range(4 * count))
    assert most == count


def test_a_slow_first_call_does_not_let_the_second_pass() -> None:
    second = threading.Event()

    def call(item: int) -> int:
        if item == 0:
            assert second.wait(5)
        else:
            second.set()
        return item

    assert list(in_order(call, range(3))) == [0, 1, 2]


@pytest.mark.parametrize("where", ["items", "call"])
def test_what_is_raised_comes_after_the_results_before_it(where: str) -> None:
    def source() -> Iterator[int]:
        yield from (1, 2)
        if where == "items":
            raise ValueError("broken")
        yield 3

    def call(item: int) -> int:
        if item == 3:
            raise ValueError("broken")
        return item

    stage = in_order(call, source())
    assert [next(stage), next(stage)] == [1, 2]
    with pytest.raises(ValueError, match="broken"):
        next(stage)
    assert threads() == 0


def test_a_program_that_ends_in_the_middle_waits_for_the_call_that_is_made() -> None:
    program = """
import threading
from subtrans.pipelines.prefetch import in_order
begun = threading.Event()

def call(number):
    if number == 1:
        begun.set()
        threading.main_thread().join()
        print("over", flush=True)

stage = in_order(call, range(10))
next(stage)
begun.wait(5)
"""
    assert run(program) == "over\n"


def test_a_program_that_ends_with_a_stage_in_its_hand_ends_the_thread() -> None:
    program = """
import threading
from subtrans.pipelines.prefetch import prefetch
begun = threading.Event()

def source():
    try:
        yield 1
        begun.set()
        threading.main_thread().join()
        yield 2
        yield 3
    finally:
        print("closed", flush=True)

stage = prefetch(source())
next(stage)
begun.wait(5)
"""
    assert run(program) == "closed\n"


def run(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
