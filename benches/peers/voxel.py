#!/usr/bin/env python3
"""Times thecal-voxel and its peers on the same arrays, turn by turn, in one run.

    benches/peers/venv.sh
    cargo build --release -p thecal-voxel -p thecal-mask --examples
    target/peers-venv/bin/python benches/peers/voxel.py [--quick] [rounds [mask...]]

With --quick the slowest are left out: nearest voxels, SimpleITK and scipy.

Every round runs each program once in turn, so that other load on the machine falls on all alike.
Given are the least and the median wall time and the median CPU time (user and system) of the
rounds, and the largest difference of the results. The CPU time of the isosurface includes making
the level, its wall time does not.
"""
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cc3d
import edt
import numpy as np
import scipy.ndimage
import SimpleITK as sitk
import skimage.measure

ROOT = Path(__file__).resolve().parents[2]
TIMER = ROOT / "target/release/examples/timer"
FIELD = ROOT / "target/release/examples/field"
SHAPE = (300, 512, 512)
SPACING = (2.0, 0.9766, 0.9766)  # z, y, x
TICK = os.sysconf("SC_CLK_TCK")


def cord():
    """A tube of 6.3 mm radius that winds through all slices."""
    z, y, x = np.ogrid[: SHAPE[0], : SHAPE[1], : SHAPE[2]]
    cx, cy = 256 + 20 * np.sin(z / 60), 300 + 30 * np.sin(z / 80)
    return (x - cx) ** 2 + (y - cy) ** 2 < 6.5**2


def body():
    """An oval body with a lung-like hole."""
    z, y, x = np.ogrid[: SHAPE[0], : SHAPE[1], : SHAPE[2]]
    b = ((x - 256) / 200) ** 2 + ((y - 260) / 130) ** 2 + 0 * z < 1
    lung = ((x - 330) / 50) ** 2 + ((y - 250) / 60) ** 2 + ((z - 150) / 100) ** 2 < 1
    return b & ~lung


def noise(density):
    return np.random.default_rng(1).random(SHAPE, dtype=np.float32) < density


