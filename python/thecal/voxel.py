"""The voxel core on numpy arrays, indexed [z, y, x].

Masks are arrays of bool, or of uint8 with 0 and 1; numbers are float32. Both are looked at in place, without
a copy, and must be C-contiguous; numbers of other types are converted, which copies. Images of SimpleITK and
nibabel can be given instead of arrays: they are copied, and say themselves where their voxels lie. Work
runs on all processors without the interpreter's lock. ``KeyboardInterrupt`` is raised at once; what was
begun runs to its end in the background.
"""

from __future__ import annotations

from thecal import _thecal
from thecal._images import field, mask_of
from thecal._thecal import Grid

# `typing` alone would take a third of the import. Checkers of types take this name for true.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Literal

    import numpy as np
    from numpy.typing import NDArray

    from thecal._results import Component, Mesh


def edt(
    mask: Any, spacing_zyx_mm: Sequence[float] | None = None, *, grid: Grid | None = None
) -> NDArray[np.float32]:
    """Distance of every voxel centre to the nearest voxel centre of the mask, mm; 0 in the mask.

    scipy's ``distance_transform_edt`` measures the other way, to the nearest voxel that is not set: that is
    ``edt(~mask)``.

    Args:
        mask: bool, or uint8 of 0 and 1, of shape (z, y, x), C-contiguous; or an image.
        spacing_zyx_mm: distance of voxel centres along the axes of the array; default 1 mm each.
        grid: where the voxels lie, instead of their spacing.

    Returns:
        float32 of the mask's shape; exact but for rounding (2e-7 relative). Infinite where the mask is empty.

    Raises:
        InputError: the array is not such a mask, or the grid is sheared or of another shape.

    Source: Meijster et al. 2000, doi 10.1007/0-306-47025-X_36.
    """
    array, placed = mask_of(mask, spacing_zyx_mm, grid)
    return _thecal.edt(array, placed)


def signed_distance(
    mask: Any,
    spacing_zyx_mm: Sequence[float] | None = None,
    *,
    grid: Grid | None = None,
    border: Literal["open", "background"] = "open",
) -> NDArray[np.float32]:
    """Signed distance between voxel centres, mm: outside to the nearest voxel of the mask, inside minus the
    distance to the nearest voxel outside.

    There is no zero: across the surface the value jumps from minus to plus one step.

    Args:
        mask: bool, or uint8 of 0 and 1, of shape (z, y, x), C-contiguous; or an image.
        spacing_zyx_mm: distance of voxel centres along the axes of the array; default 1 mm each.
        grid: where the voxels lie, instead of their spacing.
        border: what lies beyond the array: nothing that counts ("open"), or "background".

    Returns:
        float32 of the mask's shape; infinite where there is nothing to measure to.

    Raises:
        InputError: as :func:`edt`.

    Source: as :func:`edt`.
    """
    array, placed = mask_of(mask, spacing_zyx_mm, grid)
    return _thecal.signed_distance(array, placed, border)


def margin(
    mask: Any,
    margin_mm: float,
    spacing_zyx_mm: Sequence[float] | None = None,
    *,
    grid: Grid | None = None,
) -> NDArray[np.bool_]:
    """A mask grown by a margin, or shrunk where it is negative: by distance between voxel centres.

    For a margin on a surface finer than the voxels use a :class:`Solid`.

    Args:
        mask: bool, or uint8 of 0 and 1, of shape (z, y, x), C-contiguous; or an image.
        margin_mm: how far, mm.
        spacing_zyx_mm: distance of voxel centres along the axes of the array; default 1 mm each.
        grid: where the voxels lie, instead of their spacing.

    Returns:
        bool of the mask's shape; what would leave the array is cut.

    Raises:
        InputError: as :func:`edt`, and a margin that is no number.
    """
    array, placed = mask_of(mask, spacing_zyx_mm, grid)
    return _thecal.margin(array, margin_mm, placed)


def components(
    mask: Any,
    neighbours: Literal["faces", "edges", "corners"] = "faces",
    spacing_zyx_mm: Sequence[float] | None = None,
    *,
    grid: Grid | None = None,
) -> tuple[NDArray[np.uint32], tuple[Component, ...]]:
    """The connected parts of a mask.

    Args:
        mask: bool, or uint8 of 0 and 1, of shape (z, y, x), C-contiguous; or an image.
        neighbours: which voxels are: the 6 across faces, the 18 also across edges, or all 26.
        spacing_zyx_mm: distance of voxel centres along the axes of the array; default 1 mm each.
        grid: where the voxels lie, instead of their spacing.

    Returns:
        Labels, uint32 of the mask's shape, 0 outside the mask, from 1 in the order of their first voxels;
        and the parts in that order.

    Raises:
        InputError: as :func:`edt`.

    Source: He et al. 2008, doi 10.1109/TIP.2008.919369.
    """
    from thecal._results import Component

    array, placed = mask_of(mask, spacing_zyx_mm, grid)
    labels, parts = _thecal.components(array, neighbours, placed)
    return labels, tuple(Component(n, *part) for n, part in enumerate(parts, 1))


def isosurface(
    level: Any, spacing_zyx_mm: Sequence[float] | None = None, *, grid: Grid | None = None
) -> Mesh:
    """The zero surface of a level field, negative inside, as a closed mesh.

    Beyond the array everything counts as outside. For another level subtract it first.

    Args:
        level: float32 of shape (z, y, x), C-contiguous; or an image. No NaN; infinities are allowed.
        spacing_zyx_mm: distance of voxel centres along the axes of the array; default 1 mm each.
        grid: where the voxels lie, instead of their spacing.

    Returns:
        Vertices in LPS where the grid says so, else in mm from voxel [0, 0, 0].

    Raises:
        InputError: the array is not such a field.

    Source: Gibson 1998, doi 10.1007/BFb0056277.
    """
    from thecal._results import Mesh

    array, placed = field(level, spacing_zyx_mm, grid)
    return Mesh(*_thecal.isosurface(array, placed))


def resample(
    volume: Any,
    onto: Any,
    *,
    grid: Grid | None = None,
    interpolation: Literal["nearest", "linear", "cubic"] = "linear",
    outside: float = 0.0,
    source_from_target: Any = None,
) -> NDArray[np.float32]:
    """A volume on another grid.

    Args:
        volume: float32 of shape (z, y, x), C-contiguous, with its grid; or an image.
        onto: the grid to take it to, or an image that has it.
        grid: where the voxels of the volume lie.
        interpolation: how values between voxel centres are found.
        outside: the value beyond the volume.
        source_from_target: 4 x 4, rigid, LPS mm: where in the volume a point of the new grid lies.

    Returns:
        float32 of the shape of the new grid.

    Raises:
        InputError: the array is not such a volume, its grid is not known, or the matrix is not rigid.
    """
    array, placed = field(volume, None, grid, "its voxels lie somewhere: give grid=")
    to = onto if isinstance(onto, Grid) else Grid.from_image(onto)
    way = None
    if source_from_target is not None:
        import numpy as np

        way = [float(x) for x in np.asarray(source_from_target, dtype=float).reshape(16)]
    return _thecal.resample(array, placed, to, interpolation, outside, way)
