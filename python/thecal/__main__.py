"""The program ``thecal``."""

from __future__ import annotations

import importlib
import signal
import sys

from thecal import _thecal
from thecal.studies import program


def main() -> int:
    """Run the program with the arguments of this process, and give its exit code."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["ray"]:
        # It spreads studies over machines, which is done in Python.
        return int(importlib.import_module("thecal.ray").main(arguments[1:]))
    # A key that interrupts ends the program at once, as it does without Python.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _thecal.run(program(), arguments)


if __name__ == "__main__":
    sys.exit(main())
