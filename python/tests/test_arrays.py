"""Arrays that cannot be used get an exception that says why."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import thecal

GOOD = np.zeros((4, 5, 6), bool)


class Odd(np.ndarray):
    """Somebody's own array."""


BAD = [
    (np.zeros((4, 5), bool), "expected 3 axes"),
    (np.zeros((2, 4, 5, 6), bool), r"found 4 of shape \(2, 4, 5, 6\)"),
    (np.zeros((0, 5, 6), bool), "has no voxels"),
    (np.zeros((4, 5, 6), object), "found object"),
    (np.zeros((4, 5, 6), np.float64), "found float64"),
    (np.zeros((4, 5, 6), np.complex64), "found complex64"),
    (np.zeros((4, 5, 6), "U3"), "found <U3"),
    (np.zeros((4, 5, 6), "M8[s]"), "found datetime64"),
    (np.zeros((4, 5, 6), [("a", bool)]), "expected dtype bool"),
    (np.full((4, 5, 6), 2, np.uint8), "other values"),
    (np.full((4, 5, 6), 7, np.uint8).view(bool), "other values"),
    (np.zeros((4, 5, 6), bool, order="F"), "not C-contiguous"),
    (np.zeros((8, 5, 6), bool)[::2], "not C-contiguous"),
    (np.zeros((4, 5, 6), bool)[:, ::-1], "not C-contiguous"),
    (np.broadcast_to(np.True_, (4, 5, 6)), "not C-contiguous"),
    (np.ma.masked_array(GOOD, GOOD), "masked"),
    ([[[True]]], "found list"),
    (None, "found NoneType"),
    (7, "found int"),
    ("mask.nii.gz", "found str"),
]


@pytest.mark.parametrize(("mask", "why"), BAD)
@pytest.mark.parametrize(
    "work", [thecal.edt, thecal.signed_distance, lambda m: thecal.margin(m, 1.0), thecal.components]
)
def test_what_is_no_mask(mask: Any, why: str, work: Any) -> None:
    with pytest.raises(thecal.InputError, match=why) as raised:
        work(mask)
    assert isinstance(raised.value, ValueError)
    assert raised.value.kind == "array"


def test_a_subclass_of_arrays_is_an_array() -> None:
    mask = np.eye(6, dtype=bool)[None].repeat(3, 0)
    np.testing.assert_array_equal(thecal.edt(mask.view(Odd)), thecal.edt(mask))


@pytest.mark.parametrize(
    ("level", "why"),
    [
        (np.full((3, 3, 3), np.nan, np.float32), "NaN"),
        (np.zeros((3, 3, 3), np.complex128), "expected real numbers"),
        (np.zeros((3, 3, 3), object), "expected real numbers"),
        (np.zeros((3, 3, 3), bool), "expected real numbers"),
        (np.zeros((3, 3), np.float32), "expected 3 axes"),
        (np.zeros((3, 0, 3), np.float32), "has no voxels"),
        (np.zeros((3, 3, 6), np.float32)[:, :, ::2], "not C-contiguous"),
    ],
)
def test_what_is_no_field(level: Any, why: str) -> None:
    with pytest.raises(thecal.InputError, match=why):
        thecal.isosurface(level)


@pytest.mark.parametrize("dtype", [">f4", "f8", "i2", "u2", "f2"])
def test_real_numbers_of_other_types_are_converted(dtype: str) -> None:
    z, y, x = np.mgrid[-6:7, -6:7, -6:7]
    level = (x**2 + y**2 + z**2 - 16).astype(np.float32)
    mesh, converted = thecal.isosurface(level), thecal.isosurface((level + 0).astype("f8").astype("f4"))
    np.testing.assert_array_equal(mesh.vertices_mm, converted.vertices_mm)
    if np.dtype(dtype).kind != "u":
        found = thecal.isosurface(level.astype(dtype))
        np.testing.assert_array_equal(found.triangles, mesh.triangles)


