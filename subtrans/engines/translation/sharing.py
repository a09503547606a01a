"""A model's folder and how it is loaded in; its weights out, in memory once for all the translators that are in use.

Translators into several languages are several, and the model that they ask may be one of many gigabytes.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any
from weakref import WeakValueDictionary

_LOADED: WeakValueDictionary[Any, Any] = WeakValueDictionary()
_TURN = Lock()


def shared(folder: Path, how: object, load: Callable[[], Any]) -> Any:
    """What `load` makes of the folder, or what it made of the same weights before, if that is in use still.

    `how` is all that what is loaded depends on beside them.
    """
    weights = [path for kind in ("*.bin", "*.safetensors") for path in sorted(folder.rglob(kind))]
    stamps = ((path, found.st_size, found.st_ino, found.st_mtime_ns) for path in weights for found in [path.stat()])
    key = folder, how, *stamps
    with _TURN:
        if (found := _LOADED.get(key)) is None:
            found = _LOADED[key] = load()
        return found
