"""A cohort through `thecal batch` and through Python chains in a pool of processes, turn by turn.

    cargo run --release -p thecal-phantom --example cohort -- DIR 100 [0 512] --size clinical
    .venv/bin/python batch.py DIR [--limit 100] [--slow-limit 10] [--processes 2] [--thecal PROGRAM]

Prints studies a second and megabytes a second (wall), CPU seconds, thecal's rate as a multiple of each
chain's, that of two threads as a multiple of one's, and the largest difference from the certified gap.
Chains that make masks of a CT run where the cohort has one, on `--slow-limit` studies; rates are by the
study. Python and its modules are loaded before the clock starts; thecal is timed as a whole process with
its tables and `report.json`. Broken studies are left out. At the end the tables are read by others
(`readers.py`).
"""

import argparse
import csv
import multiprocessing
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import chains
import readers

WITHOUT_CT = ["points_kdtree", "points_kdtree_raw", "polygons_shapely"]
WITH_CT = ["rt_utils_edt", "dcmrtstruct2nii_maurer", "simpleitk_maurer"]


def measure(job):
    """Gap, why there is none, and seconds of processors."""
    name, study = job
    before = chains.clock()[1]
    try:
        gap_mm, why = chains.PEERS[name].run(Path(study)).gap_mm, None
    except Exception as e:  # a chain's failure is counted, not hidden
        gap_mm, why = None, f"{type(e).__name__}: {e}"
    return gap_mm, why, chains.clock()[1] - before


def warm(names):
    for name in names:
        chains.load(chains.PEERS[name])
    # Every process of the pool takes one of these calls.
    time.sleep(0.5)


def children_cpu_s():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def python_chain(name, studies, processes):
    with multiprocessing.Pool(processes) as pool:
        pool.map(warm, [[name]] * processes, chunksize=1)
        began = time.perf_counter()
        found = pool.map(measure, [(name, str(s)) for s in studies], chunksize=1)
        wall = time.perf_counter() - began
        pool.close()
        pool.join()
    return wall, found


def read_bytes(studies):
    began = time.perf_counter()
    for study in studies:
        for path in study.rglob("*.dcm"):
            path.read_bytes()
    return time.perf_counter() - began


def run_thecal(program, root, out, jobs, extra):
    shutil.rmtree(out, ignore_errors=True)
    before = children_cpu_s()
    began = time.perf_counter()
    done = subprocess.run(
        [program, "batch", root, "--out", out, "--jobs", str(jobs), *extra],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    wall = time.perf_counter() - began
    if done.returncode not in (0, 4):
        sys.exit(f"thecal batch ended with {done.returncode}: {done.stderr.strip()}")
    return wall, children_cpu_s() - before


def thecal_gaps(out, count):
    """Gaps before any separation, by the number of the study's link; none where it was not measured."""
    with open(Path(out) / "key.csv", newline="", encoding="utf-8") as file:
        number = {row["study"]: int(Path(row["path"]).parts[0]) for row in csv.DictReader(file)}
    gaps = [None] * count
    with open(Path(out) / "summary.csv", newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["status"] == "ok" and row["phase"] != "after":
                gaps[number[row["study"]]] = float(row["tumour_cord_gap_mm"])
    return gaps


def worst_mm(gaps, truths):
    off = [abs(gap - truth) for gap, truth in zip(gaps, truths) if gap is not None]
    return f"worst {max(off):.3f} mm off" if off else "no gap"


def sound(cohort):
    """Folders of the studies that are not broken, and their gaps, mm."""
    with open(cohort / "cohort.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    whole = [(cohort / row["folder"], float(row["gap_mm"])) for row in rows if not row["fault"]]
    if len(whole) < len(rows):
        print(f"{len(rows) - len(whole)} broken studies are left out")
    return whole


def spread(items, limit):
    """At most so many, evenly over all."""
    limit = min(limit, len(items))
    return [items[i * len(items) // limit] for i in range(limit)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cohort", type=Path)
    parser.add_argument("--limit", type=int, default=100)
    parser.add_argument("--slow-limit", type=int, help="for chains that make masks; default --limit")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--chains", help="these alone, with commas between")
    parser.add_argument("--separate", help="thecal separates by these approaches as well")
    parser.add_argument("--thecal", default="../../target/release/thecal")
    args = parser.parse_args()
    chosen = spread(sound(args.cohort), args.limit)
    if not chosen:
        sys.exit("there is no study to run")
    studies, truths = [study for study, _ in chosen], [gap for _, gap in chosen]
    with_ct = (studies[0] / "CT").is_dir()
    names = args.chains.split(",") if args.chains else WITHOUT_CT + (WITH_CT if with_ct else [])
    slow_limit = args.slow_limit or args.limit
    extra = ["--separate", args.separate] if args.separate else []
    with tempfile.TemporaryDirectory() as work:
        # The same studies and no others, without copying them.
        root = Path(work) / "in"
        root.mkdir()
        for i, study in enumerate(studies):
            os.symlink(study.resolve(), root / f"{i:05}")
        size = sum(p.stat().st_size for s in studies for p in s.rglob("*.dcm"))
        out = str(Path(work) / "out")
        for round_ in range(args.rounds):
            print(f"round {round_ + 1}: {len(studies)} studies, {size / 1e6:.1f} MB, load {os.getloadavg()[0]:.1f}")
            print(f"  read the bytes, one thread: {read_bytes(studies):.2f} s")
            rates, cpus = {}, {}
            for jobs in sorted({1, args.processes}):
                wall, cpu = run_thecal(args.thecal, str(root), out, jobs, extra)
                rates[jobs], cpus[jobs] = len(studies) / wall, cpu / len(studies)
                gaps = thecal_gaps(out, len(studies))
                print(f"  thecal batch, {jobs} thread(s): {wall:.2f} s wall, {cpu:.2f} s CPU, "
                      f"{rates[jobs]:.2f} studies/s, {size / 1e6 / wall:.1f} MB/s; "
                      f"failed {gaps.count(None)}, {worst_mm(gaps, truths)}")
            print(f"  thecal, {args.processes} threads against 1: {rates[args.processes] / rates[1]:.2f} x")
            for name in names:
                some = spread(chosen, slow_limit if chains.PEERS[name].needs_ct else args.limit)
                wall, found = python_chain(name, [study for study, _ in some], args.processes)
                cpu = sum(seconds for _, _, seconds in found)
                failed = [why for _, why, _ in found if why]
                rate = len(some) / wall
                print(f"  {name}, {args.processes} processes, {len(some)} studies: {wall:.2f} s wall, {cpu:.2f} s CPU, "
                      f"{rate:.2f} studies/s; thecal is {rates[args.processes] / rate:.2f} x by the wall, "
                      f"{cpu / len(some) / cpus[args.processes]:.2f} x by CPU; failed {len(failed)}, "
                      f"{worst_mm([gap for gap, _, _ in found], [truth for _, truth in some])}")
                for why in sorted(set(failed))[:3]:
                    print(f"    {why}")
        readers.tables(out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
