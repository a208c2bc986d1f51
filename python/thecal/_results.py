"""What functions give that is neither an array nor a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from thecal._records import Report
    from thecal._thecal import Solid


class Component(NamedTuple):
    """A connected part of a mask."""

    #: Its number in the array of labels, from 1.
    label: int
    #: Number of its voxels.
    voxels: int
    #: Volume of its voxels, cc.
    volume_cc: float
    #: Its first voxel along each axis, z, y, x.
    start_zyx: tuple[int, int, int]
    #: One past its last voxel along each axis, z, y, x.
    end_zyx: tuple[int, int, int]


class Mesh(NamedTuple):
    """A closed mesh, wound outwards."""

    #: float64 of shape (n, 3): x, y, z in LPS, mm.
    vertices_mm: NDArray[np.float64]
    #: uint32 of shape (m, 3): places among the vertices.
    triangles: NDArray[np.uint32]


class Residual(NamedTuple):
    """What an approach left of a tumour."""

    #: Name of the approach.
    approach: str
    #: Name of the tumour.
    tumour: str
    #: What is left; None where nothing is.
    left: Solid | None
    #: What was taken; None where nothing was.
    removed: Solid | None
    #: Volume of what was taken, cc.
    removed_cc: float


class Separation(NamedTuple):
    """A simulated separation: its record and its solids."""

    report: Report
    residuals: tuple[Residual, ...]
