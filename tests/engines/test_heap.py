"""GNU's allocator: threads share one heap, which keeps what is freed for the next; others are left alone."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

from subtrans.engines.machine import heap

GNU = pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_info"), reason="not GNU's allocator"
)


@GNU
@pytest.mark.parametrize(("call", "heaps"), [("share_one_heap()", {1}), ("", {2, 3, 4})])
def test_threads_share_one_heap(call, heaps) -> None:
    program = f"""
import ctypes, threading
from subtrans.engines.machine.heap import share_one_heap
{call}
libc, together = ctypes.CDLL(None), threading.Barrier(3)
libc.malloc.restype = ctypes.c_void_p
threads = [threading.Thread(target=lambda: (libc.malloc(9999), together.wait())) for _ in range(3)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, "stdout"))
libc.fflush(None)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.count("<heap nr=") in heaps


@GNU
@pytest.mark.parametrize(("call", "kept"), [("keep_freed_memory()", True), ("share_one_heap()", True), ("", False)])
def test_large_pieces_are_kept_for_the_next(call, kept) -> None:
    program = f"""
import ctypes, resource
from subtrans.engines.machine.heap import keep_freed_memory, share_one_heap
{call}
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]
def use():
    piece = libc.malloc(100_000_000)
    ctypes.memset(piece, 1, 100_000_000)
    libc.free(piece)
use()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
use()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before < 1000)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(kept)


def test_another_allocator_is_left_alone(monkeypatch) -> None:
    def missing(name: object) -> object:
        raise TypeError("as on Windows")

    heap._function.cache_clear()
    monkeypatch.setattr(ctypes, "CDLL", missing)
    heap.share_one_heap()
    assert heap._function("mallopt") is None
    heap._function.cache_clear()
