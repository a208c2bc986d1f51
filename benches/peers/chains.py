"""The usual ways to a tumour-cord gap, each from the files to one number in mm.

Every chain reads the files anew. Distance maps are cut to the box that holds both structures,
which changes no distance between them and spares the chains most of their voxels.

Run as a program, `chains.py CHAIN STUDY`, it prints the gap and the seconds without imports.
"""

import contextlib
import importlib
import io
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

TUMOUR, CORD = "GTV", "SpinalCord"


@dataclass(frozen=True)
class Reading:
    """A gap in mm; the interval and the verdicts only where a program gives them."""

    gap_mm: float
    lower_mm: float | None = None
    upper_mm: float | None = None
    verdicts: dict[float, str] | None = None


@dataclass(frozen=True)
class Chain:
    label: str
    run: Callable[[Path], Reading]
    needs_ct: bool
    modules: tuple[str, ...]


# Masks


def box_of(tumour, cord):
    """The slices, one per axis, of the least box that holds both masks."""
    if not tumour.any() or not cord.any():
        raise ValueError("a mask is empty")
    both = tumour | cord
    spans = []
    for axis in range(3):
        others = tuple(a for a in range(3) if a != axis)
        used = np.flatnonzero(both.any(axis=others))
        spans.append(slice(int(used[0]), int(used[-1]) + 1))
    return tuple(spans)


def edt_gap(tumour, cord, spacing_mm):
    from scipy.ndimage import distance_transform_edt

    box = box_of(tumour, cord)
    distance = distance_transform_edt(~cord[box], sampling=spacing_mm)
    return Reading(float(distance[tumour[box]].min()))


def rt_utils_edt(study):
    from rt_utils import RTStructBuilder
    from rt_utils.image_helper import get_spacing_between_slices

    rtstruct = RTStructBuilder.create_from(str(study / "CT"), str(study / "RS.dcm"))
    tumour = rtstruct.get_roi_mask_by_name(TUMOUR)
    cord = rtstruct.get_roi_mask_by_name(CORD)
    row_mm, column_mm = map(float, rtstruct.series_data[0].PixelSpacing)
    plane_mm = float(get_spacing_between_slices(rtstruct.series_data))
    return edt_gap(tumour, cord, (row_mm, column_mm, plane_mm))


def dcmrtstruct2nii_masks(study):
    """Tumour and cord as SimpleITK images."""
    import pydicom
    import SimpleITK as sitk

    # pydicom 3 took away the name by which dcmrtstruct2nii 5 reads.
    pydicom.read_file = pydicom.dcmread
    with contextlib.redirect_stdout(io.StringIO()):
        from dcmrtstruct2nii import dcmrtstruct2nii
    with tempfile.TemporaryDirectory() as scratch:
        dcmrtstruct2nii(
            str(study / "RS.dcm"),
            str(study / "CT"),
            scratch,
            structures=[TUMOUR, CORD],
            gzip=False,
            convert_original_dicom=False,
        )
        return [sitk.ReadImage(f"{scratch}/mask_{name}.nii") for name in (TUMOUR, CORD)]


def dcmrtstruct2nii_edt(study):
    import SimpleITK as sitk

    images = dcmrtstruct2nii_masks(study)
    tumour, cord = (sitk.GetArrayFromImage(image) > 0 for image in images)
    return edt_gap(tumour, cord, images[0].GetSpacing()[::-1])


def dcmrtstruct2nii_maurer(study):
    import SimpleITK as sitk

    images = dcmrtstruct2nii_masks(study)
    tumour, cord = (sitk.GetArrayFromImage(image) > 0 for image in images)
    return maurer_gap(tumour, cord, images[0].GetSpacing())


def maurer_gap(tumour, cord, spacing_mm):
    """Masks z y x; spacing x y z."""
    import SimpleITK as sitk

    box = box_of(tumour, cord)
    cut = sitk.GetImageFromArray(cord[box].astype(np.uint8))
    cut.SetSpacing(spacing_mm)
    distance = sitk.SignedMaurerDistanceMap(
        cut, insideIsPositive=False, squaredDistance=False, useImageSpacing=True
    )
    return Reading(float(sitk.GetArrayViewFromImage(distance)[tumour[box]].min()))


