"""A cohort through `thecal batch` and through Python chains in a pool of processes, turn by turn.

    cargo run --release -p thecal-phantom --example cohort -- DIR 100 [0 256]
    .venv/bin/python batch.py DIR [--ct] [--limit 100] [--processes 2] [--thecal PROGRAM]

Prints studies a second and megabytes a second (wall), CPU seconds, and the ratio to thecal. Python
and its modules are loaded before the clock starts; thecal is timed as a whole process with its tables
and reports. Then the tables are read with pandas, polars and DuckDB, those that are installed.
"""

import argparse
import importlib
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

WITHOUT_CT = ["points_kdtree", "points_kdtree_raw", "polygons_shapely"]
WITH_CT = ["rt_utils_edt", "simpleitk_maurer"]


def measure(job):
    name, study = job
    try:
        return getattr(chains, name)(Path(study)).gap_mm, None
    except Exception as e:  # a chain's failure is counted, not hidden
        return None, f"{type(e).__name__}: {e}"


def warm(_):
    for module in ("pydicom", "scipy.spatial", "scipy.ndimage", "shapely", "rt_utils", "SimpleITK", "skimage.draw"):
        try:
            importlib.import_module(module)
        except ImportError:
            pass
    time.sleep(0.2)


def cpu_s(who):
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def python_chain(name, studies, processes):
    with multiprocessing.Pool(processes) as pool:
        pool.map(warm, range(processes), chunksize=1)
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
    before = cpu_s(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    subprocess.run(
        [program, "batch", root, "--out", out, "--jobs", str(jobs), *extra],
        check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    return time.perf_counter() - began, cpu_s(resource.RUSAGE_CHILDREN) - before


def read_tables(out):
    path = str(Path(out) / "results.parquet")
    readers = {
        "pandas": lambda m: m.read_parquet(path),
        "polars": lambda m: m.read_parquet(path).to_pandas(),
        "duckdb": lambda m: m.sql(f"select * from '{path}'").df(),
        "pyarrow.parquet": lambda m: m.read_table(path),
    }
    rows = sum(1 for _ in open(Path(out) / "results.csv", encoding="utf-8")) - 1
    for name, read in readers.items():
        try:
            module = importlib.import_module(name)
            table = read(module)
        except ImportError as e:
            print(f"{name}: left out ({e})")
            continue
        assert len(table) == rows, (name, len(table), rows)
        print(f"{name}: {len(table)} rows, as in results.csv")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cohort", type=Path)
    parser.add_argument("--ct", action="store_true", help="chains that need the CT; thecal separates too")
    parser.add_argument("--limit", type=int, default=100)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--thecal", default="../../target/release/thecal")
    args = parser.parse_args()
    studies = sorted(p.parent for p in args.cohort.rglob("RS.dcm"))[: args.limit]
    names = WITH_CT if args.ct else WITHOUT_CT
    extra = ["--separate", "laminectomy"] if args.ct else []
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
            rates = {}
            for jobs in sorted({1, args.processes}):
                wall, cpu = run_thecal(args.thecal, str(root), out, jobs, extra)
                rates[jobs] = len(studies) / wall
                print(f"  thecal batch, {jobs} thread(s): {wall:.2f} s wall, {cpu:.2f} s CPU, "
                      f"{rates[jobs]:.1f} studies/s, {size / 1e6 / wall:.1f} MB/s")
            for name in names:
                before = cpu_s(resource.RUSAGE_CHILDREN)
                wall, found = python_chain(name, studies, args.processes)
                cpu = cpu_s(resource.RUSAGE_CHILDREN) - before
                failed = [why for gap, why in found if why]
                rate = len(studies) / wall
                print(f"  {name}, {args.processes} processes: {wall:.2f} s wall, {cpu:.2f} s CPU, {rate:.2f} "
                      f"studies/s, thecal is {rates[args.processes] / rate:.1f} x; failed {len(failed)}")
                for why in sorted(set(failed))[:3]:
                    print(f"    {why}")
        read_tables(out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
