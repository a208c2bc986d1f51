"""Measures phantoms that are drawn as clinics draw them, with thecal and with chains that need no CT.

Each habit of drawing is tried on smooth shapes with tumour-cord gaps of 1 to 4 mm. Prints one line for
each habit and chain: bias, SD and worst error, and verdicts at 2 and 3 mm that pass what should fail.
"""

import argparse
import random
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

import chains
import studies
import tables

HERE = Path(__file__).parent
THRESHOLDS_MM = (2.0, 3.0)
# A gap this much below a threshold reaches it for thecal.
TOLERANCE_MM = 0.1
PIXEL_MM = 1.0
HABITS = (
    ("dense", None),
    ("points:12", None),
    ("points:24", None),
    ("rounded:0.1", None),
    ("staircase-corners:1", None),
    ("marching-squares:1", None),
    ("boundary-pixels-corners:1", None),
    ("noise:0.3", None),
    ("dense", "cropped"),
    ("dense", "lean:25"),
    ("dense", "nodule:2"),
)
HEADER = ("drawn", "chain", "n", "bias", "SD", "worst", "unsafe passes", "undecided")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--thecal", default=str(HERE / "../../target/release/thecal"))
    parser.add_argument("--per-habit", type=int, default=20, metavar="N")
    parser.add_argument("--slice", type=float, default=2.0, metavar="MM")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    return parser.parse_args()


def write(program, habit, scene, slice_mm, gap_mm, seed, folder):
    """Writes one structure set and gives its true gap, mm."""
    scene = f"cropped:{gap_mm}" if scene == "cropped" else scene
    command = [
        program, "phantom", "--out", folder, "--scene", scene, "--drawn", habit,
        "--gap", gap_mm, "--slice", slice_mm, "--seed", seed, "--no-ct",
    ]  # fmt: skip
    subprocess.run(list(map(str, command)), capture_output=True, check=True)
    return studies.true_gap_mm(folder)


def grid_mask(contours, corner, size):
    """Even-odd mask of the centres of pixels of PIXEL_MM, by plane."""
    from skimage.draw import polygon2mask

    planes = {}
    for points in contours:
        z = round(float(points[:, 2].mean()), 3)
        rows = (points[:, 1::-1] - corner[::-1]) / PIXEL_MM
        mask = polygon2mask(size[::-1], rows)
        planes[z] = planes[z] ^ mask if z in planes else mask
    return planes


def mask_edt(study):
    """A mask of pixel centres on a grid of its own, with its distance transform."""
    contours = chains.read_contours(study)
    points = np.concatenate([p for name in contours for p in contours[name]])
    corner = points[:, :2].min(axis=0) - 2 * PIXEL_MM
    size = tuple(np.ceil((np.ptp(points[:, :2], axis=0) / PIXEL_MM) + 4).astype(int))
    masks = [grid_mask(contours[name], corner, size) for name in (chains.TUMOUR, chains.CORD)]
    z = np.array(sorted(set(masks[0]) | set(masks[1])))
    empty = np.zeros(size[::-1], dtype=bool)
    tumour, cord = (np.stack([mask.get(k, empty) for k in z]) for mask in masks)
    return chains.edt_gap(tumour, cord, (float(np.median(np.diff(z))), PIXEL_MM, PIXEL_MM))


def unsafe(reading, truth_mm):
    """Thresholds that are passed where the truth is below them, and those left undecided."""
    passes = undecided = 0
    for t in THRESHOLDS_MM:
        below = truth_mm < t - TOLERANCE_MM
        if reading.verdicts is None:
            passes += below and reading.gap_mm >= t
        else:
            passes += below and reading.verdicts[t] == "pass"
            undecided += reading.verdicts[t] == "indeterminate"
    return passes, undecided


def measure(options, found, habit, scene, seed, gap_mm, shape, parent):
    folder = Path(parent) / f"{scene or shape}-{habit}-{seed}".replace(":", "_")
    drawn = (options.thecal, habit, scene or shape, options.slice, gap_mm, seed, folder)
    try:
        truth_mm = write(*drawn)
    except subprocess.CalledProcessError as error:
        print(f"{folder.name}: no phantom, {error.stderr.decode().strip()}", file=sys.stderr)
        return {}
    readings = {label: run(folder) for label, run in found}
    return {
        label: (reading.gap_mm - truth_mm, *unsafe(reading, truth_mm))
        for label, reading in readings.items()
    }


def main():
    options = arguments()
    found = [
        ("contour points, KD-tree", chains.points_kdtree),
        ("polygons per plane, shapely", chains.polygons_shapely),
        (f"pixel-centre mask of {PIXEL_MM:g} mm, scipy EDT", mask_edt),
        ("thecal", chains.thecal(options.thecal)),
    ]
    lines = []
    for habit, scene in HABITS:
        source = random.Random(options.seed)
        plan = [
            (source.randrange(1, 2**31), round(source.uniform(1, 4), 3), studies.SHAPES[k % 3])
            for k in range(options.per_habit)
        ]
        with tempfile.TemporaryDirectory() as parent, ThreadPoolExecutor(options.jobs) as pool:
            rows = list(
                pool.map(lambda p: measure(options, found, habit, scene, *p, parent), plan)
            )
        rows = [row for row in rows if row]
        name = habit if scene is None else f"{scene}, {habit}"
        for label, _ in found:
            error = np.array([row[label][0] for row in rows])
            lines.append([
                name, label, len(rows), f"{error.mean():+.3f}", f"{error.std(ddof=1):.3f}",
                f"{error[np.abs(error).argmax()]:+.3f}", sum(row[label][1] for row in rows),
                sum(row[label][2] for row in rows) if label == "thecal" else "",
            ])  # fmt: skip
    print("\n".join(tables.markdown(HEADER, lines)))


if __name__ == "__main__":
    main()
