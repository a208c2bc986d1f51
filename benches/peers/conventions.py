#!/usr/bin/env python3
"""Each convention of `thecal explain` against the real program, on phantoms with a CT.

    python3 -m venv target/conventions-venv
    target/conventions-venv/bin/pip install scipy scikit-image rt-utils dcmrtstruct2nii SimpleITK \\
        dicompyler-core pydicom shapely
    target/conventions-venv/bin/python benches/peers/conventions.py [--thecal PROGRAM] [--out DIR]

20 phantoms: three shapes, gaps of 0.5 to 6 mm, slices of 1 to 3 mm, pixels of 0.6 to 1.3 mm; among them an
image that is no square, planes off the slices, planes half way between them, a hole, a keyhole, and three
with a dose. plastimatch is used where it is on the path (Debian: `apt-get install plastimatch`). Prints for
each convention and program how far the figures of the two lie apart at most: gaps in mm, volumes in %.
"""

import argparse
import contextlib
import copy
import csv
import io
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pydicom

from conventions_programs import of_dose, programs

HERE = Path(__file__).parent
# A figure that agrees lies nearer than this, mm.
AGREES_MM = 0.02
KEPT = "crates/thecal-cli/tests/integration/explain_kept.txt"


@dataclass(frozen=True)
class Case:
    shape: str
    gap_mm: float
    slice_mm: float
    pixel_mm: float
    seed: int
    rows: int = 256
    columns: int = 256
    change: str = ""
    dose: bool = False


def plan():
    """20 phantoms."""
    shapes = ("sphere", "ellipsoid", "c")
    source = np.random.default_rng(7)
    cases = []
    for n in range(20):
        cases.append(
            Case(
                shapes[n % 3],
                round(0.5 + 5.5 * n / 19, 2),
                (1.0, 1.5, 2.0, 2.5, 3.0)[n % 5],
                round(float(source.uniform(0.6, 1.3)), 3),
                int(source.integers(1, 2**31)),
            )
        )
    cases[3] = replace(cases[3], rows=200, columns=280)
    cases[8] = replace(cases[8], rows=288, columns=210)
    changes = {"off": (4, 7), "half": (11, 14), "hole": (9, 16), "keyhole": (12, 18)}
    for change, numbers in changes.items():
        for n in numbers:
            cases[n] = replace(cases[n], change=change)
    for n in (1, 6, 13):
        cases[n] = replace(cases[n], dose=True)
    return cases


def write(program, case, folder):
    command = [
        program, "phantom", "--out", folder, "--shape", case.shape, "--gap", case.gap_mm, "--slice", case.slice_mm,
        "--seed", case.seed, "--rows", case.rows, "--columns", case.columns, "--pixel", case.pixel_mm,
    ]  # fmt: skip
    if case.dose:
        command += ["--dose", "erf", "--dose-grid", "2.5"]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())
    if case.change:
        change(folder / "RS.dcm", case)


def change(path, case):
    """Moves all contours along z, or draws a hole into the tumour."""
    dataset = pydicom.dcmread(path)
    names = {roi.ROINumber: roi.ROIName for roi in dataset.StructureSetROISequence}
    for roi in dataset.ROIContourSequence:
        added = []
        if case.change == "half":
            # Moved up, the last plane would leave the images: dcmrtstruct2nii leaves such a structure out.
            heights = [float(c.ContourData[2]) for c in roi.ContourSequence]
            kept = [c for c, z in zip(roi.ContourSequence, heights) if z < max(heights) - 1e-3]
            roi.ContourSequence = pydicom.sequence.Sequence(kept)
        for contour in roi.ContourSequence:
            points = np.array(contour.ContourData, float).reshape(-1, 3)
            if case.change in ("off", "half"):
                points[:, 2] += (0.37 if case.change == "off" else 0.5) * case.slice_mm
            elif names[roi.ReferencedROINumber] == "GTV":
                middle = points.mean(axis=0)
                inner = (middle + 0.4 * (points - middle))[::-1]
                if case.change == "hole":
                    other = copy.deepcopy(contour)
                    store(other, inner)
                    added.append(other)
                else:
                    # There and back along one line.
                    start = int(np.argmin(np.hypot(*(inner - points[0])[:, :2].T)))
                    turned = np.roll(inner, -start, axis=0)
                    points = np.vstack([points, points[:1], turned, turned[:1]])
            store(contour, points)
        for other in added:
            roi.ContourSequence.append(other)
    dataset.save_as(path)


def store(contour, points):
    contour.ContourData = [f"{v:.4f}" for v in points.ravel()]
    contour.NumberOfContourPoints = len(points)


