"""The name of a module in; a stand-in that imports it when something of it is first asked for, out."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType


def import_later(name: str) -> None:
    """Let `import name` cost nothing until the module is used; one that is there already stays.

    The standard library's LazyLoader does not do it: an import statement looks at the module's spec, and so loads it.
    """
    if name not in sys.modules:
        module = _Later(name)
        module.__spec__ = find_spec(name)
        sys.modules[name] = module


class _Later(ModuleType):
    def __getattr__(self, attribute: str) -> object:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), attribute)
