"""Measures the tumour-cord gap of phantoms with thecal and with the usual chains.

Prints one table per slice spacing; with --out, keeps it beside the raw rows.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np

import chains
import studies
import tables

THRESHOLDS_MM = (2.0, 3.0)
HERE = Path(__file__).parent


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    release = HERE / "../../target/release/thecal"
    parser.add_argument("--thecal", default=str(release), metavar="PROGRAM")
    parser.add_argument(
        "--per-slice", type=int, default=8, metavar="N", help="phantoms per spacing"
    )
    parser.add_argument("--slices", default="1,2,3", metavar="MM,MM", help="slice spacings")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rows", type=int, default=512)
    parser.add_argument("--columns", type=int, default=512)
    parser.add_argument("--pixel", type=float, default=0.9766, metavar="MM")
    parser.add_argument("--out", type=Path, metavar="DIR")
    return parser.parse_args()


def verdict(reading, threshold_mm):
    """`pass`, `fail` or `indeterminate`; a bare number always decides."""
    if reading.verdicts is not None:
        return reading.verdicts[threshold_mm]
    return "pass" if reading.gap_mm >= threshold_mm else "fail"


def measure(key, chain, folder, phantom, truth_mm):
    """One row: a chain on a study."""
    row = {
        "shape": phantom.shape,
        "slice_mm": phantom.slice_mm,
        "seed": phantom.seed,
        "true_gap_mm": f"{truth_mm:.6f}",
        "chain": key,
    }
    empty = dict.fromkeys(
        ["gap_mm", "gap_lower_mm", "gap_upper_mm", "verdict_2mm", "verdict_3mm"], ""
    )
    begin = chains.clock()
    try:
        reading = chain.run(folder)
    except Exception as error:  # noqa: BLE001 - whatever a chain does is a result
        text = f"{type(error).__name__}: {error}".replace(str(folder), "STUDY")
        return row | empty | {"seconds": "", "cpu_s": "", "error": " ".join(text.split())}
    seconds, cpu_s = chains.clock() - begin
    return row | {
        "gap_mm": f"{reading.gap_mm:.6f}",
        "gap_lower_mm": "" if reading.lower_mm is None else f"{reading.lower_mm:.6f}",
        "gap_upper_mm": "" if reading.upper_mm is None else f"{reading.upper_mm:.6f}",
        "verdict_2mm": verdict(reading, 2.0),
        "verdict_3mm": verdict(reading, 3.0),
        "seconds": f"{seconds:.4f}",
        "cpu_s": f"{cpu_s:.4f}",
        "error": "",
    }


def judged(rows, threshold_mm):
    """Counts: wrongly passed, wrongly failed, undecided."""
    passed = failed = undecided = 0
    for row in rows:
        found = row[f"verdict_{threshold_mm:.0f}mm"]
        reached = float(row["true_gap_mm"]) >= threshold_mm
        passed += found == "pass" and not reached
        failed += found == "fail" and reached
        undecided += found == "indeterminate"
    return passed, failed, undecided


HEADER = (
    "chain", "n", "failed", "bias mm", "SD mm", "worst mm", "99 % within mm",
    "at 2 mm", "at 3 mm", "s", "x thecal", "CPU s", "CPU x thecal",
)  # fmt: skip


def middle(rows, column):
    """Median of a column of seconds; none where no row has it."""
    values = [float(row[column]) for row in rows if row[column]]
    return float(np.median(values)) if values else None


def summary(label, rows, own):
    good = [row for row in rows if not row["error"]]
    failed = len(rows) - len(good)
    if not good:
        return [label, 0, failed] + ["-"] * (len(HEADER) - 3)
    error = np.array([float(row["gap_mm"]) - float(row["true_gap_mm"]) for row in good])
    times = []
    for column in ("seconds", "cpu_s"):
        taken, reference = middle(good, column), middle(own, column)
        times += [f"{taken:.3f}", tables.ratio(taken, reference) if reference else "-"]
    return [
        label,
        len(good),
        failed,
        f"{error.mean():+.3f}",
        f"{error.std(ddof=1):.3f}" if len(good) > 1 else "-",
        f"{error[np.abs(error).argmax()]:+.3f}",
        f"{np.percentile(np.abs(error), 99):.3f}",
        *(" / ".join(map(str, judged(good, t))) for t in THRESHOLDS_MM),
        *times,
    ]


def interval_line(rows):
    """How often thecal's interval holds the truth, and its width."""
    good = [row for row in rows if row["gap_lower_mm"]]
    if not good:
        return "thecal gave no interval."
    ends = [
        [float(row[k]) for k in ("gap_lower_mm", "true_gap_mm", "gap_upper_mm")] for row in good
    ]
    held = sum(low <= truth <= high for low, truth, high in ends)
    width = np.mean([high - low for low, _, high in ends])
    return f"thecal's interval holds the truth in {held} of {len(good)}; mean width {width:.3f} mm."


