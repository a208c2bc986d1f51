"""Studies in files: the commands of the program as functions that give records.

Settings are the options of the command line, with underscores in their names: ``--prior-rt none`` is
``prior_rt="none"``. What can be given more than once takes a list, ``[PAIR=]MM`` also a dictionary. A
``thecal.toml`` in the working directory gives defaults, as it does to the program.
"""

from __future__ import annotations

import sys

from thecal import _thecal
from thecal._arguments import options, places
from thecal._errors import Error

# `typing` alone would take a third of the import. Checkers of types take this name for true.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    from typing_extensions import Unpack

    from thecal._arguments import Path, Paths
    from thecal._record import Document
    from thecal._records import DoseReport, ExplainReport, Info, Report
    from thecal._settings import (
        CheckSettings,
        CompareSettings,
        DvhSettings,
        ExplainSettings,
        InfoSettings,
    )

    D = TypeVar("D", bound=Document)


def program() -> list[str]:
    """What runs the program ``thecal`` of this package: the first words of a command line."""
    if not sys.executable:
        raise Error("it is not known which Python runs here, so the program cannot be started")
    # Files of the working directory are no modules of this package.
    safe = ["-P"] if sys.version_info >= (3, 11) else []
    return [sys.executable, *safe, "-m", "thecal"]


def _record(of: type[D], arguments: list[str]) -> D:
    import json

    if sys.executable:
        _thecal.run_decoders_with(program())
    text = _thecal.record(arguments)
    return of(json.loads(text), text)


def check(paths: Paths, **settings: Unpack[CheckSettings]) -> Report:
    """Measure the gaps of a study and compare them with thresholds: ``thecal check``.

    Args:
        paths: folders (searched below) or files.
        settings: options of ``thecal check``. With ``out=DIR`` the result is written there as well.

    Returns:
        The record that ``thecal check --json`` prints. Lengths in mm, points in LPS.

    Raises:
        InputError: the study cannot be measured; the message names the file and what to do.
        UsageError: a setting is unknown or out of range.
        OutputError: the result could not be written.

    Source: docs/method.md.
    """
    from thecal._records import Report

    return _record(Report, ["check", *options("check", settings), "--", *places(paths)])


def compare(before: Path, after: Path, **settings: Unpack[CompareSettings]) -> Report:
    """Compare a study before an operation with one after it: ``thecal compare``.

    Args:
        before: folder or file of the study before.
        after: that of the study after.
        settings: options of ``thecal compare``.

    Raises:
        As :func:`check`.
    """
    from thecal._records import Report

    both = [*places(before), *places(after)]
    return _record(Report, ["compare", *options("compare", settings), "--", *both])


def dvh(paths: Paths, **settings: Unpack[DvhSettings]) -> DoseReport:
    """Measure the dose to structures, and compare it with limits and with the gap: ``thecal dvh``.

    Args:
        paths: folders (searched below) or files.
        settings: options of ``thecal dvh``.

    Returns:
        Doses in Gy, volumes in cc.

    Raises:
        As :func:`check`.

    Source: docs/dose.md.
    """
    from thecal._records import DoseReport

    return _record(DoseReport, ["dvh", *options("dvh", settings), "--", *places(paths)])


def explain(paths: Paths, **settings: Unpack[ExplainSettings]) -> ExplainReport:
    """Gap, volumes and doses as other programs have them, and why they differ: ``thecal explain``.

    Args:
        paths: folders (searched below) or files.
        settings: options of ``thecal explain``.

    Raises:
        As :func:`check`.

    Source: docs/explain.md.
    """
    from thecal._records import ExplainReport

    arguments = ["explain", *options("explain", settings), "--", *places(paths)]
    return _record(ExplainReport, arguments)


def info(paths: Paths, **settings: Unpack[InfoSettings]) -> Info:
    """List what a folder contains and whether it can be measured: ``thecal info``.

    Args:
        paths: folders (searched below) or files.
        settings: options of ``thecal info``.

    Raises:
        As :func:`check`.
    """
    from thecal._records import Info

    return _record(Info, ["info", *options("info", settings), "--", *places(paths)])
