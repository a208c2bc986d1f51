"""What all records have in common. Their classes stand in ``_records.py``."""

from __future__ import annotations

# `typing` alone would take a third of the import. Checkers of types take this name for true.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeVar

    R = TypeVar("R", bound="Record")


def _frozen(value: Any) -> Any:
    """Lists as tuples, all the way down."""
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    return value


def _copied(value: dict[str, Any]) -> dict[str, Any]:
    import copy

    return copy.deepcopy(value)


class Record:
    """A part of a record. Its attributes are those of the JSON, and cannot be set."""

    __slots__ = ("_data", "_made")

    _data: dict[str, Any]
    _made: dict[str, Any]

    def __init__(self, data: dict[str, Any]) -> None:
        object.__setattr__(self, "_data", data)
        object.__setattr__(self, "_made", {})

    def to_dict(self) -> dict[str, Any]:
        """The same as ``json.loads`` gives it: dictionaries, lists, text, numbers and None."""
        return _copied(self._data)

    def _plain(self, name: str) -> Any:
        value = self._data.get(name)
        if isinstance(value, list):
            if name not in self._made:
                self._made[name] = _frozen(value)
            return self._made[name]
        return _copied(value) if isinstance(value, dict) else value

    def _one(self, name: str, of: type[R]) -> R | None:
        value = self._data.get(name)
        if value is None:
            return None
        if name not in self._made:
            self._made[name] = of(value)
        made: R = self._made[name]
        return made

    def _many(self, name: str, of: type[R]) -> tuple[R | None, ...] | None:
        value = self._data.get(name)
        if value is None:
            return None
        if name not in self._made:
            self._made[name] = tuple(None if item is None else of(item) for item in value)
        made: tuple[R | None, ...] = self._made[name]
        return made

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a record cannot be changed: {name}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a record cannot be changed: {name}")

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other) or not isinstance(other, Record):
            return NotImplemented
        return self._data == other._data

    # It holds lists, so that it has no hash.
    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        simple = (str, int, float, bool, type(None))
        shown = [f"{k}={v!r}" for k, v in self._data.items() if isinstance(v, simple)]
        return f"{type(self).__name__}({', '.join(shown)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self._data,))


class Document(Record):
    """A whole record, as the program prints it with ``--json``."""

    __slots__ = ("_text",)

    _text: str

    def __init__(self, data: dict[str, Any], text: str | None = None) -> None:
        import json

        super().__init__(data)
        object.__setattr__(self, "_text", json.dumps(data, indent=2) if text is None else text)

    def to_json(self) -> str:
        """The text that the program prints with ``--json``."""
        return self._text

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self._data, self._text))
