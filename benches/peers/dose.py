#!/usr/bin/env python3
"""Dose-volume figures of closed forms by dicompyler-core, platipy, a plain script and thecal, on the same files.

    python3 -m venv target/dose-peers-venv
    target/dose-peers-venv/bin/pip install dicompyler-core==0.5.6 platipy==0.7.2 'pydicom<3' 'numpy<2' scikit-image
    target/dose-peers-venv/bin/python benches/peers/dose.py [--seed N] [--thecal PROGRAM] [--csv FILE]

Every error is against the end rule that is nearest to the program's figure: open ends, half-slice caps with the
outline of the last plane or with the shape's own, the shape's own ends. `thecal dvh` is left out with a message where the program does not have it.
"""

import argparse
import contextlib
import csv
import io
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pydicom

import dose_files

ENDS = ("open", "capped", "half", "shape")
ROOT = Path(__file__).resolve().parents[2]
METRICS = ("D0.03cc", "D0.35cc", "D1cc", "Dmean", "volume")


def dicompyler(rs, rd, case, divide=None):
    """Centres of the dose grid inside the polygons; `divide` refines the grid within the planes."""
    from dicompylercore import dvhcalc

    options = {} if divide is None else {"interpolation_resolution": case.grid_mm / divide}
    dvh = dvhcalc.get_dvh(rs, rd, 1, **options)
    dose = {m: dvh.statistic(f"D{m[1:]}").value for m in METRICS[:3]}
    return dose | {"Dmean": dvh.mean, "volume": dvh.volume}


def platipy(rs, rd, case):
    """A mask on the pixels of a CT of 1 mm with the planes of the contours, the dose resampled to it."""
    import SimpleITK as sitk
    from platipy.dicom.io.rtstruct_to_nifti import transform_point_set_from_dicom_struct
    from platipy.imaging.dose.dvh import calculate_d_cc_x, calculate_dvh_for_labels

    heights = dose_files.planes(case)
    ct = sitk.Image(64, 64, len(heights) + 4, sitk.sitkInt16)
    ct.SetSpacing((1.0, 1.0, case.slice_mm))
    ct.SetOrigin((-30.0, -30.0, heights[0] - 2 * case.slice_mm))
    masks, _ = transform_point_set_from_dicom_struct(ct, pydicom.dcmread(rs))
    ds = pydicom.dcmread(rd)
    dose = sitk.GetImageFromArray(ds.pixel_array * float(ds.DoseGridScaling))
    dose.SetSpacing([float(ds.PixelSpacing[1]), float(ds.PixelSpacing[0]), case.grid_mm])
    dose.SetOrigin([float(v) for v in ds.ImagePositionPatient])
    table = calculate_dvh_for_labels(dose, {"cord": masks[0]}, bin_width=0.01)
    found = calculate_d_cc_x(table, [0.03, 0.35, 1.0]).iloc[0]
    out = {f"D{cc}cc": float(found[f"D{cc}cc"]) for cc in ("0.03", "0.35")}
    last = next(found[k] for k in ("D1.0cc", "D1cc") if k in found.index)
    return out | {"D1cc": float(last), "Dmean": float(table["mean"][0]), "volume": float(table["cc"][0])}


def plain(rs, rd, case, step=0.2):
    """Points every 0.2 mm, in-plane signed distance in a line between planes, trilinear dose."""
    from scipy.interpolate import RegularGridInterpolator
    from scipy.ndimage import distance_transform_edt
    from skimage.draw import polygon2mask

    contours = pydicom.dcmread(rs).ROIContourSequence[0].ContourSequence
    drawn = {}
    for contour in contours:
        points = np.array(contour.ContourData, float).reshape(-1, 3)
        drawn.setdefault(points[0, 2], []).append(points[:, :2])
    heights = sorted(drawn)
    every = np.vstack([p for ps in drawn.values() for p in ps])
    lo, hi = every.min(0) - 1, every.max(0) + 1
    size = np.ceil((hi - lo) / step).astype(int) + 1
    levels = []
    for z in heights:
        inside = np.zeros(size, bool)
        for points in drawn[z]:
            inside ^= polygon2mask(size, (points - lo) / step)
        levels.append(distance_transform_edt(~inside) - distance_transform_edt(inside))
    ds = pydicom.dcmread(rd)
    start = [float(v) for v in ds.ImagePositionPatient]
    axes = [start[k] + case.grid_mm * np.arange(ds.Rows) for k in (2, 1, 0)]
    at = RegularGridInterpolator(axes, ds.pixel_array * float(ds.DoseGridScaling))
    half = 0.5 * case.slice_mm
    doses = []
    for z in np.arange(heights[0] - half + 0.5 * step, heights[-1] + half, step):
        n = int(np.clip(np.searchsorted(heights, z) - 1, 0, len(heights) - 2))
        t = np.clip((z - heights[n]) / (heights[n + 1] - heights[n]), 0, 1)
        i, j = np.nonzero((1 - t) * levels[n] + t * levels[n + 1] < 0)
        where = np.column_stack([np.full(len(i), z), lo[1] + step * j, lo[0] + step * i])
        doses.append(at(where))
    doses = np.sort(np.concatenate(doses))[::-1]
    cc = step**3 / 1000
    pick = {f"D{v:g}cc": doses[int(round(v / cc)) - 1] for v in (0.03, 0.35, 1.0)}
    return pick | {"Dmean": doses.mean(), "volume": len(doses) * cc}


