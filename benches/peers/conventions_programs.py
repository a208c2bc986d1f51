"""The programs whose conventions `thecal explain` has, each from a study to its gaps and volumes.

A program gives `(gaps, volumes)`: mm by pair and cc by name of structure.
"""

import contextlib
import io
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pydicom

import chains

NAMES = ("GTV", "SpinalCord", "ThecalSac")
PAIRS = {
    "tumour-cord": ("GTV", "SpinalCord"),
    "tumour-sac": ("GTV", "ThecalSac"),
    "cord-sac": ("SpinalCord", "ThecalSac"),
}
WITHIN = "cord-sac"


# Masks (z, y, x) by name with their spacing (z, y, x).


def of_dcmrtstruct2nii(study):
    import SimpleITK as sitk

    pydicom.read_file = pydicom.dcmread
    with contextlib.redirect_stdout(io.StringIO()):
        from dcmrtstruct2nii import dcmrtstruct2nii
    with tempfile.TemporaryDirectory() as scratch:
        dcmrtstruct2nii(
            str(study / "RS.dcm"), str(study / "CT"), scratch, structures=list(NAMES), gzip=False, convert_original_dicom=False
        )
        images = written(scratch, "mask_{}.nii")
    masks = {n: sitk.GetArrayFromImage(i) > 0 for n, i in images.items()}
    return masks, next(iter(images.values())).GetSpacing()[::-1]


def written(folder, form):
    """The masks in a folder that are there, as SimpleITK images by name."""
    import SimpleITK as sitk

    paths = {n: Path(folder, form.format(n)) for n in NAMES}
    return {n: sitk.ReadImage(str(path)) for n, path in paths.items() if path.exists()}


def of_plastimatch(*more):
    def masks(study):
        import SimpleITK as sitk

        with tempfile.TemporaryDirectory() as scratch:
            command = ["plastimatch", "convert", "--input", str(study / "RS.dcm"), "--referenced-ct", str(study / "CT"),
                       *more, "--output-prefix", scratch, "--prefix-format", "mha"]  # fmt: skip
            subprocess.run(command, capture_output=True, check=True)
            images = written(scratch, "{}.mha")
        found = {n: sitk.GetArrayFromImage(i) > 0 for n, i in images.items()}
        return found, next(iter(images.values())).GetSpacing()[::-1]

    return masks


def of_rt_utils(study):
    from rt_utils import RTStructBuilder
    from rt_utils.image_helper import get_spacing_between_slices

    rtstruct = RTStructBuilder.create_from(str(study / "CT"), str(study / "RS.dcm"))
    names = [n for n in NAMES if n in rtstruct.get_roi_names()]
    found = {n: np.moveaxis(rtstruct.get_roi_mask_by_name(n), 2, 0) for n in names}
    row_mm, column_mm = map(float, rtstruct.series_data[0].PixelSpacing)
    return found, (float(get_spacing_between_slices(rtstruct.series_data)), row_mm, column_mm)


def of_opencv(study):
    """Each contour rounded and filled by OpenCV, then exclusive or."""
    import cv2

    image = series(study)
    found = {}
    for name, contours in contours_of(study).items():
        mask = np.zeros(image.GetSize()[::-1], dtype=np.uint8)
        for points in contours:
            index = [image.TransformPhysicalPointToContinuousIndex(p) for p in points.tolist()]
            index = np.array(index)
            plane = int(np.round(round(float(index[0, 2]), 9)))
            if 0 <= plane < mask.shape[0]:
                one = np.zeros(mask.shape[1:], dtype=np.uint8)
                cv2.fillPoly(one, [np.around(index[:, :2]).astype(np.int32)], 1)
                mask[plane] ^= one
        found[name] = mask > 0
    return found, image.GetSpacing()[::-1]


def series(study):
    import SimpleITK as sitk

    sitk.ProcessObject.SetGlobalWarningDisplay(False)
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(study / "CT")))
    return reader.Execute()


def contours_of(study):
    dataset = pydicom.dcmread(study / "RS.dcm")
    names = {roi.ROINumber: roi.ROIName for roi in dataset.StructureSetROISequence}
    return {
        names[roi.ReferencedROINumber]: [
            np.array(c.ContourData, float).reshape(-1, 3) for c in roi.ContourSequence
        ]
        for roi in dataset.ROIContourSequence
        if names[roi.ReferencedROINumber] in NAMES
    }


# Figures of masks, of planes and of points.


def of_masks(masks, by):
    def figures(study):
        found, spacing = masks(study)
        gaps = {}
        for pair, (a, b) in PAIRS.items():
            if a in found and b in found:
                gaps[pair] = mask_gap(found[a], found[b], spacing, pair == WITHIN, by)
        cc = float(np.prod(spacing)) / 1000
        return gaps, {n: m.sum() * cc for n, m in found.items() if m.any()}

    return figures


def mask_gap(a, b, spacing, within, by):
    from scipy.ndimage import distance_transform_edt

    if not a.any() or not b.any():
        return None
    if within:
        both = a.any(axis=(1, 2)) & b.any(axis=(1, 2))
        if not both.any():
            return None
        k = np.flatnonzero(both)
        part = slice(k[0], k[-1] + 1)
        return float(distance_transform_edt(b[part], sampling=spacing)[a[part]].min())
    if by == "maurer":
        return chains.maurer_gap(a, b, spacing[::-1]).gap_mm if not (a & b).any() else 0.0
    return chains.edt_gap(a, b, spacing).gap_mm