def pixel_centre_mask(image, contours):
    """Even-odd mask of pixel centres, z y x, on the grid of a SimpleITK image."""
    from skimage.draw import polygon2mask

    columns, rows, planes = image.GetSize()
    axes = np.array(image.GetDirection()).reshape(3, 3) * np.array(image.GetSpacing())
    index_from_patient = np.linalg.inv(axes)
    mask = np.zeros((planes, rows, columns), dtype=bool)
    for points in contours:
        index = (points - np.array(image.GetOrigin())) @ index_from_patient.T
        plane = int(np.round(index[:, 2].mean()))
        mask[plane] ^= polygon2mask((rows, columns), index[:, 1::-1])
    return mask


def simpleitk_maurer(study):
    import SimpleITK as sitk

    sitk.ProcessObject.SetGlobalWarningDisplay(False)
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(study / "CT")))
    image = reader.Execute()
    contours = read_contours(study)
    tumour = pixel_centre_mask(image, contours[TUMOUR])
    cord = pixel_centre_mask(image, contours[CORD])
    return maurer_gap(tumour, cord, image.GetSpacing())


def plastimatch(study):
    import SimpleITK as sitk

    def call(*arguments):
        done = subprocess.run(["plastimatch", *arguments], capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"plastimatch {arguments[0]} ended with {done.returncode}")

    with tempfile.TemporaryDirectory() as scratch:
        call(
            "convert",
            "--input", str(study / "RS.dcm"),
            "--referenced-ct", str(study / "CT"),
            "--xor-contours",
            "--output-prefix", scratch,
            "--prefix-format", "mha",
        )  # fmt: skip
        distance = f"{scratch}/distance.mha"
        call(
            "dmap",
            "--algorithm",
            "maurer",
            "--input",
            f"{scratch}/{CORD}.mha",
            "--output",
            distance,
        )
        tumour = sitk.GetArrayFromImage(sitk.ReadImage(f"{scratch}/{TUMOUR}.mha")) > 0
        if not tumour.any():
            raise ValueError("a mask is empty")
        return Reading(float(sitk.GetArrayFromImage(sitk.ReadImage(distance))[tumour].min()))


# The structure set alone


def read_contours(study, raw=False):
    """Points of each contour of tumour and cord, by structure; `raw` reads the bytes at once
    where `ContourData` makes an object of each number."""
    import pydicom

    dataset = pydicom.dcmread(study / "RS.dcm")
    names = {roi.ROINumber: roi.ROIName for roi in dataset.StructureSetROISequence}
    contours = {}
    for roi in dataset.ROIContourSequence:
        name = names[roi.ReferencedROINumber]
        if name not in (TUMOUR, CORD):
            continue
        contours[name] = [
            np.array(
                contour.get_item("ContourData").value.split(b"\\") if raw else contour.ContourData,
                dtype=float,
            ).reshape(-1, 3)
            for contour in roi.ContourSequence
        ]
    return contours


def points_kdtree(study, raw=False):
    from scipy.spatial import cKDTree

    contours = read_contours(study, raw)
    tumour, cord = (np.concatenate(contours[name]) for name in (TUMOUR, CORD))
    return Reading(float(cKDTree(cord).query(tumour)[0].min()))


def points_kdtree_raw(study):
    return points_kdtree(study, raw=True)


def planes_of(contours):
    """Positions of the planes and the even-odd region on each."""
    import shapely

    regions = {}
    for points in contours:
        z = round(float(points[:, 2].mean()), 3)
        region = shapely.Polygon(points[:, :2])
        regions[z] = shapely.symmetric_difference(regions[z], region) if z in regions else region
    z = np.array(sorted(regions))
    return z, np.array([regions[k] for k in z])


