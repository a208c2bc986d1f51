"""Settings in Python as options of the command line, which is where their meaning is known."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from thecal import _thecal
from thecal._errors import UsageError

# `typing` alone would take a third of the import. Checkers of types take this name for true.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Union

    Path = Union[str, os.PathLike[str]]
    Paths = Union[Path, Iterable[Path]]

_AT_ONCE: dict[str, dict[str, int]] = {}


def at_once(command: str) -> dict[str, int]:
    """How many values each option of a command takes at once."""
    import json

    if command not in _AT_ONCE:
        known = json.loads(_thecal.options(command))
        _AT_ONCE[command] = {option["name"]: option["at_once"] for option in known}
    return _AT_ONCE[command]


def _words(name: str, value: object) -> list[str]:
    """The values of one option, each as it is typed."""
    if isinstance(value, (str, os.PathLike)):
        return [os.fspath(value)]
    if isinstance(value, Mapping):
        return [f"{key}={word}" for key, item in value.items() for word in _words(name, item)]
    if isinstance(value, (int, float)):
        return [repr(value)]
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        return _words(name, value.item())
    if isinstance(value, Iterable) and not isinstance(value, (bytes, bytearray)):
        return [word for item in value for word in _words(name, item)]
    found = type(value).__name__
    raise UsageError(f"{name}: expected text, numbers, paths or lists of them, found {found}", "usage", 2)


def options(command: str, settings: Mapping[str, Any]) -> list[str]:
    """Settings as options: ``assume_same_frame=True`` is ``--assume-same-frame``."""
    known = at_once(command)
    out: list[str] = []
    for key, value in settings.items():
        name = key.replace("_", "-")
        if value is None or value is False:
            continue
        if value is True:
            out.append(f"--{name}")
        elif known.get(name, 1) > 1:
            out += [f"--{name}", *_words(key, value)]
        else:
            # In one word, so that a value with a hyphen in front is a value.
            out += [f"--{name}={word}" for word in _words(key, value)]
    return out


def places(paths: Paths) -> list[str]:
    """One path, or several."""
    if isinstance(paths, (str, os.PathLike)):
        paths = [paths]
    return [os.fspath(path) for path in paths]
