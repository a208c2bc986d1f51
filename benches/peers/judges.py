"""Lets other programs read the structures that `thecal check --out` writes, and compares.

Writes phantoms with CT, separates them, and asks of `structures.dcm` and `segmentation.dcm`:
dciodvfy finds no error; pydicom, plastimatch and rt-utils read the same contours, highdicom the
same pixels; thecal measures on them the gap that it reported, for every approach, and warns where it
is kept to planes that do not carry it. Ends with 1 where one disagrees.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pydicom
from shapely.geometry import Point, Polygon

import studies

HERE = Path(__file__).parent
SURFACE_MM, VOLUME_PART, GAP_MM = 0.02, 0.005, 0.05
APPROACHES = ("ideal", "laminectomy", "transpedicular_left", "transpedicular_bilateral")
GRID = (256, 256, 0.9766)
PHANTOMS = [
    studies.Phantom("c", 2.0, 1.2, 11),
    studies.Phantom("sphere", 1.0, 1.0, 12),
    studies.Phantom("ellipsoid", 3.0, 0.8, 13),
    studies.Phantom("c", 3.0, 0.5, 14),
    studies.Phantom("ellipsoid", 1.25, 0.4, 15),
    studies.Phantom("c", 2.0, 0.66, 201),
]


class Table:
    """What was asked of whom, what was found, and whether it is within its limit."""

    def __init__(self):
        self.rows, self.failed = [], 0

    def add(self, judge, what, found, limit):
        good = found <= limit
        self.failed += not good
        self.rows.append((judge, what, found, limit, good))

    def show(self, title):
        print(f"\n{title}\n\n| judge | what | worst | limit | |\n|---|---|---|---|---|")
        for judge, what, found, limit, good in self.rows:
            verdict = "ok" if good else "**FAILED**"
            print(f"| {judge} | {what} | {found:.4g} | {limit:g} | {verdict} |")


def run(*command, codes=(0,)):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    if done.returncode not in codes:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stderr.strip()}")
    return done


def rings(dataset):
    """Contours by name of structure: lists of (z, points)."""
    names = {r.ROINumber: r.ROIName for r in dataset.StructureSetROISequence}
    out = {}
    for roi in dataset.ROIContourSequence:
        contours = []
        for c in getattr(roi, "ContourSequence", []):
            points = np.array(c.ContourData, float).reshape(-1, 3)
            contours.append((points[0, 2], points))
        out[names[roi.ReferencedROINumber]] = contours
    return out


def region(contours, z):
    """Even-odd union of the contours of a plane."""
    out = Polygon()
    for at, points in contours:
        if abs(at - z) < 0.01 and len(points) > 2:
            out = out.symmetric_difference(Polygon(points[:, :2]).buffer(0))
    return out


def on_planes(made, planes):
    """The contours on some planes: what is computed may lie between those of images as well."""
    near = lambda z: any(abs(z - w) < 0.05 for w in planes)
    return {name: [c for c in contours if near(c[0])] for name, contours in made.items()}


def areas(contours):
    planes = sorted({round(z, 2) for z, _ in contours})
    return {z: region(contours, z).area for z in planes}


def iod(table, folder):
    """dciodvfy, David Clunie's validator of the information object definitions."""
    if not shutil.which("dciodvfy"):
        print("dciodvfy is not on the path: not asked (Debian: apt-get install dicom3tools)")
        return
    for name in ("structures.dcm", "segmentation.dcm"):
        done = subprocess.run(["dciodvfy", folder / name], capture_output=True, text=True)
        lines = (done.stderr + done.stdout).splitlines()
        errors = [line for line in lines if line.startswith("Error")]
        warnings = [line for line in lines if line.startswith("Warning")]
        print("\n".join(errors + warnings), end="")
        table.add("dciodvfy", f"errors in {name}", len(errors), 0)
        table.add("dciodvfy", f"warnings in {name}", len(warnings), 0)


def belongs(table, study, folder):
    """pydicom: patient, study and references are the source's, identifiers are new."""
    source = pydicom.dcmread(study / "RS.dcm")
    images = [pydicom.dcmread(p, stop_before_pixels=True) for p in (study / "CT").iterdir()]
    known = {i.SOPInstanceUID for i in images}
    faults = 0
    for name in ("structures.dcm", "segmentation.dcm"):
        made = pydicom.dcmread(folder / name)
        same = ("PatientID", "PatientName", "StudyInstanceUID", "FrameOfReferenceUID", "StudyDate")
        faults += sum(getattr(made, k) != getattr(source, k) for k in same)
        new = ("SOPInstanceUID", "SeriesInstanceUID")
        faults += sum(getattr(made, k) == getattr(source, k) for k in new)
        for element in made.iterall():
            if element.keyword == "ReferencedSOPInstanceUID":
                study_or_set = (source.StudyInstanceUID, source.SOPInstanceUID)
                faults += element.value not in known and element.value not in study_or_set
            if element.VR == "DS" and element.value not in (None, ""):
                values = element.value if element.VM > 1 else [element.value]
                faults += any(len(getattr(v, "original_string", "")) > 16 for v in values)
    table.add("pydicom", "attributes that do not belong", faults, 0)
    set_ = pydicom.dcmread(folder / "structures.dcm")
    position = {i.SOPInstanceUID: float(i.ImagePositionPatient[2]) for i in images}
    off = [
        abs(position[c.ContourImageSequence[0].ReferencedSOPInstanceUID] - float(c.ContourData[2]))
        for roi in set_.ROIContourSequence
        for c in roi.ContourSequence
        if "ContourImageSequence" in c
    ]
    table.add("pydicom", "contour off its image, mm", max(off), 0.1)
    names = [r.ROIName for r in set_.StructureSetROISequence]
    table.add("pydicom", "characters of a name", max(map(len, names)), 16)
    return rings(source), rings(set_)


