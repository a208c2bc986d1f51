"""Rows to CSV, statistics to Markdown, and what was run on what."""

import csv
import importlib.metadata
import os
import platform
import shutil
import subprocess
from datetime import date
from pathlib import Path

PACKAGES = (
    "numpy", "scipy", "simpleitk", "pydicom", "python-gdcm", "rt-utils", "dcmrtstruct2nii", "scikit-image",
    "opencv-python-headless", "shapely",
)  # fmt: skip


def first_line(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    lines = (done.stdout or done.stderr).strip().splitlines()
    return lines[0] if lines else ""


def environment(program):
    """Lines of Markdown: date, processor, versions."""
    cpu = platform.processor()
    if Path("/proc/cpuinfo").exists():
        models = [x for x in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in x]
        cpu = models[0].split(":", 1)[1].strip() if models else cpu
    here = Path(__file__).parent
    commit = first_line("git", "-C", str(here), "rev-parse", "--short", "HEAD")
    lines = [
        f"- date: {date.today()}",
        f"- processor: {cpu}, {os.cpu_count()} threads; {platform.system()}",
        f"- {first_line(program, '--version')}, commit {commit}",
        f"- Python {platform.python_version()}: "
        + ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES),
    ]
    if shutil.which("plastimatch"):
        lines.append(f"- {first_line('plastimatch', '--version')}")
    else:
        lines.append("- plastimatch: not installed, left out")
    return lines


def markdown(header, rows):
    """A Markdown table; the first column to the left, the others to the right."""
    lines = ["| " + " | ".join(header) + " |", "|---" + "|---:" * (len(header) - 1) + "|"]
    lines += ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    return lines


def save(out, name, rows, lines):
    """Prints the lines; with a folder, writes NAME.csv and NAME.md there."""
    text = "\n".join(lines) + "\n"
    print(text)
    if out is None:
        return
    out.mkdir(parents=True, exist_ok=True)
    (out / f"{name}.md").write_text(text)
    with (out / f"{name}.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def ratio(seconds, reference):
    return (
        f"{seconds / reference:.1f}" if seconds < 10 * reference else f"{seconds / reference:.0f}"
    )
