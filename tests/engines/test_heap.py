"""GNU's allocator: threads share one heap, and what is let go goes back to the system; others are left alone."""

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
def test_what_is_free_is_given_back() -> None:
    program = """
import ctypes, os
from subtrans.engines.machine.heap import give_back
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]
resident = lambda: int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGESIZE")
pieces = [libc.malloc(100_000) for _ in range(400)]
[ctypes.memset(piece, 1, 100_000) for piece in pieces]
[libc.free(piece) for piece in pieces[:-1]]
before = resident()
give_back()
print(before - resident())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 35_000_000


def test_another_allocator_is_left_alone(monkeypatch) -> None:
    def missing(name: object) -> object:
        raise TypeError("as on Windows")

    heap._function.cache_clear()
    monkeypatch.setattr(ctypes, "CDLL", missing)
    heap.share_one_heap()
    heap.give_back()
    assert heap._function("mallopt") is None
    heap._function.cache_clear()
