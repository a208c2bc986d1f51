"""Solids against closed forms and other libraries."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest
from conftest import ball, box, tube

import thecal


@pytest.mark.parametrize("gap_mm", [0.5, 2.0, 3.7])
def test_the_gap_of_two_tubes(gap_mm: float) -> None:
    found = thecal.gap(tube(4.0), tube(10.0, 14.0 + gap_mm))
    assert found.gap_mm == pytest.approx(gap_mm, abs=0.01)
    assert found.gap_lower_mm <= gap_mm <= found.gap_upper_mm
    assert found.a_mm[:2] == pytest.approx((4.0, 0.0), abs=0.2)
    assert found.b_mm[0] == pytest.approx(4.0 + gap_mm, abs=0.02)
    assert found.in_plane_mm == pytest.approx(gap_mm, abs=0.02)
    assert found.overlap_cc == 0


def test_the_gap_of_a_ball_and_a_tube() -> None:
    found = ball(9.3, 16.0).gap(tube(4.0))
    assert found.gap_mm == pytest.approx(2.7, abs=0.01)
    assert found.gap_lower_mm <= 2.7 <= found.gap_upper_mm


def test_overlap_is_minus_the_depth() -> None:
    found = thecal.gap(box((0, 0, 0), (20, 20, 20)), box((17, 5, 5), (40, 15, 15)))
    assert found.gap_mm == pytest.approx(-3.0, abs=0.05)
    assert found.overlap_cc == pytest.approx(3 * 10 * 10 / 1000, rel=0.1)


def test_one_within_the_other() -> None:
    found = thecal.gap(tube(4.0, 1.0), tube(8.0), within=True)
    assert found.gap_mm == pytest.approx(3.0, abs=0.01)


def test_signed_distances_of_a_tube_with_flat_ends() -> None:
    solid = tube(5.0, ends="plane")
    points = np.array(
        [[9, 0, 0.5], [0, 3, 1], [0, 0, 0], [0, 0, 27], [2, 1, -30], [8, 0, 24], [np.nan, 0, 0]]
    )
    truth = [4, -2, -5, 7, 10, 5]
    found = solid.signed_distance(points)
    assert found.dtype == np.float64 and found.shape == (7,)
    np.testing.assert_allclose(found[:5], truth[:5], atol=0.02)
    # Beside the sharp edge.
    assert found[5] == pytest.approx(5, abs=0.18)
    assert np.isnan(found[6])


def test_signed_distances_of_a_box() -> None:
    solid = box((0, 0, 0), (30, 20, 10))
    rng = np.random.default_rng(1)
    points = rng.uniform((-5, -5, -5), (35, 25, 15), (400, 3))
    # Closed form: by the half sizes about the middle.
    away = np.abs(points - (15, 10, 5)) - (15, 10, 5)
    truth = np.linalg.norm(np.maximum(away, 0), axis=1) + np.minimum(away.max(1), 0)
    np.testing.assert_allclose(solid.signed_distance(points), truth, atol=0.18)
    # Nothing is near an edge well inside a face.
    inside = (np.sort(away, 1)[:, 1] < -1) & (away.max(1) < 3)
    assert inside.sum() > 50
    np.testing.assert_allclose(solid.signed_distance(points[inside]), truth[inside], atol=0.01)


def test_masks_and_coverage_have_the_volume_of_a_tube() -> None:
    solid = tube(5.0, ends="plane")
    grid = thecal.Grid((61, 31, 33), (1.0, 0.5, 0.5), (-8.0, -7.5, -30.25))
    volume_mm3 = np.pi * 25 * 40
    assert solid.volume_cc == pytest.approx(volume_mm3 / 1000, rel=1e-3)
    mask = solid.to_mask(grid)
    assert mask.dtype == bool and mask.shape == (61, 31, 33)
    assert mask.sum() * 0.25 == pytest.approx(volume_mm3, rel=0.03)
    assert solid.coverage(grid).sum() * 0.25 == pytest.approx(volume_mm3, rel=0.01)
    # The centres inside a circle, counted by hand.
    slices = thecal.Grid((21, 31, 33), (2.0, 0.5, 0.5), (-8.0, -7.5, -20.0))
    y, x = np.mgrid[0:31, 0:33]
    inside = (-8 + 0.5 * x) ** 2 + (-7.5 + 0.5 * y) ** 2 < 25
    for convention in ("solid", "pixel_centre"):
        drawn = solid.to_mask(slices, convention)[10]
        # A centre on the circle may fall on either side of its polygon.
        assert (drawn != inside).sum() <= 4
    more = solid.to_mask(slices, "inclusive_edge")
    assert more.sum() > 1.05 * solid.to_mask(slices, "half_covered").sum()


def test_the_mesh_of_a_ball() -> None:
    vertices, triangles = ball(9.3, 5.0).mesh(4000)
    assert triangles.dtype == np.uint32 and len(triangles) <= 4000
    corners = vertices[triangles]
    cross = np.cross(corners[:, 1], corners[:, 2])
    volume = np.einsum("ti,ti->t", corners[:, 0], cross).sum() / 6
    assert volume == pytest.approx(4 / 3 * np.pi * 9.3**3, rel=0.01)
    np.testing.assert_allclose(np.linalg.norm(vertices - (5, 0, 0), axis=1), 9.3, atol=0.15)


def test_a_solid_goes_through_a_mask_and_back() -> None:
    # No centre lies on the surface.
    grid = thecal.Grid((41, 60, 60), (1.0, 0.5, 0.5), (-14.9, -14.8, -20.0))
    again = thecal.Solid.from_mask(tube(5.0).to_mask(grid), grid)
    found = thecal.gap(again, tube(4.0, 12.0))
    assert found.gap_mm == pytest.approx(3.0, abs=0.25)
    assert found.gap_lower_mm <= 3.0 <= found.gap_upper_mm
    assert found.limited_by == "voxels"


def test_an_rtstruct_is_what_pydicom_reads(phantom: Path) -> None:
    (path,) = phantom.glob("*RS*.dcm") or phantom.glob("*.dcm")
    data = pydicom.dcmread(path)
    numbers = {roi.ROINumber: roi.ROIName for roi in data.StructureSetROISequence}
    for name in ("SpinalCord", "GTV"):
        (drawn,) = [c for c in data.ROIContourSequence if numbers[c.ReferencedROINumber] == name]
        rings = [np.reshape(c.ContourData, (-1, 3)).astype(float) for c in drawn.ContourSequence]
        ours = thecal.Solid.from_rtstruct(path, name)
        theirs = thecal.Solid.from_contours(rings)
        assert ours.volume_cc == pytest.approx(theirs.volume_cc, rel=1e-6)
        points = rings[0][:20] + (1.0, 0.5, 0.0)
        np.testing.assert_allclose(
            ours.signed_distance(points), theirs.signed_distance(points), atol=1e-6
        )
    with pytest.raises(thecal.InputError, match='"SpinalCord"') as raised:
        thecal.Solid.from_rtstruct(path, "NoSuchName")
    assert raised.value.kind == "not_found"


def test_the_gap_of_a_study_is_that_of_its_solids(phantom: Path) -> None:
    pair = thecal.check(phantom).phases[0].pairs[0]
    tumour, cord = (thecal.Solid.from_rtstruct(phantom, name) for name in (pair.a, pair.b))
    found = thecal.gap(tumour, cord)
    assert pair.gap_mm == pytest.approx(2.5, abs=0.02)
    assert found.gap_mm == pytest.approx(pair.gap_mm, abs=1e-3)


def test_measuring_and_separating_solids() -> None:
    cord, sac = tube(4.0), tube(7.0)
    tumour = tube(8.0, 15.5)
    report = thecal.measure(tumour=tumour, cord=cord, sac=sac, threshold=[2, 3])
    gaps = {pair.pair: pair.gap_mm for pair in report.phases[0].pairs}
    assert gaps["tumour-cord"] == pytest.approx(3.5, abs=0.01)
    assert gaps["tumour-sac"] == pytest.approx(0.5, abs=0.01)
    assert gaps["cord-sac"] == pytest.approx(3.0, abs=0.01)
    assert report.headline == "clear" and report.inputs == ()

    found = thecal.separate(tumour, sac, cord=cord, approach="ideal", amount=3.0)
    (residual,) = found.residuals
    assert residual.approach == "ideal" and residual.tumour == "tumour"
    assert residual.left is not None and residual.removed is not None
    # What is left is off the sac by as much as was taken.
    assert residual.left.gap(sac).gap_mm == pytest.approx(3.0, abs=0.1)
    assert residual.removed_cc == pytest.approx(residual.removed.volume_cc, rel=0.05)
    simulated = [phase for phase in found.report.phases if phase.phase == "simulated"]
    assert simulated[0].pairs[0].gap_mm == pytest.approx(6.0, abs=0.2)


def test_several_tumours_keep_their_names() -> None:
    both = {"upper": tube(5.0, 12.0), "lower": tube(5.0, 14.0)}
    report = thecal.measure(tumour=both, cord=tube(4.0))
    gaps = {pair.a: pair.gap_mm for pair in report.phases[0].pairs}
    assert gaps["upper"] == pytest.approx(3.0, abs=0.01)
    assert gaps["lower"] == pytest.approx(5.0, abs=0.01)


def test_solids_and_gaps_cannot_be_changed() -> None:
    solid = tube(4.0)
    for target, name in ((solid, "volume_cc"), (solid.gap(tube(4.0, 12.0)), "gap_mm")):
        with pytest.raises(AttributeError):
            setattr(target, name, 1.0)
