"""Images of SimpleITK and nibabel lie where they say, with no axes swapped: oblique, anisotropic, and
with as many rows, columns and slices as nothing else has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
import SimpleITK as sitk
from scipy.spatial.transform import Rotation

import thecal

SHAPE = (23, 31, 44)
SPACING = (2.5, 0.9, 0.7)
ORIGIN = (-31.0, 17.0, -250.5)
DIRECTIONS = Rotation.from_euler("xyz", [11, -17, 29], degrees=True).as_matrix()
CENTRE = np.array(ORIGIN) + DIRECTIONS @ (np.array([20.0, 14.0, 11.0]) * SPACING[::-1])


def centres() -> np.ndarray:
    """Where each voxel lies, by DICOM's equation."""
    k, j, i = np.meshgrid(*(np.arange(n) for n in SHAPE), indexing="ij")
    steps = np.stack([i * SPACING[2], j * SPACING[1], k * SPACING[0]], -1)
    return steps @ DIRECTIONS.T + ORIGIN


def ellipsoid() -> np.ndarray:
    """Longer along each of the patient's axes than along the next one."""
    return (((centres() - CENTRE) / (9.0, 7.0, 5.0)) ** 2).sum(-1) < 1


def as_sitk(mask: np.ndarray) -> Any:
    image = sitk.GetImageFromArray(mask.astype(np.uint8))
    image.SetSpacing(SPACING[::-1])
    image.SetOrigin(ORIGIN)
    image.SetDirection(DIRECTIONS.ravel())
    return image


def lps_affine() -> np.ndarray:
    affine = np.eye(4)
    affine[:3, :3] = DIRECTIONS * SPACING[::-1]
    affine[:3, 3] = ORIGIN
    return affine


def as_nibabel(mask: np.ndarray, dtype: Any = np.uint8) -> Any:
    return nib.Nifti1Image(mask.T.astype(dtype), np.diag([-1, -1, 1, 1]) @ lps_affine())


def check_extent(solid: thecal.Solid) -> None:
    """Ends of the ellipsoid's axes lie on the surface: swapped axes would put them millimetres off."""
    for axis, reach in enumerate((9.0, 7.0, 5.0)):
        for side in (-1, 1):
            end = CENTRE.copy()
            end[axis] += side * reach
            assert abs(solid.signed_distance([end])[0]) < 0.6, (axis, side)


def test_an_image_of_simpleitk() -> None:
    check_extent(thecal.Solid.from_mask(as_sitk(ellipsoid())))


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32])
def test_an_image_of_nibabel(dtype: Any) -> None:
    check_extent(thecal.Solid.from_mask(as_nibabel(ellipsoid(), dtype)))


def test_an_image_of_nibabel_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mask.nii.gz"
    nib.save(as_nibabel(ellipsoid()), path)
    check_extent(thecal.Solid.from_mask(nib.load(path)))


def test_an_affine_by_its_convention() -> None:
    mask = ellipsoid()
    ras = as_nibabel(mask).affine
    check_extent(thecal.Solid.from_mask(mask, affine=ras, convention="RAS"))
    check_extent(thecal.Solid.from_mask(mask, affine=lps_affine(), convention="LPS"))
    with pytest.raises(AssertionError):
        check_extent(thecal.Solid.from_mask(mask, affine=ras, convention="LPS"))
    with pytest.raises(thecal.InputError, match="RAS"):
        thecal.Solid.from_mask(mask, affine=ras)


def test_spacing_origin_and_directions() -> None:
    placed = {"spacing_zyx_mm": SPACING, "origin_mm": ORIGIN, "directions": DIRECTIONS}
    check_extent(thecal.Solid.from_mask(ellipsoid(), **placed))  # type: ignore[arg-type]
    with pytest.raises(thecal.InputError, match="not said where"):
        thecal.Solid.from_mask(ellipsoid())


