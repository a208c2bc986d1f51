"""The exceptions of the package."""

from __future__ import annotations


class Error(Exception):
    """Why there is no result. The message is that of the command line."""

    #: One word for programs that go on by it, as ``not_found``; those of the README.
    kind: str
    #: The exit code that the command line would end with.
    code: int

    def __init__(self, message: str, kind: str = "input", code: int = 3) -> None:
        super().__init__(message, kind, code)
        self.kind = kind
        self.code = code

    def __str__(self) -> str:
        return str(self.args[0])


class UsageError(Error, ValueError):
    """A setting is unknown or out of range, or two contradict each other."""


class InputError(Error, ValueError):
    """What was given cannot be used: a file, an array, a solid."""


class OutputError(Error, OSError):
    """Results could not be written."""


class InternalError(Error, RuntimeError):
    """A fault of thecal itself, not of what it was given."""