class Thecal:
    """The timer example, kept running, with the CPU time of its process."""

    def __init__(self, mask, folder):
        self.file = Path(folder) / "mask.raw"
        mask.tofile(self.file)
        size = [str(n) for n in reversed(mask.shape)]
        spacing = [str(s) for s in reversed(SPACING)]
        self.process = subprocess.Popen(
            [TIMER, self.file, *size, *spacing],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def cpu(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def run(self, work, threads, out=""):
        before = self.cpu()
        self.process.stdin.write(f"{work} {threads} {out}\n")
        self.process.stdin.flush()
        wall, number = self.process.stdout.readline().split()
        return float(wall), self.cpu() - before, float(number)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def timed(work):
    def cpu():
        used = resource.getrusage(resource.RUSAGE_SELF)
        return used.ru_utime + used.ru_stime

    start, before = time.perf_counter(), cpu()
    result = work()
    wall, used = time.perf_counter() - start, cpu() - before
    del result
    return wall, used


def copy_limit(threads):
    """Passes of the transform as plain copies: mask to floats, then twice floats in place."""
    a, b = np.zeros(SHAPE, np.float32), np.ones(SHAPE, np.float32)
    mask = np.ones(SHAPE, np.uint8)
    parts = np.array_split(np.arange(SHAPE[0]), threads)

    def passes(part):
        s = slice(part[0], part[-1] + 1)
        np.copyto(a[s], mask[s])
        np.copyto(b[s], a[s])
        np.copyto(a[s], b[s])

    def run():
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(passes, parts))

    return run


def itk(outside_of, threads):
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(threads)
    return sitk.SignedMaurerDistanceMap(
        outside_of, insideIsPositive=False, squaredDistance=True, useImageSpacing=True)


def main():
    args = sys.argv[1:]
    quick = "--quick" in args
    args = [a for a in args if a != "--quick"]
    rounds = int(args[0]) if args else 3
    print(f"rounds {rounds}, shape {SHAPE}, spacing {SPACING} mm, load {os.getloadavg()}\n")
    print("| mask | work | threads | least s | median s | CPU s |\n|---|---|---|---|---|---|")
    masks = {"cord": cord(), "body": body(), "noise 50 %": noise(0.5), "noise 1 %": noise(0.01)}
    for name in args[1:] or masks:
        mask = masks[name]
        mask = mask.astype(np.uint8)
        outside = (mask == 0).astype(np.uint8)
        image = sitk.GetImageFromArray(mask)
        image.SetSpacing(tuple(reversed(SPACING)))
        with tempfile.TemporaryDirectory(dir=ROOT / "target") as folder:
            ours = Thecal(mask, folder)
            works = {}
            for threads in (1, 2):
                for work in ("distance", "distance_into", "signed", "band", "nearest",
                             "components26"):
                    if quick and work == "nearest":
                        continue
                    works[f"thecal {work}", threads] = (
                        lambda w=work, t=threads: ours.run(w, t)[:2])
                works["edt", threads] = lambda t=threads: timed(lambda: edt.edt(
                    outside, anisotropy=SPACING, black_border=False, parallel=t))
                if not quick:
                    works["SimpleITK SignedMaurer (squared)", threads] = (
                        lambda t=threads: timed(lambda: itk(image, t)))
                limit = copy_limit(threads)
                works["copies of the three passes", threads] = lambda f=limit: timed(f)
            works["cc3d 26", 1] = lambda: timed(
                lambda: cc3d.connected_components(mask, connectivity=26))
            works["cc3d 26, 32-bit labels", 1] = lambda: timed(
                lambda: cc3d.connected_components(mask, connectivity=26, out_dtype=np.uint32))
            # The surface of noise is no surface.
            if not name.startswith("noise"):
                file = Path(folder) / "signed.raw"
                ours.run("signed", 2, file)
                level = np.fromfile(file, np.float32).reshape(SHAPE)
                file.unlink()
                for threads in (1, 2):
                    works["thecal isosurface", threads] = (
                        lambda t=threads: ours.run("isosurface", t)[:2])
                works["scikit-image marching cubes", 1] = lambda: timed(
                    lambda: skimage.measure.marching_cubes(level, 0.0, spacing=SPACING))
            times = {key: [] for key in works}
            for _ in range(rounds):
                for key, work in works.items():
                    times[key].append(work())
            truth = []
            if name == "cord" and not quick:
                times["scipy distance_transform_edt", 1] = [timed(lambda: truth.append(
                    scipy.ndimage.distance_transform_edt(outside, sampling=SPACING)))]
            for (work, threads), t in times.items():
                wall, used = [x[0] for x in t], [x[1] for x in t]
                print(f"| {name} | {work} | {threads} | {min(wall):.3f} |"
                      f" {statistics.median(wall):.3f} | {statistics.median(used):.3f} |",
                      flush=True)
            out = Path(folder) / "distance.raw"
            ours.run("distance", 2, out)
            found = np.fromfile(out, np.float32).reshape(SHAPE)
            theirs = edt.edt(outside, anisotropy=SPACING, black_border=False)
            print(f"\n{name}: largest difference to edt {np.abs(found - theirs).max():.2e} mm")
            for exact in truth:
                ours_off, edt_off = (np.abs(d - exact).max() for d in (found, theirs))
                print(f"{name}: largest difference to scipy (64-bit): thecal {ours_off:.2e} mm,"
                      f" edt {edt_off:.2e} mm")
            print()
            ours.close()
    print("contours to a 0.5 mm field round the cord, 2 threads:")
    for _ in range(rounds):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        print("  " + subprocess.run([FIELD, "2"], capture_output=True, text=True).stdout.strip(),
              end="")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(f", CPU {after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime:.3f} s")
    print(f"\nload at the end {os.getloadavg()}")


if __name__ == "__main__":
    main()
