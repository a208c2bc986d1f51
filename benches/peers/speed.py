"""Times thecal and the usual chains on a long structure set of about 1,000 contours.

The runs are interleaved: every chain once, then all again. Each run is a new process.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import chains
import studies
import tables

HERE = Path(__file__).parent


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
    begin = time.perf_counter()
    reading = chains.thecal(program)(target)
    return reading.gap_mm, None, time.perf_counter() - begin


def peer_run(key, folder):
    """Gap, seconds within the process after its imports, seconds of the whole process."""
    command = [sys.executable, str(HERE / "chains.py"), key, str(folder)]
    begin = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True)
    whole = time.perf_counter() - begin
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        reason = lines[-1] if lines else f"ended with {done.returncode}"
        raise RuntimeError(reason.replace(str(folder), "STUDY"))
    result = json.loads(done.stdout)
    return result["gap_mm"], result["seconds"], whole


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


def main():
    options = arguments()
    with tempfile.TemporaryDirectory() as parent:
        folder = long_study(options, Path(parent))
        counts = studies.contour_counts(folder / "RS.dcm")
        images = len(list((folder / "CT").glob("*.dcm")))
        size_mb = (folder / "RS.dcm").stat().st_size / 1e6
        studies.warm(folder)
        todo = runs(options, folder)
        rows = []
        for repeat in range(options.repeats):
            for key, (_, run) in todo.items():
                row = {"repeat": repeat + 1, "chain": key}
                row |= dict.fromkeys(["gap_mm", "in_process_s", "whole_process_s", "error"], "")
                try:
                    gap_mm, inner_s, whole_s = run()
                    row["gap_mm"] = f"{gap_mm:.6f}"
                    row["in_process_s"] = "" if inner_s is None else f"{inner_s:.4f}"
                    row["whole_process_s"] = f"{whole_s:.4f}"
                except RuntimeError as error:
                    row["error"] = " ".join(str(error).split())
                rows.append(row)

    def middle(key, column):
        values = [float(r[column]) for r in rows if r["chain"] == key and r[column]]
        return median(values) if values else None

    body = []
    for key, (label, _) in todo.items():
        whole_s, inner_s = middle(key, "whole_process_s"), middle(key, "in_process_s")
        failed = sum(1 for r in rows if r["chain"] == key and r["error"])
        against = "thecal_folder" if key in chains.PEERS and chains.PEERS[key].needs_ct else None
        reference_s = middle(against or "thecal_rtstruct", "whole_process_s")
        cells = [
            label,
            options.repeats - failed,
            failed,
            f"{middle(key, 'gap_mm') or math.nan:.3f}",
        ]
        for seconds in (inner_s, whole_s):
            cells.append("-" if seconds is None else f"{seconds:.3f}")
        for seconds in (inner_s, whole_s):
            known = seconds is not None and reference_s is not None and key in chains.PEERS
            cells.append(tables.ratio(seconds, reference_s) if known else "-")
        body.append(cells)
    lines = ["# Time on a long structure set", ""]
    lines += tables.environment(options.thecal)
    lines += [
        f"- contours: {chains.TUMOUR} {counts[chains.TUMOUR]}, {chains.CORD} {counts[chains.CORD]};"
        f" {size_mb:.1f} MB; CT: {images} images of {options.rows} x {options.columns}",
        "- medians of interleaved runs, each a new process, files in the cache of the disk",
        "- ratios: to the whole process of thecal on the same input (RTSTRUCT alone, or the folder"
        " with its CT); in process: after Python and every import",
        "",
        *tables.markdown(
            (
                "chain", "runs", "failed", "gap mm", "in process s", "whole process s",
                "in process / thecal", "whole / thecal",
            ),
            body,
        ),
    ]  # fmt: skip
    failures = sorted({f"- {r['chain']}: {r['error']}" for r in rows if r["error"]})
    if failures:
        lines += ["", "## Failures", "", *failures]
    tables.save(options.out, "speed", rows, lines)
    return 1 if any(r["error"] for r in rows if r["chain"].startswith("thecal")) else 0


if __name__ == "__main__":
    sys.exit(main())