def polygons_shapely(study):
    import shapely

    contours = read_contours(study)
    tumour_z, tumour = planes_of(contours[TUMOUR])
    cord_z, cord = planes_of(contours[CORD])
    step = np.abs(tumour_z[:, None] - cord_z[None, :])
    i, j = np.unravel_index(np.argsort(step, axis=None), step.shape)
    least, at, block = np.inf, 0, len(tumour)
    # Pairs by distance of their planes, until the planes alone lie farther apart than the gap.
    while at < len(i) and step[i[at], j[at]] < least:
        rows, columns = i[at : at + block], j[at : at + block]
        in_plane = shapely.distance(tumour[rows], cord[columns])
        least = min(least, float(np.hypot(in_plane, step[rows, columns]).min()))
        at += block
    return Reading(least)


# thecal


def thecal(program):
    """The chain that runs a thecal binary; a `study` may be a folder or a file."""

    def run(study):
        done = subprocess.run(
            [program, "check", str(study), "--json"], capture_output=True, text=True
        )
        if done.returncode not in (0, 1):
            raise RuntimeError(f"thecal check ended with {done.returncode}: {done.stderr.strip()}")
        pairs = json.loads(done.stdout)["phases"][0]["pairs"]
        pair = next(p for p in pairs if p["pair"] == "tumour-cord")
        return Reading(
            pair["gap_mm"],
            pair["gap_lower_mm"],
            pair["gap_upper_mm"],
            {v["threshold_mm"]: v["verdict"] for v in pair["verdicts"]},
        )

    return run


PEERS = {
    "rt_utils_edt": Chain(
        "rt-utils mask, scipy EDT", rt_utils_edt, True, ("rt_utils", "scipy.ndimage")
    ),
    "dcmrtstruct2nii_edt": Chain(
        "dcmrtstruct2nii mask, scipy EDT",
        dcmrtstruct2nii_edt,
        True,
        ("pydicom", "SimpleITK", "dcmrtstruct2nii", "scipy.ndimage"),
    ),
    "dcmrtstruct2nii_maurer": Chain(
        "dcmrtstruct2nii mask, SimpleITK Maurer",
        dcmrtstruct2nii_maurer,
        True,
        ("pydicom", "SimpleITK", "dcmrtstruct2nii"),
    ),
    "simpleitk_maurer": Chain(
        "pixel-centre mask, SimpleITK Maurer",
        simpleitk_maurer,
        True,
        ("pydicom", "SimpleITK", "skimage.draw"),
    ),
    "plastimatch": Chain("plastimatch convert, dmap", plastimatch, True, ("SimpleITK",)),
    "points_kdtree": Chain(
        "contour points, KD-tree", points_kdtree, False, ("pydicom", "scipy.spatial")
    ),
    "points_kdtree_raw": Chain(
        "contour points read as bytes, KD-tree",
        points_kdtree_raw,
        False,
        ("pydicom", "scipy.spatial"),
    ),
    "polygons_shapely": Chain(
        "polygons per plane, shapely", polygons_shapely, False, ("pydicom", "shapely")
    ),
}


def available():
    """The peers that can run here, by key."""
    found = dict(PEERS)
    if not shutil.which("plastimatch"):
        del found["plastimatch"]
    return found


def clock():
    """Seconds on the wall, and seconds of processors used here and by ended child processes."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = time.process_time() + children.ru_utime + children.ru_stime
    return np.array([time.perf_counter(), used])


def load(chain):
    """Imports what a chain uses, so that no import is timed."""
    with contextlib.redirect_stdout(io.StringIO()):
        for module in chain.modules:
            importlib.import_module(module)


def main():
    chain = PEERS[sys.argv[1]]
    load(chain)
    begin = time.perf_counter()
    reading = chain.run(Path(sys.argv[2]))
    print(json.dumps({"gap_mm": reading.gap_mm, "seconds": time.perf_counter() - begin}))


if __name__ == "__main__":
    main()