def drawn(table, source, made):
    """Contours that were copied, against the file that they came from."""
    worst, part = 0.0, 0.0
    pairs = [("SpinalCord", "SpinalCord"), ("ThecalSac", "ThecalSac"), ("GTV", "GTV_preop_1")]
    for old, new in pairs:
        for z in {round(z, 2) for z, _ in source[old]}:
            before, after = region(source[old], z), region(made[new], z)
            worst = max(worst, before.boundary.hausdorff_distance(after.boundary))
        total = [sum(areas(c).values()) for c in (source[old], made[new])]
        part = max(part, abs(total[1] / total[0] - 1))
    table.add("shapely", "contour to file to contour, mm", worst, SURFACE_MM)
    table.add("shapely", "volume, part of it", part, VOLUME_PART)
    whole = areas(made["GTV_preop_1"])
    shared = on_planes(made, whole)
    whole = sum(whole.values())
    for n in range(1, len(APPROACHES) + 1):
        parts = [shared.get(f"GTV_{w}_{n}", []) for w in ("resid", "removed")]
        both = sum(sum(areas(c).values()) for c in parts)
        table.add("shapely", f"residual and removed {n} to whole", abs(both / whole - 1), VOLUME_PART)
    # Points of the expansions from the cord's own planes: between planes the cord may be nearer.
    cord = {z: region(made["SpinalCord"], z) for z in areas(made["SpinalCord"])}
    ends = min(cord) + 6, max(cord) - 6
    for name, margin in (("SpinalCord_PRV02", 2), ("SpinalCord_PRV03", 3)):
        far = 0.0
        for z, points in made[name]:
            if ends[0] < z < ends[1]:
                near = [cord[k] for k in cord if abs(k - z) < 0.01][0]
                # In the plane the way to the cord is never shorter than in space.
                far = max(far, margin - min(near.distance(Point(p[:2])) for p in points))
        table.add("shapely", f"{name} too near the cord, mm", far, 0.03)


def plastimatch(table, made, folder, scratch):
    if not shutil.which("plastimatch"):
        print("plastimatch is not on the path: not asked (Debian: apt-get install plastimatch)")
        return
    run("plastimatch", "convert", "--input", folder / "structures.dcm",
        "--output-dicom", scratch / "pm")  # fmt: skip
    files = [pydicom.dcmread(p) for p in (scratch / "pm").iterdir()]
    again = rings(next(d for d in files if d.Modality == "RTSTRUCT"))
    worst, part = 0.0, 0.0
    for name, contours in made.items():
        total = 0.0
        for z, area in areas(contours).items():
            after = region(again[name], z)
            before = region(contours, z)
            worst = max(worst, before.boundary.hausdorff_distance(after.boundary))
            total += after.area
        part = max(part, abs(total / sum(areas(contours).values()) - 1))
    table.add("plastimatch", "contours read and written, mm", worst, SURFACE_MM)
    table.add("plastimatch", "volumes, part of them", part, VOLUME_PART)


def rt_utils(table, made, study, folder):
    from rt_utils import RTStructBuilder

    built = RTStructBuilder.create_from(
        dicom_series_path=str(study / "CT"), rt_struct_path=str(folder / "structures.dcm")
    )
    table.add("rt-utils", "names that differ", len(set(built.get_roi_names()) ^ set(made)), 0)
    worst = 0.0
    zs = sorted(float(pydicom.dcmread(p, stop_before_pixels=True).ImagePositionPatient[2])
                for p in (study / "CT").iterdir())  # fmt: skip
    for name in ("SpinalCord", "GTV_preop_1", "GTV_resid_1"):
        mask = built.get_roi_mask_by_name(name)
        on = {z: a for z, a in areas(made[name]).items() if any(abs(z - w) < 0.1 for w in zs)}
        # rt-utils rounds points to pixels and fills edges: masks are larger, by a pixel at most.
        pixel = GRID[2]
        rim = sum(pixel * region(made[name], z).length for z in on)
        excess = (mask.sum() * pixel * pixel - sum(on.values())) / rim
        worst = max(worst, excess, -20 * excess)
    table.add("rt-utils", "masks larger than contours, pixels", worst, 1)