def thecal(program):
    def measure(rs, rd, case):
        # There is no plan: the structure stands for the target, so that the gate has a median to judge.
        course = ["--rx", "30", "--fractions", "5", "--target", "SpinalCord"]
        wanted = ["--metric", ",".join(METRICS[:4])]
        command = [program, "dvh", rs, "--dose", rd, *course, *wanted, "--json"]
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
        structure = json.loads(done.stdout)["dose"]["structures"][0]
        found = {m["metric"]: m["value"] for m in structure["metrics"]}
        return {m: found[m] for m in METRICS[:4]} | {"volume": structure["volume_cc"]}

    return measure


def has_dvh(program):
    try:
        return subprocess.run([program, "dvh", "--help"], capture_output=True).returncode == 0
    except OSError:
        return False


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--thecal", default=str(ROOT / "target/release/thecal"))
    parser.add_argument("--spacing", type=float, help="of slices and dose, mm; all of 1, 2, 3 without")
    parser.add_argument("--csv", help="one row for each case, program and figure")
    args = parser.parse_args()
    programs = {
        "dicompyler-core": lambda *a: dicompyler(*a),
        "dicompyler-core, grid / 8": lambda *a: dicompyler(*a, divide=8),
        "platipy": platipy,
        "plain script, 0.2 mm": plain,
    }
    if has_dvh(args.thecal):
        programs["thecal dvh"] = thecal(args.thecal)
    else:
        print(f"{args.thecal} has no `dvh`: its rows are left out", file=sys.stderr)
    rows = []
    for case in dose_files.plan(args.seed):
        if args.spacing not in (None, case.slice_mm):
            continue
        truths = [dose_files.figures(dose_files.truth(case, e)) for e in ENDS]
        with tempfile.TemporaryDirectory() as folder:
            rs, rd = map(str, dose_files.write(case, folder))
            for name, program in programs.items():
                start = time.perf_counter()
                try:
                    with contextlib.redirect_stdout(io.StringIO()):
                        found = program(rs, rd, case)
                except Exception as error:  # noqa: BLE001: a peer may fail on a file
                    print(f"{name}: {case}: {type(error).__name__}: {error}", file=sys.stderr)
                    continue
                seconds = time.perf_counter() - start
                for metric in METRICS:
                    errors = [found[metric] - t[metric] for t in truths]
                    nearest = min(errors, key=abs)
                    if metric == "volume":
                        nearest *= 100 / truths[-1]["volume"]
                    rows.append((case.shape, case.slice_mm, case.direction, name, metric, nearest, seconds))
    if args.csv:
        with open(args.csv, "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("shape", "spacing_mm", "direction", "program", "metric", "error", "seconds"))
            writer.writerows(rows)
    print("| program | figure | n | mean error | worst error | s a structure |\n|---|---|---|---|---|---|")
    for name in programs:
        for metric in METRICS:
            mine = [r for r in rows if r[3] == name and r[4] == metric]
            if not mine:
                continue
            errors = np.array([r[5] for r in mine])
            worst = errors[np.argmax(abs(errors))]
            seconds = np.mean([r[6] for r in mine])
            unit = "%" if metric == "volume" else "Gy"
            print(f"| {name} | {metric} | {len(mine)} | {abs(errors).mean():.3f} {unit} "
                  f"| {worst:+.3f} {unit} | {seconds:.3f} |")


if __name__ == "__main__":
    main()
