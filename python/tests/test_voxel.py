"""The voxel core against scipy, SimpleITK and closed forms, on the same arrays."""

from __future__ import annotations

import numpy as np
import pytest
import SimpleITK as sitk
from scipy import ndimage

import thecal

SPACING = (3.0, 0.9, 1.1)


def noise(seed: int, share: float = 0.03, shape: tuple[int, int, int] = (17, 40, 33)) -> np.ndarray:
    return np.random.default_rng(seed).random(shape) < share


@pytest.mark.parametrize("seed", range(3))
def test_edt_is_scipys(seed: int) -> None:
    mask = noise(seed)
    found = thecal.edt(mask, SPACING)
    truth = ndimage.distance_transform_edt(~mask, sampling=SPACING)
    assert found.dtype == np.float32 and found.flags.c_contiguous
    np.testing.assert_allclose(found, truth, rtol=1e-5, atol=1e-5)


def test_edt_of_one_voxel_has_no_axes_swapped() -> None:
    mask = np.zeros((5, 7, 9), bool)
    mask[2, 3, 4] = True
    found = thecal.edt(mask, (2.0, 3.0, 5.0))
    assert found[4, 3, 4] == 4.0
    assert found[2, 6, 4] == 9.0
    assert found[2, 3, 8] == 20.0


def test_edt_of_an_empty_mask_is_infinite() -> None:
    assert np.isinf(thecal.edt(np.zeros((3, 4, 5), bool))).all()


def test_uint8_of_zeros_and_ones_is_a_mask() -> None:
    mask = noise(4)
    np.testing.assert_array_equal(thecal.edt(mask.astype(np.uint8)), thecal.edt(mask))


def test_signed_distance_is_both_of_scipys() -> None:
    mask = ndimage.binary_dilation(noise(5, 0.01), iterations=3)
    outside = ndimage.distance_transform_edt(~mask, sampling=SPACING)
    inside = ndimage.distance_transform_edt(mask, sampling=SPACING)
    found = thecal.signed_distance(mask, SPACING)
    np.testing.assert_allclose(found, outside - inside, rtol=1e-5, atol=1e-5)


def test_a_border_of_background_is_seen_from_inside() -> None:
    whole = np.ones((5, 5, 5), bool)
    assert np.isneginf(thecal.signed_distance(whole)).all()
    closed = thecal.signed_distance(whole, border="background")
    assert closed[2, 2, 2] == -3.0 and closed[0, 2, 2] == -1.0


@pytest.mark.parametrize("margin_mm", [2.0, 4.5, -1.5])
def test_margin_is_distance(margin_mm: float) -> None:
    mask = ndimage.binary_dilation(noise(6, 0.01), iterations=4)
    found = thecal.margin(mask, margin_mm, SPACING)
    if margin_mm > 0:
        truth = ndimage.distance_transform_edt(~mask, sampling=SPACING) <= margin_mm
    else:
        truth = ndimage.distance_transform_edt(mask, sampling=SPACING) > -margin_mm
    np.testing.assert_array_equal(found, truth)


@pytest.mark.parametrize(("neighbours", "rank"), [("faces", 1), ("edges", 2), ("corners", 3)])
def test_components_are_scipys(neighbours: str, rank: int) -> None:
    mask = noise(7, 0.2)
    structure = ndimage.generate_binary_structure(3, rank)
    truth, count = ndimage.label(mask, structure)
    labels, parts = thecal.components(mask, neighbours, SPACING)
    assert len(parts) == count > 3
    # Both number parts by their first voxel.
    np.testing.assert_array_equal(labels, truth)
    boxes = ndimage.find_objects(truth)
    for part, where in zip(parts, boxes, strict=True):
        assert part.start_zyx == tuple(s.start for s in where)
        assert part.end_zyx == tuple(s.stop for s in where)
        assert part.voxels == (truth == part.label).sum()
        assert part.volume_cc == pytest.approx(part.voxels * np.prod(SPACING) / 1000)


def test_the_surface_of_a_ball_encloses_its_volume() -> None:
    z, y, x = np.mgrid[-10:11, -12:13, -14:15].astype(np.float32)
    mesh = thecal.isosurface(np.sqrt(x**2 + y**2 + z**2) - 8)
    corners = mesh.vertices_mm[mesh.triangles]
    volume = np.einsum("ti,ti->t", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6
    assert volume == pytest.approx(4 / 3 * np.pi * 8**3, rel=0.005)
    # Vertices are x, y, z: the middle is at 14, 12, 10.
    np.testing.assert_allclose(mesh.vertices_mm.mean(0), [14, 12, 10], atol=0.05)


def test_resample_is_simpleitks() -> None:
    rng = np.random.default_rng(8)
    volume = ndimage.gaussian_filter(rng.random((12, 20, 28)), 1.5).astype(np.float32)
    image = sitk.GetImageFromArray(volume)
    image.SetSpacing((1.1, 0.9, 3.0))
    image.SetOrigin((-5.0, 7.0, 11.0))
    image.SetDirection((0.8, -0.6, 0.0, 0.6, 0.8, 0.0, 0.0, 0.0, 1.0))
    # A grid well inside, since the two differ in what lies beyond the outermost centres.
    centre = image.TransformContinuousIndexToPhysicalPoint((14.0, 10.0, 6.0))
    onto = thecal.Grid((5, 6, 7), (1.5, 0.7, 0.8), tuple(c - 2.0 for c in centre))
    found = thecal.resample(image, onto, interpolation="linear")
    reference = sitk.Image(7, 6, 5, sitk.sitkFloat32)
    reference.SetSpacing((0.8, 0.7, 1.5))
    reference.SetOrigin(onto.origin_mm)
    truth = sitk.GetArrayFromImage(sitk.Resample(image, reference, sitk.Transform(), sitk.sitkLinear))
    np.testing.assert_allclose(found, truth, atol=1e-5)
    # An image can say where to go, and a transform shifts.
    np.testing.assert_array_equal(thecal.resample(image, reference), found)
    shift = np.eye(4)
    shift[:3, 3] = [0.3, -0.2, 0.5]
    moved = thecal.resample(image, onto, source_from_target=shift)
    there = thecal.Grid((5, 6, 7), (1.5, 0.7, 0.8), tuple(np.add(onto.origin_mm, shift[:3, 3])))
    np.testing.assert_allclose(moved, thecal.resample(image, there), atol=1e-5)


def test_what_lies_outside_a_volume_is_said() -> None:
    volume = np.ones((3, 3, 3), np.float32)
    grid = thecal.Grid((3, 3, 3))
    far = thecal.Grid((2, 2, 2), origin_mm=(100.0, 0.0, 0.0))
    assert (thecal.resample(volume, far, grid=grid, outside=-1000) == -1000).all()
    with pytest.raises(thecal.InputError, match="grid="):
        thecal.resample(volume, far)