@pytest.mark.parametrize(
    ("spacing", "why"),
    [
        ((1.0, 1.0, 0.0), "positive"),
        ((1.0, 1.0, -1.0), "positive"),
        ((1.0, 1.0, np.nan), "positive"),
        ((1.0, 1.0, np.inf), "positive"),
        ((1.0, 1.0), "expected 3 lengths"),
    ],
)
def test_spacings_that_are_none(spacing: Any, why: str) -> None:
    with pytest.raises(thecal.InputError, match=why):
        thecal.edt(GOOD, spacing)


@pytest.mark.parametrize("margin_mm", [np.nan, np.inf, -np.inf])
def test_margins_that_are_none(margin_mm: float) -> None:
    with pytest.raises(thecal.InputError, match="margin_mm"):
        thecal.margin(GOOD, margin_mm)


def test_a_grid_of_another_shape() -> None:
    with pytest.raises(thecal.InputError, match=r"\(4, 5, 6\) and its grid \(6, 5, 4\)"):
        thecal.edt(GOOD, grid=thecal.Grid((6, 5, 4)))
    with pytest.raises(thecal.InputError, match="say the same"):
        thecal.edt(GOOD, (1, 1, 1), grid=thecal.Grid((4, 5, 6)))


@pytest.mark.parametrize(
    ("points", "why"),
    [
        (np.zeros((4, 2)), r"\(n, 3\)"),
        (np.zeros(3), r"\(n, 3\)"),
        (np.zeros((4, 3), object), "found dtype object"),
        (np.zeros((4, 3), complex), "found dtype complex128"),
        ([["a", "b", "c"]], "expected real numbers"),
    ],
)
def test_points_that_are_none(points: Any, why: str) -> None:
    with pytest.raises(thecal.InputError, match=why):
        thecal.Solid.from_contours([points])


@pytest.mark.parametrize(
    ("contours", "why"),
    [
        ([], "no closed contour"),
        ([np.zeros((0, 3))], "contour"),
        ([np.array([[0, 0, 0], [1, 0, 0], [np.nan, 1, 0.0]])], "not a finite number"),
        ([np.array([[0, 0, 0], [9, 0, 0], [18, 0, 0.0]])], "encloses an area"),
        ([np.array([[0, 0, 0], [9, 0, 0], [9, 9, 5], [0, 9, 0.0]])], "off a plane"),
    ],
)
def test_contours_that_bound_nothing(contours: Any, why: str) -> None:
    with pytest.raises(thecal.InputError, match=why):
        thecal.Solid.from_contours(contours)


def test_words_that_are_none() -> None:
    square = [np.array([[0, 0, z], [9, 0, z], [9, 9, z], [0, 9, z]], float) for z in range(3)]
    with pytest.raises(thecal.InputError, match="half_slice"):
        thecal.Solid.from_contours(square, ends="flat")
    solid = thecal.Solid.from_contours(square)
    with pytest.raises(thecal.InputError, match="pixel_centre"):
        solid.to_mask(thecal.Grid((3, 3, 3)), "by eye")
    with pytest.raises(thecal.InputError, match="corners"):
        thecal.components(GOOD, "all")  # type: ignore[arg-type]
    with pytest.raises(thecal.InputError, match="cubic"):
        thecal.resample(
            np.zeros((3, 3, 3), np.float32),
            thecal.Grid((3, 3, 3)),
            grid=thecal.Grid((3, 3, 3)),
            interpolation="sinc",  # type: ignore[arg-type]
        )


def test_more_memory_than_is_allowed_is_refused_before_it_is_taken() -> None:
    square = [np.array([[0, 0, z], [9, 0, z], [9, 9, z], [0, 9, z]], float) for z in range(3)]
    with pytest.raises(thecal.InputError, match="MiB"):
        thecal.Solid.from_contours(square).to_mask(thecal.Grid((1500, 1500, 1500)))