def test_grids_of_images_are_those_of_the_libraries() -> None:
    mask = ellipsoid()
    image = as_sitk(mask)
    rng = np.random.default_rng(2)
    for grid in (
        thecal.Grid.from_image(image),
        thecal.Grid.from_image(as_nibabel(mask)),
        thecal.Grid(SHAPE, SPACING, ORIGIN, DIRECTIONS),
    ):
        assert grid.shape_zyx == SHAPE
        np.testing.assert_allclose(grid.spacing_zyx_mm, SPACING, rtol=1e-6)
        for index in rng.integers(0, 20, (5, 3)):
            theirs = image.TransformIndexToPhysicalPoint([int(n) for n in index])
            ours = grid.affine("LPS") @ [*index, 1]
            np.testing.assert_allclose(ours[:3], theirs, atol=1e-4)
        np.testing.assert_allclose(grid.affine("RAS"), as_nibabel(mask).affine, atol=1e-5)
        again = thecal.Grid.from_affine(grid.affine("RAS"), SHAPE, convention="RAS")
        np.testing.assert_allclose(again.directions, DIRECTIONS, atol=1e-6)


def test_voxel_work_takes_images_with_their_spacing() -> None:
    mask = ellipsoid()
    truth = thecal.edt(mask, SPACING)
    np.testing.assert_allclose(thecal.edt(as_sitk(mask)), truth, rtol=1e-5)
    np.testing.assert_allclose(thecal.edt(as_nibabel(mask)), truth, rtol=1e-5)
    image = sitk.Cast(as_sitk(mask), sitk.sitkUInt8)
    theirs = sitk.GetArrayFromImage(
        sitk.SignedMaurerDistanceMap(image, squaredDistance=False, useImageSpacing=True)
    )
    outside = truth > 0
    # SimpleITK measures from the outermost voxel centres of the mask, as an edt does.
    np.testing.assert_allclose(truth[outside], theirs[outside], atol=1e-3)
    mesh = thecal.isosurface(sitk.GetImageFromArray(np.float32([[[1]]])))
    assert len(mesh.triangles) == 0
    with pytest.raises(thecal.InputError, match="says itself"):
        thecal.edt(as_sitk(mask), SPACING)


def test_labels_of_an_image() -> None:
    labels = ellipsoid().astype(np.uint8) * 7
    labels[0, 0, 0] = 3
    for image in (as_sitk(labels), as_nibabel(labels)):
        check_extent(thecal.Solid.from_mask(image, label=7))
        with pytest.raises(thecal.InputError, match="label="):
            thecal.Solid.from_mask(image)
        with pytest.raises(thecal.InputError, match="empty"):
            thecal.Solid.from_mask(image, label=9)


def test_images_that_cannot_be_used() -> None:
    with pytest.raises(thecal.InputError, match="3 axes"):
        thecal.edt(sitk.Image(4, 5, sitk.sitkUInt8))
    with pytest.raises(thecal.InputError, match="3 axes"):
        thecal.edt(nib.Nifti1Image(np.zeros((2, 3, 4, 5), np.uint8), np.eye(4)))
    with pytest.raises(thecal.InputError, match="one number"):
        thecal.edt(sitk.Image([3, 4, 5], sitk.sitkVectorUInt8, 3))
    with pytest.raises(thecal.InputError, match="no affine"):
        thecal.edt(nib.Nifti1Image(np.zeros((2, 3, 4), np.uint8), None))
    with pytest.raises(thecal.InputError, match="expected a SimpleITK or nibabel image"):
        thecal.Grid.from_image(np.zeros((2, 3, 4)))


@pytest.mark.parametrize(
    ("affine", "why"),
    [
        (np.zeros((4, 4)), "last row"),
        (np.diag([0.0, 1, 1, 1]), "no length"),
        (np.full((4, 4), np.nan), "not finite"),
        (np.eye(3), "4 x 4"),
        ("affine", "4 x 4"),
        (np.array([[1, 1, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1.0]]), "no length|singular"),
    ],
)
def test_affines_that_are_none(affine: Any, why: str) -> None:
    with pytest.raises(thecal.InputError, match=why):
        thecal.Grid.from_affine(affine, (3, 4, 5), convention="RAS")
    with pytest.raises(thecal.InputError, match="RAS"):
        thecal.Grid.from_affine(np.eye(4), (3, 4, 5), convention="ras")