def of_points(study):
    from scipy.spatial.distance import cdist

    contours = contours_of(study)
    gaps = {}
    for pair, (a, b) in PAIRS.items():
        if a in contours and b in contours:
            p, q = np.vstack(contours[a]), np.vstack(contours[b])
            gaps[pair] = min(float(cdist(p[n : n + 500], q).min()) for n in range(0, len(p), 500))
    return gaps, {}


def parser(study):
    """The structure set as dicompyler-core reads it, and its ROI numbers by name."""
    # pydicom 3 took away the name by which dicompyler-core 0.5.6 reads.
    import pydicom.dicomio

    pydicom.dicomio.read_file = pydicom.dcmread
    from dicompylercore import dicomparser

    found = dicomparser.DicomParser(str(study / "RS.dcm"))
    return found, {s["name"]: number for number, s in found.GetStructures().items()}


def of_slabs(study):
    """Planes and their thickness by dicompyler-core, the distance of the slabs by shapely."""
    import shapely

    read, numbers = parser(study)
    planes, thick = {}, {}
    for name in NAMES:
        if name not in numbers:
            continue
        coordinates = read.GetStructureCoordinates(numbers[name])
        thick[name] = read.CalculatePlaneThickness(coordinates)
        planes[name] = {}
        for z, contours in coordinates.items():
            for contour in contours:
                region = shapely.make_valid(shapely.Polygon([p[:2] for p in contour["data"]]))
                known = planes[name].get(float(z))
                planes[name][float(z)] = region if known is None else shapely.symmetric_difference(known, region)
    gaps = {}
    for pair, (a, b) in PAIRS.items():
        if a not in planes or b not in planes:
            continue
        if pair == WITHIN:
            shared = [z for z in planes[a] if z in planes[b]]
            outlines = [(planes[a][z].boundary, planes[b][z].boundary) for z in shared]
            apart = [shapely.distance(p, q) for p, q in outlines]
            gaps[pair] = float(min(apart)) if apart else None
            continue
        least = np.inf
        reach = 0.5 * (thick[a] + thick[b])
        for z, p in planes[a].items():
            for w, q in planes[b].items():
                between = max(0.0, abs(z - w) - reach)
                if between < least:
                    least = min(least, float(np.hypot(shapely.distance(p, q), between)))
        gaps[pair] = least
    return gaps, {n: sum(r.area for r in planes[n].values()) * thick[n] / 1000 for n in planes}


def of_areas(study):
    read, numbers = parser(study)
    volumes = {}
    for name in (n for n in NAMES if n in numbers):
        coordinates = read.GetStructureCoordinates(numbers[name])
        # Sorted by z as numbers, as its callers do: as text 10 stands before 2.
        ordered = {float(z): contours for z, contours in coordinates.items()}
        volumes[name] = read.CalculateStructureVolume(ordered, read.CalculatePlaneThickness(coordinates))
    return {}, volumes


def of_ends(program, rule):
    def figures(study):
        command = [program, "check", str(study), "--ends", rule, "--json"]
        done = subprocess.run(command, capture_output=True, text=True)
        report = json.loads(done.stdout)
        gaps = {p["pair"]: p["gap_mm"] for p in report["phases"][0]["pairs"]}
        return gaps, {s["name"]: s["volume_cc"] for s in report["structures"]}

    return figures


def of_dose(study):
    from dicompylercore import dvhcalc

    _, numbers = parser(study)
    figures = {}
    for name in (n for n in NAMES if n in numbers):
        dvh = dvhcalc.get_dvh(str(study / "RS.dcm"), str(study / "RD.dcm"), numbers[name])
        small = dvh.statistic("D0.03cc").value
        figures[name] = {"volume": dvh.volume, "Dmax": dvh.max, "Dmean": dvh.mean, "D0.03cc": small}
    return figures


def programs(thecal):
    found = [
        ("pixel_centres", "dcmrtstruct2nii, scipy EDT", of_masks(of_dcmrtstruct2nii, "edt")),
        ("pixel_centres", "dcmrtstruct2nii, SimpleITK Maurer", of_masks(of_dcmrtstruct2nii, "maurer")),
        ("edges_included", "rt-utils, scipy EDT", of_masks(of_rt_utils, "edt")),
        ("edges_included_xor", "OpenCV fillPoly by contour, scipy EDT", of_masks(of_opencv, "edt")),
        ("slabs", "dicompyler-core planes, shapely", of_slabs),
        ("areas_half_ends", "dicompyler-core CalculateStructureVolume", of_areas),
        ("points", "scipy cdist", of_points),
    ]
    if shutil.which("plastimatch"):
        scan_line = of_plastimatch("--xor-contours")
        found[2:2] = [
            ("pixel_centres_scan_line", "plastimatch --xor-contours, scipy EDT", of_masks(scan_line, "edt")),
            ("pixel_centres_union", "plastimatch, scipy EDT", of_masks(of_plastimatch(), "edt")),
        ]
    else:
        print("plastimatch is not on the path: its rows are left out", file=sys.stderr)
    for rule in ("plane", "half_slice", "rounded"):
        found.append((f"ends_{rule}", f"thecal check --ends {rule}", of_ends(thecal, rule)))
    return found
