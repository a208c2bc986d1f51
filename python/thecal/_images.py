"""Images of other libraries, taken apart into an array indexed [z, y, x] and where it lies."""

from __future__ import annotations

from thecal._errors import InputError
from thecal._thecal import Grid

# `typing` alone would take a third of the import. Checkers of types take this name for true.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[Any]


def _is_sitk(value: object) -> bool:
    return type(value).__module__.split(".")[0] == "SimpleITK" and hasattr(value, "GetDirection")


def _is_nibabel(value: object) -> bool:
    return hasattr(value, "dataobj") and hasattr(value, "affine")


def _is_image(value: object) -> bool:
    return _is_sitk(value) or _is_nibabel(value)


def grid_of(image: Any) -> Grid:
    """Where the voxels of an image lie."""
    if _is_sitk(image):
        if image.GetDimension() != 3:
            raise InputError(f"expected an image of 3 axes, found {image.GetDimension()}", "array")
        nx, ny, nz = image.GetSize()
        sx, sy, sz = image.GetSpacing()
        origin = image.GetOrigin()
        return Grid((nz, ny, nx), (sz, sy, sx), origin, image.GetDirection())
    if _is_nibabel(image):
        if len(image.shape) != 3:
            raise InputError(f"expected an image of 3 axes, found shape {image.shape}", "array")
        if image.affine is None:
            raise InputError("the image has no affine, so it is not known where it lies", "array")
        nx, ny, nz = image.shape
        return Grid.from_affine(image.affine, (nz, ny, nx), convention="RAS")
    found = type(image).__name__
    raise InputError(f"expected a SimpleITK or nibabel image, found {found}", "array")


def _values(image: Any) -> Array:
    """The numbers of an image, indexed [z, y, x]: a copy, since images may go while work goes on."""
    import numpy as np

    if _is_sitk(image):
        import SimpleITK

        if image.GetNumberOfComponentsPerPixel() != 1:
            raise InputError("expected an image of one number for each voxel", "array")
        array: Array = SimpleITK.GetArrayFromImage(image)
        return array
    # nibabel's arrays are indexed [x, y, z], and x is fastest in files.
    turned: Array = np.ascontiguousarray(np.asanyarray(image.dataobj).T)
    return turned


def _of_label(array: Array, label: int | None) -> Array:
    """The mask of one structure of an image."""
    if label is not None:
        chosen: Array = array == label
        return chosen
    if array.dtype.kind not in "iufb":
        raise InputError(f"expected a mask or labels, found dtype {array.dtype}", "array")
    inside: NDArray[np.bool_] = array != 0
    if (array[inside] != 1).any():
        raise InputError("the image has values other than 0 and 1: say which with label=", "array")
    return inside


def _checked(value: Any, name: str) -> Array:
    import numpy as np

    if not isinstance(value, np.ndarray):
        found = type(value).__name__
        raise InputError(
            f"{name}: expected a numpy array, a SimpleITK or a nibabel image, found {found}", "array"
        )
    if value.ndim != 3:
        raise InputError(
            f"{name}: expected 3 axes (z, y, x), found {value.ndim} of shape {value.shape}", "array"
        )
    if 0 in value.shape:
        raise InputError(f"{name}: an array of shape {value.shape} has no voxels", "array")
    array: Array = value
    return array


def _placed(array: Array, spacing_zyx_mm: Any, grid: Any, lies: str | None) -> Grid:
    if grid is not None:
        if spacing_zyx_mm is not None:
            raise InputError("grid and spacing_zyx_mm say the same: give one of them", "argument")
        if not isinstance(grid, Grid):
            raise InputError(f"grid: expected a Grid, found {type(grid).__name__}", "argument")
        if grid.shape_zyx != array.shape:
            raise InputError(
                f"the array has shape {array.shape} and its grid {grid.shape_zyx}", "array"
            )
        return grid
    if spacing_zyx_mm is None:
        if lies is not None:
            raise InputError(lies, "argument")
        return Grid(array.shape)
    spacing = [float(step) for step in spacing_zyx_mm]
    if len(spacing) != 3:
        raise InputError(f"spacing_zyx_mm: expected 3 lengths, found {len(spacing)}", "argument")
    return Grid(array.shape, spacing)


def mask_of(
    value: Any, spacing_zyx_mm: Sequence[float] | None, grid: Grid | None
) -> tuple[Array, Grid]:
    """A mask and where it lies."""
    if _is_image(value):
        placed = _only(value, spacing_zyx_mm, grid)
        return _of_label(_values(value), None), placed
    array = _checked(value, "mask")
    return array, _placed(array, spacing_zyx_mm, grid, None)


def field(
    value: Any,
    spacing_zyx_mm: Sequence[float] | None,
    grid: Grid | None,
    lies: str | None = None,
) -> tuple[Array, Grid]:
    """Numbers and where they lie."""
    if _is_image(value):
        placed = _only(value, spacing_zyx_mm, grid)
        return _values(value), placed
    array = _checked(value, "volume")
    return array, _placed(array, spacing_zyx_mm, grid, lies)


def _only(image: Any, *others: Any) -> Grid:
    if any(other is not None for other in others):
        raise InputError("the image says itself where its voxels lie: give nothing else", "argument")
    return grid_of(image)


def placed_mask(
    mask: Any,
    *,
    grid: Grid | None,
    affine: Any,
    convention: str | None,
    spacing_zyx_mm: Any,
    origin_mm: Any,
    directions: Any,
    label: int | None,
) -> tuple[Array, Grid]:
    """A mask that lies somewhere in the patient: what `Solid.from_mask` takes."""
    if _is_image(mask):
        placed = _only(mask, grid, affine, convention, spacing_zyx_mm, origin_mm, directions)
        return _of_label(_values(mask), label), placed
    array = _checked(mask, "mask")
    if label is not None:
        array = array == label
    if affine is not None:
        if any(other is not None for other in (grid, spacing_zyx_mm, origin_mm, directions)):
            raise InputError("the affine says all of where the voxels lie: give nothing else", "argument")
        if convention is None:
            raise InputError(
                'say the convention of the affine: "RAS" (nibabel) or "LPS" (DICOM, ITK)', "argument"
            )
        return array, Grid.from_affine(affine, array.shape, convention=convention)
    if convention is not None:
        raise InputError("convention is that of an affine, and there is none", "argument")
    if grid is None and spacing_zyx_mm is not None and origin_mm is not None:
        return array, Grid(array.shape, spacing_zyx_mm, origin_mm, directions)
    if origin_mm is not None or directions is not None:
        raise InputError("give spacing_zyx_mm, origin_mm and directions together", "argument")
    if grid is None:
        raise InputError(
            "it is not said where the voxels lie: give an image, grid=, affine= with its convention=, or "
            "spacing_zyx_mm= and origin_mm=",
            "argument",
        )
    return array, _placed(array, spacing_zyx_mm, grid, None)
