"""What the user asks for in; the processor that really works, its arithmetic, and why it was chosen, out."""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import logging
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from subtrans.engines.later import import_later
from subtrans.engines.machine.threads import rest_while_waiting
from subtrans.errors import DeviceError, ModelError, SubtransError, brief, pip_install

LIBRARIES = {"nvidia.cublas": ("cublasLt", "cublas"), "nvidia.cudnn": ("cudnn",)}
"""What CTranslate2 opens by name when it first computes, by the package of the `cuda` extra that carries it."""


@dataclass(frozen=True, slots=True)
class Device:
    """A processor and the arithmetic done on it."""

    kind: Literal["cpu", "cuda"]
    compute_type: str
    reason: str
    """Why this one, in one line."""


def resolve_device(asked: str = "auto", compute_type: str = "auto", *, family: str | None = None) -> Device:
    """The processor to use; `auto` never fails, `cuda` raises DeviceError where CUDA does not work.

    `family` of the model: T5's activations do not fit float16.
    """
    rest_while_waiting()
    import_later("asyncio")  # CTranslate2's package does, for functions that nobody here calls, in a fifth of its time
    if asked not in {"auto", "cpu", "cuda"}:
        raise DeviceError(f"unknown device {asked!r}: choose auto, cpu or cuda")
    problem = None if asked == "cpu" else cuda_problem()
    if asked == "cuda" and problem:
        raise DeviceError(f"CUDA does not work ({problem}): use --device cpu")
    kind: Literal["cpu", "cuda"] = "cpu" if asked == "cpu" or problem else "cuda"
    reason = {"cpu": f"CUDA does not work: {problem}", "cuda": "CUDA works"}[kind] if asked == "auto" else "asked for"
    return Device(kind, _compute_type(kind, compute_type, family), reason)


@contextlib.contextmanager
def opening(path: Path, device: Device) -> Iterator[None]:
    """Around the loading of a CTranslate2 model: its errors as one line that says what to do.

    What splits its texts is loaded with it, by code that raises anything, the bare Exception too.
    """
    try:
        yield
    except ValueError as error:
        raise DeviceError(f"{device.kind} cannot run {path}: {brief(error)}") from error
    except (SubtransError, MemoryError):
        raise
    except Exception as error:
        if is_full(error):
            raise DeviceError(f"{path} does not fit the memory of the {device.kind}: use --device cpu") from error
        raise ModelError(f"cannot load {path} ({brief(error)}): fetch or convert it again") from error


def is_full(error: Exception) -> bool:
    """Whether memory ran out: CUDA says so in words, cuBLAS by the status of what it had no room for.

    A GPU that is at fault otherwise says the same of whatever it is asked next, also of that it should do less.
    """
    said = f"{error} {error.__cause__ or ''}".casefold()
    return any(word in said for word in ("out of memory", "alloc_failed", "not_initialized", "execution_failed"))


@functools.cache
def cuda_problem() -> str | None:
    """Why CUDA cannot be used, in one line; None if it works. The answer is kept for the life of the process."""
    try:
        import ctranslate2

        ctranslate2.set_log_level(logging.WARNING)  # it tells everybody which allocator it takes
        count = ctranslate2.get_cuda_device_count()
        if not count:
            return "no NVIDIA GPU or driver was found"
        missing = preload_cuda()
        if missing:
            return f"{missing} was not found: " + pip_install('"subtrans[cuda]"')
        return _try_cuda()
    except (RuntimeError, ValueError, ImportError, OSError) as error:
        return brief(error)


def preload_cuda() -> str | None:
    """Open the CUDA libraries of the nvidia wheels, so that CTranslate2 finds them by name; the first missing, if any.

    A library that is open is found by its name without LD_LIBRARY_PATH. Those of the system are tried after. Windows
    looks along PATH, where the wheels' folders are put, also for what cuDNN opens by name itself.
    """
    if sys.platform not in {"linux", "win32"}:
        return None
    windows = sys.platform == "win32"
    for package, names in LIBRARIES.items():
        version = "12" if package == "nvidia.cublas" else "9"
        folders = _wheel_folders(package, "bin" if windows else "lib")
        if windows:
            os.environ["PATH"] = os.pathsep.join([*map(str, folders), os.environ.get("PATH", "")])
        for name in names:
            file = f"{name}64_{version}.dll" if windows else f"lib{name}.so.{version}"
            if not any(_open(path) for path in [*(folder / file for folder in folders), Path(file)]):
                return file
    return None


def _wheel_folders(package: str, part: str) -> list[Path]:
    try:
        found = importlib.util.find_spec(package)
    except ModuleNotFoundError:
        return []
    return [Path(folder) / part for folder in (found.submodule_search_locations or [])] if found else []


def _open(path: Path) -> bool:
    import ctypes

    try:
        ctypes.CDLL(str(path), mode=ctypes.RTLD_GLOBAL, winmode=0)  # 0: along PATH, as CTranslate2 looks
    except OSError:
        return False
    return True


def _try_cuda() -> str | None:
    """One small copy to the GPU and back: a driver that is too old, or a GPU that is taken, fails here."""
    import numpy as np
    from ctranslate2 import Device as Place
    from ctranslate2 import StorageView

    there = StorageView.from_array(np.ones((2, 2), dtype=np.float32)).to_device(Place.cuda)
    back = np.asarray(there.to_device(Place.cpu))
    return None if (back == 1).all() else "the GPU returned wrong values"


def _compute_type(kind: str, asked: str, family: str | None) -> str:
    import ctranslate2

    known = ctranslate2.get_supported_compute_types(kind)
    if asked == "auto":
        gpu = ("bfloat16", "float32") if family in {"t5", "madlad"} else ("float16", "int8_float16", "float32")
        wanted = gpu if kind == "cuda" else ("int8", "float32")
        return next((name for name in wanted if name in known), "default")
    if asked not in known:
        raise DeviceError(f"{kind} cannot compute in {asked}: choose auto or one of {', '.join(sorted(known))}")
    return asked
