"""Gaps between epidural tumour, spinal cord and thecal sac, for separation surgery and SBRT of the spine.

    >>> import thecal
    >>> report = thecal.check("STUDY")                                    # doctest: +SKIP
    >>> report.headline, report.phases[0].pairs[0].gap_mm                 # doctest: +SKIP
    ('insufficient', 1.84)

Coordinates are DICOM LPS, lengths mm, arrays indexed [z, y, x]. Research software, not a medical device.
"""

from __future__ import annotations

from thecal._errors import Error, InputError, InternalError, OutputError, UsageError
from thecal._thecal import Gap, Grid, Solid, __version__
from thecal.solids import gap, measure, separate
from thecal.studies import check, compare, dvh, explain, info, program
from thecal.voxel import (
    components,
    edt,
    isosurface,
    margin,
    resample,
    signed_distance,
)

# `typing` alone would take a third of the import. Checkers of types take this name for true.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from thecal._records import DoseReport, ExplainReport, Info, Report
    from thecal._results import Component, Mesh, Residual, Separation

__all__ = [
    "Component",
    "DoseReport",
    "Error",
    "ExplainReport",
    "Gap",
    "Grid",
    "Info",
    "InputError",
    "InternalError",
    "Mesh",
    "OutputError",
    "Report",
    "Residual",
    "Separation",
    "Solid",
    "UsageError",
    "__version__",
    "check",
    "compare",
    "components",
    "dvh",
    "edt",
    "explain",
    "gap",
    "info",
    "isosurface",
    "margin",
    "measure",
    "program",
    "resample",
    "separate",
    "signed_distance",
]


def __getattr__(name: str) -> object:
    # Records have a hundred classes, which are made when the first one is asked for.
    if name in ("DoseReport", "ExplainReport", "Info", "Report"):
        from thecal import _records

        return getattr(_records, name)
    if name in ("Component", "Mesh", "Residual", "Separation"):
        from thecal import _results

        return getattr(_results, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