def explained(program, study):
    command = [program, "explain", str(study), "--json"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())
    report = json.loads(done.stdout)
    assert report["grid"]["from"] == "image_series", report["grid"]
    pairs, structures = report["pairs"], report["structures"]
    gaps = {(p["pair"], c["convention"]): c["gap_mm"] for p in pairs for c in p["conventions"]}
    volumes = {(s["name"], c["convention"]): c["volume_cc"] for s in structures for c in s["conventions"]}
    doses = {(s["name"], d["metric"]): d["value"] for s in structures for d in s["dose"]}
    return gaps, volumes, doses


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--thecal", default=str(HERE / "../../target/release/thecal"))
    parser.add_argument("--out", help="folder for conventions.csv and conventions.md")
    parser.add_argument("--only", type=int, nargs="*", help="numbers of the phantoms to run")
    parser.add_argument("--keep", action="store_true", help=f"write the programs' figures of one phantom to {KEPT}")
    options = parser.parse_args()
    if options.keep:
        keep(options.thecal)
        return
    rows = []
    for n, case in enumerate(plan()):
        if not options.only or n in options.only:
            rows += of_case(options.thecal, n, case)
    table(rows, options.out)
    told(rows)


def of_case(thecal, n, case):
    """Theirs and ours of one phantom, a row for each figure."""
    rows = []
    with tempfile.TemporaryDirectory() as parent:
        study = Path(parent) / "study"
        write(thecal, case, study)
        gaps, volumes, doses = explained(thecal, study)
        for convention, program, run in programs(thecal):
            head = (n, case.change, convention, program)
            try:
                with contextlib.redirect_stdout(io.StringIO()):
                    their_gaps, their_volumes = run(study)
            except Exception as error:  # noqa: BLE001: a program may fail on a file
                print(f"{n} {program}: {type(error).__name__}: {error}", file=sys.stderr)
                rows.append((*head, "failed", "", None, None))
                continue
            for pair, theirs in their_gaps.items():
                rows.append((*head, "gap_mm", pair, theirs, gaps.get((pair, convention))))
            for name, theirs in their_volumes.items():
                rows.append((*head, "volume_cc", name, theirs, volumes.get((name, convention))))
        for name, figures in of_dose(study).items() if case.dose else ():
            head = (n, case.change, "dose_grid_centres", "dicompyler-core get_dvh")
            for metric, theirs in figures.items():
                rows.append((*head, metric, name, theirs, doses.get((name, metric))))
    return rows


def keep(thecal):
    """Writes what the programs give for one small phantom, which a test holds `thecal explain` to."""
    case = Case("sphere", 2.3, 2.5, 1.1, 5, rows=96, columns=128, dose=True)
    lines = []
    with tempfile.TemporaryDirectory() as parent:
        study = Path(parent) / "study"
        write(thecal, case, study)
        for convention, program, run in programs(thecal):
            if convention.startswith("ends_"):
                continue
            with contextlib.redirect_stdout(io.StringIO()):
                gaps, volumes = run(study)
            figures = [("gap_mm", gaps), ("volume_cc", volumes)]
            lines += [f"{convention} {figure} {of} {v:.6f}" for figure, found in figures for of, v in found.items()]
        for name, figures in of_dose(study).items():
            lines += [f"dose_grid_centres {metric} {name} {value:.6f}" for metric, value in figures.items()]
    (HERE / "../.." / KEPT).write_text("\n".join(dict.fromkeys(lines)) + "\n")


def apart(theirs, ours):
    """How far two figures lie apart; where neither program has one they agree."""
    if theirs is None and ours is None:
        return 0.0
    return np.inf if theirs is None or ours is None else abs(theirs - ours)


def told(rows):
    """The gaps that differ, one by one."""
    for row in rows:
        if row[4] == "gap_mm" and apart(*row[6:8]) > AGREES_MM:
            print("differs:", *row, file=sys.stderr)


def table(rows, out):
    lines = [
        "| convention | program | gaps | worst, mm | farther than 0.02 mm | volumes | worst, % |",
        "|---|---|---|---|---|---|---|",
    ]
    for convention, program in dict.fromkeys((r[2], r[3]) for r in rows):
        if convention == "dose_grid_centres":
            continue
        mine = [r for r in rows if (r[2], r[3]) == (convention, program)]
        gaps = [apart(*r[6:8]) for r in mine if r[4] == "gap_mm"]
        sizes = [apart(*r[6:8]) / r[6] * 100 for r in mine if r[4] == "volume_cc"]
        failed = sum(r[4] == "failed" for r in mine)
        more = f" ({failed} failed)" if failed else ""
        of_gaps = f"{len(gaps)} | {max(gaps):.4f} | {sum(g > AGREES_MM for g in gaps)}" if gaps else " | |"
        of_sizes = f"{len(sizes)} | {max(sizes):.3f}" if sizes else " |"
        lines.append(f"| `{convention}` | {program}{more} | {of_gaps} | {of_sizes} |")
    doses = [r for r in rows if r[2] == "dose_grid_centres"]
    if doses:
        lines += ["", "| figure on the dose grid | n | worst difference |", "|---|---|---|"]
    for metric in dict.fromkeys(r[4] for r in doses):
        off = [apart(*r[6:8]) for r in doses if r[4] == metric]
        unit = "cc" if metric == "volume" else "Gy"
        lines.append(f"| {metric} | {len(off)} | {max(off):.4f} {unit} |")
    print("\n".join(lines))
    if out:
        Path(out).mkdir(parents=True, exist_ok=True)
        Path(out, "conventions.md").write_text("\n".join(lines) + "\n")
        with open(Path(out, "conventions.csv"), "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("phantom", "change", "convention", "program", "figure", "of", "theirs", "ours"))
            writer.writerows(rows)


if __name__ == "__main__":
    main()
