#!/usr/bin/env python3
"""Times contours to distance: thecal's 0.5 mm field round the cord against masks and distance maps
on the full grid of the images.

    benches/peers/venv.sh
    cargo build --release -p thecal-mask --example field
    target/peers-venv/bin/python benches/peers/field.py [rounds]

Cord, sac and tumour of a study of 300 slices of 1 mm, as in crates/thecal-mask/examples/field.rs.
Everything starts from contours in memory, so no program reads a file: that favours the others, whose
reading costs more. They get 512 x 512 x 300 voxels of 0.9766 x 0.9766 x 1 mm and an unsigned distance
to each structure; thecal gives signed ones at half the voxel size. Programs run in turn.
"""
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import cv2
import edt
import numpy as np
import scipy.ndimage
import SimpleITK as sitk
from skimage.draw import polygon2mask

ROOT = Path(__file__).resolve().parents[2]
FIELD = ROOT / "target/release/examples/field"
SHAPE, SPACING = (300, 512, 512), (1.0, 0.9766, 0.9766)
THREADS = 2


def tube(slices, radius_mm, x_mm):
    turn = 2 * np.pi * np.arange(80) / 80
    rings = []
    for z in slices:
        cx, cy, r = x_mm + 15 * np.sin(z / 60), 20 * np.sin(z / 80), radius_mm(z)
        points = np.stack([cx + r * np.cos(turn), cy + r * np.sin(turn)], axis=1)
        rings.append((z, points / SPACING[1] + 256))
    return rings


STRUCTURES = [
    tube(range(300), lambda z: 6.0, 0.0),
    tube(range(300), lambda z: 8.5, 0.0),
    tube(range(120, 160), lambda z: max(400.0 - (z - 140) ** 2, 4.0) ** 0.5, 22.0),
]


def filled_by_opencv(rings):
    """As rt-utils does it."""
    mask = np.zeros(SHAPE, np.uint8)
    for z, points in rings:
        cv2.fillPoly(mask[z], [np.rint(points).astype(np.int32)], 1)
    return mask


def filled_by_skimage(rings):
    """As dcmrtstruct2nii and scripts with pixel centres do it."""
    mask = np.zeros(SHAPE, np.uint8)
    for z, points in rings:
        mask[z] ^= polygon2mask(SHAPE[1:], points[:, ::-1])
    return mask


def with_edt(mask):
    return edt.edt(mask == 0, anisotropy=SPACING, black_border=False, parallel=THREADS)


def with_maurer(mask):
    image = sitk.GetImageFromArray(mask)
    image.SetSpacing(SPACING[::-1])
    return sitk.SignedMaurerDistanceMap(image, squaredDistance=False, useImageSpacing=True)


def with_scipy(mask):
    return scipy.ndimage.distance_transform_edt(mask == 0, sampling=SPACING)


def chain(fill, distance):
    def run():
        for rings in STRUCTURES:
            distance(fill(rings))

    return run


def thecal():
    subprocess.run([FIELD, str(THREADS)], check=True, capture_output=True)


CHAINS = {
    "thecal, whole process": thecal,
    "fillPoly (rt-utils), edt": chain(filled_by_opencv, with_edt),
    "polygon2mask, edt": chain(filled_by_skimage, with_edt),
    "polygon2mask, SimpleITK Maurer": chain(filled_by_skimage, with_maurer),
    "fillPoly (rt-utils), scipy": chain(filled_by_opencv, with_scipy),
}


def cpu_s():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(THREADS)
    print(f"rounds {rounds}, {THREADS} threads, load {os.getloadavg()}")
    times = {name: [] for name in CHAINS}
    for turn in range(rounds):
        for name, run in CHAINS.items():
            if "scipy" in name and turn > 0:
                continue
            wall, used = time.perf_counter(), cpu_s()
            run()
            times[name].append((time.perf_counter() - wall, cpu_s() - used))
    ours = [min(t[k] for t in times["thecal, whole process"]) for k in (0, 1)]
    print("| chain | least wall s | least CPU s | wall ratio | CPU ratio |\n|---|---|---|---|---|")
    for name, t in times.items():
        wall, used = (min(x[k] for x in t) for k in (0, 1))
        print(f"| {name} | {wall:.3f} | {used:.3f} | {wall / ours[0]:.1f} | {used / ours[1]:.1f} |")
    print(f"load at the end {os.getloadavg()}")


if __name__ == "__main__":
    main()
