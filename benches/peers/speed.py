"""Times thecal and the usual chains on a long structure set of about 1,000 contours.

The runs are interleaved: every chain once, then all again. Each run is a new process.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

import chains
import studies
import tables

HERE = Path(__file__).parent
TIMES = ("in_process_s", "whole_process_s", "cpu_s")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    release = HERE / "../../target/release/thecal"
    parser.add_argument("--thecal", default=str(release), metavar="PROGRAM")
    parser.add_argument(
        "--contours", type=int, default=1000, metavar="N", help="of both structures"
    )
    parser.add_argument("--repeats", type=int, default=5, metavar="N")
    parser.add_argument("--rows", type=int, default=512)
    parser.add_argument("--columns", type=int, default=512)
    parser.add_argument("--pixel", type=float, default=0.9766, metavar="MM")
    parser.add_argument("--no-ct", action="store_true", help="without the chains that need a CT")
    parser.add_argument("--out", type=Path, metavar="DIR")
    return parser.parse_args()


def of_both(counts):
    return counts[chains.TUMOUR] + counts[chains.CORD]


def long_study(options, parent):
    """A study whose planes lie 1 mm apart with about the asked number of contours."""
    grid = (options.rows, options.columns, options.pixel)
    trial = studies.Phantom("ellipsoid", 0.5, 2.5, 7)
    studies.write(options.thecal, trial, parent / "trial", grid, ct=False)
    drawn = of_both(studies.contour_counts(parent / "trial/RS.dcm"))
    slice_mm = math.ceil(1000 * trial.slice_mm * drawn / options.contours) / 1000
    folder = parent / "study"
    phantom = studies.Phantom(trial.shape, slice_mm, trial.gap_mm, trial.seed)
    studies.write(options.thecal, phantom, folder, grid, ct=not options.no_ct)
    studies.stretch(folder, 1.0 / slice_mm, (chains.TUMOUR, chains.CORD))
    return folder


def own_run(program, target):
    begin = chains.clock()
    reading = chains.thecal(program)(target)
    return reading.gap_mm, None, *(chains.clock() - begin)


def peer_run(key, folder):
    """Gap; seconds within the process after its imports, of the whole process, and of its CPU."""
    command = [sys.executable, str(HERE / "chains.py"), key, str(folder)]
    begin = chains.clock()
    done = subprocess.run(command, capture_output=True, text=True)
    taken = chains.clock() - begin
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        reason = lines[-1] if lines else f"ended with {done.returncode}"
        raise RuntimeError(reason.replace(str(folder), "STUDY"))
    result = json.loads(done.stdout)
    return result["gap_mm"], result["seconds"], *taken


def runs(options, folder):
    """Label and function of each run, thecal first."""
    found = {
        "thecal_rtstruct": (
            "thecal check, RTSTRUCT alone",
            lambda: own_run(options.thecal, folder / "RS.dcm"),
        )
    }
    if not options.no_ct:
        found["thecal_folder"] = (
            "thecal check, folder with the CT",
            lambda: own_run(options.thecal, folder),
        )
    peers = chains.available()
    for key, chain in sorted(peers.items(), key=lambda item: item[1].needs_ct):
        if chain.needs_ct and options.no_ct:
            continue
        label = chain.label + (" (with the CT)" if chain.needs_ct else "")
        found[key] = (label, lambda key=key: peer_run(key, folder))
    return found


def measure(todo, repeats):
    """One row for each run of each chain."""
    rows = []
    for repeat in range(repeats):
        for key, (_, run) in todo.items():
            row = {"repeat": repeat + 1, "chain": key}
            row |= dict.fromkeys(["gap_mm", *TIMES, "error"], "")
            try:
                gap_mm, *times = run()
                row["gap_mm"] = f"{gap_mm:.6f}"
                for column, seconds in zip(TIMES, times, strict=True):
                    row[column] = "" if seconds is None else f"{seconds:.4f}"
            except RuntimeError as error:
                row["error"] = " ".join(str(error).split())
            rows.append(row)
    return rows


HEADER = (
    "chain", "runs", "failed", "gap mm", "in process s", "whole process s", "CPU s",
    "in process / thecal", "whole / thecal", "CPU / thecal",
)  # fmt: skip


def summary(todo, rows):
    """One line of cells for each chain."""

    def middle(key, column):
        values = [float(r[column]) for r in rows if r["chain"] == key and r[column]]
        return median(values) if values else None

    body = []
    for key, (label, _) in todo.items():
        mine = [row for row in rows if row["chain"] == key]
        failed = sum(bool(row["error"]) for row in mine)
        gap_mm = middle(key, "gap_mm")
        taken = [middle(key, column) for column in TIMES]
        cells = [label, len(mine) - failed, failed, "-" if gap_mm is None else f"{gap_mm:.3f}"]
        cells += ["-" if seconds is None else f"{seconds:.3f}" for seconds in taken]
        # A chain that needs the CT is held against thecal on the folder with the CT.
        peer = chains.PEERS.get(key)
        against = "thecal_folder" if peer and peer.needs_ct else "thecal_rtstruct"
        whole_s, cpu_s = (middle(against, column) for column in TIMES[1:])
        for seconds, reference_s in zip(taken, (whole_s, whole_s, cpu_s), strict=True):
            known = peer is not None and seconds is not None and reference_s is not None
            cells.append(tables.ratio(seconds, reference_s) if known else "-")
        body.append(cells)
    return body


def main():
    options = arguments()
    with tempfile.TemporaryDirectory() as parent:
        folder = long_study(options, Path(parent))
        counts = studies.contour_counts(folder / "RS.dcm")
        images = len(list((folder / "CT").glob("*.dcm")))
        size_mb = (folder / "RS.dcm").stat().st_size / 1e6
        studies.warm(folder)
        todo = runs(options, folder)
        rows = measure(todo, options.repeats)

    ct = f"{images} images of {options.rows} x {options.columns}" if images else "none"
    lines = ["# Time on a long structure set", "", *tables.environment(options.thecal)]
    lines += [
        f"- contours: {chains.TUMOUR} {counts[chains.TUMOUR]}, {chains.CORD} {counts[chains.CORD]};"
        f" {size_mb:.1f} MB; CT: {ct}",
        "- medians of interleaved runs, each a new process, files in the cache of the disk",
        "- in process: after Python and every import; whole process and CPU: with them",
        "- ratios: to the whole process of thecal on the same input, RTSTRUCT alone or with CT;"
        " thecal gives profiles and extents too, the others this one number",
        "",
        *tables.markdown(HEADER, summary(todo, rows)),
    ]
    failures = sorted({f"- {r['chain']}: {r['error']}" for r in rows if r["error"]})
    if failures:
        lines += ["", "## Failures", "", *failures]
    tables.save(options.out, "speed", rows, lines)
    return 1 if any(r["error"] for r in rows if r["chain"].startswith("thecal")) else 0


if __name__ == "__main__":
    sys.exit(main())
