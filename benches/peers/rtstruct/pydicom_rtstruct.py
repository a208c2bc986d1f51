"""Reads all contour points of a structure set with pydicom, the quickest way known to us.

Usage: python pydicom_rtstruct.py FILE [--slow]

The quick way takes the raw bytes of Contour Data before pydicom converts them, splits at the
backslash and lets numpy parse. `--slow` also times the plain way, `item.ContourData`.
"""

import argparse
import resource
import time

import numpy as np
import pydicom

CONTOUR_DATA = 0x30060050


def raw_points(path):
    data_set = pydicom.dcmread(path, force=True)
    total = 0
    contours = []
    for roi in data_set.ROIContourSequence:
        for item in roi.ContourSequence:
            raw = item.get_item(CONTOUR_DATA).value
            points = np.array(raw.split(b"\\"), dtype=np.float64).reshape(-1, 3)
            contours.append(points)
            total += len(points)
    return total


def plain_points(path):
    data_set = pydicom.dcmread(path, force=True)
    total = 0
    for roi in data_set.ROIContourSequence:
        for item in roi.ContourSequence:
            total += len(np.array(item.ContourData, dtype=np.float64).reshape(-1, 3))
    return total


def best_ms(read, path, runs):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        points = read(path)
        times.append((time.perf_counter() - start) * 1e3)
    return points, min(times)


parser = argparse.ArgumentParser()
parser.add_argument("file")
parser.add_argument("--slow", action="store_true")
arguments = parser.parse_args()
points, ms = best_ms(raw_points, arguments.file, 5)
peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"pydicom {pydicom.__version__}, numpy {np.__version__}: {points} points, "
      f"raw split + np.array {ms:.0f} ms (best of 5), peak {peak_mib:.0f} MiB")
if arguments.slow:
    points, ms = best_ms(plain_points, arguments.file, 1)
    print(f"ContourData {ms:.0f} ms")
