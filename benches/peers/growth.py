#!/usr/bin/env python3
"""Least wall time a voxel of thecal's work over sizes, one thread, on the same scaled shapes.

Every result goes into fresh pages, of whatever size: the heap would keep those of small results.

    cargo build --release -p thecal-voxel --example timer
    target/peers-venv/bin/python benches/peers/growth.py
"""
import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
FRESH = os.environ | {"MALLOC_MMAP_THRESHOLD_": "65536"}
TIMER = ROOT / "target/release/examples/timer"
SIZES = [(64, 64, 64), (128, 128, 128), (256, 256, 256), (512, 512, 100), (512, 512, 300)]
WORKS = ["distance", "distance_into", "signed", "components26", "isosurface"]


def body(size):
    x, y, z = (np.linspace(-1, 1, n) for n in size)
    z, y, x = np.meshgrid(z, y, x, indexing="ij", sparse=True)
    return ((x / 0.8) ** 2 + (y / 0.5) ** 2 + 0 * z < 1) & ((x - 0.3) ** 2 + y**2 + z**2 > 0.05)


print("| ns a voxel | " + " | ".join(WORKS) + " |\n|---|" + "---|" * len(WORKS))
for size in SIZES:
    with tempfile.NamedTemporaryFile(dir=ROOT / "target") as file:
        body(size).astype(np.uint8).tofile(file.name)
        lines = [f"{w} 1" for w in WORKS for _ in range(7)]
        command = [TIMER, file.name, *map(str, size), "0.9766", "0.9766", "2.0"]
        out = subprocess.run(command, input="\n".join(lines) + "\n", text=True,
                             capture_output=True, check=True, env=FRESH).stdout.splitlines()
    seconds = [float(line.split()[0]) for line in out]
    voxels = size[0] * size[1] * size[2]
    cells = [f"{min(seconds[7 * n:7 * n + 7]) / voxels * 1e9:.2f}" for n in range(len(WORKS))]
    print(f"| {' x '.join(map(str, size))} | " + " | ".join(cells) + " |", flush=True)