def highdicom(table, made, folder):
    import highdicom as hd

    seg = hd.seg.segread(folder / "segmentation.dcm")
    plain = pydicom.dcmread(folder / "segmentation.dcm")
    pixels = plain.pixel_array.astype(bool)
    numbers = [
        f.SegmentIdentificationSequence[0].ReferencedSegmentNumber
        for f in plain.PerFrameFunctionalGroupsSequence
    ]
    spacing = [float(x) for x in
               plain.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].PixelSpacing]
    volume = seg.get_volume()
    differ, off, labels = 0, 0.0, 0
    frames = plain.PerFrameFunctionalGroupsSequence
    places = {float(f.PlanePositionSequence[0].ImagePositionPatient[2]) for f in frames}
    on_images = on_planes(made, places)
    for n in range(1, seg.number_of_segments + 1):
        count = sum(int(pixels[k].sum()) for k, m in enumerate(numbers) if m == n)
        differ += abs(int(volume.array[..., n - 1].sum()) - count)
        name = seg.get_segment_description(n).segment_label
        labels += name not in made
        if "PRV" not in name and "removed" not in name:
            area = sum(areas(on_images[name]).values())
            off = max(off, abs(count * spacing[0] * spacing[1] / area - 1))
    table.add("highdicom", "voxels that differ from pydicom's", differ, 0)
    table.add("highdicom", "labels that differ", labels, 0)
    table.add("highdicom", "voxels off contours, part", off, 0.05)
    # Where the voxels of the cord lie, by highdicom's geometry.
    index = np.argwhere(volume.array[..., 0])
    middle = volume.get_geometry().map_indices_to_reference(index).mean(axis=0)
    planes = areas(made["SpinalCord"])
    regions = [(z, region(made["SpinalCord"], z)) for z in planes]
    centres = np.array([[r.centroid.x, r.centroid.y, z] for z, r in regions])
    away = np.linalg.norm(middle - np.average(centres, axis=0, weights=list(planes.values())))
    table.add("highdicom", "middle of the cord off its contours, mm", float(away), 0.2)


def gaps(table, program, folder, warned):
    """The gap on what was written: the reported one, unless that it is not was said."""
    worst = 0.0
    report = json.loads((folder / "report.json").read_text())
    made = {r.ROIName for r in pydicom.dcmread(folder / "structures.dcm").StructureSetROISequence}
    after = [p for p in report["phases"] if p["phase"] == "after"]
    for n, phase in enumerate(after):
        name = f"GTV_resid_{n + 1}"
        if name not in made or f"contours of {name}," in warned:
            continue
        done = run(program, "check", folder / "structures.dcm", "--json", "--tumour", name,
                   "--cord", "SpinalCord", "--sac", "ThecalSac", codes=(0, 1))  # fmt: skip
        found = json.loads(done.stdout)["phases"][0]["pairs"]
        for pair in phase["pairs"]:
            again = next(p for p in found if p["pair"] == pair["pair"])["gap_mm"]
            worst = max(worst, abs(again - pair["gap_mm"]))
    what = "off the reported one" if folder.name == "auto" else "off it without a warning"
    table.add("thecal", f"gap, --contour-step {folder.name}: {what}, mm", worst, GAP_MM)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    release = HERE / "../../target/release/thecal"
    parser.add_argument("--thecal", default=str(release), metavar="PROGRAM")
    options = parser.parse_args()
    failed = 0
    for phantom in PHANTOMS:
        with tempfile.TemporaryDirectory() as scratch:
            scratch = Path(scratch)
            study, table = scratch / "study", Table()
            studies.write(options.thecal, phantom, study, GRID)
            said = {}
            for step in ("auto", "source"):
                done = run(options.thecal, "check", study, "--separate", ",".join(APPROACHES),
                           "--out", scratch / step, "--contour-step", step,
                           codes=(0, 1))  # fmt: skip
                said[step] = done.stderr
            folder = scratch / "auto"
            iod(table, folder)
            source, made = belongs(table, study, folder)
            drawn(table, source, made)
            plastimatch(table, made, folder, scratch)
            # It asks every contour for an image, which those between images have not.
            alone = rings(pydicom.dcmread(scratch / "source" / "structures.dcm"))
            rt_utils(table, alone, study, scratch / "source")
            highdicom(table, made, folder)
            told = said["auto"].count("contours_off_gap")
            table.add("thecal", "warnings contours_off_gap by default", told, 0)
            gaps(table, options.thecal, folder, "")
            gaps(table, options.thecal, scratch / "source", said["source"])
            table.show(f"{phantom.shape}, {phantom.slice_mm:g} mm slices")
            failed += table.failed
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
