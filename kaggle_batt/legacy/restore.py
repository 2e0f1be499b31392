"""The state of a process that calls of an older module may change, put back between two of them.

`Globals` are those of any modules. A `Snapshot` has those of the older module and of modules beside it; the
containers, attributes, captured variables and caches that these reach; the current folder, umask and
environment. The inner state of objects of other packages is in neither: for that `isolated.py` forks.
"""

from __future__ import annotations

import functools
import os
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from types import CellType, FunctionType, ModuleType
from typing import Any

_CONTAINERS = (dict, list, set, deque, bytearray)
_Cache = type(functools.lru_cache(lambda: None))


class Globals:
    """The globals of modules as they are now."""

    def __init__(self, modules: Iterable[ModuleType]) -> None:
        self.copies = [(vars(module), vars(module).copy()) for module in modules]

    def put_back(self) -> bool:
        """Make them what they were; whether any differed."""
        changed = False
        for names, copy in self.copies:
            if _differ(names, copy):
                # names of submodules imported meanwhile stay, as `sys.modules` has them
                added = {key: value for key, value in names.items() if isinstance(value, ModuleType)}
                if _differ(names, added | copy):
                    _fill(names, added | copy)
                    changed = True
        return changed


class Snapshot:
    """The state as it is now; `modules` are the older module and those beside it."""

    def __init__(self, modules: Sequence[ModuleType]) -> None:
        self.own = {module.__name__ for module in modules}
        self.globals = Globals(modules)
        self.containers: list[tuple[Any, Any]] = []
        self.classes: list[tuple[type, dict[str, Any]]] = []
        self.cells: list[tuple[CellType, Any]] = []
        self.caches: list[tuple[Any, Any]] = []
        self._collect([value for module in modules for value in vars(module).values()])
        self.folder, self.environment = os.getcwd(), dict(os.environ)
        self.umask = os.umask(0)  # to read it is to set it
        os.umask(self.umask)

    def _collect(self, stack: list[Any]) -> None:
        seen: dict[int, Any] = {}
        while stack:
            value = stack.pop()
            if id(value) not in seen:
                seen[id(value)] = value
                stack += self._parts(value)

    def _parts(self, value: Any) -> Iterable[Any]:
        """What a value consists of; it is recorded if it can change."""
        if isinstance(value, _CONTAINERS):
            self.containers.append((value, value.copy()))
            return list(value.values() if isinstance(value, dict) else value)
        if isinstance(value, (tuple, frozenset)):
            return list(value)
        if isinstance(value, FunctionType):
            return [*self._captured(value), vars(value), value.__defaults__, value.__kwdefaults__]
        if isinstance(value, _Cache):
            self.caches.append((value, value.cache_info()))
            return [value.__wrapped__]
        if isinstance(value, type) and value.__module__ in self.own:
            self.classes.append((value, dict(vars(value))))
            return list(vars(value).values())
        return [vars(value)] if type(value).__module__ in self.own and hasattr(value, "__dict__") else []

    def _captured(self, function: FunctionType) -> list[Any]:
        found = []
        for cell in function.__closure__ or ():
            with suppress(ValueError):  # it has no value yet
                found.append((cell, cell.cell_contents))
        self.cells += found
        return [content for _, content in found]

    def put_back(self) -> None:
        self.globals.put_back()
        for container, copy in self.containers:
            if _differ(container, copy):
                _fill(container, copy)
        for cls, attributes in self.classes:
            if _differ(dict(vars(cls)), attributes):
                _fill_class(cls, attributes)
        for cell, content in self.cells:
            cell.cell_contents = content
        for cache, info in self.caches:
            if cache.cache_info() != info:
                cache.cache_clear()
        os.chdir(self.folder)
        os.umask(self.umask)
        if dict(os.environ) != self.environment:
            _fill(os.environ, self.environment)


def _differ(one: Any, two: Any) -> bool:
    """Whether contents differ; where this can't be seen, as for arrays in a container, they count as such."""
    try:
        return bool(one != two)
    except Exception:
        return True


def _fill(container: Any, content: Any) -> None:
    fill = container.extend if hasattr(container, "extend") else container.update
    container.clear()
    fill(content)


def _fill_class(cls: type, attributes: dict[str, Any]) -> None:
    for name in set(vars(cls)) - set(attributes):
        delattr(cls, name)
    for name, value in attributes.items():
        if vars(cls).get(name) is not value:
            setattr(cls, name, value)