CENTRE_CHAINS = ("dcmrtstruct2nii_edt", "simpleitk_maurer", "plastimatch")


def agreement_line(rows):
    """Whether the three programs that fill pixel centres give one number, as they must."""
    gaps = {}
    for row in rows:
        if row["chain"] in CENTRE_CHAINS and row["gap_mm"]:
            gaps.setdefault(row["seed"], []).append(float(row["gap_mm"]))
    several = [found for found in gaps.values() if len(found) > 1]
    same = sum(max(found) - min(found) < 0.01 for found in several)
    return f"The chains that fill pixel centres agree to 0.01 mm in {same} of {len(several)}."


def main():
    options = arguments()
    slices_mm = [float(text) for text in options.slices.split(",")]
    run = chains.available()
    del run["points_kdtree_raw"]  # the same number as points_kdtree
    for chain in run.values():
        chains.load(chain)
    run["thecal"] = chains.Chain("thecal check", chains.thecal(options.thecal), False, ())

    grid = (options.rows, options.columns, options.pixel)
    phantoms = studies.plan(slices_mm, options.per_slice, options.seed)
    rows, refused = [], []
    for number, phantom in enumerate(phantoms):
        with tempfile.TemporaryDirectory() as parent:
            folder = Path(parent) / "study"
            try:
                truth_mm = studies.write(options.thecal, phantom, folder, grid)
            except RuntimeError as error:
                refused.append(f"- {phantom}: {error}")
                continue
            studies.warm(folder)
            # Another chain goes first each time.
            keys = list(run)
            turn = number % len(keys)
            for key in keys[turn:] + keys[:turn]:
                rows.append(measure(key, run[key], folder, phantom, truth_mm))
        if (number + 1) % 10 == 0:
            print(f"{number + 1} of {len(phantoms)} studies", file=sys.stderr, flush=True)

    lines = ["# Tumour-cord gap on phantoms", ""]
    lines += tables.environment(options.thecal)
    lines += [
        f"- {options.per_slice} phantoms per slice spacing (seed {options.seed}), true gaps"
        f" {studies.GAPS_MM[0]} to {studies.GAPS_MM[1]} mm, CT {options.rows} x {options.columns}"
        f" of {options.pixel} mm",
        "- at 2 mm, at 3 mm: wrongly passed / wrongly failed / undecided (only thecal can abstain)",
        "- error: reported minus true; seconds: medians per study. thecal and plastimatch: whole"
        " processes; the Python chains: in a process that has imported everything. thecal gives all"
        " pairs with profiles and extents, the others this one number",
    ]
    for slice_mm in slices_mm:
        here = [row for row in rows if row["slice_mm"] == slice_mm]
        own = [row for row in here if row["chain"] == "thecal"]
        body = [
            summary(chain.label, [row for row in here if row["chain"] == key], own)
            for key, chain in run.items()
        ]
        lines += ["", f"## Slices {slice_mm:g} mm", "", *tables.markdown(HEADER, body)]
        lines += ["", interval_line(own), agreement_line(here)]
    failures = sorted({f"- {r['chain']}: {r['error']}" for r in rows if r["error"]})
    if failures:
        lines += ["", "## Failures", "", *failures]
    if refused:
        lines += ["", "## Phantoms that could not be made", "", *refused]
    tables.save(options.out, "gap", rows, lines)
    return 1 if any(row["error"] for row in rows if row["chain"] == "thecal") else 0


if __name__ == "__main__":
    sys.exit(main())
