"""The Python package beside what else there is: `edt` and scipy on the same array in the same process,
and `thecal.check` beside the program.

    python benches/peers/python.py [THREADS]

asks for an environment with thecal, numpy, scipy and edt.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

THREADS = int(sys.argv[1]) if len(sys.argv) > 1 else 2
# Read when the pool of threads is made.
os.environ["RAYON_NUM_THREADS"] = str(THREADS)

import numpy as np


def best(work, times=5):
    """Shortest of some runs, s."""
    return timed(work, times)[0]


def timed(work, times=5):
    """Shortest of some runs, s by the clock and s of processors. Where other programs take turns, the second
    tells more."""
    taken = []
    for _ in range(times):
        begun, used = time.perf_counter(), time.process_time()
        work()
        taken.append((time.perf_counter() - begun, time.process_time() - used))
    return tuple(map(min, zip(*taken)))


def imports():
    """Import of the package in a fresh Python, less what Python itself takes, ms."""
    def run(text):
        return best(lambda: subprocess.run([sys.executable, "-c", text], check=True), 15)

    bare, with_it = run("pass"), run("import thecal")
    print(f"import: {1000 * (with_it - bare):.1f} ms (Python alone {1000 * bare:.1f} ms)")


def distances():
    import edt
    from scipy import ndimage

    import thecal

    spacing = (3.0, 0.98, 0.98)
    z, y, x = np.ogrid[0:150, 0:512, 0:512]
    tubes = (y - 250) ** 2 + (x - 256) ** 2 < 10**2
    ball = (z - 75) ** 2 * 9 + (y - 220) ** 2 + (x - 290) ** 2 < 60**2
    noise = np.random.default_rng(1).random((150, 512, 512)) < 0.001
    for name, mask in {
        "tube and ball": np.ascontiguousarray(np.broadcast_to(tubes, ball.shape) | ball),
        "noise": noise,
    }.items():
        ours = thecal.edt(mask, spacing)
        # The others measure from voxels that are not set.
        other = ~mask
        theirs = edt.edt(other, anisotropy=spacing, parallel=THREADS)
        scipys = ndimage.distance_transform_edt(other, sampling=spacing)
        print(f"{name}, {mask.shape}, {THREADS} threads; largest difference "
              f"{np.abs(ours - theirs).max():.1e} (edt) {np.abs(ours - scipys).max():.1e} mm (scipy)")
        # Turn by turn, so that other load is the same for all.
        rounds = []
        for _ in range(5):
            rounds.append([
                timed(lambda: thecal.edt(mask, spacing), 2),
                timed(lambda: edt.edt(other, anisotropy=spacing, parallel=THREADS), 1),
                timed(lambda: ndimage.distance_transform_edt(other, sampling=spacing), 1),
            ])
        for word, which in (("clock", 0), ("processors", 1)):
            t, e, s = (min(round[n][which] for round in rounds) for n in range(3))
            print(f"  by the {word}: thecal {1000 * t:.0f} ms, edt {1000 * e:.0f} ms ({e / t:.1f} x), "
                  f"scipy {1000 * s:.0f} ms ({s / t:.1f} x)")


def checks():
    import thecal

    program = os.environ.get("THECAL_PROGRAM")
    command = [program] if program else thecal.program()
    with tempfile.TemporaryDirectory() as place:
        study = Path(place) / "study"
        subprocess.run([*command, "phantom", "--out", study, "--no-ct"], check=True)
        text = subprocess.run([*command, "check", study, "--json"], capture_output=True, text=True).stdout
        assert thecal.check(study).to_json() == text, "the records differ"
        assert thecal.check(study).to_dict() == json.loads(text), "the records differ"
        run = lambda: subprocess.run([*command, "check", study, "--json"], capture_output=True)
        program_s, python_s = best(run, 15), best(lambda: thecal.check(study), 15)
        print(f"check: same record; program {1000 * program_s:.1f} ms, Python {1000 * python_s:.1f} ms, "
              f"{1000 * (python_s - program_s):+.1f} ms")


if __name__ == "__main__":
    imports()
    distances()
    checks()
